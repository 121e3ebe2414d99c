"""The section Errors: false water and missed water by type, per variant."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.subgroups.subgroup_queries import errors_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import draw_legend
from floodeval.dashboard.widgets.tables import Column, draw_table
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.error_shares import errors_figure
from floodeval.viz.charts.figure import CONFIG
from floodeval.viz.style import ERROR_STYLES
from floodeval.viz.wording import kind_words


def draw_errors(selection: Selection) -> None:
    """Draw what share of the frame each variant gets wrong, by type of error.

    Raises:
        FloodevalError: the run has no table of errors.
    """
    table = errors_of(selection)
    st.markdown(f"#### {say('subgroups.errors_title')}")
    draw_legend(ERROR_STYLES.values())
    figure = errors_figure(table, selection.styles)
    st.plotly_chart(figure, config=CONFIG, key="errors", alt=say("subgroups.errors_alt"))
    st.caption(say("subgroups.errors_note"))
    shown = error_rows(table)
    columns = {name: _column(name) for name in map(str, shown)}
    draw_table(shown, columns, say("subgroups.errors_table_alt"), height="content")
    st.caption(say("subgroups.errors_table_note"))


def error_rows(table: pd.DataFrame) -> pd.DataFrame:
    """One row per variant and type of error, with its meaning in words."""
    return pd.DataFrame(
        {
            "variant": table["variant"],
            "kind": table["kind"].map(kind_words),
            "frame": table["frame"],
            "share": table["share"],
            "n": table["n"],
            "meaning": [say(f"subgroups.meaning_{kind}") for kind in table["kind"]],
        }
    )


def _column(name: str) -> Column:
    return Column(say(f"subgroups.column_{name}"), formats.percent if name in ("frame", "share") else None)
