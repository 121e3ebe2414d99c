"""The section Errors: false water and missed water by kind, variant by variant."""

import pandas as pd
import streamlit as st

from floodeval.pictures.error_chart import KIND_INKS, errors_figure
from floodeval.pictures.figure import CONFIG
from floodeval.ui.legends import draw_legend
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import errors_of
from floodeval.wording.traits import KIND_WORDS

MEANINGS = {
    "false_shore": "within 2 % of the diagonal of true water: the shore drawn too wide",
    "false_detached": "beyond that, in a predicted body that touches no true water",
    "false_spill": "beyond that, in a predicted body that does",
    "missed_thin": "where the true water is narrower than about 2 % of the longer side",
    "missed_small": "of the rest, in true bodies of less than 1 % of the frame",
    "missed_large": "of the rest, in larger bodies",
}


def draw_errors(selection: Selection) -> None:
    """Draw what share of the frame each variant gets wrong, and how.

    Raises:
        FloodevalError: the run has no table of errors.
    """
    table = errors_of(selection)
    st.markdown("#### False water and missed water by kind")
    draw_legend(KIND_INKS.values())
    figure = errors_figure(table, selection.inks)
    alt = "Share of the frame that each variant gets wrong, by kind of error"
    st.plotly_chart(figure, config=CONFIG, key="errors", alt=alt)
    st.caption("Orange: water where the truth is dry. Blue: true water that was not found.")
    st.dataframe(
        error_rows(table),
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.NumberColumn(name, format="percent")
            for name in ("of the frame", "of its wrong pixels")
        },
        alt="Errors of every variant by kind",
    )
    st.caption(
        "Of the frame: the mean over images, where every photograph counts the same. Of its wrong pixels: "
        "pooled over all images, where large photographs count more."
    )


def error_rows(table: pd.DataFrame) -> pd.DataFrame:
    """One row a variant and kind, in words."""
    return pd.DataFrame(
        {
            "variant": table["variant"],
            "error": table["kind"].map(KIND_WORDS),
            "of the frame": table["frame"],
            "of its wrong pixels": table["share"],
            "n": table["n"],
            "what it is": table["kind"].map(MEANINGS),
        }
    )
