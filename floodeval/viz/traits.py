"""The traits and kinds of error in words: what a slice is called on a chart, in a table, in a sentence."""

import pandas as pd

from floodeval.i18n import formats
from floodeval.i18n.catalog import say

TRAITS = (
    "water_share",
    "n_bodies",
    "shoreline",
    "channel_width",
    "brightness",
    "contrast",
    "glare_share",
    "shadow_share",
    "haze",
    "megapixels",
    "water_colour",
)
PARTS = ("low", "middle", "high", "dark", "grey", "brown", "green", "blue")
_UNITS = {
    "water_share": "percent",
    "shoreline": "sides",
    "channel_width": "percent",
    "brightness": "lightness",
    "contrast": "lightness",
    "glare_share": "percent",
    "shadow_share": "percent",
    "megapixels": "megapixels",
}
SHARES = tuple(trait for trait, unit in _UNITS.items() if unit == "percent")


def trait_title(trait: str) -> str:
    """What a trait is called, with its unit: `Water, % of the frame`."""
    return say(f"traits.title_{trait}")


def kind_words(kind: str) -> str:
    """A kind of error: `false water along the shore`."""
    return say(f"inks.{kind}")


def part_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A slice beneath its trait's title: `low, 5.9 to 31 %`, `brown`."""
    bounds = _bounds(trait, low, high)
    name = say(f"traits.part_{part}") if part in PARTS else part
    return f"{name}, {bounds}" if bounds else name


def slice_words(trait: str, part: str, low: float | None, high: float | None) -> str:
    """A slice within a sentence: `low share of water (5.9 to 31 %)`, `brown water`."""
    bounds = _bounds(trait, low, high)
    if part in PARTS:
        name = say(f"traits.slice_{trait}_{part}")
    else:
        name = say("traits.slice_other", part=part, trait=trait_title(trait))
    return f"{name} ({bounds})" if bounds else name


def _bounds(trait: str, low: float | None, high: float | None) -> str:
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    unit = _UNITS.get(trait, "plain")
    scale = 100 if unit == "percent" else 1
    first, last = (_short(value * scale) for value in (low, high))
    amount = first if first == last else say("traits.range", low=first, high=last)
    if unit == "percent":
        return amount + formats.percent_sign()
    return say(f"traits.{unit}", amount=amount)


def _short(value: float) -> str:
    """Two significant digits of a small number, whole ones of a large."""
    if abs(value) >= 10:
        return formats.count(value)
    return formats.significant(value if abs(value) >= 1e-9 else 0.0, 2)
