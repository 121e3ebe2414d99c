"""The layout, hover texts, bars and intervals that all Plotly charts share."""

from collections.abc import Iterable
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.viz.hatches import WIDTH_DIVISOR
from floodeval.viz.style import MARK, Style, edge

CHART_CONFIG = {"displayModeBar": False, "scrollZoom": False}
"""Plotly's options for a chart on a page; a swipe over a chart scrolls the page."""

DASHES = {"": "solid", "/": "dash", "x": "dot", ".": "dashdot", "-": "longdash"}
"""The dashes of a line, by the hatch of its style."""

SYMBOLS = {"": "circle", "/": "diamond", "x": "square", ".": "x", "-": "triangle-up"}
"""The symbol of a mark, by the hatch of its style."""


TITLE_LINE = 12  # characters of an axis title that fit next to another chart on a phone


def new_figure(height: int, **layout: Any) -> go.Figure:
    """An empty figure, `height` pixels tall, with the legend above and no dragging."""
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"},
        dragmode=False,
        hoverlabel={"align": "left"},
        separators=formats.separators(),
        **layout,
    )
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    return figure


def axis_title(words: str) -> str:
    """An axis title, broken after its first comma if it is long, so that it fits on a phone."""
    return words.replace(", ", ",<br>", 1) if len(words) > TITLE_LINE else words


def text(value: object) -> str:
    """A name from disk, escaped: Plotly would read it as markup."""
    return escape(str(value))


def hover(words: Iterable[str], name: str = "") -> dict[str, Any]:
    """The hover texts of a trace's marks, as keyword arguments of the trace.

    The numbers in them are formatted here: Plotly's own formats write a hyphen for a minus sign.

    Args:
        words: HTML, one per mark.
        name: HTML next to it, as a rule the trace's name.
    """
    return {"hovertext": list(words), "hovertemplate": f"%{{hovertext}}<extra>{name}</extra>"}


def fill(style: Style, opacity: float) -> str:
    """A style's color with an opacity from 0 to 1, as CSS."""
    return "rgba({},{},{},{})".format(*style.rgb, opacity)


def bar_marker(style: Style, opacity: float = 1.0) -> dict[str, Any]:
    """The fill of bars: color and hatch of a style, with the lines of `floodeval.viz.hatches`.

    Args:
        style: color and hatch.
        opacity: of the fill; lines and outline stay solid.
    """
    return {
        "color": fill(style, opacity),
        "line": {"width": 1, "color": edge(style.color)},
        "pattern": {
            "shape": style.hatch,
            "fillmode": "replace",
            "bgcolor": fill(style, opacity),
            "fgcolor": style.shade if opacity == 1 else style.color,
            "size": 7,
            "solidity": 1 / WIDTH_DIVISOR,
        },
    }


def interval_bars(value: pd.Series, low: pd.Series, high: pd.Series) -> dict[str, Any]:
    """The bars from `low` to `high` around values, as `error_x` or `error_y` of a trace."""
    value = value.astype(float)
    return {
        "type": "data",
        "symmetric": False,
        "array": high.astype(float) - value,
        "arrayminus": value - low.astype(float),
        "color": MARK,
        "thickness": 1.5,
        "width": 3,
    }


def interval_band(x: pd.Series, low: pd.Series, high: pd.Series, style: Style) -> dict[str, Any]:
    """A trace that fills the area between two lines; places without both ends are left out."""
    known = pd.DataFrame({"x": x, "low": low, "high": high}).dropna()
    back = known.iloc[::-1]
    return {
        "x": [*known["x"], *back["x"]],
        "y": [*known["high"], *back["low"]],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": fill(style, 0.2),
        "legendgroup": style.label,
        "showlegend": False,
        "hoverinfo": "skip",
    }
