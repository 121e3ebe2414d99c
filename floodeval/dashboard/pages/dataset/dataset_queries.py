"""What a scan found in a run's data set, the pictures of it, and the stress suite's tables, all cached."""

import hashlib
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.stress_response import fall_gaps, stress_curves, stress_ranks
from floodeval.dashboard.queries import RUNS, open_run, stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.audit.audit import audit_files
from floodeval.datasets.audit.audited_files import look_at_files
from floodeval.datasets.audit.findings import Audit, Issue
from floodeval.datasets.dataset import Dataset
from floodeval.datasets.description import Description, describe_scanned
from floodeval.datasets.inventory import inventory
from floodeval.datasets.label_agreement import Agreement, label_agreement
from floodeval.datasets.layouts import list_dataset
from floodeval.datasets.listing import Listing, Sample
from floodeval.datasets.scenes import Link, Scenes, kept_scenes, scenes_at_hand
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, find_split, list_runs, subsets_of
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.i18n.language import language
from floodeval.viz.audit_pictures import AuditPictures, PictureRow
from floodeval.viz.case_pictures import THUMBNAIL_RATIO, framed
from floodeval.viz.charts.stress_curves import stress_figure
from floodeval.viz.dataset_pictures import labeled, two_annotations
from floodeval.viz.style import Style
from floodeval.viz.thumbnails import jpeg

AUDIT_S, SEARCH_S = 0.08, 0.15  # per photograph, measured on two processors
LONGEST_PX = 640  # of a picture
QUALITY, PAIR_QUALITY = 78, 80  # of JPEG
STRESS_RUN = "stress"  # the run that `floodeval stress` makes


@dataclass(frozen=True)
class DatasetScan:
    """What a scan found in a data set.

    Attributes:
        dataset: the samples, with the masks that the run's split repairs.
        files: a hash that changes with any file.
        audit: of the files as they are on disk, before repairs.
        table: one row per sample, see `floodeval.datasets.inventory`.
        scenes: which photographs show the same scene.
        agreement: between masks of the same photograph.
        whole_split: True where the subsets cover the whole data set, False where only the evaluated samples.
        repaired: ids of the samples whose mask the split replaced.
        description: what its folder was recognized as.
    """

    dataset: Dataset
    files: str
    audit: Audit
    table: pd.DataFrame
    scenes: Scenes
    agreement: Agreement
    whole_split: bool
    repaired: frozenset[str]
    description: Description


def scan_of(run: Run, dataset: Dataset) -> DatasetScan:
    """Scan a run's data set (files, scenes and labels), under a spinner with the estimated seconds.

    Raises:
        FloodevalError: the data set no longer exists.
    """
    listing = dataset.listing or list_dataset(dataset.folder)
    split = find_split(run, dataset)
    subset_of = split.column("split") if split else subsets_of(run)
    n = len(listing.photographs)
    seconds = n * AUDIT_S + (0 if scenes_at_hand(dataset) else n * SEARCH_S)
    what = say(
        "dataset.scanning",
        data=plain(dataset.name),
        photographs=counted(n, "photograph"),
        time=formats.duration(max(1, seconds)),
    )
    with st.spinner(what, show_time=True):
        return _scan(
            dataset, _files_digest(dataset, listing), listing, tuple(subset_of.items()), split is not None
        )


@st.cache_data(max_entries=2000, show_spinner=False)
def thumbnail(files: str, sample: Sample) -> bytes | None:
    """A photograph with the outline of its mask as JPEG, padded to a card's shape; None where unreadable.

    Args:
        files: the hash of a `DatasetScan`, here and below: pictures are drawn again when a file changes.
        sample: the photograph and its mask.
    """
    picture = labeled(sample, LONGEST_PX)
    return None if picture is None else jpeg(framed(picture, THUMBNAIL_RATIO), QUALITY)


def finding_pictures(scan: DatasetScan, issue: Issue) -> list[PictureRow]:
    """The pictures that show a finding, in rows; empty where there is nothing to show."""
    with waiting("drawing"):
        return _finding_pictures(scan.files, scan.audit, issue, str(scan.dataset.folder), language())


