"""The parts of the page Dataset, a module per section."""
