"""Whose mask is it: pairs whose sizes disagree, swapped masks, masks of another photograph.

Two things tell: the size in pixels, and the fit of the mask's shore to the photograph's colors (`fit`). A
mask of the right size is called another's only where it does not fit its own photograph at all, fits the
other one as a true mask does, and fits no third.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from floodeval.datasets.audit.audited_files import AuditedFiles
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import natural_key
from floodeval.i18n import formats
from floodeval.i18n.catalog import Joined, Saying, saying

MISFIT = (
    2.0  # deviations above chance under which a mask does not fit; 232 of 233 sound real pairs are over it
)
FITS = 5.0  # from where on it fits, if the size says so too
FITS_ALONE = 8.0  # the same without the size's word
STANDS_OUT = 2.0  # times the fit of the mask to the best twentieth of the photographs

Size = tuple[int, int]


def ownership_issues(audited: AuditedFiles) -> list[Issue]:
    """Sizes that disagree, swapped masks and foreign masks; a fact and its explanation are two issues."""
    unequal = [pair for pair in audited.readable_pairs if _unequal(audited, pair)]
    misfits = [pair for pair in audited.readable_pairs if _unequal(audited, pair) or _misfits(audited, pair)]
    swapped = list(_swapped(audited, misfits))
    explained = {sample_id for issue in swapped for sample_id in issue.ids}
    foreign = [issue for pair in misfits if pair.id not in explained for issue in _foreign(audited, pair)]
    explained |= {issue.ids[0] for issue in foreign}
    return [*swapped, *foreign, *(_mismatch(audited, pair, pair.id in explained) for pair in unequal)]


def _sizes(audited: AuditedFiles, pair: Sample) -> tuple[Size, Size]:
    photograph, mask = audited.photographs[pair.photograph].size, audited.masks[pair.source].size
    return photograph or (0, 0), mask or (0, 0)


def _unequal(audited: AuditedFiles, pair: Sample) -> bool:
    photograph, mask = _sizes(audited, pair)
    return photograph != mask


def _misfits(audited: AuditedFiles, pair: Sample) -> bool:
    fit = audited.fits.of(pair.id, pair.id)
    return fit is not None and fit < MISFIT


def _swapped(audited: AuditedFiles, misfits: Sequence[Sample]) -> Iterator[Issue]:
    """Each misfit with the pair whose mask fits it as its own fits that one; nobody has two partners."""
    crossed = [
        (a, b)
        for a in misfits
        for b in audited.readable_pairs
        if natural_key(a.id) < natural_key(b.id) or b not in misfits
        if _cross(audited, a, b)
    ]
    if not audited.fits.possible:
        partners = Counter(pair.id for both in crossed for pair in both)
        crossed = [(a, b) for a, b in crossed if partners[a.id] == partners[b.id] == 1]
    crossed.sort(key=lambda ab: -_fit(audited, ab[0], ab[1]) - _fit(audited, ab[1], ab[0]))
    taken: set[str] = set()
    for a, b in crossed:
        if not taken & {a.id, b.id}:
            taken |= {a.id, b.id}
            yield _swap(audited, *sorted((a, b), key=lambda pair: natural_key(pair.id)))


def _cross(audited: AuditedFiles, a: Sample, b: Sample) -> bool:
    """Whether two pairs gain by exchanging their masks, as far as sizes and fits tell."""
    (photo_a, mask_a), (photo_b, mask_b) = _sizes(audited, a), _sizes(audited, b)
    if a == b or mask_a != photo_b or mask_b != photo_a:
        return False
    if not audited.fits.possible:
        return photo_a != photo_b
    crossed = min(_fit(audited, a, b), _fit(audited, b, a))
    if photo_a != photo_b:
        return crossed >= MISFIT
    return crossed >= max(FITS, 2 * _fit(audited, a, a), 2 * _fit(audited, b, b))


def _fit(audited: AuditedFiles, mask: Sample, photograph: Sample) -> float:
    return audited.fits.of(mask.id, photograph.id) or 0.0


def _swap(audited: AuditedFiles, a: Sample, b: Sample) -> Issue:
    (photo_a, mask_a), (photo_b, mask_b) = _sizes(audited, a), _sizes(audited, b)
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
    first, second = audited.fits.of(a.id, b.id), audited.fits.of(b.id, a.id)
    if first is not None and second is not None:
        found.append(saying("audit_findings.crossed", first=round(first), second=round(second)))
    return Issue(
        "swapped_masks", (a.id, b.id), Joined(found, ""), saying("audit_findings.swapped_cure", **names)
    )


def _foreign(audited: AuditedFiles, pair: Sample) -> Iterator[Issue]:
    own, size = _sizes(audited, pair)
    cure, stretched = saying("audit_findings.foreign_cure", name=pair.id), _stretched(audited, pair)
    if twin := _twin(audited, pair):
        said = saying("audit_findings.foreign_file", name=pair.id, other=twin, size=_by(size))
        yield Issue("foreign_mask", (pair.id, twin), Joined((said, stretched), ""), cure)
    elif owner := _owner(audited, pair):
        fit = round(audited.fits.of(pair.id, owner) or 0.0)
        key = "audit_findings.foreign_shore" if own == size else "audit_findings.foreign_size"
        said = saying(key, name=pair.id, other=owner, fit=fit, size=_by(size))
        yield Issue("foreign_mask", (pair.id, owner), Joined((said, stretched), ""), cure)


def _twin(audited: AuditedFiles, pair: Sample) -> str:
    """Another sample that has the same mask file, in the size of its photograph, where this one has not."""
    mask = audited.masks[pair.source]
    if not _unequal(audited, pair) or mask.water_share in (0, 1):  # a mask of one value is nobody's
        return ""
    for other in audited.readable_pairs:
        same = other.id != pair.id and audited.masks[other.source].sha256 == mask.sha256
        if same and not _unequal(audited, other) and not _misfits(audited, other):
            return other.id
    return ""


def _owner(audited: AuditedFiles, pair: Sample) -> str:
    """The photograph of the mask's size that the mask fits as a true mask would; empty where none does."""
    own, size = _sizes(audited, pair)
    fits = audited.fits.everywhere(pair.id)
    of_size = {i: fit for i, fit in fits.items() if i != pair.id and audited.photograph_of[i].size == size}
    if not of_size:
        return ""
    best = max(of_size, key=lambda i: of_size[i])
    if own != size:
        return best if of_size[best] >= FITS and of_size[best] >= fits.get(pair.id, 0.0) else ""
    common = float(np.quantile(list(fits.values()), 0.95))
    return best if of_size[best] >= max(FITS_ALONE, STANDS_OUT * common) else ""


