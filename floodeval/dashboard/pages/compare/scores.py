"""The numbers of the page Compare: every metric with its gaps, and what the image is like."""

import pandas as pd
import streamlit as st

from floodeval.analysis.filters import slice_key
from floodeval.analysis.ranking import DISAGREEMENT, METRICS
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.compare.rows import score_rows
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.tables import parts_of
from floodeval.dashboard.widgets.words import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.viz.metrics import metric_label
from floodeval.viz.traits import slice_words


def draw_scores(selection: Selection) -> None:
    """Draw every metric of every variant, and the gaps to A."""
    st.markdown(f"#### {say('compare.scores')}")
    table = score_table(selection)
    right = {
        name: st.column_config.TextColumn(name, alignment="right") for name in map(str, table.columns[1:])
    }
    st.dataframe(table, hide_index=True, height="content", column_config=right, alt=say("compare.scores_alt"))
    said = say("compare.lower_better", metrics=", ".join(map(metric_label, sorted(LOWER_IS_BETTER))))
    if (found := disagreement_here(selection)) is not None:
        said = f"{metric_label(DISAGREEMENT)}: **{formats.score(found)}**. {said}"
    st.caption(said)


def score_table(selection: Selection) -> pd.DataFrame:
    """One row a metric, as text: each variant's value, then each gap to A."""
    rows = score_rows(selection)
    columns = {selection.inks[name].label: name for name in rows}
    table = {say("compare.metric"): [metric_label(metric) for metric in METRICS]}
    table |= {
        label: [formats.score(rows[name][metric]) for metric in METRICS] for label, name in columns.items()
    }
    for name in [name for name in rows if selection.a in rows and name != selection.a]:
        title = say("compare.gap", name="B" if name == selection.b else name)
        table[title] = [formats.gap(rows[name][metric] - rows[selection.a][metric]) for metric in METRICS]
    return pd.DataFrame(table)


def disagreement_here(selection: Selection) -> float | None:
    """1 - IoU of A's mask with B's on the image; None where that is not known."""
    if DISAGREEMENT not in selection.table:
        return None
    value = selection.table.loc[selection.table["id"] == selection.sample_id, DISAGREEMENT].iloc[0]
    return None if pd.isna(value) else float(value)


def draw_slices(selection: Selection) -> None:
    """Say in which slices the image is; each leads to the list of its images."""
    parts = parts_of(selection.run, selection.rows_key, selection.a, selection.b, selection.prompt.spec)
    at = (selection.table["id"] == selection.sample_id).to_numpy()
    mine = [one for one in parts if bool(one.members[at].any())]
    if not mine:
        return
    st.markdown(f"#### {say('compare.slices')}")
    with st.container(gap="xxsmall"):
        for one in mine:
            words = plain(slice_words(one.trait, one.part, one.low, one.high))
            params = selection.params | {"slice": slice_key(one)}
            link_to("Worst cases", params, words, icon=":material/donut_small:")
    st.caption(say("compare.slices_help"))
