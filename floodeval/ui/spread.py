"""The parts of the page Distributions: histograms of the metrics and of the gap, and A against B."""

import streamlit as st

from floodeval.pictures.distributions import gap_figure, histogram_figure, scatter_figure
from floodeval.pictures.figure import CONFIG
from floodeval.ui.navigation import go_to
from floodeval.ui.selection import Selection
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import counted

METRICS = ("iou", "dice", "precision", "recall")


def draw_histogram(selection: Selection, metric: str) -> None:
    """Draw one metric's histogram, A and B overlaid; a third would make all of them unreadable."""
    rows = selection.metrics[selection.metrics["prompt"] == selection.prompt.spec]
    chosen = [name for name in (selection.a, selection.b) if name]
    values = {name: rows.loc[rows["variant"] == name, metric] for name in chosen}
    label = metric_label(metric)
    st.markdown(f"#### {label}")
    figure = histogram_figure(values, selection.inks, metric)
    st.plotly_chart(
        figure, config=CONFIG, key=f"histogram_{metric}", alt=f"Share of images by {label}, per variant"
    )
    missing = int(max(series.isna().sum() for series in values.values()))
    if missing:
        st.caption(f"{counted(missing, 'image')} without a value: no water in truth and mask.")


def draw_gap(selection: Selection) -> None:
    """Draw the histogram of the IoU gap."""
    st.markdown("#### IoU gap, image by image")
    figure = gap_figure(selection.table["iou_gap"], "IoU of B minus IoU of A")
    st.plotly_chart(figure, config=CONFIG, key="gaps", alt="Share of images by IoU gap")
    st.caption(
        "Right of zero B is better on that photograph, left of zero A is. The grey line is the median."
    )


def draw_pairs(selection: Selection) -> None:
    """Draw every image at its IoU under A and B; a click on one opens it."""
    st.markdown("#### Every image, A against B")
    figure = scatter_figure(selection.table, selection.a, selection.b or selection.a, selection.threshold)
    event = st.plotly_chart(
        figure,
        config=CONFIG,
        key="pairs",
        on_select="rerun",
        selection_mode="points",
        alt="IoU of A and of B for every image",
    )
    st.caption("Above the dotted line B is better. Click an image to open it.")
    for point in event["selection"]["points"]:
        go_to("Compare", selection.params | {"id": str(point["customdata"])})
