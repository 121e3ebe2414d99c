"""The traits and kinds of error in words: what a slice is called on a chart, in a table, in a sentence."""

from dataclasses import dataclass

import pandas as pd

from floodeval.language.sentences import say

COLOURS = ("dark", "grey", "brown", "green", "blue")


@dataclass(frozen=True)
class TraitWords:
    """A trait's name and unit; values are shown times `scale`."""

    name: str
    unit: str = ""
    scale: float = 1

    @property
    def title(self) -> str:
        """What a chart or a table calls it."""
        return say(f"traits.{self.name}")


TRAIT_WORDS = {
    one.name: one
    for one in (
        TraitWords("water_share", " %", 100),
        TraitWords("n_bodies"),
        TraitWords("shoreline"),
        TraitWords("channel_width", " %", 100),
        TraitWords("brightness", " L*"),
        TraitWords("contrast", " L*"),
        TraitWords("glare_share", " %", 100),
        TraitWords("shadow_share", " %", 100),
        TraitWords("haze"),
        TraitWords("megapixels", " MP"),
        TraitWords("water_colour"),
    )
}

KIND_WORDS = {
    "false_shore": "false water along the shore",
    "false_detached": "false water away from any true water",
    "false_spill": "false water spilt over the land",
    "missed_thin": "missed water in thin channels",
    "missed_small": "missed small bodies of water",
    "missed_large": "missed water of large bodies",
}


def part_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A slice beneath its trait's title: `low, 5.9 to 31 %`, `brown`."""
    bounds = _bounds(trait, low, high)
    return f"{_part(trait, part)}, {bounds}" if bounds else _part(trait, part)


def slice_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A slice within a sentence: `low share of water (5.9 to 31 %)`, `brown water`."""
    bounds = _bounds(trait, low, high)
    if trait == "water_colour":
        return say("traits.coloured", colour=_part(trait, part))
    return say(f"traits.{trait}_{part}") + (f" ({bounds})" if bounds else "")


def _part(trait: str, part: str) -> str:
    """A third, or a colour; a colour that is not known is said as it is."""
    known = trait != "water_colour" or part in COLOURS
    return say(f"traits.part_{part}") if known else part


def _bounds(trait: str, low: float | None, high: float | None) -> str:
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    about = TRAIT_WORDS[trait]
    first, last = (_short(value * about.scale) for value in (low, high))
    unit = say("traits.sides") if about.name == "shoreline" else about.unit
    return f"{first}{unit}" if first == last else say("traits.bounds", low=first, high=last, unit=unit)


def _short(value: float) -> str:
    """Two significant digits of a small number, whole ones of a large."""
    if abs(value) >= 10:
        return f"{value:.0f}"
    return "0" if abs(value) < 1e-9 else f"{float(f'{value:.2g}'):.10f}".rstrip("0").rstrip(".")
