"""The colours, hatches and words that every picture and chart shares, chosen for colour-blind readers.

The colours are Okabe and Ito's. No class is told by its colour alone: each has a hatch and a word too.
"""

from dataclasses import dataclass

from floodeval.data.rasters import Photograph
from floodeval.language.sentences import say

Rgb = Photograph  # H x W x 3, RGB, 8 bits
LAND = "#E9EEF1"  # the ground of a map that has no photograph beneath it
MARGIN = "#B9C4CB"  # beside a picture that is narrower than its frame
PROMPT = "#C2185B"


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
    "both_good": ClassInk("both_good", "#56B4E9"),
}

_VARIANTS = (
    ("#E69F00", ""),
    ("#56B4E9", "/"),
    ("#CC79A7", "x"),
    ("#8C8C8C", "."),
    ("#B8A100", "-"),
)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of a colour written #RRGGBB."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def variant_inks(variants: list[str]) -> dict[str, Ink]:
    """One ink a variant: the first is A, the second B; more than five use the colours again."""
    return {name: Ink(name, *_VARIANTS[place % len(_VARIANTS)]) for place, name in enumerate(variants)}
