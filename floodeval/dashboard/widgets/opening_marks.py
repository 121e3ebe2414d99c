"""Charts and tables that open the images of a mark, a bar or a row when it is clicked."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.ranking import ALL
from floodeval.dashboard.navigation import go_to
from floodeval.dashboard.widgets.tables import Columns, configs, written
from floodeval.i18n import formats
from floodeval.viz.charts.figure import CHART_CONFIG

Params = Mapping[str, str]
"""A selection as URL parameters (`Selection.params`)."""

_WHOLE = {"order": "worst", **dict.fromkeys(("quadrant", "slice", "between", "marked"), ALL)}


def clicked_mark(figure: go.Figure, key: str, alt: str) -> str | None:
    """Draw a chart and return the custom data of the mark that was clicked; None without a click.

    Args:
        figure: its marks have a text as custom data; marks without one open nothing.
        key: of the chart.
        alt: what the chart shows, for screen readers.
    """
    turn = f"_turn_{key}"
    place = f"{key}_{st.session_state.get(turn, 0)}"
    event = st.plotly_chart(
        figure, config=CHART_CONFIG, key=place, on_select="rerun", selection_mode="points", alt=alt
    )
    for point in event["selection"]["points"]:
        data = point.get("customdata")
        found = data[0] if isinstance(data, list | tuple) and data else data
        if isinstance(found, str):
            st.session_state[turn] = st.session_state.get(turn, 0) + 1  # a chart without the selection
            return found
    return None


def clicked_row(table: pd.DataFrame, columns: Columns, key: str, alt: str) -> int | None:
    """Draw a table whose rows can be selected and return the place of the selected one.

    Args:
        table: numbers as numbers, so that they sort.
        columns: of the table, by name.
        key: of the table.
        alt: what the table is, for screen readers.
    """
    event = st.dataframe(
        written(table, columns),
        hide_index=True,
        column_config=configs(columns),
        placeholder=formats.NO_VALUE,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        alt=alt,
    )
    rows = event["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(table) else None


def open_images(params: Params, **wanted: str) -> None:
    """Open *Worst cases* with the images that are wanted, the worst first, whatever was listed before."""
    go_to("Worst cases", {**params, **_WHOLE, **wanted})
