"""The images as a table; a click on a row opens its image."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from floodeval.analysis.ranking import METRICS
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.ui.navigation import go_to
from floodeval.ui.selection import Selection
from floodeval.wording.metrics import metric_label
from floodeval.wording.quadrants import quadrant_title

_SIDES = {"gap": "gap", "a": "A", "b": "B"}


def draw_table(selection: Selection, rows: pd.DataFrame) -> None:
    """Draw the images as a table, the metric of the ranking first."""
    st.caption("Tick a row to open its image; click a column's name to sort by it.")
    columns = table_columns(selection)
    event = st.dataframe(
        rows[list(columns)].assign(
            quadrant=[quadrant_title(name, selection.b is None) for name in rows["quadrant"]]
        ),
        hide_index=True,
        height=640,
        key="case_table",
        on_select="rerun",
        selection_mode="single-row",
        column_config={name: _config(name, label) for name, label in columns.items()},
        alt="All images with their scores",
    )
    for position in event["selection"]["rows"]:
        go_to("Compare", selection.params | {"id": str(rows["id"].iloc[position])})


def table_columns(selection: Selection) -> dict[str, str]:
    """The table's columns in order, with their titles; the ranked metric stands first."""
    metrics = [selection.ranking.metric] + [name for name in METRICS if name != selection.ranking.metric]
    columns = {"id": "image", "quadrant": "group"}
    for metric in metrics:
        sides = _SIDES if selection.b else {"a": ""}
        columns |= {
            f"{metric}_{side}": f"{metric_label(metric)} {word}".strip() for side, word in sides.items()
        }
    return columns | {
        "truth_share": "true water",
        "width": "width, px",
        "height": "height, px",
        "scene": "scene",
    }


def _config(name: str, label: str) -> ColumnConfig:
    if name == "id":
        return st.column_config.TextColumn(label, pinned=True)
    if name == "truth_share":
        return st.column_config.NumberColumn(label, format="percent")
    if name.endswith("_gap"):
        return st.column_config.NumberColumn(label, format="%+.3f")
    if name.rpartition("_")[0] in (*OVERLAP_METRICS, "score"):
        return st.column_config.NumberColumn(label, format="%.3f")
    return st.column_config.Column(label)
