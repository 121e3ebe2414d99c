"""A data set on disk: layouts, label schemes, image reading, splits, traits."""
