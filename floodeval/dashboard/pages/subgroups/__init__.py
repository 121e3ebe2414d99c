"""The page Subgroups: where the gain comes from, and where it is lost."""
