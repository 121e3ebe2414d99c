"""An SVG drawing in pixels from the upper left corner: shapes, marks, text, and swatches as data URLs."""

import base64
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from floodeval.viz.hatches import SHADE, hatch_path, hatch_segments, stroke_of
from floodeval.viz.style import Style, edge

FONT_PX = 13
SMALL_PX = 11
_BAR_SPACING = 7  # of the lines in a bar, in pixels
_SWATCH_PX, _SWATCH_SPACING = 16, 8  # of a swatch and of the lines in it, in pixels
_EDGE_BELOW = 50  # of 255: the luma below which a swatch needs an outline
_DARK_CASING_FROM = 120  # of 255: the luma from which a color needs a dark casing


@dataclass(frozen=True)
class Theme:
    """The colors and font of a drawing: CSS colors; `paper` is empty where the page shows through."""

    text: str
    quiet: str
    grid: str
    paper: str
    font: str


PRINTED = Theme("#152B37", "#4D6675", "#D3E0E8", "#FFFFFF", "Liberation Sans, Arial, DejaVu Sans, sans-serif")
"""Dark on white paper, with fonts that every machine has: for reports."""

ON_PAGE = Theme(
    "currentColor",
    "color-mix(in srgb, currentColor 72%, transparent)",
    "color-mix(in srgb, currentColor 14%, transparent)",
    "",
    "inherit",
)
"""In the text color and font of the page around it, light or dark."""


@dataclass(frozen=True)
class Drawing:
    """A finished drawing: `svg` is put into a page as it is, `alt` is its text alternative."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Scale:
    """Maps values from `low` to `high` to pixels from `start` to `end`; values beyond stay at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        span = (self.high - self.low) or 1.0
        share = min(1.0, max(0.0, (value - self.low) / span))
        return self.start + share * (self.end - self.start)


def round_axis(low: float, high: float) -> tuple[float, float, float]:
    """The ends and the step of an axis in round numbers, with three to six steps."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span))
    step = next(one * power for one in (0.2, 0.5, 1.0, 2.0) if span / (one * power) <= 5)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


class Canvas:
    """Collects shapes; `finish` makes the drawing. Numbers are rounded to a tenth of a pixel."""

    def __init__(self, width: float, height: float, theme: Theme = PRINTED) -> None:
        self.width, self.height, self.theme = width, height, theme
        self._shapes: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """Draw a rectangle."""
        self._add("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), fill=fill, stroke=stroke)

    def bar(self, x: float, y: float, width: float, height: float, style: Style) -> None:
        """Draw a rectangle with a style's color and hatch."""
        width, height = max(0.0, width), max(0.0, height)
        self.rect(x, y, width, height, style.color, edge(style.color) if width else "none")
        lines = hatch_segments(style.hatch, x, y, width, height, _BAR_SPACING)
        path = "".join(f"M{_short(x1)} {_short(y1)}L{_short(x2)} {_short(y2)}" for x1, y1, x2, y2 in lines)
        if path:
            self._add("path", d=path, stroke=style.shade, stroke_width=stroke_of(_BAR_SPACING))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = "", width: float = 1, dash: str = ""
    ) -> None:
        """Draw a straight line, by default in the color of the grid; `dash` is SVG's, such as `4 3`."""
        dashes = {"stroke_dasharray": dash} if dash else {}
        color = stroke or self.theme.grid
        self._add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=color, stroke_width=width, **dashes)

    def polyline(self, points: list[tuple[float, float]], stroke: str, width: float = 2) -> None:
        """Draw a line through points."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        self._add(
            "polyline", points=path, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round"
        )

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        """Draw a closed shape with a white edge."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        self._add("polygon", points=path, fill=fill, stroke="#FFFFFF")

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = "#FFFFFF") -> None:
        """Draw a disc."""
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke)

    def ring(self, x: float, y: float, radius: float, stroke: str) -> None:
        """Draw a circle without a filling."""
        self._add("circle", cx=x, cy=y, r=radius, fill="none", stroke=stroke, stroke_width=2)

    def words(
        self,
        x: float,
        y: float,
        text: object,
        *,
        anchor: str = "start",
        fill: str = "",
        bold: bool = False,
        size: float = FONT_PX,
        turned: bool = False,
    ) -> None:
        """Write text, escaped, on one line.

        Args:
            x: of the anchor, in pixels.
            y: of the baseline, in pixels.
            text: to write.
            anchor: start, middle or end.
            fill: its color; by default the theme's text color.
            bold: use a heavier font.
            size: of the letters, in pixels.
            turned: write upwards, as the title of a vertical axis.
        """
        rest = {"font_weight": "600"} if bold else {}
        if turned:
            rest["transform"] = f"rotate(-90 {_short(x)} {_short(y)})"
        color = fill or self.theme.text
        self._add("text", str(text), x=x, y=y, text_anchor=anchor, fill=color, font_size=size, **rest)

    @contextmanager
    def named(self, words: str) -> Iterator[None]:
        """Group the shapes drawn within a `with` block; `words` are read out, and shown where one points."""
        said = escape(words)
        self._shapes.append(f'<g role="img" aria-label="{said}"><title>{said}</title>')
        yield
        self._shapes.append("</g>")

    def finish(self, alt: str) -> Drawing:
        """The drawing, as wide as its place allows, up to its own size.

        A drawing without `named` groups is one image with `alt` as its text alternative; one with such groups
        is a figure of that name, whose groups are read out one by one.
        """
        width, height = _short(self.width), _short(self.height)
        shapes = "".join(self._shapes)
        paper = f'<rect width="100%" height="100%" fill="{self.theme.paper}"/>' if self.theme.paper else ""
        role = "figure" if "<title>" in shapes else "img"
        return Drawing(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="{role}" '
            f'aria-label="{escape(alt)}" font-family="{self.theme.font}" style="max-width:{width}px">'
            f"{paper}{shapes}</svg>",
            alt,
        )

    def _add(self, tag: str, text: str | None = None, **attributes: object) -> None:
        said = "".join(f' {name.replace("_", "-")}="{_value(one)}"' for name, one in attributes.items())
        self._shapes.append(f"<{tag}{said}/>" if text is None else f"<{tag}{said}>{escape(text)}</{tag}>")


