"""Photographs of one data set that show what a variant was trained on in another one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.dataset_config import AS_STORED
from floodeval.datasets.listing import Sample
from floodeval.progress import Progress, silent

Ids = frozenset[str]
Seen = Mapping[str, Ids]
"""The ids of a data set's samples that each variant saw in training, by variant name."""


def find_training_copies(
    datasets: Sequence[Dataset], seen: Sequence[Seen], progress: Progress = silent
) -> list[dict[str, Ids]]:
    """Find near-duplicates of training photographs across data sets, as scenes are found within one.

    Args:
        datasets: with different names.
        seen: of each data set, which of its samples each variant saw.
        progress: called with the steps of the search, which is made once and kept.

    Returns:
        Of each data set, the ids of the samples that show what a variant saw in another one, by variant name.
    """
    trained = [frozenset().union(*one.values()) if one else frozenset() for one in seen]
    found: list[dict[str, Ids]] = [{} for _ in datasets]
    for number, ids in enumerate(trained):
        if not ids or len(datasets) == 1:
            continue
        scene_of = _joint_scenes(datasets, number, ids, progress)
        for variant, of_variant in seen[number].items():
            scenes = {scene_of[_joint_id(number, one)] for one in of_variant}
            for place, dataset in enumerate(datasets):
                keys = (
                    {one.id: _joint_id(place, one.id) for one in dataset.samples} if place != number else {}
                )
                copies = frozenset(one for one, key in keys.items() if scene_of[key] in scenes)
                if copies:
                    found[place][variant] = found[place].get(variant, frozenset()) | copies
    return found


def _joint_scenes(
    datasets: Sequence[Dataset], number: int, trained: Ids, progress: Progress
) -> dict[str, str]:
    """The scene of every training photograph of one data set and of every photograph of the others."""
    from floodeval.datasets.scenes import kept_scenes  # slow to import

    samples = [
        replace(sample, id=_joint_id(place, sample.id))
        for place, dataset in enumerate(datasets)
        for sample in dataset.samples
        if place != number or sample.id in trained
    ]
    joint = _joined(datasets, samples)
    return kept_scenes(joint, progress).scene_of(sample.id for sample in samples)


def _joined(datasets: Sequence[Dataset], samples: Sequence[Sample]) -> Dataset:
    """Samples of several data sets as one, whose scenes are kept like those of any other."""
    readings = {dataset.reading.photographs for dataset in datasets}
    photographs = readings.pop() if len(readings) == 1 else AS_STORED.photographs
    digest = hashlib.sha256()
    for text in (*(dataset.fingerprint for dataset in datasets), *(sample.id for sample in samples)):
        digest.update(text.encode(errors="surrogateescape") + b"\0")
    return Dataset(
        name=", ".join(dataset.name for dataset in datasets),
        folder=datasets[0].folder,
        samples=tuple(samples),
        fingerprint=digest.hexdigest(),
        reading=replace(AS_STORED, photographs=photographs),
    )


def _joint_id(place: int, sample_id: str) -> str:
    return f"{place}/{sample_id}"
