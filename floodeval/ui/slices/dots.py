"""The section Slices: scores and gaps, trait by trait."""

import pandas as pd
import streamlit as st

from floodeval.pictures.figure import CONFIG
from floodeval.pictures.slice_chart import slices_figure
from floodeval.ui.selection import Selection
from floodeval.ui.slices.numbers import overall_of, slices_of
from floodeval.wording.metrics import metric_label
from floodeval.wording.traits import TRAIT_WORDS, part_words

METRICS = ("iou", "dice", "precision", "recall")


def draw_slices(selection: Selection) -> None:
    """Draw every slice's means and gap, and the same as a table.

    Raises:
        FloodevalError: the run has no traits.
    """
    metric = str(
        st.segmented_control(
            "Metric",
            METRICS,
            default="iou",
            format_func=metric_label,
            key="slices_metric",
            required=True,
            persist_state="session",
        )
    )
    table = slices_of(selection, metric)
    if table.empty:
        st.info(
            "No slice can be cut: there are too few photographs, or all are alike.", icon=":material/info:"
        )
        return
    a, b = selection.inks[selection.a], selection.inks[selection.b] if selection.b else None
    figure = slices_figure(table, overall_of(selection, metric), a, b, metric_label(metric))
    alt = f"Mean {metric_label(metric)} of each variant, and the gap, in every slice"
    st.plotly_chart(figure, config=CONFIG, key="slices", alt=alt)
    st.caption(
        "Each trait cuts the photographs into thirds, or by colour; slices of one trait are apart, those of "
        "different traits overlap. Dashed: the means over all photographs. Bars: 95 % intervals over scenes, "
        "not corrected for the number of slices: the section Weakest is."
    )
    _draw_table(table, selection.b is None)


def table_rows(table: pd.DataFrame, single: bool) -> pd.DataFrame:
    """The slices with their traits in words; of one variant its means alone."""
    bounds = table[["trait", "part", "low", "high"]].itertuples(index=False)
    shown = table.drop(columns=["trait", "part", "low", "high"])
    shown.insert(0, "trait", [TRAIT_WORDS[trait].title for trait in table["trait"]])
    shown.insert(1, "slice", [part_words(*one) for one in bounds])
    if single:
        return shown.drop(columns=[name for name in map(str, shown) if name.startswith(("mean_b", "gap"))])
    return shown.drop(columns=[f"mean_{side}_{end}" for side in "ab" for end in ("low", "high")])


def _draw_table(table: pd.DataFrame, single: bool) -> None:
    with st.expander("The slices as numbers", icon=":material/table_chart:"):
        shown = table_rows(table, single)
        formats = {
            name: st.column_config.NumberColumn(
                name.replace("_", " "), format="%+.3f" if name.startswith("gap") else "%.3f"
            )
            for name in map(str, shown)
            if name.startswith(("mean", "gap"))
        }
        st.dataframe(shown, hide_index=True, column_config=formats, alt="Means and gaps of every slice")
        st.download_button(
            "Download as CSV",
            table.to_csv(index=False),
            "slices.csv",
            "text/csv",
            icon=":material/download:",
        )
