"""How well A and B do: the four main metrics with reference lines, what IoU means, all metrics on demand."""

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.home.averages_view import draw_averages
from floodeval.dashboard.pages.home.home_queries import baselines_of, comparison, means_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.averages import main_averages_html


def draw_how_well(selection: Selection) -> None:
    """Draw the panel."""
    with st.container(border=True, key="how_well", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"#### {say('home.how_well')}", help=say("home.averages_help"), width="content")
            if st.button(say("home.all_metrics"), icon=":material/bar_chart:", type="tertiary", key="all_12"):
                st.dialog(say("home.averages"), width="medium")(draw_averages)(selection)
        sides = [selection.a, *([selection.b] if selection.b else [])]
        styles = {name: style for name, style in selection.styles.items() if name in sides}
        gaps = comparison(selection).metrics if selection.b else None
        agreement = selection.run.info.label_agreement
        chart = main_averages_html(means_of(selection), styles, baselines_of(selection), agreement, gaps)
        st.markdown(chart, unsafe_allow_html=True)
        st.caption(iou_words(selection))


def iou_words(selection: Selection) -> str:
    """What IoU means, with the photograph of median IoU as the example, as Markdown."""
    side, name = ("b", selection.b) if selection.b else ("a", selection.a)
    known = selection.table.dropna(subset=[f"iou_{side}"]).sort_values([f"iou_{side}", "id"])
    meaning = say("home.iou_means")
    if known.empty:
        return meaning
    row: pd.Series = known.iloc[len(known) // 2]
    value = float(row[f"iou_{side}"])
    example = say(
        "home.iou_example",
        id=code(row["id"]),
        variant=plain(selection.name_of(name)),
        iou=formats.score(value),
        share=formats.percent(value),
    )
    return f"{meaning} {example}"
