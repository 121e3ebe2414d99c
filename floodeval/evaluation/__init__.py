"""Variants x prompts x samples -> a run on disk."""
