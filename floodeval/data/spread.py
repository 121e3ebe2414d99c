"""How IoUs of one kind are spread."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Self


@dataclass(frozen=True)
class Spread:
    """IoU over n pairs: mean, standard deviation (of a sample), lowest, highest; None where undefined."""

    n: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what JSON holds of it; raises TypeError or ValueError where it is not one."""
        spread = cls(**content)
        known = [value for value in (spread.mean, spread.sd, spread.low, spread.high) if value is not None]
        if not isinstance(spread.n, int) or not all(isfinite(value) and 0 <= value <= 1 for value in known):
            raise ValueError(f"{content} is no spread of IoUs")
        return spread
