"""The page Dataset: what the photographs and masks are, and whether they can be trusted."""
