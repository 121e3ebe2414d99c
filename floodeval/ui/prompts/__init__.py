"""The parts of the page Prompts: how much the prompt matters, and which one exists in the field."""
