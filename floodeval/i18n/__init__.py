"""The catalogs of all sentences, one per language, and number formats."""
