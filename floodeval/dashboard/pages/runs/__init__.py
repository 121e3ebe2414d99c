"""The page Runs: all runs with their variants and prompts."""
