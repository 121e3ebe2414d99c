"""Numbers as a person reads them; `-` where there is none."""

import math

from floodeval.wording import numbers


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many digits after the point."""
    return "-" if _is_missing(value) else f"{value:.{digits}f}"


def signed(value: float | None) -> str:
    """A difference, with its sign."""
    return "-" if _is_missing(value) else f"{value:+.3f}"


def interval(low: float | None, high: float | None) -> str:
    """An interval of differences."""
    return "-" if _is_missing(low) or _is_missing(high) else f"{low:+.3f} to {high:+.3f}"


def p_value(value: float | None) -> str:
    """A p-value; those under 0.001 as such."""
    if value is None or math.isnan(value):
        return "-"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def scenes(n: int) -> str:
    """`1 scene`, `2 scenes`."""
    return f"{n} scene{'' if n == 1 else 's'}"


def whole(value: float | None) -> str:
    """A count, its thousands set apart."""
    return "-" if value is None or math.isnan(value) else f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """Seconds, minutes or hours."""
    return "-" if _is_missing(seconds) else numbers.duration(seconds)


def size(n_bytes: int) -> str:
    """Bytes in the unit that leaves the fewest digits, 1000 of each to the next."""
    value, units = float(n_bytes), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while value >= 999.5 and unit != "TB":
        value, unit = value / 1000, next(units)
    return f"{value:.0f} {unit}" if unit == "bytes" or value >= 99.95 else f"{value:.1f} {unit}"


def _is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)
