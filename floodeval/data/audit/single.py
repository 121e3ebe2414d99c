"""What can be said of one file alone: unreadable, of another format, a mask of one value or grey."""

from collections.abc import Iterator

from floodeval.data.audit.files import File, MaskFile, format_mismatch
from floodeval.data.audit.findings import Issue
from floodeval.data.audit.material import Material
from floodeval.data.listing import shown

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
            if file.error:
                yield _unreadable(sample_id, file)
            elif found := format_mismatch(file):
                detail = f"{shown(file.path)} is {found} inside"
                cure = "floodeval reads it by its content; rename it for programs that go by the name"
                yield Issue("format_mismatch", (sample_id,), detail, cure)


def mask_issues(material: Material) -> Iterator[Issue]:
    """Masks of nothing but land, of nothing but water, or of values between."""
    for sample_id, mask in material.mask_of.items():
        if mask.error:
            continue
        if mask.agreement < GREY_BELOW:
            yield _grey(sample_id, mask)
        elif mask.water_share in (0, 1):
            yield _of_one_value(sample_id, mask)


def _unreadable(sample_id: str, file: File) -> Issue:
    said, _, cure = file.error.rpartition("; ")
    place = f"{file.path.parent}/"
    return Issue("unreadable", (sample_id,), (said or cure).replace(place, f"{file.path.parent.name}/"), cure)


def _grey(sample_id: str, mask: MaskFile) -> Issue:
    detail = (
        f"{shown(mask.path)}: {mask.grey_share:.0%} of the pixels are neither 0 nor 255; the water over 0 "
        f"and the water over 127 agree to an IoU of {mask.agreement:.2f} only"
    )
    cure = "save the mask with 0 and 255 alone; floodeval takes as water what is over 127"
    return Issue("grey_mask", (sample_id,), detail, cure)


def _of_one_value(sample_id: str, mask: MaskFile) -> Issue:
    if mask.water_share == 0:
        cure = "draw the water, or keep it if there is none in the photograph"
        return Issue("empty_mask", (sample_id,), f"{shown(mask.path)} has no water at all", cure)
    cure = "draw the land, or keep it if there is nothing but water in the photograph"
    return Issue("full_mask", (sample_id,), f"{shown(mask.path)} has nothing but water", cure)
