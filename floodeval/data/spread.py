"""How IoUs of one kind are spread."""

from dataclasses import dataclass
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
        """Read what JSON holds of one pair or more; raises TypeError or ValueError where it is no spread."""
        spread = cls(**content)
        values = [spread.mean, spread.low, spread.high, *([] if spread.sd is None else [spread.sd])]
        if not isinstance(spread.n, int) or spread.n < 1:
            raise ValueError(f"{content} is a spread of no pairs")
        if not all(isinstance(value, float | int) and 0 <= value <= 1 for value in values):
            raise ValueError(f"{content} is no spread of IoUs")
        return spread
