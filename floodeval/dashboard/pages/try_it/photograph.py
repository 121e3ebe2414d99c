"""The choice of the photograph to try: one of the data set, or an upload."""

import streamlit as st

from floodeval.dashboard.pages.try_it.try_it_queries import (
    ChosenPhotograph,
    dataset_photograph,
    uploaded_photograph,
)
from floodeval.dashboard.queries import photographs
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.datasets.layouts import natural_key
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import say

DATASET, UPLOAD = "dataset", "upload"
MOST_MEGABYTES = 60
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "tif", "tiff", "bmp", "gif", "ppm", "pgm", "jp2"]


def choose_photograph(selection: Selection) -> ChosenPhotograph | None:
    """Draw the choice and return the photograph; None, with the reason on the page, if there is none yet."""
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
        return _of_dataset(selection) if source == DATASET else _uploaded(selection)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/broken_image:")
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


def _of_dataset(selection: Selection) -> ChosenPhotograph | None:
    sample = photographs(selection.run).sample(str(selection.sample_id))
    if sample is None:
        st.warning(
            say("try_it.not_in_dataset", image=plain(selection.sample_id)), icon=":material/image_search:"
        )
        return None
    return dataset_photograph(sample)


def _uploaded(selection: Selection) -> ChosenPhotograph | None:
    given = st.file_uploader(
        say("try_it.upload"),
        type=TYPES,
        max_upload_size=MOST_MEGABYTES,
        key="try_upload",
        help=say("try_it.upload_help"),
    )
    st.caption(f":material/lock: {say('try_it.private')}")
    return None if given is None else uploaded_photograph(selection, given.name, given.getvalue())
