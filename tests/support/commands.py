"""The command line, called as a test calls it."""

import pytest

from floodeval.cli import main


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must be refused; return its one line."""
    try:
        status = main(arguments)
    except SystemExit as left:  # argparse leaves so
        status = left.code
    said = capsys.readouterr().err.strip()
    assert status == 2
    assert said.count("\n") == 0
    return said
