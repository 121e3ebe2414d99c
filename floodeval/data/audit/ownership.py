"""Whose mask is it: pairs whose sizes disagree, swapped masks, masks of another photograph.

Two things tell: the size in pixels, and the fit of the mask's shore to the photograph's colours (`fit`). A
mask of the right size is called another's only where it does not fit its own photograph at all, fits the
other one as a true mask does, and fits no third.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from floodeval.data.audit.findings import Issue
from floodeval.data.audit.material import Material
from floodeval.data.listing import Sample, natural_key, printable

MISFIT = (
    2.0  # deviations above chance under which a mask does not fit; 232 of 233 sound real pairs are over it
)
FITS = 5.0  # from where on it fits, if the size says so too
FITS_ALONE = 8.0  # the same without the size's word
STANDS_OUT = 2.0  # times the fit of the mask to the best twentieth of the photographs

Size = tuple[int, int]


def ownership_issues(material: Material) -> list[Issue]:
    """Sizes that disagree, swapped masks and foreign masks; a fact and its explanation are two issues."""
    unequal = [pair for pair in material.readable_pairs if _unequal(material, pair)]
    misfits = [
        pair for pair in material.readable_pairs if _unequal(material, pair) or _misfits(material, pair)
    ]
    swapped = list(_swapped(material, misfits))
    explained = {sample_id for issue in swapped for sample_id in issue.ids}
    foreign = [issue for pair in misfits if pair.id not in explained for issue in _foreign(material, pair)]
    explained |= {issue.ids[0] for issue in foreign}
    return [*swapped, *foreign, *(_mismatch(material, pair, pair.id in explained) for pair in unequal)]


def _sizes(material: Material, pair: Sample) -> tuple[Size, Size]:
    photograph, mask = material.photographs[pair.photograph].size, material.masks[pair.mask].size
    return photograph or (0, 0), mask or (0, 0)


def _unequal(material: Material, pair: Sample) -> bool:
    photograph, mask = _sizes(material, pair)
    return photograph != mask


def _misfits(material: Material, pair: Sample) -> bool:
    fit = material.fits.of(pair.id, pair.id)
    return fit is not None and fit < MISFIT


def _swapped(material: Material, misfits: Sequence[Sample]) -> Iterator[Issue]:
    """Each misfit with the pair whose mask fits it as its own fits that one; nobody has two partners."""
    crossed = [
        (a, b)
        for a in misfits
        for b in material.readable_pairs
        if natural_key(a.id) < natural_key(b.id) or b not in misfits
        if _cross(material, a, b)
    ]
    if not material.fits.possible:
        partners = Counter(pair.id for both in crossed for pair in both)
        crossed = [(a, b) for a, b in crossed if partners[a.id] == partners[b.id] == 1]
    crossed.sort(key=lambda ab: -_fit(material, ab[0], ab[1]) - _fit(material, ab[1], ab[0]))
    taken: set[str] = set()
    for a, b in crossed:
        if not taken & {a.id, b.id}:
            taken |= {a.id, b.id}
            yield _swap(material, *sorted((a, b), key=lambda pair: natural_key(pair.id)))


def _cross(material: Material, a: Sample, b: Sample) -> bool:
    """Whether two pairs gain by exchanging their masks, as far as sizes and fits tell."""
    (photo_a, mask_a), (photo_b, mask_b) = _sizes(material, a), _sizes(material, b)
    if a == b or mask_a != photo_b or mask_b != photo_a:
        return False
    if not material.fits.possible:
        return photo_a != photo_b
    crossed = min(_fit(material, a, b), _fit(material, b, a))
    if photo_a != photo_b:
        return crossed >= MISFIT
    return crossed >= max(FITS, 2 * _fit(material, a, a), 2 * _fit(material, b, b))


def _fit(material: Material, mask: Sample, photograph: Sample) -> float:
    return material.fits.of(mask.id, photograph.id) or 0.0


def _swap(material: Material, a: Sample, b: Sample) -> Issue:
    (photo_a, mask_a), (photo_b, mask_b) = _sizes(material, a), _sizes(material, b)
    first, second = printable(a.id), printable(b.id)
    if photo_a != mask_a:
        sizes = (
            f"{first} is {_by(photo_a)} with a mask of {_by(mask_a)}, {second} is {_by(photo_b)} with one of"
        )
        detail = f"{sizes} {_by(mask_b)}"
    else:
        detail = (
            f"neither mask follows its own photograph, and each follows the other's ({_by(photo_a)} both)"
        )
    fits = (material.fits.of(a.id, b.id), material.fits.of(b.id, a.id))
    if None not in fits:
        detail += f"; crossed, their shores fit by {fits[0]:.0f} and {fits[1]:.0f} deviations above chance"
    return Issue("swapped_masks", (a.id, b.id), detail, f"exchange the masks of {first} and {second}")


def _foreign(material: Material, pair: Sample) -> Iterator[Issue]:
    own, size = _sizes(material, pair)
    name = printable(pair.id)
    cure = f"draw the mask of {name} anew, or leave the pair out"
    if twin := _twin(material, pair):
        detail = (
            f"the masks of {name} and {printable(twin)} are the same file, byte for byte, in the size of "
        )
        detail += f"photograph {printable(twin)} ({_by(size)}){_stretched(material, pair)}"
        yield Issue("foreign_mask", (pair.id, twin), detail, cure)
    elif owner := _owner(material, pair):
        fit = material.fits.of(pair.id, owner) or 0.0
        detail = (
            f"the mask of {name} follows photograph {printable(owner)} ({fit:.0f} deviations above chance)"
        )
        against = f", and is {_by(size)} as that is" if own != size else ", and not its own"
        yield Issue("foreign_mask", (pair.id, owner), f"{detail}{against}{_stretched(material, pair)}", cure)


def _twin(material: Material, pair: Sample) -> str:
    """Another sample that has the same mask file, in the size of its photograph, where this one has not."""
    mask = material.masks[pair.mask]
    if not _unequal(material, pair) or mask.water_share in (0, 1):  # a mask of one value is nobody's
        return ""
    for other in material.readable_pairs:
        same = other.id != pair.id and material.masks[other.mask].sha256 == mask.sha256
        if same and not _unequal(material, other) and not _misfits(material, other):
            return other.id
    return ""


def _owner(material: Material, pair: Sample) -> str:
    """The photograph of the mask's size that the mask fits as a true mask would; empty where none does."""
    own, size = _sizes(material, pair)
    fits = material.fits.everywhere(pair.id)
    of_size = {i: fit for i, fit in fits.items() if i != pair.id and material.photograph_of[i].size == size}
    if not of_size:
        return ""
    best = max(of_size, key=lambda i: of_size[i])
    if own != size:
        return best if of_size[best] >= FITS and of_size[best] >= fits.get(pair.id, 0.0) else ""
    common = float(np.quantile(list(fits.values()), 0.95))
    return best if of_size[best] >= max(FITS_ALONE, STANDS_OUT * common) else ""


