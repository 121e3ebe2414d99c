"""Numbers as text: scores and gaps made even, counts with their nouns."""

import math

from floodeval.language.sentences import say

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"


def number(value: float | None) -> str:
    """A score with three decimals; a dash where it is missing."""
    return decimal(value, 3)


def pixels(value: float | None) -> str:
    """A distance in pixels with one decimal, without its unit; a dash where it is missing."""
    return decimal(value, 1)


def decimal(value: float | None, decimals: int) -> str:
    """A number with so many decimals and a real minus sign; a dash where it is missing."""
    return NO_VALUE if value is None or math.isnan(value) else f"{value:.{decimals}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int = 3) -> str:
    """A gap with its sign and three decimals, ± where they are all 0; a dash where it is missing."""
    return NO_VALUE if value is None or math.isnan(value) else _with_sign(value, decimals)


def signed_px(value: float | None) -> str:
    """A gap of distances with its sign and one decimal, in pixels, as `signed`."""
    return NO_VALUE if value is None or math.isnan(value) else f"{_with_sign(value, 1)} px"


def _with_sign(value: float, decimals: int) -> str:
    said = f"{value:+.{decimals}f}".replace("-", MINUS)
    return said if float(f"{value:.{decimals}f}") else f"±{said[1:]}"


def counted(n: int, noun: str) -> str:
    """`1 photograph`, `2 photographs`; the noun is a key of the catalogue's `counts`."""
    return say(f"counts.{noun}", n=n)


def percent(share: float | None) -> str:
    """A share in per cent: whole ones from 10, else with one decimal; a dash where it is missing."""
    if share is None or math.isnan(share):
        return NO_VALUE
    return f"{100 * share:.{0 if 100 * abs(share) >= 9.95 else 1}f}{SPACE}%"


def whole(value: float | None) -> str:
    """A count, its thousands set apart; a dash where it is missing."""
    return NO_VALUE if value is None or math.isnan(value) else f"{value:,.0f}".replace(",", SPACE)


def duration(seconds: float | None) -> str:
    """Seconds, minutes from two on, hours from one and a half on; a dash where it is missing."""
    if seconds is None or math.isnan(seconds):
        return NO_VALUE
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
