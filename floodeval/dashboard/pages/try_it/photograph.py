"""The photograph that is tried: one of the data set, or one that a person brings."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.dashboard.pages.try_it.loaded_variants import Models
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import here, plain
from floodeval.datasets.dataset import digest_of, read_pair
from floodeval.datasets.dataset_config import UNTOUCHED
from floodeval.datasets.images import Mask, Photograph, decode_photograph
from floodeval.datasets.layouts import natural_key
from floodeval.datasets.outlines import svg_path
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.viz.panels import data_url, jpeg
from floodeval.viz.thumbnails import coverage, shrink_photograph, shrunk_size

if TYPE_CHECKING:
    from floodeval.evaluation.predict import Embeddings

# The photograph that is tried: one of the data set, or one that a person brings.

DATASET, UPLOAD = "dataset", "upload"
MOST_MEGABYTES = 60
MOST_PIXELS = 60_000_000
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "jp2"]


@dataclass(frozen=True)
class Tried:
    """A photograph, H x W x 3, with its truth where it has one, and what is ignored of that.

    `name` is its file's, `command` the path that a command line takes. `digest` tells it from others and is
    the one that checkpoints keep of the photographs that they have seen; `sample_id` is there for one of the
    data set.
    """

    name: str
    command: str
    digest: str
    photograph: Photograph
    truth: Mask | None = None
    sample_id: str | None = None
    ignored: Mask | None = None


def choose_photograph(selection: Selection) -> Tried | None:
    """Let the person choose a photograph, and read it; None, with a word why, where there is none yet."""
    found = photographs(selection.run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = UPLOAD
        if found.dataset is not None:
            source = _choose_source()
        if source == DATASET:
            ids = sorted(selection.table["id"], key=natural_key)
            st.selectbox(say("try_it.image"), ids, key="id", width=260)
    if found.dataset is None:
        st.info(say("try_it.no_photographs", reason=plain(found.reason)), icon=":material/no_photography:")
    try:
        return _of_dataset(selection) if source == DATASET else _brought(selection)
    except FloodevalError as error:
        st.error(here(error), icon=":material/broken_image:")
        return None


def _choose_source() -> str:
    st.session_state.setdefault("try_source", DATASET)
    st.segmented_control(
        say("try_it.source"),
        [DATASET, UPLOAD],
        format_func=lambda option: say(f"try_it.source_{option}"),
        key="try_source",
        required=True,
        persist_state="session",
    )
    return str(st.session_state["try_source"])


def _of_dataset(selection: Selection) -> Tried | None:
    sample = photographs(selection.run).sample(str(selection.sample_id))
    if sample is None:
        st.warning(
            say("try_it.not_in_dataset", image=plain(selection.sample_id)), icon=":material/image_search:"
        )
        return None
    pair = read_pair(sample)
    path, working = sample.photograph, Path.cwd()
    typed = path.relative_to(working) if path.is_relative_to(working) else path
    return Tried(path.name, str(typed), digest_of(path), pair.photograph, pair.truth, sample.id, pair.ignored)


def _brought(selection: Selection) -> Tried | None:
    """The photograph that the person uploads, read as the run's are; nothing of it is kept on disk.

    Raises:
        FloodevalError: it is no photograph, or too large.
    """
    given = st.file_uploader(
        say("try_it.upload"),
        type=TYPES,
        max_upload_size=MOST_MEGABYTES,
        key="try_upload",
        help=say("try_it.upload_help"),
    )
    st.caption(f":material/lock: {say('try_it.private')}")
    if given is None:
        return None
    content = given.getvalue()
    digest = hashlib.sha256(content).hexdigest()[:16]
    reading = selection.run.info.photographs
    as_theirs = None if reading == UNTOUCHED else reading
    photograph = decode_photograph(content, given.name, MOST_PIXELS, as_theirs)
    return Tried(given.name, given.name, digest, photograph)


# A photograph that is encoded: what answers to marks need. Uploads are kept by their session alone.

LONGEST_PX = 1400  # of the pictures in the panes
HALF = 127  # of a pixel's coverage, 255; a pixel over it is water
KEPT, KEPT_OF_ALL = 4, 16  # uploads of a session; photographs of data sets, 4 MiB and a truth each
_STATE = "_studies"


@dataclass(frozen=True)
class Study:
    """An encoded photograph: its size (height, width), its picture for the panes as a data URL, its truth.

    `outline` is the truth's, in pixels of the picture.
    """

    name: str
    key: str
    size: tuple[int, int]
    embeddings: "Embeddings"
    picture: str
    truth: Mask | None
    outline: str | None
    ignored: Mask | None = None

    @property
    def shown(self) -> tuple[int, int]:
        """Height and width of the pictures."""
        return shrunk_size(*self.size, LONGEST_PX)


def study_of(tried: Tried, models: Models, keep: bool) -> Study:
    """Encode a photograph, or take what is kept of it: of the data set for all sessions, else for this one.

    Args:
        tried: the photograph.
        models: the variants.
        keep: whether the run was evaluated from embeddings kept on disk; those of the data set are then used.
    """
    key = "/".join([tried.digest, _truth_digest(tried), *(encoder[:16] for encoder in models.encoders)])
    with st.spinner(say("try_it.encoding"), show_time=True):
        if tried.sample_id is not None:
            return _study_of_dataset(key, tried.name, tried, models, keep)
        kept: dict[str, Study] = st.session_state.setdefault(_STATE, {})
        kept[key] = kept.pop(key) if key in kept else _encoded(key, tried, models, keep=False)
    for old in list(kept)[:-KEPT]:
        del kept[old]
    return kept[key]


@st.cache_resource(max_entries=KEPT_OF_ALL, show_spinner=False)
def _study_of_dataset(key: str, name: str, _tried: Tried, _models: Models, keep: bool) -> Study:
    return _encoded(key, _tried, _models, keep)


def _truth_digest(tried: Tried) -> str:
    """Tells truths apart: runs may repair the mask of one photograph in different ways."""
    masks = [mask for mask in (tried.truth, tried.ignored) if mask is not None]
    packed = b"".join(np.packbits(mask).tobytes() for mask in masks)
    return hashlib.sha256(packed).hexdigest()[:16] if packed else ""


def _encoded(key: str, tried: Tried, models: Models, keep: bool) -> Study:
    embeddings = models.encode(tried.photograph, keep)
    height, width = tried.photograph.shape[:2]
    shown = jpeg(shrink_photograph(tried.photograph, LONGEST_PX))
    return Study(
        tried.name,
        key,
        (height, width),
        embeddings,
        data_url(shown),
        tried.truth,
        None if tried.truth is None else svg_path(coverage(tried.truth, LONGEST_PX) > HALF),
        tried.ignored,
    )
