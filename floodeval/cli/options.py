"""What the commands share: exit statuses, the parser, and options that several take."""

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from floodeval.errors import FloodevalError

if TYPE_CHECKING:
    from floodeval.datasets.dataset import Dataset
    from floodeval.datasets.dataset_config import ReadingOptions
    from floodeval.datasets.label_scheme import LabelScheme

DONE, SOME_SKIPPED, WRONG_INPUT = 0, 1, 2
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143  # 128 and the signal's number, as shells count


class Parser(argparse.ArgumentParser):
    """Says what is wrong with an option in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Leave with one line and the status for wrong input."""
        self.exit(WRONG_INPUT, f"{self.prog}: {message}; see `{self.prog} --help`\n")


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"


def takes_dataset(parser: argparse.ArgumentParser) -> None:
    """Let the command take a data set, by path or by name, and how its files are read."""
    parser.add_argument(
        "dataset", metavar="DATASET", help="folder of the data set, or its name in $FLOODEVAL_DATA or data/"
    )
    group = parser.add_argument_group(
        "reading the data set", "each option overrides its entry in dataset.toml"
    )
    group.add_argument(
        "--water",
        action="extend",
        type=_ids,
        metavar="IDS",
        help="mask values that mean water, such as 1 or 1,3",
    )
    group.add_argument(
        "--ignore",
        action="extend",
        type=_ids,
        metavar="IDS",
        help="mask values of ignored pixels, such as 255 (or --ignore=-1,255)",
    )
    group.add_argument(
        "--dataset-config",
        type=Path,
        metavar="FILE",
        help="file to use instead of dataset.toml of the data set",
    )
    group.add_argument(
        "--exif",
        choices=("apply", "ignore"),
        help="apply or ignore the orientation tags of the photographs (default: apply)",
    )
    group.add_argument(
        "--stretch",
        choices=("percentiles", "none"),
        help="percentiles: stretch values by percentiles of the data set; none: scale 16-bit values by 1/256",
    )


def read_dataset(options: argparse.Namespace) -> "Dataset":
    """Load the data set that a command was given, read as its options say."""
    from floodeval.datasets.dataset import load_dataset

    return load_dataset(options.dataset, reading_options(options))


def reading_options(options: argparse.Namespace) -> "ReadingOptions":
    """How the files of the data set are read, as far as the command's options state it."""
    from floodeval.datasets.dataset_config import ReadingOptions

    return ReadingOptions(
        labels=stated_labels(options),
        exif=options.exif,
        stretch=options.stretch,
        config=options.dataset_config,
    )


def stated_labels(options: argparse.Namespace) -> "LabelScheme | None":
    """The label scheme of --water and --ignore; what only one of them states, `dataset.toml` completes."""
    from floodeval.datasets.dataset_config import read_config
    from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
    from floodeval.datasets.layouts import find_dataset

    if options.water is None and options.ignore is None:
        return None
    declared = read_config(find_dataset(options.dataset), options.dataset_config).labels or BLACK_AND_WHITE
    water = declared.water if options.water is None else tuple(options.water)
    return LabelScheme(water, declared.ignore if options.ignore is None else tuple(options.ignore))


def takes_run(parser: argparse.ArgumentParser) -> None:
    """Let the command take a run, by path or by name."""
    parser.add_argument("run", metavar="RUN", help="folder of the run, or its name in results/runs")


def takes_csv(parser: argparse.ArgumentParser, what: str) -> None:
    """Let the command keep its table."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help=f"also write {what} to this file")


def takes_variants(parser: argparse.ArgumentParser) -> None:
    """Let the command take variants and prompts, each repeatable."""
    parser.add_argument(
        "--variant",
        action="append",
        metavar="NAME[=CHECKPOINT]",
        help="name of a variant and its checkpoint; without a checkpoint, the pretrained model; repeatable; "
        "the first is the baseline (default: pretrained, and finetuned=flood-area-MODEL)",
    )
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="SPEC",
        help="prompt: box, box:jitter=20, point, points:n=5, full or clicks:max=20; repeatable",
    )


def read_variants(given: list[str] | None) -> dict[str, str | Path | None] | None:
    """Checkpoints by variant name; None where no --variant was given."""
    if not given:
        return None
    variants: dict[str, str | Path | None] = {}
    for text in given:
        name, _, checkpoint = text.partition("=")
        if name in variants:
            raise FloodevalError(f"--variant '{name}' is given twice; give each variant a different name")
        variants[name] = checkpoint or None
    return variants


def _ids(text: str) -> tuple[int, ...]:
    """Read whole numbers between commas."""
    if not re.fullmatch(r"-?[0-9]+(,-?[0-9]+)*", text):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a list of values; expected whole numbers separated by commas, such as 1,255"
        )
    return tuple(int(value) for value in text.split(","))


def positive(text: str) -> int:
    """Read a whole number from 1."""
    return _whole(text, 1)


def natural(text: str) -> int:
    """Read a whole number from 0."""
    return _whole(text, 0)


def _whole(text: str, least: int) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not valid; expected a whole number of at least {least}"
        )
    return int(text)
