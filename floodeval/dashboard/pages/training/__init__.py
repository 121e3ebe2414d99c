"""The page Training: one fine-tuning, and another next to it."""
