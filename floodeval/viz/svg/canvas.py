"""A vector picture that is drawn upon: rectangles, lines, marks and words, in pixels from the upper left."""

from dataclasses import dataclass
from html import escape

TEXT, QUIET, GRID, PAPER = "#152B37", "#4D6675", "#D3E0E8", "#FFFFFF"
FONT = "Liberation Sans, Arial, DejaVu Sans, sans-serif"
FONT_PX = 13


@dataclass(frozen=True)
class Drawing:
    """A finished chart: `svg` stands in a page as it is, `alt` says what it shows."""

    svg: str
    alt: str


class Canvas:
    """Collects shapes; `finish` makes the picture. Numbers are rounded to a tenth of a pixel."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._shapes: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """Draw a rectangle."""
        self._add("rect", x=x, y=y, width=max(0.0, width), height=max(0.0, height), fill=fill, stroke=stroke)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1, dash: str = ""
    ) -> None:
        """Draw a straight line; `dash` is SVG's, such as `4 3`."""
        dashes = {"stroke_dasharray": dash} if dash else {}
        self._add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, **dashes)

    def polyline(self, points: list[tuple[float, float]], stroke: str, width: float = 2) -> None:
        """Draw a line through points."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        self._add(
            "polyline", points=path, fill="none", stroke=stroke, stroke_width=width, stroke_linejoin="round"
        )

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        """Draw a closed shape with a light edge."""
        path = " ".join(f"{_short(x)},{_short(y)}" for x, y in points)
        self._add("polygon", points=path, fill=fill, stroke=PAPER)

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = PAPER) -> None:
        """Draw a disc."""
        self._add("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke)

    def words(
        self,
        x: float,
        y: float,
        text: object,
        *,
        anchor: str = "start",
        fill: str = TEXT,
        bold: bool = False,
        size: float = FONT_PX,
        turned: bool = False,
    ) -> None:
        """Write text, which is never read as markup; (x, y) is on its base line.

        Args:
            x: of the anchor.
            y: of the base line.
            text: what to write.
            anchor: start, middle or end.
            fill: its color.
            bold: heavier.
            size: of the letters, in pixels.
            turned: upwards, for the title of a vertical axis.
        """
        rest = {"font_weight": "600"} if bold else {}
        if turned:
            rest["transform"] = f"rotate(-90 {_short(x)} {_short(y)})"
        self._add("text", str(text), x=x, y=y, text_anchor=anchor, fill=fill, font_size=size, **rest)

    def finish(self, alt: str) -> Drawing:
        """The picture on white paper, as wide as its place allows, up to its own size."""
        width, height = _short(self.width), _short(self.height)
        shapes = "".join(self._shapes)
        return Drawing(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="{escape(alt)}" font-family="{FONT}" style="max-width:{width}px">'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{shapes}</svg>',
            alt,
        )

    def _add(self, tag: str, text: str | None = None, **attributes: object) -> None:
        said = "".join(f' {name.replace("_", "-")}="{_value(one)}"' for name, one in attributes.items())
        self._shapes.append(f"<{tag}{said}/>" if text is None else f"<{tag}{said}>{escape(text)}</{tag}>")


@dataclass(frozen=True)
class Scale:
    """Takes values from `low` to `high` to pixels from `start` to `end`; values beyond stay at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        span = (self.high - self.low) or 1.0
        share = min(1.0, max(0.0, (value - self.low) / span))
        return self.start + share * (self.end - self.start)


def _value(value: object) -> str:
    return _short(value) if isinstance(value, int | float) else escape(str(value))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
