"""The page Compare: one image, its viewer, its scores and its neighbors."""
