"""What the sections Thresholds and Confidence show of A and B, computed once while the run's files stay."""

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from floodeval.analysis.score_calibration import ScoreCalibration, score_calibration
from floodeval.analysis.threshold_choice import ThresholdChoice, choose_threshold
from floodeval.analysis.threshold_curves import (
    LogitCounts,
    ThresholdCurve,
    default_threshold,
    logit_counts,
    threshold_curve,
)
from floodeval.dashboard.queries import RUNS, stamp, waiting
from floodeval.dashboard.state.selection import Selection
from floodeval.evaluation.run import Run
from floodeval.evaluation.sides import Side
from floodeval.metrics.logit_histograms import Reliability, expected_calibration_error, reliability
from floodeval.viz.style import Style


@dataclass(frozen=True)
class ShownSide:
    """A or B on the page: its name among the selection's variants, how it is drawn, and what it is.

    Attributes:
        name: among the selection's variants.
        style: of the variant.
        side: its run, variant and prompt.
        rows: its rows of the selected photographs.
    """

    name: str
    style: Style
    side: Side
    rows: pd.DataFrame


@dataclass(frozen=True)
class PixelCalibration:
    """Pixel probabilities compared with the reference, pooled over `n` photographs."""

    n: int
    reliability: Reliability
    error: float


def shown_sides(selection: Selection) -> list[ShownSide]:
    """A and, where there is one, B."""
    sides = [(selection.a, selection.pair.side_a)]
    if selection.b and selection.pair.side_b:
        sides.append((selection.b, selection.pair.side_b))
    rows = selection.metrics[selection.metrics["prompt"] == selection.prompt.spec]
    return [
        ShownSide(name, selection.styles[name], side, rows[rows["variant"] == name]) for name, side in sides
    ]


def curve_of(shown: ShownSide) -> ThresholdCurve:
    """The scores at every threshold over the selected photographs.

    Raises:
        FloodevalError: the run has no logits of the variant, or they cannot be read.
    """
    with waiting("reading_logits"):
        return _curve(*_about(shown))


def choice_of(shown: ShownSide) -> ThresholdChoice:
    """The threshold chosen on the validation subset of the side's run; raises as `curve_of`."""
    side = shown.side
    return _choice(side.run, _stamp(side.run), side.variant, side.prompt.spec)


def pixels_of(shown: ShownSide) -> PixelCalibration:
    """How the pixel probabilities agree with the reference masks; raises as `curve_of`."""
    with waiting("reading_logits"):
        return _pixels(*_about(shown))


def scores_of(shown: ShownSide) -> ScoreCalibration:
    """How the model's estimates of IoU agree with the IoU, over the selected photographs."""
    return _scores(shown.rows[["scene", "score", "iou"]].reset_index(drop=True))


_Stamp = tuple[float, ...]


def _stamp(run: Run) -> _Stamp:
    path = run.folder / "logits.parquet"
    return (*stamp(run), path.stat().st_mtime if path.is_file() else 0.0)


def _about(shown: ShownSide) -> tuple[Run, _Stamp, str, str, tuple[str, ...]]:
    side = shown.side
    return side.run, _stamp(side.run), side.variant, side.prompt.spec, tuple(shown.rows["id"].astype(str))


def _selected(run: Run, variant: str, prompt: str, ids: tuple[str, ...]) -> LogitCounts:
    return logit_counts(replace(run, metrics=run.metrics[run.metrics["id"].isin(ids)]), variant, prompt)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _curve(run: Run, stamp: _Stamp, variant: str, prompt: str, ids: tuple[str, ...]) -> ThresholdCurve:
    counts = _selected(run, variant, prompt, ids)
    return threshold_curve(counts, variant, prompt, default_threshold(run, variant))


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _choice(run: Run, stamp: _Stamp, variant: str, prompt: str) -> ThresholdChoice:
    return choose_threshold(run, variant, prompt)


@st.cache_data(max_entries=16, show_spinner=False, hash_funcs=RUNS)
def _pixels(run: Run, stamp: _Stamp, variant: str, prompt: str, ids: tuple[str, ...]) -> PixelCalibration:
    counts = _selected(run, variant, prompt, ids)
    inside, outside = counts.inside.sum(axis=0), counts.outside.sum(axis=0)
    error = float(expected_calibration_error(inside, outside))
    return PixelCalibration(len(counts.rows), reliability(inside, outside), error)


@st.cache_data(max_entries=16, show_spinner=False)
def _scores(rows: pd.DataFrame) -> ScoreCalibration:
    return score_calibration(rows)
