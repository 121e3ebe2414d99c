"""The page Worst cases: images in the order of a metric, as cards or a table."""
