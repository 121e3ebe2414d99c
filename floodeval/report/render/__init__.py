"""A report's content -> files."""
