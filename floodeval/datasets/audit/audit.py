"""The audit of a data set: every file looked at once, every check made, nothing changed on disk."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floodeval.datasets.audit.duplicates import Groups, leak_issues, repeat_issues, same_bytes, scene_groups
from floodeval.datasets.audit.findings import KINDS, Audit, Issue
from floodeval.datasets.audit.labels import inverted_issues, label_notes, undeclared_issues
from floodeval.datasets.audit.material import Material, look
from floodeval.datasets.audit.orientation import orientation_issues
from floodeval.datasets.audit.ownership import ownership_issues
from floodeval.datasets.audit.photographs import photograph_issues
from floodeval.datasets.audit.single import file_issues, mask_issues
from floodeval.datasets.audit.summary import summarise
from floodeval.datasets.layouts import LAYOUTS, Listing, list_dataset, natural_key
from floodeval.datasets.reading import Reading
from floodeval.datasets.splits import read_subsets
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying
from floodeval.progress import Progress, silent

if TYPE_CHECKING:  # slow to import
    from floodeval.datasets.scenes import Scenes


def audit(
    dataset: str | Path,
    split: Path | None = None,
    scenes: "Scenes | None" = None,
    agreement: Mapping[str, Any] | None = None,
    progress: Progress = silent,
    reading: Reading | None = None,
    refused: Saying | None = None,
) -> Audit:
    """Audit a data set, given by path or by name.

    Args:
        dataset: a folder, or a name under $FLOODEVAL_DATA or data/.
        split: a CSV with the columns id, scene, split, to be searched for leaks.
        scenes: which photographs show one scene; without it, only those of the same bytes do.
        agreement: how far labels of the same photograph agree, for the summary.
        progress: called with how many files are done, and of how many.
        reading: how its files are read, from the data set that was loaded; decided here without it.
        refused: why nothing says how the photographs are read, where `reading` had to leave that open.

    Raises:
        FloodevalError: there is no such data set or it holds no photograph; the split cannot be read or is of
            another data set. What is wrong with its files is an issue, and never an error.
    """
    listing = list_dataset(dataset)
    if not listing.photographs:
        raise FloodevalError(saying("listing.bare", folder=listing.folder, layouts=LAYOUTS))
    subset_of = read_subsets(split, _ids(listing)) if split else {}
    return audit_material(look(listing, progress, reading, refused), subset_of, scenes, agreement)


def audit_material(
    material: Material,
    subset_of: Mapping[str, str],
    scenes: "Scenes | None" = None,
    agreement: Mapping[str, Any] | None = None,
) -> Audit:
    """Audit a data set whose files have been looked at.

    Args:
        material: its listing and its files.
        subset_of: the subset of each sample, to be searched for leaks; empty without a split.
        scenes: as in `audit`.
        agreement: as in `audit`.
    """
    listing, identical = material.listing, same_bytes(material)
    groups = scene_groups(identical, scenes)
    issues = _ordered(_issues(material, identical, groups, scenes, subset_of))
    n_scenes = len(listing.photographs) - sum(len(group) - 1 for group in groups)
    return Audit(
        dataset=listing.name,
        n_photographs=len(listing.photographs),
        n_masks=len(listing.masks),
        n_pairs=len(listing.pairs),
        issues=issues,
        scenes=groups,
        summary=summarise(material, issues, n_scenes, agreement),
        reading=material.reading,
        notes=label_notes(material),
    )


def _ids(listing: Listing) -> set[str]:
    return {pair.id for pair in listing.pairs} | {gap.id for gap in listing.gaps}


def _issues(
    material: Material,
    identical: Groups,
    groups: Groups,
    scenes: "Scenes | None",
    subset_of: Mapping[str, str],
) -> Iterator[Issue]:
    for gap in material.listing.gaps:
        yield Issue(gap.kind, (gap.id,), gap.reason)
    yield from file_issues(material)
    yield from photograph_issues(material)
    yield from orientation_issues(material)
    yield from undeclared_issues(material)
    yield from inverted_issues(material)
    yield from mask_issues(material)
    yield from ownership_issues(material)
    yield from repeat_issues(material, identical, groups, scenes)
    yield from leak_issues(groups, subset_of)


def _ordered(issues: Iterator[Issue]) -> tuple[Issue, ...]:
    rank = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(issues, key=lambda i: (rank[i.kind], [natural_key(name) for name in i.ids])))
