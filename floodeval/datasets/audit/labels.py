"""The labels of a data set, all its masks together: values that nobody declared, and inverted masks."""

from collections.abc import Iterator

import numpy as np

from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.material import Material
from floodeval.datasets.label_check import LabelCheck, judge
from floodeval.datasets.layouts import shown
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, saying

HALF = 0.5  # of a mask
MOST_OF_MASKS = 0.6
MEAN_WATER = 0.55
FEWEST_MASKS = 3
"""Masks are likely inverted where water covers more than `HALF` of `MOST_OF_MASKS`, and `MEAN_WATER` of all.

Of four real data sets of floods, waters and objects at most 33% of the masks are more than half water, and
the mean is 41% at most; inverted, it is 67% of the masks at least, and a mean of 59%.
"""


def undeclared_issues(material: Material) -> Iterator[Issue]:
    """Values whose meaning nobody declared, for which everything that measures refuses the data set."""
    try:
        _judged(material)
    except FloodevalError as refusal:
        yield Issue("undeclared_labels", (), refusal.args[0], saying("findings.undeclared_cure"))


def label_notes(material: Material) -> tuple[Saying, ...]:
    """What to know about the values of the masks: those that count as land without being named."""
    try:
        return _judged(material).notes
    except FloodevalError:  # which is an issue
        return ()


def _judged(material: Material) -> LabelCheck:
    files = [material.masks[pair.mask] for pair in material.listing.pairs]
    values = {shown(file.path): file.values for file in files if file.values}
    return judge(material.listing.name, material.reading.labels, values)


def inverted_issues(material: Material) -> Iterator[Issue]:
    """Masks that call water what most likely is land, in nearly all of the data set."""
    files = [material.masks[pair.mask] for pair in material.listing.pairs]
    shares = np.array([file.water_share for file in files if not file.error])
    if len(shares) < FEWEST_MASKS or shares.mean() < MEAN_WATER or (shares > HALF).mean() < MOST_OF_MASKS:
        return
    water = material.reading.labels.water
    stated = "255" if water is None else ",".join(map(str, water))
    values = {
        "share": formats.Later(formats.percent, float((shares > HALF).mean())),
        "mean": formats.Later(formats.percent, float(shares.mean())),
        "water": stated,
    }
    yield Issue(
        "inverted_labels", (), saying("findings.inverted", **values), saying("findings.inverted_cure")
    )
