"""The audit of a data set: every file read once, every check made, nothing changed on disk."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from floodeval.datasets.audit.audited_files import AuditedFiles, look_at_files, reading_or_refusal
from floodeval.datasets.audit.files import File
from floodeval.datasets.audit.findings import KINDS, Audit, Issue
from floodeval.datasets.audit.ownership import ownership_issues
from floodeval.datasets.audit.photograph_issues import (
    Groups,
    leak_issues,
    repeat_issues,
    same_bytes,
    scene_groups,
)
from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.dataset_config import AS_DECLARED, Reading, ReadingOptions
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.layouts import EXPECTED, list_dataset
from floodeval.datasets.listing import Listing
from floodeval.datasets.sample_names import natural_key
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.splits import read_subsets
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying
from floodeval.progress import Progress, silent

if TYPE_CHECKING:
    from floodeval.datasets.scenes import Scenes
from floodeval.datasets.audit.label_issues import inverted_issues, label_notes, mask_issues, undeclared_issues
from floodeval.datasets.audit.photograph_issues import file_issues, orientation_issues, photograph_issues


def full_audit(
    dataset: str | Path,
    split: Path | None = None,
    progress: Progress = silent,
    *,
    options: ReadingOptions = AS_DECLARED,
) -> Audit:
    """Audit a data set as `audit` does, with its scenes and the agreement of its labels.

    Args:
        dataset: a folder, or a name under $FLOODEVAL_DATA or data/.
        split: a CSV with the columns id, scene, split, to be searched for leaks.
        progress: called with the stage, how much is done, and of how much.
        options: how the files are read, as in `load_dataset`.

    Raises:
        FloodevalError: as `audit`.
    """
    listing = list_dataset(dataset, options.config)
    reading, refused = reading_or_refusal(listing, options)
    if refused or not listing.pairs:  # what there is can be audited all the same
        return audit(
            dataset, split, progress=progress, reading=reading, refused=refused, config=options.config
        )
    samples = load_dataset(dataset, options, reading=reading)
    scenes = kept_scenes(samples, progress)
    agreement = label_agreement(samples, scenes).as_dict()
    return audit(dataset, split, scenes, agreement, progress, reading, config=options.config)


def audit(
    dataset: str | Path,
    split: Path | None = None,
    scenes: "Scenes | None" = None,
    agreement: Mapping[str, Any] | None = None,
    progress: Progress = silent,
    reading: Reading | None = None,
    refused: Saying | None = None,
    config: Path | None = None,
) -> Audit:
    """Audit a data set, given by path or by name.

    Args:
        dataset: a folder, or a name under $FLOODEVAL_DATA or data/.
        split: a CSV with the columns id, scene, split, to be searched for leaks; without it, the subsets that
            the data set itself has are searched.
        scenes: which photographs show one scene; without it, only those of the same bytes do.
        agreement: how far labels of the same photograph agree, for the summary.
        progress: called with how many files are done, and of how many.
        reading: how its files are read, from the data set that was loaded; decided here without it.
        refused: why `load_dataset` refuses the photographs, from `reading_or_refusal`.
        config: a file to read instead of the folder's `dataset.toml`.

    Raises:
        FloodevalError: there is no such data set or it holds no photograph; the split cannot be read or is of
            another data set. What is wrong with its files is an issue, and never an error.
    """
    listing = list_dataset(dataset, config)
    if not listing.photographs:
        raise FloodevalError(saying("layouts.bare", folder=listing.folder, layouts=EXPECTED))
    subset_of = read_subsets(split, _ids(listing)) if split else listing.subset_of
    if reading is None:
        reading, refused = reading_or_refusal(listing)
    return audit_files(look_at_files(listing, reading, refused, progress), subset_of, scenes, agreement)


def audit_dataset(dataset: Dataset) -> Audit:
    """Audit a data set as it was loaded: its own files, read as it reads them; no split and no scenes."""
    listing = dataset.listing or list_dataset(dataset.folder)
    return audit_files(look_at_files(listing, dataset.reading), {})


def audit_files(
    audited: AuditedFiles,
    subset_of: Mapping[str, str],
    scenes: "Scenes | None" = None,
    agreement: Mapping[str, Any] | None = None,
) -> Audit:
    """Audit a data set whose files have been looked at.

    Args:
        audited: its listing and its files.
        subset_of: the subset of each sample, to be searched for leaks; empty without a split.
        scenes: as in `audit`.
        agreement: as in `audit`.
    """
    listing, identical = audited.listing, same_bytes(audited)
    groups = scene_groups(identical, scenes)
    issues = _ordered(_issues(audited, identical, groups, scenes, subset_of))
    n_scenes = len(listing.photographs) - sum(len(group) - 1 for group in groups)
    return Audit(
        dataset=listing.name,
        n_photographs=len(listing.photographs),
        n_masks=len(listing.masks),
        n_pairs=len(listing.pairs),
        issues=issues,
        scenes=groups,
        summary=_summary(audited, issues, n_scenes, agreement),
        reading=audited.reading,
        notes=label_notes(audited),
    )


def _ids(listing: Listing) -> set[str]:
    return {pair.id for pair in listing.pairs} | {gap.id for gap in listing.gaps}


def _issues(
    audited: AuditedFiles,
    identical: Groups,
    groups: Groups,
    scenes: "Scenes | None",
    subset_of: Mapping[str, str],
) -> Iterator[Issue]:
    for gap in audited.listing.gaps:
        yield Issue(gap.kind, (gap.id,), gap.reason)
    yield from file_issues(audited)
    yield from photograph_issues(audited)
    yield from orientation_issues(audited)
    yield from undeclared_issues(audited)
    yield from inverted_issues(audited)
    yield from mask_issues(audited)
    yield from ownership_issues(audited)
    yield from repeat_issues(audited, identical, groups, scenes)
    yield from leak_issues(groups, subset_of)


def _ordered(issues: Iterator[Issue]) -> tuple[Issue, ...]:
    rank = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(issues, key=lambda i: (rank[i.kind], [natural_key(name) for name in i.ids])))


def _summary(
    audited: AuditedFiles, issues: Iterable[Issue], n_scenes: int, agreement: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Put a data set in numbers, as JSON can hold them.

    Returns:
        `issues`: how many of each kind; `n_scenes`; `photographs` and `masks`: n_readable, formats, smallest
        and largest (width and height of those with the fewest and most pixels), megapixels in all;
        `water_share` over the readable pairs: n, mean, and the five quartiles from least to most;
        `smooth_edges` over the readable masks: n, n_grey (masks with any value between 0 and 255), the
        mean and the least IoU of the water over 0 with the water over 127; `label_agreement`, as given.
    """
    masks = [audited.masks[pair.source] for pair in audited.readable_pairs]
    every = [mask for mask in audited.masks.values() if not mask.error]
    iou = [mask.agreement for mask in every]
    return {
        "issues": dict(Counter(issue.kind for issue in issues)),
        "n_scenes": n_scenes,
        "photographs": _pictures(audited.photographs.values()),
        "masks": _pictures(audited.masks.values()),
        "water_share": _shares([mask.water_share for mask in masks]),
        "smooth_edges": {
            "n": len(every),
            "n_grey": sum(mask.grey_share > 0 for mask in every),
            "mean_iou": round(float(np.mean(iou)), 4) if iou else None,
            "least_iou": round(min(iou), 4) if iou else None,
        },
        "label_agreement": dict(agreement) if agreement is not None else None,
    }


def _pictures(files: Iterable[File]) -> dict[str, Any]:
    headers = [file.header for file in files if file.header and not file.error]
    sizes = sorted((h.width * h.height, h.width, h.height) for h in headers)
    return {
        "n_readable": len(headers),
        "formats": dict(Counter(header.format for header in headers).most_common()),
        "smallest": list(sizes[0][1:]) if sizes else None,
        "largest": list(sizes[-1][1:]) if sizes else None,
        "megapixels": round(sum(size[0] for size in sizes) / 1e6, 1),
    }


def _shares(shares: list[float]) -> dict[str, Any]:
    if not shares:
        return {"n": 0, "mean": None, "quartiles": None}
    quartiles = np.quantile(shares, [0, 0.25, 0.5, 0.75, 1])
    return {
        "n": len(shares),
        "mean": round(float(np.mean(shares)), 4),
        "quartiles": [round(float(quartile), 4) for quartile in quartiles],
    }
