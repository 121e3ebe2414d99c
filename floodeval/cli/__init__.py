"""The command line: `floodeval COMMAND ...`. Each command calls the library and prints the result."""

from floodeval.cli.command_line import main

__all__ = ["main"]
