"""A run's data set looked through once, and kept while its files stay the same."""

import hashlib
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from floodeval.dashboard.widgets.legends import plain
from floodeval.datasets.audit.audit import audit_material
from floodeval.datasets.audit.findings import Audit
from floodeval.datasets.audit.pairs import look
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.inventory import inventory
from floodeval.datasets.label_agreement import Agreement, label_agreement
from floodeval.datasets.layouts import Listing, list_dataset
from floodeval.datasets.scenes import Scenes, kept_scenes, scenes_at_hand
from floodeval.evaluation.run import Run, find_split, subsets_of
from floodeval.i18n.catalog import counted, say

AUDIT_S, SEARCH_S = 0.08, 0.15  # for a photograph, on two processors


@dataclass(frozen=True)
class Study:
    """What was found in a data set.

    Attributes:
        dataset: the samples, with the masks that the run's split repairs.
        files: a hash that changes with any file.
        audit: of the files as they lie on disk.
        table: one row a sample, see `floodeval.datasets.inventory`.
        scenes: which photographs show the same.
        agreement: of masks of one photograph.
        whole_split: whether the subsets are those of the whole data set, or of the evaluated samples alone.
        repaired: the samples that have another mask than on disk.
    """

    dataset: Dataset
    files: str
    audit: Audit
    table: pd.DataFrame
    scenes: Scenes
    agreement: Agreement
    whole_split: bool
    repaired: frozenset[str]


def study_of(run: Run, dataset: Dataset) -> Study:
    """Look through a run's data set: its files, scenes and labels; says how long it takes.

    Raises:
        FloodevalError: the data set has vanished.
    """
    listing = list_dataset(dataset.folder)
    split = find_split(run, dataset)
    subset_of = split.column("split") if split else subsets_of(run)
    n = len(listing.photographs)
    seconds = n * AUDIT_S + (0 if scenes_at_hand(dataset) else n * SEARCH_S)
    what = say(
        "dataset.scanning",
        data=plain(dataset.name),
        photographs=counted(n, "photograph"),
        seconds=max(1, round(seconds)),
    )
    with st.spinner(what, show_time=True):
        return _study(dataset, _stamp(dataset, listing), listing, tuple(subset_of.items()), split is not None)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs={Dataset: lambda d: f"{d.folder} {d.reading}"})
def _study(
    dataset: Dataset,
    files: str,
    _listing: Listing,
    subsets: tuple[tuple[str, str], ...],
    whole_split: bool,
) -> Study:
    scenes, subset_of = kept_scenes(dataset), dict(subsets)
    material = look(_listing, reading=dataset.reading)
    agreement = label_agreement(dataset, scenes)
    audit = audit_material(material, subset_of, scenes, agreement.as_dict())
    scene_of = scenes.scene_of(sample.id for sample in dataset.samples)
    table = inventory(dataset, material, audit, scene_of, subset_of)
    own = _listing.mask_of
    repaired = frozenset(sample.id for sample in dataset.samples if sample.mask != own[sample.id])
    return Study(dataset, files, audit, table, scenes, agreement, whole_split, repaired)


def _stamp(dataset: Dataset, listing: Listing) -> str:
    """A hash of every file's name, size and time, and of which mask each sample has."""
    digest = hashlib.sha256(repr([(sample.id, sample.mask) for sample in dataset.samples]).encode())
    for path in (*listing.photographs, *listing.masks):
        found = path.stat() if path.is_file() else None
        digest.update(repr((str(path), found and (found.st_size, found.st_mtime_ns))).encode())
    return digest.hexdigest()
