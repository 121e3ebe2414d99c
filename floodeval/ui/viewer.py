"""The parts of the page Compare: stepping from image to image, the pictures, the scores."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import ALL, METRICS, Place, place_of
from floodeval.data.samples import natural_key
from floodeval.pictures.case import Case
from floodeval.pictures.encode import jpeg, png
from floodeval.pictures.shrink import LONGEST_PX
from floodeval.ui.languages import fragment
from floodeval.ui.legends import draw_against_legend, draw_error_legend
from floodeval.ui.loading import case_of, photographs
from floodeval.ui.navigation import link_to
from floodeval.ui.panel_rows import Panel, panel_rows, score_row, scored_variants
from floodeval.ui.selection import Selection
from floodeval.ui.words import plain, quadrant_badge
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import number, signed
from floodeval.wording.quadrants import quadrant_title
from floodeval.wording.rankings import ranking_words

DEFAULT_OPACITY = 60  # per cent


def draw_steps(selection: Selection) -> None:
    """Let the person step through the ranking of Worst cases, or jump to an id."""
    place = place_of(list(selection.listed["id"]), str(selection.sample_id))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _step("Previous", "Left", place.previous)
        _step("Next", "Right", place.next)
        ids = sorted(selection.table["id"], key=natural_key)
        st.selectbox("Jump to an image", ids, key="id", width=260)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(quadrant_badge(quadrant_here(selection), selection.b is None), width="content")
        st.caption(place_words(selection, place), width="content")
        link_to("Worst cases", selection.params, "Change the order", icon=":material/sort:")


def quadrant_here(selection: Selection) -> object:
    """The quadrant of the chosen image; missing where an IoU is."""
    return selection.table.set_index("id")["quadrant"].get(selection.sample_id)


def place_words(selection: Selection, place: Place) -> str:
    """Where the image stands, and in which order."""
    ranking = selection.ranking
    order = ranking_words(ranking)
    single = selection.b is None
    group = "" if ranking.quadrant == ALL else f", only “{quadrant_title(ranking.quadrant, single)}”"
    if place.position is None:
        return f"This image is not among the {place.total} of the list ({order}{group})."
    return f"Image {place.position} of {place.total} ({order}{group})."


@fragment
def draw_pictures(selection: Selection) -> None:
    """Draw the case: photograph, truth, and per variant the error map and the mask."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    names = scored_variants(selection)
    case = case_of(selection.run, str(selection.sample_id), selection.prompt.spec, names, LONGEST_PX)
    for problem in case.problems:
        st.warning(plain(problem), icon=":material/broken_image:")
    opacity = _draw_opacity_and_legend(selection, case)
    for row in panel_rows(selection, case, opacity):
        with st.grid(max(2, len(row)), min_column_width=240):
            for panel in row:
                _draw_panel(panel, case)


def draw_scores(selection: Selection) -> None:
    """Draw the case's scores for every variant, and the gaps."""
    st.markdown("#### Scores")
    table = score_table(selection)
    right = {name: st.column_config.TextColumn(name, alignment="right") for name in table.columns[1:]}
    st.dataframe(table, hide_index=True, column_config=right, alt="The image's scores for every variant")


def score_table(selection: Selection) -> pd.DataFrame:
    """One row a variant, then one row a gap to A; one column a metric, as text."""
    rows = {name: score_row(selection, name) for name in scored_variants(selection)}
    lines = [
        [selection.inks[name].label, *(number(row[metric]) for metric in METRICS)]
        for name, row in rows.items()
    ]
    for name in list(rows)[1:]:
        title = "gap B − A" if name == selection.b else f"gap {name} − A"
        lines.append([title, *(signed(rows[name][metric] - rows[selection.a][metric]) for metric in METRICS)])
    return pd.DataFrame(lines, columns=["", *(metric_label(metric) for metric in METRICS)])


def _step(label: str, shortcut: str, to: str | None) -> None:
    st.button(
        label,
        shortcut=shortcut,
        disabled=to is None,
        on_click=_show,
        args=(to,),
        key=f"step_{label}",
    )


def _show(sample_id: str) -> None:
    st.session_state["id"] = sample_id


def _draw_opacity_and_legend(selection: Selection, case: Case) -> float:
    if case.photograph is None:
        draw_against_legend(selection)
        return 1.0
    st.session_state.setdefault("opacity", DEFAULT_OPACITY)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(width="content"):
            draw_error_legend()
        percent = st.slider(
            "Colour over the photograph",
            0,
            100,
            step=10,
            format="%d %%",
            key="opacity",
            width=260,
            persist_state="session",
        )
    return percent / 100


def _draw_panel(panel: Panel, case: Case) -> None:
    encode = png if case.photograph is None else jpeg
    with st.container(gap="xxsmall"):
        st.markdown(panel.title)
        st.image(encode(panel.picture), width="stretch", alt=f"{panel.alt}, image {case.id}")
        st.caption(panel.note)
