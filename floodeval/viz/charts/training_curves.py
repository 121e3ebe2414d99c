"""The loss and the scores of one or two fine-tunings over their epochs."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from floodeval.analysis.trainings import TrainingRecord
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.training.history import RETENTION
from floodeval.viz.charts.figure import hover, new_figure, text
from floodeval.viz.style import TRAIN_CURVE, VALIDATION_CURVE

CHART_PX = 330
_TRAIN, _VALIDATION = TRAIN_CURVE.color, VALIDATION_CURVE.color
_PROMPTS = ("#CC8400", "#2F8FCB", "#CC79A7", "#009E73", "#8E7CC3")
_SYMBOLS = ("square", "diamond", "x", "triangle-up", "cross")


def loss_figure(trainings: Sequence[TrainingRecord]) -> go.Figure:
    """Draw the loss on training and validation over the epochs.

    Args:
        trainings: one, or two to compare; the second one's lines are dashed.
    """
    figure = _new(trainings)
    for place, training in enumerate(trainings):
        names = [training.name] if len(trainings) > 1 else []
        _add(figure, training, "train_loss", [say("training.train"), *names], _TRAIN, "circle-open", place)
        _add(figure, training, "val_loss", [say("training.validation"), *names], _VALIDATION, "circle", place)
        _mark_best(figure, training, "val_loss", below=place > 0)
    figure.update_yaxes(title=say("training.loss_axis"), rangemode="tozero")
    return figure


def score_figure(trainings: Sequence[TrainingRecord], metric: str) -> go.Figure:
    """Draw a score on the validation subset over the epochs: its mean, and the score with each prompt.

    Args:
        trainings: one, or two to compare; for two, only the means are drawn.
        metric: `iou` or `dice`.
    """
    figure = _new(trainings)
    for place, training in enumerate(trainings):
        names = [training.name] if len(trainings) > 1 else []
        train = [say("training.train"), *names]
        for i, (column, prompt) in enumerate(prompt_columns(training.history, metric).items()):
            if len(trainings) == 1:
                _add(figure, training, column, [prompt], _PROMPTS[i % 5], _SYMBOLS[i % 5], place, width=1.5)
        _add(figure, training, f"train_{metric}", train, _TRAIN, "circle-open", place)
        _add(figure, training, f"val_{metric}", [say("training.mean"), *names], _VALIDATION, "circle", place)
        _mark_best(figure, training, f"val_{metric}", below=len(trainings) == 1 or place > 0)
    figure.update_yaxes(title=say(f"training.{metric}_axis"), tickformat=".2f")
    return figure


def retention_figure(trainings: Sequence[TrainingRecord]) -> go.Figure:
    """Draw the retention on the validation subset over the epochs, and the share of water in the answers.

    Args:
        trainings: one, or two to compare; those that did not measure retention have no lines.
    """
    figure = _new(trainings)
    for place, training in enumerate(trainings):
        names = [training.name] if len(trainings) > 1 else []
        mean = [say("training.retention_mean"), *names]
        if len(trainings) == 1:
            for i, form in enumerate(("point", "box")):
                column = f"{RETENTION}_{form}"
                _add(figure, training, column, [form], _PROMPTS[i], _SYMBOLS[i], place, width=1.5)
        water = [say("training.water_share"), *names]
        _add(figure, training, "val_water_share", water, _TRAIN, "circle-open", place)
        _add(figure, training, RETENTION, mean, _VALIDATION, "circle", place)
        _mark_best(figure, training, RETENTION, below=True)
    figure.update_yaxes(title=say("training.retention_axis"), tickformat=".2f", rangemode="tozero")
    return figure


def prompt_columns(history: pd.DataFrame, metric: str) -> dict[str, str]:
    """The columns of a history with a validation score of one prompt, and the spec of that prompt."""
    start = f"val_{metric}_"
    return {name: name.removeprefix(start) for name in map(str, history) if name.startswith(start)}


def _new(trainings: Sequence[TrainingRecord]) -> go.Figure:
    figure = new_figure(CHART_PX)
    last = max(int(training.history["epoch"].max()) for training in trainings)
    figure.update_xaxes(title=say("training.epoch_axis"), range=[-0.3, last + 0.3])
    return figure


def _add(
    figure: go.Figure,
    training: TrainingRecord,
    column: str,
    names: Sequence[str],
    color: str,
    symbol: str,
    place: int,
    width: float = 2.5,
) -> None:
    if column not in training.history:
        return
    known = training.history.dropna(subset=[column])
    name = ", ".join(text(part) for part in names)
    figure.add_scatter(
        name=name,
        x=known["epoch"],
        y=known[column],
        mode="lines+markers",
        line={"color": color, "width": width, "dash": "dash" if place else "solid"},
        marker={"symbol": symbol, "size": 6, "color": color},
        **hover(map(formats.score, known[column].astype(float)), name),
    )
    figure.update_layout(hovermode="x unified")


def _mark_best(figure: go.Figure, training: TrainingRecord, column: str, below: bool) -> None:
    """A ring around the value of the chosen epoch, with a label below or above it."""
    value = training.at(training.best_epoch, column)
    if value is None:
        return
    figure.add_scatter(
        x=[training.best_epoch],
        y=[value],
        mode="markers+text",
        marker={"symbol": "circle-open", "size": 16, "color": _VALIDATION, "line": {"width": 3}},
        text=[say("training.chosen_mark", value=formats.score(value))],
        textposition="bottom center" if below else "top center",
        showlegend=False,
        hoverinfo="skip",
    )
