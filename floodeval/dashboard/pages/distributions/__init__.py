"""The page Distributions: histograms of the metrics, the gap, and A against B."""
