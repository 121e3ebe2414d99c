"""What can be said of one file alone: unreadable, of another format, a mask of one value or grey."""

from collections.abc import Iterator

from floodeval.datasets.audit.files import MaskFile, format_mismatch
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.material import Material
from floodeval.datasets.layouts import shown
from floodeval.i18n import formats
from floodeval.i18n.catalog import saying

GREY_BELOW = 0.90
"""A mask is grey where the IoU of its water over 0 with its water over 127 is below this.

Smooth (anti-aliased) edges alone cost 0.02 in the mean on *Flood Area Segmentation*, and 0.09 on its thinnest
waters; two people who draw the same water differ by 0.17. Below 0.90 the threshold, and not the drawing,
decides what is water. The summary tells how far smooth edges go.
"""


def file_issues(material: Material) -> Iterator[Issue]:
    """Files that cannot be read, and files whose extension is not their content's."""
    for files in (material.photograph_of, material.mask_of):
        for sample_id, file in files.items():
            if file.error and not (isinstance(file, MaskFile) and file.values):  # else its values are odd
                yield Issue("unreadable", (sample_id,), file.error)
            elif not file.error and (found := format_mismatch(file)):
                said = saying("findings.format", file=shown(file.path), format=found)
                yield Issue("format_mismatch", (sample_id,), said, saying("findings.format_cure"))


def mask_issues(material: Material) -> Iterator[Issue]:
    """Masks of nothing but land, of nothing but water, or of values between."""
    for sample_id, mask in material.mask_of.items():
        if mask.error:
            continue
        if mask.agreement < GREY_BELOW:
            yield _grey(sample_id, mask)
        elif mask.water_share in (0, 1):
            yield _of_one_value(sample_id, mask)


def _grey(sample_id: str, mask: MaskFile) -> Issue:
    share = formats.Later(formats.percent, mask.grey_share)
    iou = formats.Later(formats.decimal, mask.agreement, 2)
    said = saying("findings.grey", file=shown(mask.path), share=share, iou=iou)
    return Issue("grey_mask", (sample_id,), said, saying("findings.grey_cure"))


def _of_one_value(sample_id: str, mask: MaskFile) -> Issue:
    kind = "empty" if mask.water_share == 0 else "full"
    said = saying(f"findings.{kind}", file=shown(mask.path))
    return Issue(f"{kind}_mask", (sample_id,), said, saying(f"findings.{kind}_cure"))
