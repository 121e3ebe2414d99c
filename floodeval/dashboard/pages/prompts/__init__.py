"""The page Prompts: how much the prompt matters, and what field prompts reach."""
