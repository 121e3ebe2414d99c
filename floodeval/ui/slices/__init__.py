"""The parts of the page Slices: where the gain comes from and where it is lost."""
