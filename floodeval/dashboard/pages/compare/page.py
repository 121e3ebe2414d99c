"""The page Compare: one image with each variant's mask and errors, its scores and its neighbors."""

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import DISAGREEMENT, METRICS, subgroup_key
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.compare.compare_queries import disagreement_of, packed_case, score_rows
from floodeval.dashboard.pages.compare.panes import panes_of, sets_of
from floodeval.dashboard.pages.compare.steps import draw_neighbors, draw_steps
from floodeval.dashboard.pages.compare.viewer_message import viewer_message
from floodeval.dashboard.queries import photographs, subgroups_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.viewer.viewer import draw_viewer
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import gap_form, metric_form
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.wording import metric_label, slice_words


def draw_compare(selection: Selection) -> None:
    """Draw the page below its heading."""
    draw_steps(selection)
    draw_image(selection)
    draw_neighbors(selection)
    scores, subgroups = st.columns([3, 2], gap="medium")
    with scores:
        draw_scores(selection)
    with subgroups:
        draw_subgroups(selection)


def draw_image(selection: Selection) -> None:
    """Draw the image in the viewer, with a warning for each file that cannot be read."""
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    packed = packed_case(selection, found.sample(str(selection.sample_id)))
    for problem in packed.material.problems:
        st.warning(plain(problem), icon=":material/broken_image:")
    if packed.material.truth is not None and packed.prompt is None:
        st.caption(say("compare.no_prompt"))
    panes = panes_of(selection, packed.material, packed.stack)
    if not panes:
        st.info(say("compare.nothing"), icon=":material/hide_image:")
        return
    draw_viewer(viewer_message(selection, packed, panes, sets_of(panes)), key="viewer")


def draw_scores(selection: Selection) -> None:
    """Draw every metric of every variant, and the gaps to A, as a table."""
    st.markdown(f"#### {say('compare.scores')}")
    table = score_table(selection)
    right = {
        name: st.column_config.TextColumn(name, alignment="right") for name in map(str, table.columns[1:])
    }
    st.dataframe(table, hide_index=True, height="content", column_config=right, alt=say("compare.scores_alt"))
    lower = (metric_label(metric).removesuffix(", px") for metric in sorted(LOWER_IS_BETTER))
    text = say("compare.lower_better", metrics=", ".join(lower))
    if (found := disagreement_of(selection)) is not None:
        text = f"{metric_label(DISAGREEMENT)}: **{formats.score(found)}**. {text}"
    st.caption(text)


def score_table(selection: Selection) -> pd.DataFrame:
    """One row per metric, as text: each variant's value, then each gap to A."""
    rows = score_rows(selection)
    table = {say("compare.metric"): [metric_label(metric) for metric in METRICS]}
    for name, row in rows.items():
        table[selection.styles[name].label] = [metric_form(metric)(row[metric]) for metric in METRICS]
    others = [name for name in rows if selection.a in rows and name != selection.a]
    for name in others:
        title = say("compare.gap", name="B" if name == selection.b else name)
        gaps = {metric: rows[name][metric] - rows[selection.a][metric] for metric in METRICS}
        table[title] = [gap_form(metric)(gap) for metric, gap in gaps.items()]
    return pd.DataFrame(table)


def draw_subgroups(selection: Selection) -> None:
    """List the subgroups that the image belongs to, with a link to the images of each."""
    parts = subgroups_of(selection.run, selection.rows_key, selection.a, selection.b, selection.prompt.spec)
    at = (selection.table["id"] == selection.sample_id).to_numpy()
    mine = [one for one in parts if bool(one.members[at].any())]
    if not mine:
        return
    st.markdown(f"#### {say('compare.subgroups')}")
    with st.container(gap="xxsmall"):
        for one in mine:
            words = plain(slice_words(one.trait, one.part, one.low, one.high))
            params = selection.params | {"slice": subgroup_key(one)}
            link_to("Worst cases", params, words, icon=":material/donut_small:")
    st.caption(say("compare.subgroups_help"))
