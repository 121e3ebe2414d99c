"""The spread of IoUs over pairs. A module of its own: run.json is read with it, without slow imports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """IoU over n pairs: mean, sample standard deviation, lowest and highest; None where undefined."""

    n: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None

    @property
    def is_measured(self) -> bool:
        """Whether it is of one pair or more, and all its IoUs are from 0 to 1."""
        values = [self.mean, self.low, self.high, *([] if self.sd is None else [self.sd])]
        return self.n >= 1 and all(value is not None and 0 <= value <= 1 for value in values)
