"""Issues of reference masks: of one value, gray, with undeclared values, or inverted throughout."""

from collections.abc import Iterator

import numpy as np

from floodeval.datasets.audit.audited_files import AuditedFiles
from floodeval.datasets.audit.files import MaskFile
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.label_check import LabelCheck, judge
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, saying

GREY_BELOW = 0.90
"""A mask is grey where the IoU of its water over 0 with its water over 127 is below this.

Smooth (anti-aliased) edges alone cost 0.02 in the mean on *Flood Area Segmentation*, and 0.09 on its thinnest
waters; two people who draw the same water differ by 0.17. Below 0.90 the threshold, and not the drawing,
decides what is water. The summary of an audit says how far smooth edges go.
"""

HALF = 0.5  # of a mask
MOST_OF_MASKS = 0.6
MEAN_WATER = 0.55
FEWEST_MASKS = 3
"""Masks are likely inverted where water covers more than `HALF` of `MOST_OF_MASKS`, and `MEAN_WATER` of all.

Of four real data sets of floods, waters and objects at most 33% of the masks are more than half water, and
the mean is 41% at most; inverted, it is 67% of the masks at least, and a mean of 59%.
"""


def mask_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Masks of nothing but land, of nothing but water, or of values between."""
    for sample_id, mask in audited.mask_of.items():
        if mask.error:
            continue
        if mask.agreement < GREY_BELOW:
            yield _grey(sample_id, mask)
        elif mask.water_share in (0, 1):
            yield _of_one_value(sample_id, mask)


def undeclared_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Values whose meaning nobody declared; every command that measures refuses such a data set."""
    try:
        _judged(audited)
    except FloodevalError as refusal:
        yield Issue("undeclared_labels", (), refusal.args[0], saying("audit_findings.undeclared_cure"))


def inverted_issues(audited: AuditedFiles) -> Iterator[Issue]:
    """Masks that most likely have land and water swapped, in nearly all of the data set."""
    files = [audited.masks[pair.source] for pair in audited.listing.pairs]
    shares = np.array([file.water_share for file in files if not file.error])
    if len(shares) < FEWEST_MASKS or shares.mean() < MEAN_WATER or (shares > HALF).mean() < MOST_OF_MASKS:
        return
    water = audited.reading.labels.water
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


def label_notes(audited: AuditedFiles) -> tuple[Saying, ...]:
    """Notes on the values of the masks: those that count as land although no scheme names them."""
    try:
        return _judged(audited).notes
    except FloodevalError:  # which is an issue
        return ()


def _judged(audited: AuditedFiles) -> LabelCheck:
    files = [audited.masks[pair.source] for pair in audited.listing.pairs]
    values = {file.shown: file.values for file in files if file.values}
    return judge(audited.listing.name, audited.reading.labels, values, audited.listing.classes)


def _grey(sample_id: str, mask: MaskFile) -> Issue:
    share = formats.Later(formats.percent, mask.grey_share)
    iou = formats.Later(formats.decimal, mask.agreement, 2)
    said = saying("audit_findings.grey", file=mask.shown, share=share, iou=iou)
    return Issue("grey_mask", (sample_id,), said, saying("audit_findings.grey_cure"))


def _of_one_value(sample_id: str, mask: MaskFile) -> Issue:
    kind = "empty" if mask.water_share == 0 else "full"
    said = saying(f"audit_findings.{kind}", file=mask.shown)
    return Issue(f"{kind}_mask", (sample_id,), said, saying(f"audit_findings.{kind}_cure"))
