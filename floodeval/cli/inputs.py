"""The data set of a command, read as its options say (see `floodeval.cli.options.add_dataset`)."""

import argparse

from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.dataset_config import read_config
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.datasets.layouts import find_dataset


def read_dataset(options: argparse.Namespace) -> Dataset:
    """Load the data set of a command.

    Raises:
        FloodevalError: as `load_dataset` does.
    """
    return load_dataset(
        options.dataset,
        labels=stated_labels(options),
        exif=options.exif,
        stretch=options.stretch,
        config=options.dataset_config,
    )


def stated_labels(options: argparse.Namespace) -> LabelScheme | None:
    """The label scheme of --water and --ignore; if only one is given, `dataset.toml` completes it."""
    if options.water is None and options.ignore is None:
        return None
    declared = read_config(find_dataset(options.dataset), options.dataset_config).labels or BLACK_AND_WHITE
    water = declared.water if options.water is None else tuple(options.water)
    return LabelScheme(water, declared.ignore if options.ignore is None else tuple(options.ignore))
