"""Findings in words: metrics, prompts, quadrants, traits and numbers as sentences name them."""
