"""The section Thresholds: the scores of A and B at every threshold, and the best one on validation."""

from dataclasses import replace

import streamlit as st

from floodeval.analysis.threshold_choice import ThresholdChoice
from floodeval.analysis.threshold_curves import NoLogitsError
from floodeval.dashboard.pages.distributions.distribution_queries import (
    ShownSide,
    choice_of,
    curve_of,
    shown_sides,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, error_text
from floodeval.datasets.splits import WITH_VALIDATION
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import RunInfo
from floodeval.i18n.catalog import counted, say
from floodeval.report.rerun_commands import evaluate_command, recorded_request
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.threshold_charts import DrawnCurve, iou_figure, precision_recall_figure
from floodeval.viz.threshold_words import choice_words

Lacking = dict[str, tuple[FloodevalError, ShownSide]]
"""Why there are no curves: the error and the first side that it is about, by its words."""


def draw_thresholds(selection: Selection) -> None:
    """Draw the chosen thresholds in words and both charts; where there are no logits, show why."""
    drawn: list[DrawnCurve] = []
    lacking: Lacking = {}
    for shown in shown_sides(selection):
        try:
            curve, choice = curve_of(shown), choice_of(shown)
        except FloodevalError as error:
            lacking.setdefault(error_text(error), (error, shown))
            continue
        drawn.append(DrawnCurve(curve, shown.style, choice.best))
        st.markdown(f"- {chip(shown.style)}: {choice_words(choice)}{_odd_words(choice)}")
    draw_lacking(lacking)
    if drawn:
        draw_curves(drawn)


def _odd_words(choice: ThresholdChoice) -> str:
    return f" {say('thresholds.outermost')}" if choice.is_outermost else ""


def draw_lacking(lacking: Lacking) -> None:
    """Say why there are no curves of a variant, once for all variants with the same reason.

    A run that keeps no logits has the command that makes it again with them.
    """
    for words, (error, shown) in lacking.items():
        st.info(words, icon=":material/info:")
        if isinstance(error, NoLogitsError) and error.reason == "no_table":
            st.code(again_command(shown.side.run.info), language=None, wrap_lines=True)


def again_command(info: RunInfo) -> str:
    """The command that evaluates a run again under another name, with validation next to test."""
    asked = recorded_request(info)
    subset = WITH_VALIDATION if asked.subset == "test" else asked.subset
    name = f"{info.name}-thresholds"
    return evaluate_command(replace(info, name=name, request=replace(asked, subset=subset)))


def draw_curves(drawn: list[DrawnCurve]) -> None:
    """Draw IoU by threshold, and precision against recall."""
    with st.grid(2, min_column_width=320, gap=("small", "medium")):
        with st.container(gap="xsmall"):
            st.markdown(f"#### {say('thresholds.title_iou')}")
            st.plotly_chart(
                iou_figure(drawn), config=CHART_CONFIG, key="threshold_iou", alt=say("thresholds.alt_iou")
            )
            st.caption(_iou_caption(drawn))
        with st.container(gap="xsmall"):
            st.markdown(f"#### {say('thresholds.title_pr')}")
            st.plotly_chart(
                precision_recall_figure(drawn),
                config=CHART_CONFIG,
                key="threshold_pr",
                alt=say("thresholds.alt_pr"),
            )
            st.caption(say("thresholds.how_pr"))


def _iou_caption(drawn: list[DrawnCurve]) -> str:
    words = say("thresholds.how_iou")
    n_dry = max(one.curve.n_dry for one in drawn)
    return f"{words} {say('thresholds.dry', images=counted(n_dry, 'image'))}" if n_dry else words
