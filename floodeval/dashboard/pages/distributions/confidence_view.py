"""The section Confidence: what the models' estimates of IoU and their pixel probabilities are worth."""

import streamlit as st

from floodeval.analysis.score_calibration import ScoreCalibration
from floodeval.dashboard.pages.distributions.distribution_queries import (
    PixelCalibration,
    ShownSide,
    pixels_of,
    scores_of,
    shown_sides,
)
from floodeval.dashboard.pages.distributions.thresholds_view import Lacking, draw_lacking
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import chip, error_text, plain
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.calibration_charts import (
    DrawnPixels,
    DrawnScores,
    pixel_reliability_figure,
    score_reliability_figure,
)
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.threshold_words import calibration_words


def draw_confidence(selection: Selection) -> None:
    """Draw the reliability of the estimates of IoU and of the pixel probabilities, next to each other."""
    sides = shown_sides(selection)
    with st.grid(2, min_column_width=320, gap=("small", "medium")):
        with st.container(gap="xsmall"):
            draw_scores([(one, scores_of(one)) for one in sides])
        with st.container(gap="xsmall"):
            draw_pixels(sides)


def draw_scores(found: list[tuple[ShownSide, ScoreCalibration]]) -> None:
    """Draw the models' estimates of IoU against the IoU."""
    st.markdown(f"#### {say('thresholds.title_score')}")
    known = [(shown, one) for shown, one in found if one.n]
    for shown, one in found:
        words = calibration_words(one) if one.n else say("thresholds.no_score")
        st.markdown(f"- {chip(shown.style)}: {words}")
    if not known:
        return
    st.plotly_chart(
        score_reliability_figure([DrawnScores(one, shown.style) for shown, one in known]),
        config=CHART_CONFIG,
        key="score_reliability",
        alt=say("thresholds.alt_score"),
    )
    st.caption(say("thresholds.how_score"))
    n_missing = max(one.n_missing for _, one in known)
    if n_missing:
        st.caption(say("thresholds.score_missing", n=n_missing))


def draw_pixels(sides: list[ShownSide]) -> None:
    """Draw the pixel probabilities against the share of water; where there are no logits, show why."""
    st.markdown(f"#### {say('thresholds.title_pixels')}")
    found: list[tuple[ShownSide, PixelCalibration]] = []
    lacking: Lacking = {}
    for shown in sides:
        try:
            found.append((shown, pixels_of(shown)))
        except FloodevalError as error:
            lacking.setdefault(error_text(error), (error, shown))
    for shown, one in found:
        words = say("thresholds.pixel_error", error=formats.score(one.error))
        st.markdown(f"- {chip(shown.style)}: {plain(words)}")
    draw_lacking(lacking)
    if found:
        st.plotly_chart(
            pixel_reliability_figure(
                [DrawnPixels(one.reliability, one.n, shown.style) for shown, one in found]
            ),
            config=CHART_CONFIG,
            key="pixel_reliability",
            alt=say("thresholds.alt_pixels"),
        )
        st.caption(say("thresholds.how_pixels"))
