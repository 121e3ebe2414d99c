"""The parts of the page Distributions: how the metrics are spread, the gap, and A against B."""
