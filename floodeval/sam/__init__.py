"""Segment Anything: published models and checkpoints, prompts, simulated clicks and inference."""
