"""What a data set in a layout is read as, and what it should be."""

from floodeval import ReadingOptions, load_dataset
from floodeval.datasets.dataset import read_pair
from floodeval.datasets.dataset_config import AS_DECLARED
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.label_scheme import StatedLabels
from tests.support.laid_out import (
    INSIDE,
)

WATER = ReadingOptions(labels=StatedLabels(water=("water",)))


def ids(dataset):
    return [sample.id for sample in dataset.samples]


def water(dataset, sample_id):
    return read_pair(dataset[sample_id]).truth


def subsets(dataset):
    return dict(dataset.listing.subset_of)


def check(folder, layout, expected=("a",), options=AS_DECLARED):
    """Load a data set, check its layout, its ids and that the rectangle is water everywhere."""
    dataset = load_dataset(folder, options)
    assert dataset.listing.layout == layout
    assert ids(dataset) == list(expected)
    assert dataset.skipped == ()
    for sample_id in expected:
        assert (water(dataset, sample_id) == INSIDE).all()
    check_labels(dataset)
    return dataset
