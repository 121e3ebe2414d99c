"""The colors, hatches and words that every picture and chart shares, chosen for color-blind readers.

The hues are Okabe and Ito's, the light ones darkened: a line or a mark of any color here has a contrast of
3:1 or more on the light and on the dark page (`GROUNDS`). No class is told by its color alone: each has a
hatch and a word too.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go

from floodeval.datasets.images import Photograph
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.hatches import SHADE, hatch_path, stroke_of

# The colors, hatches and words that every picture and chart shares, chosen for color-blind readers.

Rgb = Photograph  # H x W x 3, RGB, 8 bits
LAND = "#E9EEF1"  # the ground of a map that has no photograph beneath it
MARGIN = "#B9C4CB"  # beside a picture that is narrower than its frame
PROMPT = "#C2185B"
GROUNDS = ("#FFFFFF", "#0E1920")  # of the light and of the dark page, as in `.streamlit/config.toml`
MARK = "#6B7C87"  # of marks and lines that are no variant's: seen on either ground


@dataclass(frozen=True)
class Style:
    """How a class of pixels, or a variant, is drawn: its name, its color (#RRGGBB) and its hatch.

    A hatch is one of plotly's pattern shapes: "" (plain), "/", "x", "-" or ".". `letter` is the label in
    short, where there is little room.
    """

    name: str
    color: str
    hatch: str = ""
    letter: str = ""

    @property
    def label(self) -> str:
        """What a legend calls it: its name."""
        return self.name

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The color as red, green and blue, 0 to 255."""
        return rgb(self.color)


@dataclass(frozen=True)
class ClassStyle(Style):
    """The style of a class that floodeval itself names: `name` is its key in the catalog's `styles`."""

    @property
    def label(self) -> str:
        """What a legend calls it, in the language of the moment."""
        return say(f"styles.{self.name}")


FOUND = ClassStyle("found", "#009E73")
FALSE_ALARM = ClassStyle("false_alarm", "#D55E00", "/")
MISSED = ClassStyle("missed", "#0072B2", "x")
TRUE_WATER = ClassStyle("true_water", "#0072B2")
IGNORED = ClassStyle("ignored", "#A3A8AB", "-")  # counts nowhere: neither land nor water

OUTCOME_STYLES = {
    "fixed": ClassStyle("fixed", "#009E73"),
    "regressed": ClassStyle("regressed", "#D55E00"),
    "both_fail": ClassStyle("both_fail", "#868686"),
    "both_good": ClassStyle("both_good", "#2F8FCB"),
}

_VARIANTS = (
    ("#CC8400", ""),
    ("#2F8FCB", "/"),
    ("#CC79A7", "x"),
    ("#8C8C8C", "."),
    ("#8E7CC3", "-"),
)


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a color written #RRGGBB."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """The relative luminance of a color written #RRGGBB, from 0 to 1 (WCAG 2)."""
    parts = [part / 255 for part in rgb(color)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast of two colors written #RRGGBB, from 1 to 21 (WCAG 2)."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def edge(color: str) -> str:
    """What outlines a filled area: its own color where that is seen on either ground, else `MARK`."""
    return color if all(contrast(color, ground) >= 3 for ground in GROUNDS) else MARK


def variant_styles(variants: list[str]) -> dict[str, Style]:
    """One style a variant: the first is A, the second B; more than five use the colors again."""
    return {name: Style(name, *_VARIANTS[place % len(_VARIANTS)]) for place, name in enumerate(variants)}


# Swatches for a legend, small vector pictures: the color and hatch of a class, the dashes of a line.

LIGHT = 120  # of 255: the luma from which a color wants a dark neighbor
_SIDE, _SPACING = 16, 8  # of a swatch and of the lines in it, in pixels


def swatch(style: Style) -> str:
    """An style's color and hatch, 16 x 16 pixels, as a data URL."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        '<clipPath id="c"><rect width="16" height="16" rx="3"/></clipPath><g clip-path="url(#c)">'
        f'<rect width="16" height="16" fill="{style.color}"/>'
        f"{_lines(style)}</g></svg>"
    )
    return _data_url(svg)


def style_html(style: Style) -> str:
    """An style's swatch and name, as HTML."""
    return f'<img src="{swatch(style)}" alt=""/>{escape(style.label)}'


def tile(style: Style) -> str:
    """An style's color and hatch to fill any area with, as CSS's `background`."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">{_lines(style)}</svg>'
    return f"{style.color} url({_data_url(svg)}) 0 0 / 9px" if style.hatch else style.color


def line_swatch(style: Style, dash: tuple[int, ...]) -> str:
    """A line of an style with its dashes and its casing, 28 x 16 pixels, as a data URL."""
    dashes = " ".join(map(str, dash))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="16">'
        f'<path d="M1 8H27" stroke="{casing(style)}" stroke-width="6"/>'
        f'<path d="M1 8H27" stroke="{style.color}" stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
    )
    return _data_url(svg)


def casing(style: Style) -> str:
    """What stands out beside a line of an style, so that it shows on any ground: white, or nearly black."""
    red, green, blue = style.rgb
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < LIGHT else "#1C1C1C"


def _lines(style: Style) -> str:
    """The lines of an style's hatch: black that lets through as much of the color as the hatch's shade has."""
    stroke = f'stroke="#000" stroke-opacity="{1 - SHADE:.2f}" stroke-width="{stroke_of(_SPACING):g}"'
    return f'<path d="{hatch_path(style.hatch, _SIDE, _SPACING)}" {stroke}/>'


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


# What all charts have in common: margins, fonts, legends above, no dragging that steals a phone's scroll.

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


def marker(style: Style, opacity: float = 1.0) -> dict[str, Any]:
    """How bars of an style are filled: its color, and its hatch so that color is not all.

    Args:
        style: color and hatch.
        opacity: of the fill; the outline stays solid.
    """
    fill = "rgba({},{},{},{})".format(*style.rgb, opacity)
    return {
        "color": fill,
        "line": {"width": 1, "color": edge(style.color)},
        "pattern": {
            "shape": style.hatch,
            "fillmode": "replace",
            "bgcolor": fill,
            "fgcolor": "rgba(20,43,55,.3)" if opacity == 1 else style.color,
            "size": 7,
            "solidity": 0.18 if opacity == 1 else 0.3,
        },
    }


def text(value: object) -> str:
    """A name from disk as plotly shows it: as text, never as markup."""
    return escape(str(value))
