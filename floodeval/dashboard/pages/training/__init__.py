"""The page Training: one fine-tuning, and another to compare it with."""
