"""Scores by prompt as marks with their intervals; field prompts come first."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.charts.figure import SYMBOLS, axis_title, fill, hover, interval_bars, new_figure, text
from floodeval.viz.style import FOUND, MARK, Style

HEADER_PX, LINE_PX = 28, 17
VALUE_PX = 44  # the width of a value to the right of the axis, on a narrow screen
_FORMS = {"mean": formats.score, "gap": formats.gap}
_WITH_GAIN, _GAIN = [0, 0.62], [0.68, 1]


@dataclass(frozen=True)
class PromptRows:
    """The places of all rows, in pixels from the top.

    Attributes:
        places: of the rows, by prompt.
        ticks: labels of the rows, by place.
        headers: of the field prompts and of the others, by place.
        n: the number of photographs where it is the same in all rows; else the labels have it.
        field: top and bottom of the field prompts.
        height: of all rows.
    """

    places: dict[str, float]
    ticks: dict[float, str]
    headers: dict[float, str]
    n: str
    field: tuple[float, float] | None
    height: float


def prompts_figure(
    scores: pd.DataFrame,
    gains: pd.DataFrame | None,
    prompts: Sequence[PromptSpec],
    styles: dict[str, Style],
    metric: str,
) -> go.Figure:
    """Draw a row per prompt with a mark per variant, next to the gain of B over A.

    Args:
        scores: of `floodeval.analysis.prompt_comparison.prompt_scores`.
        gains: of `prompt_gains`; None for a run with one variant.
        prompts: those to draw, in order.
        styles: the variants to draw, in order.
        metric: its label.
    """
    rows = _rows(prompts, scores, len(styles))
    figure = _framed(rows, say("prompts_page.mean_axis", metric=metric))
    _add_marks(figure, scores, "mean", rows, styles)
    _fit(figure, scores, "mean", rows)
    if gains is not None and len(gains):
        _add_gains(figure, gains, rows)
    return figure


def prompt_gaps_figure(
    gaps: pd.DataFrame, prompts: Sequence[PromptSpec], styles: dict[str, Style], reference: str, metric: str
) -> go.Figure:
    """Draw the gain of every prompt over a reference prompt, a mark per variant, with the zero line.

    Args:
        gaps: of `floodeval.analysis.prompt_comparison.prompt_gaps`.
        prompts: those to draw, in order, without the reference.
        styles: the variants to draw, in order.
        reference: the spec of the reference prompt.
        metric: its label.
    """
    rows = _rows(prompts, gaps, len(styles))
    figure = _framed(rows, say("prompts_page.gap_axis", metric=metric, reference=text(reference)))
    _add_marks(figure, gaps, "gap", rows, styles)
    _fit(figure, gaps, "gap", rows, holds=0.0)
    figure.update_xaxes(zeroline=True, zerolinecolor=MARK, zerolinewidth=2)
    return figure


def _counts(table: pd.DataFrame) -> dict[str, str]:
    """The number of photographs of each prompt, for its label."""
    found = table.groupby("prompt")["n"].agg(["min", "max"])
    return {
        str(prompt): f"n={formats.count(least)}"
        if least == most
        else say("prompts_page.n_range", least=least, most=most)
        for prompt, least, most in found.itertuples()
    }


def _rows(prompts: Sequence[PromptSpec], table: pd.DataFrame, lines: int) -> PromptRows:
    counts = _counts(table[table["prompt"].isin([prompt.spec for prompt in prompts])])
    same = counts.popitem()[1] if len(set(counts.values())) == 1 else ""
    groups = {
        "in_field": [prompt for prompt in prompts if not prompt.uses_ground_truth],
        "from_truth": [prompt for prompt in prompts if prompt.uses_ground_truth],
    }
    tall = 14 + LINE_PX * lines
    places: dict[str, float] = {}
    ticks: dict[float, str] = {}
    headers: dict[float, str] = {}
    top, field = 0.0, None
    for name, members in groups.items():
        if not members:
            continue
        begin = top
        headers[top + HEADER_PX / 2] = f"<b>{text(say(f'prompts_page.{name}'))}</b>"
        top += HEADER_PX
        for prompt in members:
            places[prompt.spec] = top + tall / 2
            words = "" if same else f" · {counts.get(prompt.spec, 'n=0')}"
            ticks[top + tall / 2] = text(prompt.spec) + words
            top += tall
        field = (begin, top) if name == "in_field" else field
    return PromptRows(places, ticks, headers, same, field, top)


def _framed(rows: PromptRows, title: str) -> go.Figure:
    figure = new_figure(round(rows.height) + 112, scattermode="overlay")
    figure.update_layout(margin={"r": VALUE_PX})
    figure.update_xaxes(title=f"{title}, {rows.n}" if rows.n else title, nticks=7, tickangle=0)
    figure.update_yaxes(
        tickvals=list(rows.ticks),
        ticktext=list(rows.ticks.values()),
        range=[rows.height, 0],
        showgrid=False,
        zeroline=False,
        ticksuffix=" ",
    )
    for height, words in rows.headers.items():
        figure.add_annotation(
            xref="paper", x=0, xanchor="left", y=height, text=words, showarrow=False, xshift=4
        )
    if rows.field:
        first, last = rows.field
        figure.add_shape(
            type="rect",
            xref="paper",
            x0=0,
            x1=1,
            y0=first,
            y1=last,
            fillcolor=fill(FOUND, 0.13),
            line_width=0,
            layer="below",
        )
    return figure


def _add_marks(
    figure: go.Figure, table: pd.DataFrame, value: str, rows: PromptRows, styles: dict[str, Style]
) -> None:
    for place, (variant, style) in enumerate(styles.items()):
        mine = table[(table["variant"] == variant) & table["prompt"].isin(list(rows.places))]
        mine = mine.dropna(subset=[value])
        aside = LINE_PX * (place - (len(styles) - 1) / 2)
        heights = [rows.places[prompt] + aside for prompt in mine["prompt"]]
        figure.add_scatter(
            name=text(style.label),
            x=mine[value],
            y=heights,
            mode="markers",
            customdata=[f"{prompt} {variant}" for prompt in mine["prompt"]],
            marker={
                "symbol": SYMBOLS[style.hatch],
                "size": 11,
                "color": style.color,
                "line": {"width": 1.5, "color": MARK},
            },
            error_x=interval_bars(mine[value], mine["low"], mine["high"]),
            **hover(
                (f"<b>{text(row['prompt'])}</b><br>{_words(row, value)}" for row in mine.to_dict("records")),
                text(style.label),
            ),
        )
        figure.add_scatter(**_numbers(mine, value, heights))


def _add_gains(figure: go.Figure, gains: pd.DataFrame, rows: PromptRows) -> None:
    known = gains[gains["prompt"].isin(list(rows.places))].dropna(subset=["gap"])
    heights = [rows.places[prompt] for prompt in known["prompt"]]
    figure.add_scatter(
        name=say("prompts_page.gain_trace"),
        x=known["gap"],
        y=heights,
        xaxis="x2",
        mode="markers",
        customdata=[f"{prompt} " for prompt in known["prompt"]],
        marker={"symbol": "square", "size": 8, "color": MARK, "line": {"width": 1, "color": "#FFFFFF"}},
        error_x=interval_bars(known["gap"], known["low"], known["high"]),
        **hover(_words(row, "gap") for row in known.to_dict("records")),
    )
    figure.add_scatter(**_numbers(known, "gap", heights), xaxis="x2")
    figure.update_layout(
        xaxis={"domain": _WITH_GAIN},
        xaxis2={
            "domain": _GAIN,
            "anchor": "y",
            "title": axis_title(say("prompts_page.gain_axis")),
            "range": _range(known, "gap", holds=0.0),
            "zeroline": True,
            "zerolinecolor": MARK,
            "zerolinewidth": 2,
            "fixedrange": True,
            "nticks": 5,
            "tickangle": 0,
        },
    )


def _words(row: dict[Hashable, Any], value: str) -> str:
    """The hover text of a mark: a value, its interval, and the numbers of images and scenes."""
    ends = {name: _FORMS[value](row[of]) for name, of in (("value", value), ("low", "low"), ("high", "high"))}
    return say(f"prompts_page.{value}_hover", n=row["n"], scenes=row["n_scenes"], **ends)


def _numbers(table: pd.DataFrame, value: str, heights: list[float]) -> dict[str, Any]:
    """The values as numbers, to the right of their intervals."""
    return {
        "x": table["high"].fillna(table[value]),
        "y": heights,
        "mode": "text",
        "text": [f" {_FORMS[value](one)}" for one in table[value]],
        "textposition": "middle right",
        "textfont": {"size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _fit(
    figure: go.Figure, table: pd.DataFrame, value: str, rows: PromptRows, holds: float | None = None
) -> None:
    drawn = table[table["prompt"].isin(list(rows.places))]
    figure.update_layout(xaxis={"range": _range(drawn, value, holds)})


def _range(table: pd.DataFrame, value: str, holds: float | None = None) -> list[float] | None:
    """From the lowest to the highest end of an interval, with space for the numbers; None without values."""
    ends = table[[value, "low", "high"]].to_numpy(float)
    known = [*ends[~np.isnan(ends)], *([] if holds is None else [holds])]
    if not known:
        return None
    least, most = min(known), max(known)
    span = (most - least) or 0.1
    return [least - 0.06 * span, most + 0.2 * span]
