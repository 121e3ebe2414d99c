"""What one epoch has measured so far."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Sums:
    """Running means of the measurements of one epoch."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, of: str, **measured: float) -> None:
        """Add one measurement, to the means over all and, unless it is a loss, to those of its prompt.

        Args:
            of: a prompt or its kind; empty for none.
            **measured: numbers by name.
        """
        for name, value in measured.items():
            self.values.setdefault(name, []).append(value)
            if of and not name.endswith("loss"):
                self.values.setdefault(f"{name}_{of}", []).append(value)

    def means(self) -> dict[str, float]:
        """The mean of every number."""
        return {name: float(np.mean(values)) for name, values in self.values.items()}
