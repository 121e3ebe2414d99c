"""The commands of `floodeval`, one module each, with their tables for the terminal."""
