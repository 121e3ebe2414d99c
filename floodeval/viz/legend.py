"""Swatches for a legend, small vector pictures: the colour and hatch of a class, the dashes of a line."""

import base64
from html import escape

from floodeval.viz.hatches import SHADE, hatch_path, stroke_of
from floodeval.viz.palette import Ink

LIGHT = 120  # of 255: the luma from which a colour wants a dark neighbour
_SIDE, _SPACING = 16, 8  # of a swatch and of the lines in it, in pixels


def swatch(ink: Ink) -> str:
    """An ink's colour and hatch, 16 x 16 pixels, as a data URL."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        '<clipPath id="c"><rect width="16" height="16" rx="3"/></clipPath><g clip-path="url(#c)">'
        f'<rect width="16" height="16" fill="{ink.colour}"/>'
        f"{_lines(ink)}</g></svg>"
    )
    return _data_url(svg)


def ink_html(ink: Ink) -> str:
    """An ink's swatch and name, as HTML."""
    return f'<img src="{swatch(ink)}" alt=""/>{escape(ink.label)}'


def tile(ink: Ink) -> str:
    """An ink's colour and hatch to fill any area with, as CSS's `background`."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">{_lines(ink)}</svg>'
    return f"{ink.colour} url({_data_url(svg)}) 0 0 / 9px" if ink.hatch else ink.colour


def line_swatch(ink: Ink, dash: tuple[int, ...]) -> str:
    """A line of an ink with its dashes and its casing, 28 x 16 pixels, as a data URL."""
    dashes = " ".join(map(str, dash))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="16">'
        f'<path d="M1 8H27" stroke="{casing(ink)}" stroke-width="6"/>'
        f'<path d="M1 8H27" stroke="{ink.colour}" stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
    )
    return _data_url(svg)


def casing(ink: Ink) -> str:
    """What stands out beside a line of an ink, so that it shows on any ground: white, or nearly black."""
    red, green, blue = ink.rgb
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < LIGHT else "#1C1C1C"


def _lines(ink: Ink) -> str:
    """The lines of an ink's hatch: black that lets through as much of the color as the hatch's shade has."""
    stroke = f'stroke="#000" stroke-opacity="{1 - SHADE:.2f}" stroke-width="{stroke_of(_SPACING):g}"'
    return f'<path d="{hatch_path(ink.hatch, _SIDE, _SPACING)}" {stroke}/>'


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
