"""Splitting a data set: audited, doubtful pairs left out or repaired, whole scenes assigned to subsets."""

from collections.abc import Mapping, Sequence
from math import inf

import numpy as np
import pandas as pd

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.audit.findings import DOUBTFUL, Audit
from floodeval.datasets.dataset import Dataset, read_truth
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.splits import SUBSETS, Split, SplitRecord
from floodeval.errors import FloodevalError
from floodeval.progress import Progress, Step, silent

SHARES = (70, 15, 15)  # per cent of the photographs, in the order of SUBSETS
REPAIRABLE = ("swapped_masks",)
UNREADABLE = "unreadable"
STRATA = 5  # by water share, from the driest fifth of the scenes to the wettest


def split_dataset(
    dataset: Dataset,
    seed: int = 0,
    *,
    shares: Sequence[float] = SHARES,
    exclude: Sequence[str] = (),
    repair: Sequence[str] = (),
    progress: Progress = silent,
) -> Split:
    """Split a data set into train, validation and test: whole scenes, with similar shares of water.

    Photographs of one scene (the same file, a crop, another resolution, another frame of the same view) are
    in one subset. The same seed gives the same split, in any order of the files and on any machine.

    Args:
        dataset: from `load_dataset`.
        seed: of the split.
        shares: of train, validation and test; in any unit.
        exclude: kinds of issue (`DOUBTFUL`); pairs with one are left out.
        repair: kinds of issue (`REPAIRABLE`) to repair: swapped masks are exchanged.
        progress: called with the stage, how much is done, and of how much.

    Raises:
        FloodevalError: a share or a kind is wrong, masks have undeclared values, or no
            sample is left to split.
    """
    total = _check(shares, exclude, repair)
    check_labels(dataset, progress)
    scenes = kept_scenes(dataset, progress)
    found = audit(dataset.folder, scenes=scenes, progress=progress, reading=dataset.reading)
    repaired = found.repairs() if "swapped_masks" in repair else {}
    water, unreadable = _water_shares(dataset.repaired(repaired), progress)
    flags = doubts(found, repaired)
    left_out = {i: kinds for i, kinds in flags.items() if set(kinds) & set(exclude)}
    excluded = {i: list(kinds) for i, kinds in (left_out | unreadable).items()}
    scene_of = scenes.scene_of(sample.id for sample in dataset.samples)
    kept = [sample.id for sample in dataset.samples if sample.id not in excluded]
    if not kept:
        raise FloodevalError(f"no sample of {dataset.name} is left to split; exclude fewer kinds")
    by_subset = {subset: share / total for subset, share in zip(SUBSETS, shares, strict=True)}
    dealt = deal({i: scene_of[i] for i in kept}, water, by_subset, seed)
    rows = [(sample_id, scene_of[sample_id], dealt[sample_id]) for sample_id in kept]
    flagged = {i: list(kinds) for i, kinds in flags.items() if i in dealt}
    labels = dataset.reading.labels.to_json()
    record = SplitRecord(
        dataset.name, dataset.fingerprint, seed, by_subset, excluded, repaired, flagged, labels
    )
    return Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]), record)


def deal(
    scene_of: Mapping[str, str], water_of: Mapping[str, float], shares: Mapping[str, float], seed: int
) -> dict[str, str]:
    """Assign photographs to subsets, scene by scene.

    Scenes are sorted by their mean water share and cut into fifths. Within a fifth they come in random order,
    and each goes to the subset that lacks most of its share of the photographs dealt so far. So every subset
    gets its share of photographs from every fifth, as nearly as whole scenes allow.

    Args:
        scene_of: each photograph's scene.
        water_of: each photograph's water share, 0..1.
        shares: the subsets' shares of the photographs, which add up to 1.
        seed: of the order within the fifths; the order of the arguments' items does not matter.

    Returns:
        Each photograph's subset.

    >>> shares = {"train": 0.5, "test": 0.5}
    >>> subsets = deal({"a": "x", "b": "x", "c": "y"}, {"a": 0.2, "b": 0.3, "c": 0.6}, shares, seed=0)
    >>> subsets["a"] == subsets["b"] != subsets["c"]
    True
    """
    members: dict[str, list[str]] = {}
    for photograph in sorted(scene_of):
        members.setdefault(scene_of[photograph], []).append(photograph)
    water = {scene: float(np.mean([water_of[one] for one in ids])) for scene, ids in members.items()}
    rng = np.random.default_rng(seed)
    dealt: dict[str, str] = {}
    lacking = dict.fromkeys(shares, 0.0)
    for stratum in np.array_split(sorted(members, key=lambda scene: (water[scene], scene)), STRATA):
        for scene in rng.permutation(stratum):
            ids = members[str(scene)]
            for subset, share in shares.items():
                lacking[subset] += share * len(ids)
            chosen = max(lacking, key=lambda subset: lacking[subset])
            lacking[chosen] -= len(ids)
            dealt |= dict.fromkeys(ids, chosen)
    return dealt


def doubts(found: Audit, repaired: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The samples whose truth an audit doubts, each with the kinds; what was repaired is in doubt no more."""
    return {sample_id: kinds for sample_id, kinds in found.flags().items() if sample_id not in repaired}


def _check(shares: Sequence[float], exclude: Sequence[str], repair: Sequence[str]) -> float:
    if len(shares) != len(SUBSETS) or not all(0 <= share < inf for share in shares) or not sum(shares):
        given = ",".join(f"{share:g}" for share in shares)
        raise FloodevalError(f"shares {given}; expected three for {', '.join(SUBSETS)}, such as 70,15,15")
    for what, given_kinds, known in (("exclude", exclude, DOUBTFUL), ("repair", repair, REPAIRABLE)):
        for kind in given_kinds:
            if kind not in known:
                raise FloodevalError(f"cannot {what} '{kind}'; expected one of {', '.join(known)}")
    return sum(shares)


def _water_shares(dataset: Dataset, progress: Progress) -> tuple[dict[str, float], dict[str, list[str]]]:
    """Each sample's water share; and the samples whose mask cannot be read, with that as the kind."""
    water: dict[str, float] = {}
    unreadable: dict[str, list[str]] = {}
    for done, sample in enumerate(dataset.samples, start=1):
        try:
            water[sample.id] = read_truth(sample).water_share
        except FloodevalError:
            unreadable[sample.id] = [UNREADABLE]
        progress(Step(done, len(dataset.samples), "measuring water"))
    return water, unreadable
