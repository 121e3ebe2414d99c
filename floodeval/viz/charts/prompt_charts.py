"""How scores change with the prompt, as lines; and how similar the masks of any two prompts are."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import DASHES, SYMBOLS, hover, interval_band, new_figure, text
from floodeval.viz.style import LINE, MARK, Style

LINES_PX = 340  # height of a chart of lines
CELL_PX = 44  # of the square of agreements


def sensitivity_figure(curve: pd.DataFrame, option: str, styles: dict[str, Style], metric: str) -> go.Figure:
    """Draw a family of prompts: the mean over seeds as a line, with bars from the lowest to the highest seed.

    Args:
        curve: of `floodeval.analysis.prompt_sensitivity.sensitivity`.
        option: `n` (with a logarithmic axis) or `jitter`.
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
            "color": LINE,
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
    """Draw the mean IoU after each correcting click, with the targets.

    Args:
        curve: of `floodeval.analysis.clicks_needed.click_curve`, for one prompt.
        styles: the variants to draw, in order.
        targets: IoUs to reach, drawn as dotted lines.
    """
    names = {"click": "x", "iou": "mean", "ci_low": "low", "ci_high": "high"}
    figure = _lines(curve.rename(columns=names), styles, "prompts_page.click_hover")
    for target in targets:
        figure.add_hline(
            target,
            line={"width": 1.5, "dash": "dot", "color": MARK},
            annotation={"text": formats.decimal(target, 2), "xanchor": "left", "x": 0, "yanchor": "bottom"},
        )
    figure.update_xaxes(title=say("prompts_page.click_axis"), nticks=12)
    figure.update_yaxes(title=say("prompts_page.mean_axis", metric="IoU"))
    return figure


def _lines(curve: pd.DataFrame, styles: dict[str, Style], key: str) -> go.Figure:
    """A band and a line per variant over the column `x`; `key` is the sentence of a point's hover text."""
    figure = new_figure(LINES_PX)
    for mine, style in zip(_by_variant(curve, styles), styles.values(), strict=True):
        figure.add_scatter(**interval_band(mine["x"], mine["low"], mine["high"], style))
        figure.add_scatter(
            name=text(style.label),
            legendgroup=style.label,
            x=mine["x"],
            y=mine["mean"],
            mode="lines+markers",
            line={"color": style.color, "width": 2.5, "dash": DASHES[style.hatch]},
            marker={
                "symbol": SYMBOLS[style.hatch],
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


def agreement_figure(agreement: pd.DataFrame, prompts: Sequence[str], color: str) -> go.Figure:
    """Draw the agreement of the masks of every two prompts, as a square of numbers.

    Args:
        agreement: of `floodeval.analysis.prompt_sensitivity.mask_agreement`.
        prompts: their specs, in order.
        color: of an agreement of 1, #RRGGBB.
    """
    table = pd.DataFrame(np.nan, index=list(prompts), columns=list(prompts))
    for row in agreement.to_dict("records"):
        table.loc[row["first"], row["second"]] = table.loc[row["second"], row["first"]] = row["iou"]
    labels = [text(spec) for spec in prompts]
    ious = table.to_numpy(float)
    figure = new_figure(70 + CELL_PX * len(labels))
    figure.add_heatmap(
        x=labels,
        y=labels,
        z=table,
        zmin=0,
        zmax=1,
        colorscale=[[0, "#FFFFFF"], [1, color]],
        showscale=False,
        text=[["" if np.isnan(iou) else formats.score(iou) for iou in row] for row in ious],
        texttemplate="%{text}",
        textfont={"size": 13, "color": "#10222C"},
        xgap=3,
        ygap=3,
        customdata=[
            [
                say("prompts_page.agreement_hover", first=first, second=second, iou=formats.score(iou))
                for second, iou in zip(labels, row, strict=True)
            ]
            for first, row in zip(labels, ious, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, ticksuffix=" ")
    figure.update_xaxes(side="top", showgrid=False, tickangle=0)
    return figure
