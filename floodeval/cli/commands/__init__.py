"""The commands of `floodeval`, one module each, with their tables for the terminal.

Each module has `add_options(parser)` and `run(options)`, which returns the exit status. The command line
imports only the module of the command that runs (see `floodeval.cli.command_line.COMMANDS`), so imports
may be slow.
"""
