"""What the commands share: exit statuses, the parser, and options that several take."""

import argparse
from pathlib import Path
from typing import TypeAlias

from floodeval.errors import FloodevalError

DONE, SOME_SKIPPED, WRONG_INPUT = 0, 1, 2
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143  # 128 and the signal's number, as shells count


class Parser(argparse.ArgumentParser):
    """Says what is wrong with an option in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Leave with one line and the status for wrong input."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`\n")


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"


def takes_dataset(parser: argparse.ArgumentParser) -> None:
    """Let the command take a data set, by path or by name."""
    parser.add_argument(
        "dataset", metavar="DATASET", help="a folder, or a name under $FLOODEVAL_DATA or data/"
    )


def takes_run(parser: argparse.ArgumentParser) -> None:
    """Let the command take a run, by path or by name."""
    parser.add_argument("run", metavar="RUN", help="a folder, or a name under results/runs")


def takes_csv(parser: argparse.ArgumentParser, what: str) -> None:
    """Let the command keep its table."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help=f"write {what} there too")


def takes_variants(parser: argparse.ArgumentParser) -> None:
    """Let the command take variants and prompts, each repeatable."""
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=CHECKPOINT]",
        help="a name alone is the published model; the first is the baseline; may be repeated "
        "(pretrained, and finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="SPEC",
        help="box, box:jitter=20, point, points:n=5, full or clicks:max=20; repeatable",
    )


def read_variants(given: list[str] | None) -> dict[str, str | Path | None] | None:
    """Checkpoints by variant name; None where no --variant was given."""
    if not given:
        return None
    variants: dict[str, str | Path | None] = {}
    for text in given:
        name, _, checkpoint = text.partition("=")
        if name in variants:
            raise FloodevalError(f"--variant '{name}' is given twice; give each variant its own name")
        variants[name] = checkpoint or None
    return variants


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return _whole(text, 1)


def natural(text: str) -> int:
    """Read a whole number from 0."""
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least}")
    return int(text)
