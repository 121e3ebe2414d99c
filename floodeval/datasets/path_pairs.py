"""Photographs and masks paired by their paths, and what has no partner."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from floodeval.datasets.file_patterns import Match
from floodeval.datasets.listing import PICTURES, Gap, Pairs, Sample
from floodeval.datasets.mask_sources import MaskSource
from floodeval.datasets.sample_names import normal, printable, shown
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

Key = tuple[str, str, str]


def pair_by_path(
    folder: Path,
    photographs: Sequence[Match],
    masks: Sequence[Match],
    endings: Sequence[str] = (),
    *,
    by_stem: bool = False,
) -> Pairs:
    """Pair photographs and masks whose paths below their folders are the same.

    Args:
        folder: of the data set.
        photographs: those that fit a pattern.
        masks: those that fit a pattern.
        endings: that the name of a mask may have behind that of its photograph, such as `_mask`.
        by_stem: whether the folders between are left out of account.

    Raises:
        FloodevalError: two photographs share a mask.
    """
    key_of = _key_function(photographs, masks, by_stem)
    wanted = {key_of(one, one.stem) for one in photographs}
    by_key: dict[Key, list[tuple[int, str, Match]]] = {}
    for mask in masks:
        keys = [key_of(mask, stem) for stem in stems_of(mask.stem, endings)]
        rank = next((n for n, key in enumerate(keys) if key in wanted), 0)
        by_key.setdefault(keys[rank], []).append((rank, mask.path, mask))
    gaps = []
    for rows in by_key.values():
        rows.sort(key=lambda row: row[:2])
        kept = rows[0][2]
        gaps += [_repeated_mask(folder, key_name(rows, endings), kept, other) for _, _, other in rows[1:]]
    paired = [one for one in photographs if key_of(one, one.stem) in by_key]
    samples = [
        Sample(one.id, folder / one.path, folder / by_key[key_of(one, one.stem)][0][1]) for one in paired
    ]
    _refuse_shared(samples)
    lonely = [one for one in photographs if key_of(one, one.stem) not in by_key]
    alone = [row[2] for key, rows in by_key.items() if key not in wanted for row in rows[:1]]
    gaps += _without_partner(lonely, photographs, masks, "missing_mask", "no_mask")
    gaps += _without_partner(alone, masks, photographs, "missing_photograph", "no_photograph")
    return Pairs(
        samples,
        gaps,
        {folder / one.path: one.id for one in photographs},
        {MaskSource(folder / one.path): one.id for one in masks},
        first_subsets((one.id, one.subset) for one in paired),
    )


def first_subsets(subsets: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The subset of each id that has one; of several photographs with one id, the first is used.

    >>> first_subsets([("a", "train"), ("a", "test"), ("b", "")])
    {'a': 'train'}
    """
    subset_of: dict[str, str] = {}
    for sample_id, subset in subsets:
        subset_of.setdefault(sample_id, subset)
    return {sample_id: subset for sample_id, subset in subset_of.items() if subset}


def key_name(rows: Sequence[tuple[int, str, Match]], endings: Sequence[str]) -> str:
    """The id that several masks have in common."""
    rank, _, mask = rows[0]
    return normal(mask.below + stems_of(mask.stem, endings)[rank])


def _key_function(
    photographs: Sequence[Match], masks: Sequence[Match], by_stem: bool
) -> Callable[[Match, str], Key]:
    """What photograph and mask share: the folders above and the subset only where both sides have them."""
    has_above = any(one.above for one in photographs) and any(one.above for one in masks)
    has_subset = any(one.subset for one in photographs) and any(one.subset for one in masks)

    def key_of(one: Match, stem: str) -> Key:
        below = "" if by_stem else one.below
        return (one.above if has_above else "", one.subset if has_subset else "", normal(below + stem))

    return key_of


def stems_of(stem: str, endings: Sequence[str]) -> list[str]:
    """The names that the photograph of a mask may have, the most likely first.

    >>> stems_of("a_mask", ["_mask"])
    ['a_mask', 'a']
    """
    ends = [end for end in (*endings, *PICTURES) if stem.lower().endswith(end) and len(stem) > len(end)]
    return [stem, *(stem[: -len(end)] for end in ends)]


def _repeated_mask(folder: Path, name: str, kept: Match, other: Match) -> Gap:
    names = {"file": shown(folder / other.path), "kept": shown(folder / kept.path)}
    return Gap(name, "repeated_id", saying("layouts.two_masks", name=printable(name), **names))


def _refuse_shared(samples: Iterable[Sample]) -> None:
    owner: dict[Path, Sample] = {}
    for sample in samples:
        first = owner.setdefault(sample.mask, sample)
        if first.id != sample.id:
            names = {"a": printable(first.id), "b": printable(sample.id), "mask": shown(sample.mask)}
            raise FloodevalError(saying("layouts.shared_mask", **names))


def _without_partner(
    left: Sequence[Match], every: Sequence[Match], others: Sequence[Match], kind: str, key: str
) -> list[Gap]:
    """Files without a partner: each, or one gap for a whole folder of them."""
    counts = Counter(str(PurePosixPath(one.path).parent) for one in every)
    lonely = Counter(str(PurePosixPath(one.path).parent) for one in left)
    roots = {one.folder for one in every}
    whole = {
        place for place, n in lonely.items() if n == counts[place] and (place not in roots or len(roots) > 1)
    }
    is_mask = kind == "missing_photograph"
    other_name, suffix = ("images", ".jpg") if is_mask else ("masks", ".png")
    gaps = []
    for one in left:
        place = str(PurePosixPath(one.path).parent)
        near = next((match for match in others if match.above == one.above), None)
        other = (PurePosixPath(near.folder or ".").name if near else "") or other_name
        if place not in whole:
            name = printable(f"{PurePosixPath(one.path).parent.name}/{PurePosixPath(one.path).name}")
            extension = (PurePosixPath(near.path).suffix if near else "") or suffix
            reason = saying(f"layouts.{key}", file=name, wanted=printable(f"{other}/{one.id}{extension}"))
            gaps.append(Gap(one.id, kind, reason))
        elif n := lonely.pop(place, 0):
            gaps.append(_folder_gap(one, place, other, f"layouts.{key}_folder", n))
    return gaps


def _folder_gap(one: Match, place: str, other: str, key: str, n: int) -> Gap:
    below = str(PurePosixPath(place).relative_to(one.folder)) if one.folder else place
    if below == ".":  # the whole folder, next to others of its kind
        folder, wanted, name = f"{place}/", f"{other}/", f"{place}/"
    else:
        folder, wanted, name = f"{PurePosixPath(one.folder).name}/{below}/", f"{other}/{below}/", f"{below}/"
    reason = saying(key, folder=printable(folder), n=n, wanted=printable(wanted))
    return Gap(normal(name), "unpaired_folder", reason)
