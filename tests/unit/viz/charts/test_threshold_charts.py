"""Curves over thresholds and reliability diagrams: their marks, their n, and names from disk."""

import numpy as np
import pandas as pd

from floodeval.analysis.score_calibration import score_calibration
from floodeval.analysis.threshold_curves import LogitCounts, threshold_curve
from floodeval.metrics.logit_histograms import LOGIT_BINS, reliability
from floodeval.viz.charts.calibration_charts import (
    DrawnPixels,
    DrawnScores,
    pixel_reliability_figure,
    score_reliability_figure,
)
from floodeval.viz.charts.threshold_charts import (
    DrawnCurve,
    iou_figure,
    precision_recall_figure,
    probability_words,
)
from floodeval.viz.style import Style

HOSTILE = Style("<b>a</b>", "#CC8400")


def counts(n=3):
    chance = np.random.default_rng(1)
    rows = pd.DataFrame({"id": map(str, range(n)), "scene": "s", "split": "test", "iou": 0.5, "score": 0.5})
    inside, outside = chance.integers(0, 50, (2, n, LOGIT_BINS)).astype(float)
    outside[0], inside[0] = 1, 0  # without water
    return LogitCounts(rows, inside, outside)


def named(figure):
    return [trace.name for trace in figure.data]


def test_the_default_and_the_chosen_threshold_are_marked_on_their_curve():
    curve = threshold_curve(counts(), "a", "box")
    drawn = [DrawnCurve(curve, HOSTILE, chosen=-2.5)]
    for figure, x, y in (
        (iou_figure(drawn), curve.threshold, curve.iou),
        (precision_recall_figure(drawn), curve.recall, curve.precision),
    ):
        line, default, chosen = figure.data
        for mark, logit in ((default, 0.0), (chosen, -2.5)):
            place = list(curve.threshold).index(logit)
            assert (mark.x[0], mark.y[0]) == (x[place], y[place])
        assert len(line.x) == LOGIT_BINS - 1


def test_every_curve_states_its_n_and_names_are_escaped():
    drawn = [DrawnCurve(threshold_curve(counts(), "a", "box"), HOSTILE)]
    assert named(iou_figure(drawn))[0] == "&lt;b&gt;a&lt;/b&gt;, n=2"
    assert named(precision_recall_figure(drawn))[0] == "&lt;b&gt;a&lt;/b&gt;, n=3"


def test_a_default_between_two_edges_has_no_mark():
    curve = threshold_curve(counts(), "a", "box", default=float(np.log(4)))
    assert len(iou_figure([DrawnCurve(curve, HOSTILE)]).data) == 1


def test_an_infinite_default_is_drawn_without_a_line():
    curve = threshold_curve(counts(), "a", "box", default=np.inf)
    assert not iou_figure([DrawnCurve(curve, HOSTILE)]).layout.shapes


def test_the_bins_of_estimates_state_their_n():
    rows = pd.DataFrame({"score": [0.91, 0.95, 0.2], "iou": [0.5, 0.7, 0.3], "scene": list("xyz")})
    agreement, marks = score_reliability_figure([DrawnScores(score_calibration(rows), HOSTILE)]).data
    assert list(agreement.x) == [0, 1] and ["1" in marks.text[0], "2" in marks.text[1]] == [True, True]
    assert marks.name.endswith("n=3") and "<b>a" not in marks.name


def test_pixels_of_empty_bins_are_not_drawn():
    inside, outside = np.zeros(LOGIT_BINS), np.zeros(LOGIT_BINS)
    inside[40], outside[10] = 5, 5
    found = pixel_reliability_figure([DrawnPixels(reliability(inside, outside), 1, HOSTILE)])
    assert list(found.data[1].y) == [0, 1]


def test_a_probability_is_never_rounded_to_none_or_all():
    assert [probability_words(one) for one in (0.0, -1.5, 5.5, -8.0)] == ["0.50", "0.18", "0.996", "0.00034"]
    assert [probability_words(one) for one in (-15.5, 15.5)] == ["below 0.00001", "above 0.99999"]
