"""The labels of a data set, all its masks together: values that nobody declared, and inverted masks."""

from collections.abc import Iterator

import numpy as np

from floodeval.datasets.audit.files import PhotographFile
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.pairs import Material
from floodeval.datasets.image_files import inverse, turned
from floodeval.datasets.label_check import LabelCheck, judge
from floodeval.datasets.layouts import Sample, natural_key, shown
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, saying

# The labels of a data set, all its masks together: values that nobody declared, and inverted masks.

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
        yield Issue("undeclared_labels", (), refusal.args[0], saying("audit_findings.undeclared_cure"))


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
        "inverted_labels",
        (),
        saying("audit_findings.inverted", **values),
        saying("audit_findings.inverted_cure"),
    )


# What can be said of a photograph alone: black, white, of one color, too thin, of bands left out.

BLACK = 16  # of 255: nearly all pixels of a black photograph are darker
WHITE = 239  # and of a white one lighter
SAM_SIDE = 1024  # pixels of the longer side, once a photograph is resized for SAM


def photograph_issues(material: Material) -> Iterator[Issue]:
    """Photographs that show nothing, that SAM cannot see, or that are read in part."""
    for sample_id, file in material.photograph_of.items():
        if file.header and is_thin(file.header.width, file.header.height):
            values = {"file": shown(file.path), "size": f"{file.header.width}x{file.header.height}"}
            said = saying("audit_findings.thin", **values)
            yield Issue("thin_photograph", (sample_id,), said, saying("audit_findings.thin_cure"))
        if not file.error and (kind := _empty_kind(file)):
            light, dark = round(file.light), round(file.dark)
            said = saying(f"audit_findings.{kind}", file=shown(file.path), light=light, dark=dark)
            yield Issue(
                f"{kind}_photograph", (sample_id,), said, saying("audit_findings.empty_photograph_cure")
            )
    yield from _whole_set_issues(material)


def is_thin(width: int, height: int) -> bool:
    """Whether SAM's resizing leaves no pixel of the shorter side."""
    return int(min(width, height) * SAM_SIDE / max(width, height, 1) + 0.5) < 1


def _empty_kind(file: PhotographFile) -> str:
    """What a photograph that shows nothing is; empty where it shows something."""
    if file.is_constant:
        return "constant"
    if file.light < BLACK:
        return "black"
    return "white" if file.dark > WHITE else ""


def _whole_set_issues(material: Material) -> Iterator[Issue]:
    """Values that nothing says how to read, and fourth bands that are left out."""
    headers = {i: file.header for i, file in material.photograph_of.items() if file.header}
    if material.refused:
        ids = [i for i, header in headers.items() if header.is_deep or header.n_bands not in (1, 3)]
        ids = sorted(ids or headers, key=natural_key)
        yield Issue("value_range", tuple(ids), material.refused)
    four = sorted((i for i, header in headers.items() if header.n_bands == 4), key=natural_key)
    if four and material.reading.photographs.bands == FIRST_THREE:
        said = saying("audit_findings.dropped_band", n=len(four))
        yield Issue("dropped_band", tuple(four), said, saying("audit_findings.dropped_band_cure"))


# Orientation tags that photograph and mask do not share: which of the two ways to read them fits?

FITS = 5.0  # deviations above chance from where on a shore fits
CLEARER = 2.0  # times the fit of the other way


def orientation_issues(material: Material) -> Iterator[Issue]:
    """Pairs whose tags differ and whose mask does not plainly belong to the photograph as it is displayed."""
    if material.reading.photographs.exif_stated:
        return
    for pair in material.readable_pairs:
        kind = _kind(material, pair)
        if kind:
            values = {"name": pair.id, "tag": _tag(material, pair)}
            cure = saying(f"audit_findings.orientation_{kind}_cure")
            yield Issue(
                "orientation", (pair.id,), saying(f"audit_findings.orientation_{kind}", **values), cure
            )


def _kind(material: Material, pair: Sample) -> str:
    """`stored` where the mask fits the stored pixels, `open` where nothing tells; else empty."""
    photograph, mask = material.photographs[pair.photograph].header, material.masks[pair.mask].header
    if photograph is None or mask is None or photograph.orientation == mask.orientation:
        return ""
    as_displayed = photograph.displayed_size == mask.displayed_size
    as_stored = photograph.stored_size == mask.stored_size
    if as_displayed and as_stored:
        return _kind_by_content(material, pair)
    return "stored" if as_stored else ""


def _kind_by_content(material: Material, pair: Sample) -> str:
    photograph, mask = material.photographs[pair.photograph], material.masks[pair.mask]
    assert photograph.header and mask.header
    if photograph.small is None or mask.small is None:
        return "open"
    displayed = material.fits.between(photograph.small, mask.small)
    back = (inverse(photograph.header.orientation), inverse(mask.header.orientation))
    small = np.ascontiguousarray(turned(photograph.small, back[0]))
    stored = material.fits.between(small, np.ascontiguousarray(turned(mask.small, back[1])))
    if displayed is None or stored is None:
        return "open"
    if displayed >= max(FITS, CLEARER * stored):
        return ""
    return "stored" if stored >= max(FITS, CLEARER * displayed) else "open"


def _tag(material: Material, pair: Sample) -> int:
    """The tag that only one of the two files has."""
    photograph, mask = material.photographs[pair.photograph].header, material.masks[pair.mask].header
    tags = [header.orientation for header in (photograph, mask) if header]
    return next((tag for tag in tags if tag != 1), 1)
