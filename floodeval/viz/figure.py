"""What all charts have in common: margins, fonts, legends above, no dragging that steals a phone's scroll."""

from collections.abc import Iterable
from html import escape
from typing import Any

import plotly.graph_objects as go

from floodeval.i18n import formats
from floodeval.viz.palette import Ink, edge

CONFIG = {"displayModeBar": False, "scrollZoom": False}
LINE = "#7A8B95"  # of axes, medians and intervals: seen on white and on the dark ground


def new_figure(height: int, **layout: Any) -> go.Figure:
    """An empty figure in the house's layout, `height` pixels tall."""
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


def hover(said: Iterable[str], name: str = "") -> dict[str, Any]:
    """What is shown where one points at the marks of a trace, as keyword arguments of the trace.

    The words are made here, number by number: plotly writes a hyphen for a minus sign where it formats them.

    Args:
        said: HTML, one per mark.
        name: HTML that stands next to it, as a rule the trace's name.
    """
    return {"hovertext": list(said), "hovertemplate": f"%{{hovertext}}<extra>{name}</extra>"}


def marker(ink: Ink, opacity: float = 1.0) -> dict[str, Any]:
    """How bars of an ink are filled: its colour, and its hatch so that colour is not all.

    Args:
        ink: colour and hatch.
        opacity: of the fill; the outline stays solid.
    """
    fill = "rgba({},{},{},{})".format(*ink.rgb, opacity)
    return {
        "color": fill,
        "line": {"width": 1, "color": edge(ink.colour)},
        "pattern": {
            "shape": ink.hatch,
            "fillmode": "replace",
            "bgcolor": fill,
            "fgcolor": "rgba(20,43,55,.3)" if opacity == 1 else ink.colour,
            "size": 7,
            "solidity": 0.18 if opacity == 1 else 0.3,
        },
    }


def text(value: object) -> str:
    """A name from disk as plotly shows it: as text, never as markup."""
    return escape(str(value))
