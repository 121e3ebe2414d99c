"""Synthetic flood scenes: the demo and the stress suite."""
