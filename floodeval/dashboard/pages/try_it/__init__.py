"""The page Try it: prompts placed on a photograph, and each variant's mask."""
