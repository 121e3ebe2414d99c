"""Swatches: small vector pictures of a style for legends, as data URLs."""

import base64
from html import escape

from floodeval.viz.hatches import SHADE, hatch_path, stroke_of
from floodeval.viz.style import Style

_DARK_CASING_FROM = 120  # of 255: the luma from which a color needs a dark casing
_SIDE, _SPACING = 16, 8  # of a swatch and of the lines in it, in pixels


def swatch(style: Style) -> str:
    """A style's color and hatch, 16 x 16 pixels, as a data URL."""
    stroke = f'stroke="#000" stroke-opacity="{1 - SHADE:.2f}" stroke-width="{stroke_of(_SPACING):g}"'
    return _data_url(
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        '<clipPath id="c"><rect width="16" height="16" rx="3"/></clipPath><g clip-path="url(#c)">'
        f'<rect width="16" height="16" fill="{style.color}"/>'
        f'<path d="{hatch_path(style.hatch, _SIDE, _SPACING)}" {stroke}/></g></svg>'
    )


def swatch_html(style: Style) -> str:
    """A style's swatch and label, as HTML."""
    return f'<img src="{swatch(style)}" alt=""/>{escape(style.label)}'


def line_swatch(style: Style, dash: tuple[int, ...]) -> str:
    """A line in a style's color with its dashes and its casing, 28 x 16 pixels, as a data URL."""
    dashes = " ".join(map(str, dash))
    return _data_url(
        '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="16">'
        f'<path d="M1 8H27" stroke="{casing(style)}" stroke-width="6"/>'
        f'<path d="M1 8H27" stroke="{style.color}" stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
    )


def casing(style: Style) -> str:
    """The color on either side of a line, so that it is visible on any ground: white or nearly black."""
    red, green, blue = style.rgb
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < _DARK_CASING_FROM else "#1C1C1C"


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
