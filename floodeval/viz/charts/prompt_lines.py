"""A score over the clicks, or over how far a box was moved: a line a variant with its interval."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.prompts_chart import SYMBOLS
from floodeval.viz.style import MARK, Style, hover, new_figure, text

LINES_PX = 340
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def sensitivity_figure(curve: pd.DataFrame, option: str, styles: dict[str, Style], metric: str) -> go.Figure:
    """Draw a family of prompts: the mean over seeds as a line, the seeds' own means as bars on it.

    Args:
        curve: of `floodeval.analysis.prompt_sensitivity.sensitivity`.
        option: `n` (drawn on a logarithmic axis) or `jitter`.
        styles: the variants to draw, in order.
        metric: its label.
    """
    figure = _lines(curve.rename(columns={"value": "x"}), styles, f"prompts_page.{option}_hover")
    for trace, mine in zip(figure.data[1::2], _by_variant(curve, styles), strict=True):
        several = mine["n_seeds"] > 1
        trace.error_y = {
            "type": "data",
            "symmetric": False,
            "array": (mine["seed_high"] - mine["mean"]).where(several),
            "arrayminus": (mine["mean"] - mine["seed_low"]).where(several),
            "color": "#7A8B95",
            "thickness": 2.5,
            "width": 6,
        }
    values = sorted(curve["value"].unique())
    figure.update_xaxes(
        title=say(f"prompts_page.{option}_axis"),
        type="log" if option == "n" else "linear",
        tickvals=values,
        ticktext=[formats.significant(value) for value in values],
    )
    figure.update_yaxes(title=say("prompts_page.mean_axis", metric=metric))
    return figure


def clicks_figure(curve: pd.DataFrame, styles: dict[str, Style], targets: tuple[float, ...]) -> go.Figure:
    """Draw the mean IoU after each click of an analyst who corrects, with the targets.

    Args:
        curve: of `floodeval.analysis.clicks_needed.click_curve`, for one prompt.
        styles: the variants to draw, in order.
        targets: IoUs that are good enough, drawn as dotted lines.
    """
    names = {"click": "x", "iou": "mean", "ci_low": "low", "ci_high": "high"}
    figure = _lines(curve.rename(columns=names), styles, "prompts_page.click_hover")
    for target in targets:
        figure.add_hline(
            target,
            line={"width": 1.5, "dash": "dot", "color": "#5F6F79"},
            annotation={"text": formats.decimal(target, 2), "xanchor": "left", "x": 0, "yanchor": "bottom"},
        )
    figure.update_xaxes(title=say("prompts_page.click_axis"), nticks=12)
    figure.update_yaxes(title=say("prompts_page.mean_axis", metric="IoU"))
    return figure


def _lines(curve: pd.DataFrame, styles: dict[str, Style], key: str) -> go.Figure:
    """A band and a line a variant over the column `x`; the sentence `key` says one point."""
    figure = new_figure(LINES_PX)
    for place, (mine, style) in enumerate(zip(_by_variant(curve, styles), styles.values(), strict=True)):
        figure.add_scatter(**_band(mine, style))
        figure.add_scatter(
            name=text(style.label),
            legendgroup=style.label,
            x=mine["x"],
            y=mine["mean"],
            mode="lines+markers",
            line={"color": style.color, "width": 2.5, "dash": _DASHES[place % len(_DASHES)]},
            marker={
                "symbol": SYMBOLS[place % len(SYMBOLS)],
                "size": 9,
                "color": style.color,
                "line": {"width": 1, "color": MARK},
            },
            **hover((_words(row, key) for row in mine.to_dict("records")), text(style.label)),
        )
    return figure


def _words(row: dict[Hashable, Any], key: str) -> str:
    values = {name: formats.score(row[name]) for name in ("mean", "low", "high")}
    return say(key, x=formats.significant(row["x"]), n=row["n"], **values)


def _by_variant(curve: pd.DataFrame, styles: dict[str, Style]) -> list[pd.DataFrame]:
    return [curve[curve["variant"] == variant] for variant in styles]


def _band(mine: pd.DataFrame, style: Style) -> dict[str, Any]:
    known = mine.dropna(subset=["low", "high"])
    back = known.iloc[::-1]
    return {
        "x": [*known["x"], *back["x"]],
        "y": [*known["high"], *back["low"]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": "rgba({},{},{},0.2)".format(*style.rgb),
        "legendgroup": style.label,
        "showlegend": False,
        "hoverinfo": "skip",
    }
