"""The strip of small photographs on Try it, by which a person goes from one to the next."""

from contextlib import suppress

import numpy as np
import streamlit as st

from floodeval.dashboard.pages.try_it.encoded_photographs import MOST_PIXELS
from floodeval.dashboard.pages.try_it.photograph_choice import (
    TriedPhotograph,
    TriedPhotographs,
    show_photograph,
)
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.datasets.dataset import read_sample_reduced
from floodeval.datasets.dataset_config import UNTOUCHED
from floodeval.datasets.images import Photograph, decode_photograph
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say
from floodeval.viz.thumbnails import data_url, jpeg, shrink_photograph, shrunk_size

SMALL_PX = 320  # longer side of a photograph before its middle is cut out
SHOWN_PX = 112
RATIO = 1.6  # width over height of what is shown of a photograph: its middle
_STATE = "_try_thumbnails"
_MOST_KEPT = 60


def draw_strip(photographs: TriedPhotographs) -> None:
    """Draw a small picture and a button for each photograph; nothing where there is only one."""
    if len(photographs.all) < 2:
        return
    with st.container(key="try_strip", horizontal=True, gap="small", vertical_alignment="bottom"):
        for place, one in enumerate(photographs.all):
            is_shown = place == photographs.at
            with st.container(width=SHOWN_PX, gap="xxsmall"):
                if picture := thumbnail_url(one):
                    st.image(picture, width="stretch", alt=say("try_it.thumbnail", name=one.name))
                st.button(
                    plain(one.name),
                    key=f"try_show/{place}/{one.key}",
                    type="primary" if is_shown else "secondary",
                    on_click=show_photograph,
                    args=(one,),
                    width="stretch",
                    help=say("try_it.show", name=code(one.name)),
                )


def thumbnail_url(photograph: TriedPhotograph) -> str | None:
    """A small picture as a data URL; None where the photograph cannot be read. The session keeps it."""
    kept: dict[str, str | None] = st.session_state.setdefault(_STATE, {})
    key = f"{photograph.sample is None}/{photograph.key}"
    if key not in kept:
        kept[key] = None
        with suppress(FloodevalError):
            kept[key] = data_url(jpeg(_cropped(shrink_photograph(_small(photograph), SMALL_PX))))
        for old in list(kept)[:-_MOST_KEPT]:
            del kept[old]
    return kept[key]


def _small(photograph: TriedPhotograph) -> Photograph:
    if photograph.sample is not None:
        return read_sample_reduced(photograph.sample, lambda h, w: shrunk_size(h, w, SMALL_PX))[0]
    reading = None if photograph.reading == UNTOUCHED else photograph.reading
    return decode_photograph(photograph.content, photograph.name, MOST_PIXELS, reading)


def _cropped(photograph: Photograph) -> Photograph:
    """The middle of a photograph, H x W x 3, in the proportions of the strip."""
    height, width = photograph.shape[:2]
    h, w = min(height, max(1, round(width / RATIO))), min(width, max(1, round(height * RATIO)))
    top, left = (height - h) // 2, (width - w) // 2
    return np.ascontiguousarray(photograph[top : top + h, left : left + w])
