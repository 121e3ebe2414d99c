"""The colours, hatches and words that every picture and chart shares, chosen for colour-blind readers.

The hues are Okabe and Ito's, the light ones darkened: a line or a mark of any colour here has a contrast of
3:1 or more on the light and on the dark page (`GROUNDS`). No class is told by its colour alone: each has a
hatch and a word too.
"""

from dataclasses import dataclass

from floodeval.datasets.images import Photograph
from floodeval.i18n.catalog import say

Rgb = Photograph  # H x W x 3, RGB, 8 bits
LAND = "#E9EEF1"  # the ground of a map that has no photograph beneath it
MARGIN = "#B9C4CB"  # beside a picture that is narrower than its frame
PROMPT = "#C2185B"
GROUNDS = ("#FFFFFF", "#0E1920")  # of the light and of the dark page, as in `.streamlit/config.toml`
MARK = "#6B7C87"  # of marks and lines that are no variant's: seen on either ground


@dataclass(frozen=True)
class Ink:
    """How a class of pixels, or a variant, is drawn: its name, its colour (#RRGGBB) and its hatch.

    A hatch is one of plotly's pattern shapes: "" (plain), "/", "x", "-" or ".". `letter` is the label in
    short, where there is little room.
    """

    name: str
    colour: str
    hatch: str = ""
    letter: str = ""

    @property
    def label(self) -> str:
        """What a legend calls it: its name."""
        return self.name

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The colour as red, green and blue, 0 to 255."""
        return rgb(self.colour)


@dataclass(frozen=True)
class ClassInk(Ink):
    """The ink of a class that floodeval itself names: `name` is its key in the catalogue's `inks`."""

    @property
    def label(self) -> str:
        """What a legend calls it, in the language of the moment."""
        return say(f"inks.{self.name}")


FOUND = ClassInk("found", "#009E73")
FALSE_ALARM = ClassInk("false_alarm", "#D55E00", "/")
MISSED = ClassInk("missed", "#0072B2", "x")
TRUE_WATER = ClassInk("true_water", "#0072B2")
IGNORED = ClassInk("ignored", "#A3A8AB", "-")  # counts nowhere: neither land nor water

QUADRANT_INKS = {
    "fixed": ClassInk("fixed", "#009E73"),
    "regressed": ClassInk("regressed", "#D55E00"),
    "both_fail": ClassInk("both_fail", "#868686"),
    "both_good": ClassInk("both_good", "#2F8FCB"),
}

_VARIANTS = (
    ("#CC8400", ""),
    ("#2F8FCB", "/"),
    ("#CC79A7", "x"),
    ("#8C8C8C", "."),
    ("#8E7CC3", "-"),
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written #RRGGBB."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """The relative luminance of a colour written #RRGGBB, from 0 to 1 (WCAG 2)."""
    parts = [part / 255 for part in rgb(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast of two colours written #RRGGBB, from 1 to 21 (WCAG 2)."""
    low, high = sorted(map(luminance, (first, second)))
    return (high + 0.05) / (low + 0.05)


def edge(colour: str) -> str:
    """What outlines a filled area: its own colour where that is seen on either ground, else `MARK`."""
    return colour if all(contrast(colour, ground) >= 3 for ground in GROUNDS) else MARK


def variant_inks(variants: list[str]) -> dict[str, Ink]:
    """One ink a variant: the first is A, the second B; more than five use the colours again."""
    return {name: Ink(name, *_VARIANTS[place % len(_VARIANTS)]) for place, name in enumerate(variants)}
