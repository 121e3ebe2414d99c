"""Two masks -> numbers."""
