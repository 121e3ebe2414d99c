"""Makes the reference of the command line from the help of every command.

`python -m docs.make_cli_reference` writes it.
"""

import io
import os
import re
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from floodeval.cli import main

PAGE = Path(__file__).parent / "reference" / "cli.md"
WIDTH = 84  # characters, whatever the terminal

INTRODUCTION = """# Command line

This page is made from `floodeval --help` by `python -m docs.make_cli_reference`. [Files, caches, exit
statuses](files.md#exit-statuses) lists what a command returns.
"""


def cli_reference() -> str:
    """The page: the help of `floodeval` and of each of its commands."""
    overview = help_of()
    commands = re.findall(r"^    ([a-z][a-z-]*)(?: |$)", overview.partition("commands:")[2], re.MULTILINE)
    sections = [("floodeval", overview), *((f"floodeval {name}", help_of(name)) for name in commands)]
    return "\n".join([INTRODUCTION, *(f"## {title}\n\n```text\n{text}```\n" for title, text in sections)])


def help_of(*command: str) -> str:
    """What a command prints for `--help`, without colors."""
    printed = io.StringIO()
    plain = {"COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    with patch.dict(os.environ, plain), redirect_stdout(printed), suppress(SystemExit):  # how a help ends
        main([*command, "--help"])
    return printed.getvalue()


if __name__ == "__main__":
    PAGE.write_text(cli_reference(), encoding="utf-8", newline="\n")
