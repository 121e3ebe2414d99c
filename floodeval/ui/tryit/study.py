"""A photograph that is encoded: what answers to marks need, kept for a session's last few."""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import streamlit as st

from floodeval.data.rasters import Mask
from floodeval.language.sentences import say
from floodeval.pictures.encode import jpeg
from floodeval.pictures.shrink import coverage, shrink_photograph, shrunk_size
from floodeval.ui.tryit.models import Models
from floodeval.ui.tryit.photograph import Tried

if TYPE_CHECKING:
    from floodeval.evaluation.predict import Embeddings

LONGEST_PX = 1400  # of the pictures in the panes
KEPT = 4
_STATE = "_studies"


@dataclass(frozen=True)
class Study:
    """An encoded photograph: its size (height, width), its pictures for the panes in base64, its truth."""

    name: str
    key: str
    size: tuple[int, int]
    embeddings: "Embeddings"
    picture: str
    truth: Mask | None
    truth_picture: str | None

    @property
    def shown(self) -> tuple[int, int]:
        """Height and width of the pictures."""
        return shrunk_size(*self.size, LONGEST_PX)


def study_of(tried: Tried, models: Models, keep: bool) -> Study:
    """Encode a photograph, or take what this session has of it; uploads are in the session's memory alone.

    Args:
        tried: the photograph.
        models: the variants.
        keep: whether the run was evaluated from embeddings kept on disk; those of the data set are then used.
    """
    key = "/".join([tried.digest, tried.sample_id or "", *(encoder[:16] for encoder in models.encoders)])
    kept: dict[str, Study] = st.session_state.setdefault(_STATE, {})
    study = kept.pop(key, None) or _encoded(tried, models, key, keep and tried.sample_id is not None)
    kept[key] = study
    for old in list(kept)[:-KEPT]:
        del kept[old]
    return study


def mask_picture(mask: Mask) -> str:
    """How much of each shown pixel is in a mask, as a grey PNG in base64."""
    ok, encoded = cv2.imencode(".png", coverage(mask, LONGEST_PX), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not ok:
        raise ValueError(f"a mask of shape {mask.shape} could not be encoded")
    return base64.b64encode(np.asarray(encoded).tobytes()).decode()


def _encoded(tried: Tried, models: Models, key: str, keep: bool) -> Study:
    with st.spinner(say("tryit.encoding"), show_time=True):
        embeddings = models.encode(tried.photograph, keep)
    height, width = tried.photograph.shape[:2]
    shown = jpeg(shrink_photograph(tried.photograph, LONGEST_PX))
    return Study(
        tried.name,
        key,
        (height, width),
        embeddings,
        base64.b64encode(shown).decode(),
        tried.truth,
        None if tried.truth is None else mask_picture(tried.truth),
    )
