"""LoRA: low-rank updates of linear layers, trained in their place and merged into them (Hu et al. 2022)."""

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn.utils import parametrize

from floodeval.sam.checkpoints import StateDict

SCALE = 2.0  # of the update; in the paper's terms alpha is twice the rank


class LowRankUpdate(nn.Module):
    """A parametrization of a weight W, out x in, as W + SCALE * up @ down; `up` starts as 0."""

    def __init__(self, weight: torch.Tensor, rank: int, generator: torch.Generator) -> None:
        super().__init__()
        down = torch.randn(rank, weight.shape[1], generator=generator) / weight.shape[1] ** 0.5
        self.down = nn.Parameter(down.to(weight.device))
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank, device=weight.device))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """The updated weight."""
        return weight + SCALE * (self.up @ self.down)


def add_lora(modules: Iterable[nn.Module], rank: int, seed: int = 0) -> list[nn.Parameter]:
    """Freeze modules, and add a low-rank update to every linear layer in them.

    Args:
        modules: changed in place.
        rank: of the updates.
        seed: of their initial values.

    Returns:
        The parameters of the updates; at first they change nothing.
    """
    generator = torch.Generator().manual_seed(seed)
    added: list[nn.Parameter] = []
    for module in modules:
        module.requires_grad_(False)
        for layer in list(module.modules()):
            if isinstance(layer, nn.Linear):
                update = LowRankUpdate(layer.weight, rank, generator)
                parametrize.register_parametrization(layer, "weight", update)
                added += [update.down, update.up]
    return added


def merged_state(module: nn.Module) -> StateDict:
    """The state dict with every low-rank update merged into its layer's weight, under the plain names."""
    state: StateDict = module.state_dict()
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear) and parametrize.is_parametrized(layer, "weight"):
            start = f"{name}.parametrizations.weight."
            state = {key: tensor for key, tensor in state.items() if not key.startswith(start)}
            state[f"{name}.weight"] = layer.weight.detach()
    return state
