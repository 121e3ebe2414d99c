"""The page Prompts: how much the prompt matters, and which prompts exist in the field."""
