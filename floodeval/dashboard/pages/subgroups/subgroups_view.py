"""The section Subgroups: means and gaps, trait by trait."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.subgroups.subgroup_queries import overall_of, subgroups_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.storage.spreadsheet import csv_bytes
from floodeval.viz.charts.figure import CONFIG
from floodeval.viz.charts.subgroup_scores import subgroups_figure
from floodeval.viz.wording import metric_label, part_words, trait_title

METRICS = ("iou", "dice", "precision", "recall")


def draw_subgroups(selection: Selection) -> None:
    """Draw the means and the gap of every subgroup, and the same as a table.

    Raises:
        FloodevalError: the run has no traits.
    """
    metric = str(
        st.segmented_control(
            say("subgroups.metric"),
            METRICS,
            default="iou",
            format_func=metric_label,
            key="subgroups_metric",
            required=True,
            persist_state="session",
        )
    )
    table = subgroups_of(selection, metric)
    if table.empty:
        st.info(say("subgroups.none_cut"), icon=":material/info:")
        return
    a, b = selection.styles[selection.a], selection.styles[selection.b] if selection.b else None
    figure = subgroups_figure(table, overall_of(selection, metric), a, b, metric_label(metric))
    alt = say("subgroups.chart_alt", metric=metric_label(metric))
    st.plotly_chart(figure, config=CONFIG, key="subgroups", alt=alt)
    st.caption(say("subgroups.chart_note"))
    _draw_table(table, selection.b is None)


def table_rows(table: pd.DataFrame, single: bool) -> pd.DataFrame:
    """The subgroups with their traits in words; for a single variant, its means only."""
    bounds = table[["trait", "part", "low", "high"]].itertuples(index=False)
    shown = table.drop(columns=["trait", "part", "low", "high"])
    shown.insert(0, "trait", [trait_title(trait) for trait in table["trait"]])
    shown.insert(1, "slice", [part_words(*one) for one in bounds])
    if single:
        return shown.drop(columns=[name for name in map(str, shown) if name.startswith(("mean_b", "gap"))])
    return shown.drop(columns=[f"mean_{side}_{end}" for side in "ab" for end in ("low", "high")])


def _draw_table(table: pd.DataFrame, single: bool) -> None:
    with st.expander(say("subgroups.as_numbers"), icon=":material/table_chart:"):
        shown = table_rows(table, single)
        columns = {name: _column(name) for name in map(str, shown)}
        draw_table(shown, columns, say("subgroups.table_alt"))
        st.download_button(
            say("subgroups.download"),
            csv_bytes(table),
            "slices.csv",
            "text/csv",
            icon=":material/download:",
        )


def _column(name: str) -> Column:
    title = say(f"subgroups.column_{name}")
    if name == "n_effective":
        return Column(title, formats.distance)
    if not name.startswith(("mean", "gap")):
        return Column(title)
    return Column(title, formats.gap if name.startswith("gap") else formats.score)
