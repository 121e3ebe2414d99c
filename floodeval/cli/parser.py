"""The parser of the command line, exit statuses, and types of option values."""

import argparse
import re

DONE, SOME_SKIPPED, WRONG_INPUT = 0, 1, 2
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143  # 128 and the signal's number, as shells count


class Parser(argparse.ArgumentParser):
    """Reports a wrong option in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Leave with one line and the status for wrong input."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`\n")


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return _whole(text, 1)


def natural(text: str) -> int:
    """Read a whole number from 0."""
    return _whole(text, 0)


def mask_values(text: str) -> tuple[int, ...]:
    """Read whole numbers between commas, such as `1,255`."""
    if not re.fullmatch(r"-?[0-9]+(,-?[0-9]+)*", text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of values; expected whole numbers separated by commas, such as 1,255"
        )
    return tuple(int(value) for value in text.split(","))


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not valid; expected a whole number of at least {least}"
        )
    return int(text)
