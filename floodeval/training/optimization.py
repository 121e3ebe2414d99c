"""Optimizer, learning-rate schedule and running average of the weights."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch

from floodeval.training.config import TrainingConfig


def make_optimizer(
    config: TrainingConfig, groups: list[tuple[list[torch.nn.Parameter], float]]
) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019) or Adam (Kingma and Ba 2015), with one learning rate per group."""
    kind = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    return kind(
        [{"params": parameters, "lr": rate} for parameters, rate in groups],
        weight_decay=config.weight_decay,
    )


def make_schedule(
    config: TrainingConfig, optimizer: torch.optim.Optimizer, steps_per_epoch: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """The learning-rate schedule of a recipe, over all its epochs."""
    steps = config.epochs * steps_per_epoch
    if config.schedule == "onecycle":
        rates = [float(group["lr"]) for group in optimizer.param_groups]
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps)
    warmup = max(1.0, config.warmup * steps_per_epoch)

    def share(step: int) -> float:
        fallen = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
        return min(1.0, (step + 1) / warmup) * (fallen if config.schedule == "cosine" else 1.0)

    return torch.optim.lr_scheduler.LambdaLR(optimizer, share)


class WeightAverage:
    """An exponential moving average of parameters (Tarvainen and Valpola 2017, Mean teachers).

    In the first steps the decay is lower, (1 + n) / (10 + n) after n steps, so that the initial weights lose
    influence soon. With a decay of 0 the average is the weights themselves.
    """

    def __init__(self, parameters: Mapping[str, torch.nn.Parameter], decay: float) -> None:
        self.parameters, self.decay, self.steps = parameters, decay, 0
        self.values = {name: p.detach().clone() for name, p in parameters.items()} if decay else {}

    @torch.no_grad()
    def update(self) -> None:
        """Include the parameters after a step in the average."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        for name, value in self.values.items():
            value.lerp_(self.parameters[name], 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Replace the parameters by the average within a `with` block."""
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


class StartingWeights:
    """Pulls parameters towards their first values (Li, Grandvalet and Davoine 2018, L2-SP).

    The decay is decoupled from the gradient as AdamW's is: each step moves a parameter by its learning rate
    times the weight of its distance. With a weight of 0 nothing is pulled.
    """

    def __init__(self, parameters: Mapping[str, torch.nn.Parameter], weight: float) -> None:
        self.weight = weight
        self.values = {id(p): p.detach().clone() for p in parameters.values()} if weight else {}

    @torch.no_grad()
    def pull(self, optimizer: torch.optim.Optimizer) -> None:
        """Move every parameter a little towards its first value, by the rate of its group."""
        if not self.weight:
            return
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.lerp_(self.values[id(parameter)], min(1.0, self.weight * float(group["lr"])))