@st.cache_data(max_entries=300, show_spinner=False)
def pair_picture(files: str, a: Sample, b: Sample, link: Link) -> bytes | None:
    """A photograph with the outlines of its two masks as JPEG; None where unreadable."""
    picture = two_annotations(a, b, link, LONGEST_PX)
    return None if picture is None else jpeg(framed(picture, THUMBNAIL_RATIO), PAIR_QUALITY)


@st.cache_data(max_entries=500, show_spinner=False)
def scene_picture(files: str, sample: Sample) -> tuple[bytes, float] | None:
    """A photograph with the outline of its mask as JPEG, and width over height; None where unreadable."""
    picture = labeled(sample, LONGEST_PX)
    return None if picture is None else (jpeg(picture, QUALITY), picture.shape[1] / picture.shape[0])


def stress_run(selection: Selection) -> Run | None:
    """The selected run if it evaluates the stress suite, else the run `STRESS_RUN`; None without either.

    Raises:
        FloodevalError: the run cannot be read.
    """
    runs = [selection.run, *([open_run(STRESS_RUN)] if STRESS_RUN in list_runs() else [])]
    for run in runs:
        try:
            stress_tables(run)
        except FloodevalError:
            continue
        return run
    return None


def stress_tables(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stress suite's curves and the ranks of its factors.

    Raises:
        FloodevalError: the run does not evaluate the stress suite.
    """
    return _stress_tables(run, stamp(run))


def stress_gaps(run: Run, a: str, b: str) -> pd.DataFrame:
    """By how much more B falls than A, per factor and prompt, by `fall_gaps`."""
    return _stress_gaps(run, stamp(run), a, b)


def stress_figures(run: Run, prompt: str, styles: dict[str, Style]) -> dict[str, go.Figure]:
    """A figure per factor, so that they flow with the screen's width; shared, so never change them."""
    return _stress_figures(run, stamp(run), prompt, tuple(styles.items()), language())


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs={Dataset: lambda d: f"{d.folder} {d.reading}"})
def _scan(
    dataset: Dataset,
    files: str,
    _listing: Listing,
    subsets: tuple[tuple[str, str], ...],
    whole_split: bool,
) -> DatasetScan:
    scenes, subset_of = kept_scenes(dataset), dict(subsets)
    material = look_at_files(_listing, reading=dataset.reading)
    agreement = label_agreement(dataset, scenes)
    audit = audit_files(material, subset_of, scenes, agreement.as_dict())
    scene_of = scenes.scene_of(sample.id for sample in dataset.samples)
    table = inventory(dataset, material, audit, scene_of, subset_of)
    own = _listing.mask_of
    repaired = frozenset(sample.id for sample in dataset.samples if sample.source != own[sample.id])
    description = describe_scanned(dataset, material)
    return DatasetScan(dataset, files, audit, table, scenes, agreement, whole_split, repaired, description)


def _files_digest(dataset: Dataset, listing: Listing) -> str:
    """A hash of every file's name, size and time, and of which mask each sample has."""
    digest = hashlib.sha256(repr([(sample.id, sample.source.key) for sample in dataset.samples]).encode())
    for path in (*listing.photographs, *dict.fromkeys(mask.path for mask in listing.masks)):
        found = path.stat() if path.is_file() else None
        digest.update(repr((str(path), found and (found.st_size, found.st_mtime_ns))).encode())
    return digest.hexdigest()


@st.cache_data(max_entries=300, show_spinner=False, hash_funcs={Audit: lambda _: 0})
def _finding_pictures(files: str, audit: Audit, issue: Issue, folder: str, language: str) -> list[PictureRow]:
    return AuditPictures(audit, list_dataset(folder)).rows(issue)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=RUNS)
def _stress_tables(run: Run, stamp: tuple[float, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return stress_curves(run), stress_ranks(run)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _stress_gaps(run: Run, stamp: tuple[float, ...], a: str, b: str) -> pd.DataFrame:
    return fall_gaps(run, a, b)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _stress_figures(
    run: Run, stamp: tuple[float, ...], prompt: str, styles: tuple[tuple[str, Style], ...], language: str
) -> dict[str, go.Figure]:
    curves, _ = _stress_tables(run, stamp)
    rows = curves[curves["prompt"] == prompt]
    figures = {}
    for factor in dict.fromkeys(rows["factor"]):
        figures[factor] = stress_figure(rows[rows["factor"] == factor], dict(styles), columns=1)
        figures[factor].update_layout(showlegend=False, margin_t=34)
    return figures
