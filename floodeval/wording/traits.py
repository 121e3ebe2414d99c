"""The traits and kinds of error in words: what a slice is called on a chart, in a table, in a sentence."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class TraitWords:
    """A trait's title, its name within a sentence, and its unit; values are shown times `scale`."""

    title: str
    phrase: str
    unit: str = ""
    scale: float = 1


TRAIT_WORDS = {
    "water_share": TraitWords("Water, % of the frame", "share of water", " %", 100),
    "n_bodies": TraitWords("Bodies of water", "number of water bodies"),
    "shoreline": TraitWords("Shoreline, in sides of the frame", "length of shore", " sides"),
    "channel_width": TraitWords("Channel width, % of the longer side", "channel width", " %", 100),
    "brightness": TraitWords("Brightness, mean L* (0 to 100)", "brightness", " L*"),
    "contrast": TraitWords("Contrast, deviation of L*", "contrast", " L*"),
    "glare_share": TraitWords("Glare, % of the water", "share of glare", " %", 100),
    "shadow_share": TraitWords("Shadow, % of the dry land", "share of shadow", " %", 100),
    "haze": TraitWords("Haze, dark channel (0 to 1)", "haze"),
    "megapixels": TraitWords("Size, megapixels", "size", " MP"),
    "water_colour": TraitWords("Colour of the water", "water"),
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
    return f"{part}, {bounds}" if bounds else part


def slice_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A slice within a sentence: `low share of water (5.9 to 31 %)`, `brown water`."""
    bounds = _bounds(trait, low, high)
    return f"{part} {TRAIT_WORDS[trait].phrase}" + (f" ({bounds})" if bounds else "")


def _bounds(trait: str, low: float | None, high: float | None) -> str:
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    about = TRAIT_WORDS[trait]
    first, last = (_short(value * about.scale) for value in (low, high))
    return f"{first}{about.unit}" if first == last else f"{first} to {last}{about.unit}"


def _short(value: float) -> str:
    """Two significant digits of a small number, whole ones of a large."""
    if abs(value) >= 10:
        return f"{value:.0f}"
    return "0" if abs(value) < 1e-9 else f"{float(f'{value:.2g}'):.10f}".rstrip("0").rstrip(".")
