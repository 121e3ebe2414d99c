"""Findings in words: metrics, prompts, outcomes, traits and numbers as sentences name them."""