def _stretched(material: Material, pair: Sample) -> str:
    """A word on whether the mask would fit its own photograph if it were stretched to its size."""
    fit = material.fits.of(pair.id, pair.id)
    if fit is None or fit < FITS or not _unequal(material, pair):
        return ""
    return f"; stretched, it fits {printable(pair.id)} too ({fit:.0f} deviations): one view, framed otherwise"


def _mismatch(material: Material, pair: Sample, explained: bool) -> Issue:
    photograph, mask = _sizes(material, pair)
    name = printable(pair.id)
    detail = f"photograph {name} is {_by(photograph)} and its mask {_by(mask)}"
    if explained:
        cure = "see the swapped or foreign mask of this name; the pair is left out until it is repaired"
        return Issue("size_mismatch", (pair.id,), detail, cure)
    fits = {i: fit for i, fit in material.fits.everywhere(pair.id).items() if i != pair.id}
    if abs(photograph[0] * mask[1] - photograph[1] * mask[0]) <= max(*photograph, *mask):
        detail += ", in the same proportions"
        cure = f"save the mask of {name} at {_by(photograph)}, without smoothing; floodeval resizes no mask"
        return Issue("size_mismatch", (pair.id,), detail, cure)
    if fits:
        best = max(fits, key=lambda i: fits[i])
        detail += (
            f"; no photograph here is surely its own (nearest {printable(best)}, {fits[best]:.1f} deviations)"
        )
    return Issue("size_mismatch", (pair.id,), detail, f"pair photograph {name} with its own mask")


def _by(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
