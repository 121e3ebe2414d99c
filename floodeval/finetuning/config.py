"""How a model is trained, in one plain record."""

import json
import math
from dataclasses import asdict, dataclass

from floodeval.errors import FloodevalError


@dataclass(frozen=True)
class TrainingConfig:
    """The decoder recipe: AdamW under a one-cycle schedule, BCE + Dice + predicted-IoU losses.

    `prompts` are the kinds of which one is drawn for every example in every epoch; `validation_prompts`
    are fixed, and their mean IoU chooses the checkpoint. Mask token 0 is trained and evaluated.
    """

    model_type: str = "vit_t"
    epochs: int = 15
    learning_rate: float = 2e-4
    weight_decay: float = 1e-2
    batch: int = 4
    score_weight: float = 1.0
    clip: float = 1.0
    seed: int = 0
    prompts: tuple[str, ...] = ("box:jitter=40", "points:n=1", "points:n=5", "full")
    validation_prompts: tuple[str, ...] = ("box", "point", "full")

    def __post_init__(self) -> None:
        for name in ("epochs", "learning_rate", "batch"):
            value = getattr(self, name)
            if not (value > 0 and math.isfinite(value)):
                raise FloodevalError(f"{name.replace('_', ' ')} is {value}; expected a number over 0")

    def to_json(self) -> str:
        """The record as JSON text."""
        return json.dumps(asdict(self), indent=2)
