"""A photograph that is encoded: what answers to marks need. Uploads are kept by their session alone."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from floodeval.dashboard.pages.try_it.loaded_variants import Models
from floodeval.dashboard.pages.try_it.photograph import Tried
from floodeval.datasets.images import Mask
from floodeval.datasets.outlines import svg_path
from floodeval.i18n.catalog import say
from floodeval.viz.encode import data_url, jpeg
from floodeval.viz.thumbnails import coverage, shrink_photograph, shrunk_size

if TYPE_CHECKING:
    from floodeval.evaluation.predict import Embeddings

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
    with st.spinner(say("tryit.encoding"), show_time=True):
        if tried.sample_id is not None:
            return _of_dataset(key, tried.name, tried, models, keep)
        kept: dict[str, Study] = st.session_state.setdefault(_STATE, {})
        kept[key] = kept.pop(key) if key in kept else _encoded(key, tried, models, keep=False)
    for old in list(kept)[:-KEPT]:
        del kept[old]
    return kept[key]


@st.cache_resource(max_entries=KEPT_OF_ALL, show_spinner=False)
def _of_dataset(key: str, name: str, _tried: Tried, _models: Models, keep: bool) -> Study:
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
