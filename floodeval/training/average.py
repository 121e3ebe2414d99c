"""The running average of the weights, which generalises better than the last ones."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch


class Average:
    """An exponential moving average of parameters (Tarvainen and Valpola 2017, Mean teachers).

    In the first steps the decay is lower, (1 + n) / (10 + n) after n steps, so that the first weights are
    soon forgotten. With a decay of 0 the average is the weights themselves.
    """

    def __init__(self, parameters: Mapping[str, torch.nn.Parameter], decay: float) -> None:
        self.parameters, self.decay, self.steps = parameters, decay, 0
        self.values = {name: p.detach().clone() for name, p in parameters.items()} if decay else {}

    @torch.no_grad()
    def update(self) -> None:
        """Take the parameters of a step into the average."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in self.values.items():
            value.lerp_(self.parameters[name], 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the average in the parameters' place for a while."""
        with torch.no_grad():
            own = {name: self.parameters[name].detach().clone() for name in self.values}
            self._put(self.values)
            try:
                yield
            finally:
                self._put(own)

    def _put(self, values: Mapping[str, torch.Tensor]) -> None:
        for name, value in values.items():
            self.parameters[name].copy_(value)
