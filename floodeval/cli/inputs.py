"""The inputs of a command, read as its options say: its data set and its variants."""

import argparse
from pathlib import Path

from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.label_scheme import NOTHING_STATED, StatedLabels
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.sources import split_variant


def read_dataset(options: argparse.Namespace) -> Dataset:
    """Load the data set of a command.

    Raises:
        FloodevalError: as `load_dataset` does.
    """
    return load_dataset(options.dataset, reading_options(options))


def reading_options(options: argparse.Namespace) -> ReadingOptions:
    """How the files of the data set are read, as far as the options of the command state it."""
    return ReadingOptions(
        labels=stated_labels(options),
        exif=options.exif,
        stretch=options.stretch,
        config=options.dataset_config,
    )


def stated_labels(options: argparse.Namespace) -> StatedLabels | None:
    """What --water and --ignore state; `dataset.toml` and the layout complete it."""
    given = (None if one is None else tuple(one) for one in (options.water, options.ignore))
    stated = StatedLabels(*given)
    return None if stated == NOTHING_STATED else stated


def read_variants(given: list[str] | None) -> dict[str, str | Path | None] | None:
    """Sources by variant name; None if no --variant was given.

    Raises:
        FloodevalError: a name is given twice, or as `split_variant`.
    """
    if not given:
        return None
    variants: dict[str, str | Path | None] = {}
    for text in given:
        name, source = split_variant(text)
        if name in variants:
            raise FloodevalError(f"--variant '{name}' is given twice; give each variant a different name")
        variants[name] = source
    return variants


def read_names(given: list[str] | None, alone: str | None = None) -> dict[str, str]:
    """Texts by name, from `NAME=TEXT`.

    Args:
        given: the values of an option; None if it was not given.
        alone: the name that a value without `=` is about; None if there has to be one.

    Raises:
        FloodevalError: a value names nothing, or a name is given twice.
    """
    names: dict[str, str] = {}
    for value in given or ():
        name, equals, text = value.partition("=")
        if not equals and alone is not None:
            name, text = alone, value
        elif not equals or not name:
            raise FloodevalError(saying("groups.no_name", text=value))
        if name in names:
            raise FloodevalError(saying("groups.twice", name=name))
        names[name] = text
    return names


def split_files(given: list[str] | None, in_domain: str) -> dict[str, Path]:
    """The file of each data set's split by the name of the data set, from `[DATASET=]FILE`.

    An existing file wins over a name, so that a file's name may contain `=`.

    Args:
        given: the values of the option; None if it was not given.
        in_domain: the name of the data set that a split without a name is of.

    Raises:
        FloodevalError: a value names nothing, or a data set is given two splits.
    """
    stated = [f"{in_domain}={text}" if Path(text).is_file() else text for text in given or ()]
    return {name: Path(text) for name, text in read_names(stated, alone=in_domain).items()}
