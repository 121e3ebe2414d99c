"""The page Dataset, a module per section."""
