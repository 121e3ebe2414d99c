"""Whose mask is it: pairs whose sizes disagree, swapped masks, masks of another photograph.

Two things tell: the size in pixels, and the fit of the mask's shore to the photograph's colors (`fit`). A
mask of the right size is called another's only where it does not fit its own photograph at all, fits the
other one as a true mask does, and fits no third.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.pairs import Material
from floodeval.datasets.layouts import Sample, natural_key
from floodeval.i18n import formats
from floodeval.i18n.catalog import Joined, Saying, saying

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
    names = {"a": a.id, "b": b.id}
    if photo_a != mask_a:
        sizes = {
            "photo_a": _by(photo_a),
            "mask_a": _by(mask_a),
            "photo_b": _by(photo_b),
            "mask_b": _by(mask_b),
        }
        found = [saying("audit_findings.swapped_sizes", **names, **sizes)]
    else:
        found = [saying("audit_findings.swapped_shores", size=_by(photo_a))]
    first, second = material.fits.of(a.id, b.id), material.fits.of(b.id, a.id)
    if first is not None and second is not None:
        found.append(saying("audit_findings.crossed", first=round(first), second=round(second)))
    return Issue(
        "swapped_masks", (a.id, b.id), Joined(found, ""), saying("audit_findings.swapped_cure", **names)
    )


def _foreign(material: Material, pair: Sample) -> Iterator[Issue]:
    own, size = _sizes(material, pair)
    cure, stretched = saying("audit_findings.foreign_cure", name=pair.id), _stretched(material, pair)
    if twin := _twin(material, pair):
        said = saying("audit_findings.foreign_file", name=pair.id, other=twin, size=_by(size))
        yield Issue("foreign_mask", (pair.id, twin), Joined((said, stretched), ""), cure)
    elif owner := _owner(material, pair):
        fit = round(material.fits.of(pair.id, owner) or 0.0)
        key = "audit_findings.foreign_shore" if own == size else "audit_findings.foreign_size"
        said = saying(key, name=pair.id, other=owner, fit=fit, size=_by(size))
        yield Issue("foreign_mask", (pair.id, owner), Joined((said, stretched), ""), cure)


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


def _stretched(material: Material, pair: Sample) -> Saying | str:
    """A word on whether the mask would fit its own photograph if it were stretched to its size."""
    fit = material.fits.of(pair.id, pair.id)
    if fit is None or fit < FITS or not _unequal(material, pair):
        return ""
    return saying("audit_findings.stretched", name=pair.id, fit=round(fit))


def _mismatch(material: Material, pair: Sample, explained: bool) -> Issue:
    photograph, mask = _sizes(material, pair)
    values: dict[str, object] = {"name": pair.id, "photo": _by(photograph), "mask": _by(mask)}
    key, cure = "audit_findings.sizes", "audit_findings.sizes_cure"
    if explained:
        cure = "audit_findings.sizes_explained_cure"
    elif abs(photograph[0] * mask[1] - photograph[1] * mask[0]) <= max(*photograph, *mask):
        key, cure = "audit_findings.sizes_in_proportion", "audit_findings.sizes_in_proportion_cure"
    elif fits := {i: fit for i, fit in material.fits.everywhere(pair.id).items() if i != pair.id}:
        best = max(fits, key=lambda i: fits[i])
        key, values = (
            "audit_findings.sizes_nearest",
            values | {"other": best, "fit": formats.Later(formats.decimal, fits[best], 1)},
        )
    return Issue("size_mismatch", (pair.id,), saying(key, **values), saying(cure, **values))


def _by(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