NARROW_BELOW_PX = 480  # of the width of a drawing's place on the page
_TWO_WIDTHS = f"""<style>
.two-widths {{container-type: inline-size}}
.two-widths svg {{display: block; width: 100%}}
.two-widths svg + svg {{display: none}}
@container (max-width: {NARROW_BELOW_PX}px) {{
  .two-widths svg {{display: none}}
  .two-widths svg + svg {{display: block; margin-inline: auto}}
}}
</style>"""


def wide_or_narrow(wide: Drawing, narrow: Drawing) -> str:
    """Two drawings of one thing as HTML, of which the page shows the one that fits its width."""
    return f'<div class="two-widths">{wide.svg}{narrow.svg}{_TWO_WIDTHS}</div>'


def _value(value: object) -> str:
    return _short(value) if isinstance(value, int | float) else escape(str(value))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def picture_html(drawing: Drawing, width: float, height: float) -> str:
    """A drawing as an image of a fixed size in pixels, as HTML; it cannot take the page's colors."""
    size = f"width:{_short(width)}px;height:{_short(height)}px"
    return f'<img src="{_data_url(drawing.svg)}" alt="{escape(drawing.alt)}" style="{size}"/>'


def swatch(style: Style) -> str:
    """A style's color and hatch, 16 x 16 pixels, as a data URL."""
    stroke = f'stroke="#000" stroke-opacity="{1 - SHADE:.2f}" stroke-width="{stroke_of(_SWATCH_SPACING):g}"'
    return _data_url(
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16">'
        '<clipPath id="c"><rect width="16" height="16" rx="3"/></clipPath><g clip-path="url(#c)">'
        f'<rect width="16" height="16" fill="{style.color}"/>'
        f'<path d="{hatch_path(style.hatch, _SWATCH_PX, _SWATCH_SPACING)}" {stroke}/>{_edge(style)}</g></svg>'
    )


def _edge(style: Style) -> str:
    """A gray outline of a nearly black swatch, so that a dark page shows it; empty for other colors."""
    if _luma(style) >= _EDGE_BELOW:
        return ""
    place = 'x=".75" y=".75" width="14.5" height="14.5" rx="2.5"'
    return f'<rect {place} fill="none" stroke="#949494" stroke-width="1.5"/>'


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
    return "#FFFFFF" if _luma(style) < _DARK_CASING_FROM else "#1C1C1C"


def _luma(style: Style) -> float:
    """The luma of a style's color, 0 to 255."""
    red, green, blue = style.rgb
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _data_url(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
