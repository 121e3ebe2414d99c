"""Orientation tags that photograph and mask do not share: which of the two ways to read them fits?

A photograph with a tag of its own is turned when it is displayed, and its mask is not. Where sizes tell that
the mask was drawn on the turned photograph, nothing is wrong. Elsewhere the shore tells, where it fits the
photograph one way far better than the other; and where that does not, a person has to decide.
"""

from collections.abc import Iterator

import numpy as np

from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.material import Material
from floodeval.datasets.layouts import Sample
from floodeval.datasets.orientation import inverse, turned
from floodeval.i18n.catalog import saying

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
            cure = saying(f"findings.orientation_{kind}_cure")
            yield Issue("orientation", (pair.id,), saying(f"findings.orientation_{kind}", **values), cure)


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