def _stretched(audited: AuditedFiles, pair: Sample) -> Saying | str:
    """A word on whether the mask would fit its own photograph if it were stretched to its size."""
    fit = audited.fits.of(pair.id, pair.id)
    if fit is None or fit < FITS or not _unequal(audited, pair):
        return ""
    return saying("audit_findings.stretched", name=pair.id, fit=round(fit))


def _mismatch(audited: AuditedFiles, pair: Sample, explained: bool) -> Issue:
    photograph, mask = _sizes(audited, pair)
    values: dict[str, object] = {"name": pair.id, "photo": _by(photograph), "mask": _by(mask)}
    key, cure = "audit_findings.sizes", "audit_findings.sizes_cure"
    if explained:
        cure = "audit_findings.sizes_explained_cure"
    elif abs(photograph[0] * mask[1] - photograph[1] * mask[0]) <= max(*photograph, *mask):
        key, cure = "audit_findings.sizes_in_proportion", "audit_findings.sizes_in_proportion_cure"
    elif fits := {i: fit for i, fit in audited.fits.everywhere(pair.id).items() if i != pair.id}:
        best = max(fits, key=lambda i: fits[i])
        key, values = (
            "audit_findings.sizes_nearest",
            values | {"other": best, "fit": formats.Later(formats.decimal, fits[best], 1)},
        )
    return Issue("size_mismatch", (pair.id,), saying(key, **values), saying(cure, **values))


def _by(size: Size) -> str:
    return formats.picture_size(*size)
