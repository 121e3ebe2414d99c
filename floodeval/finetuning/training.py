"""The training loop: the mask decoder of a SAM, from kept embeddings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from floodeval.errors import FloodevalError
from floodeval.finetuning.config import TrainingConfig
from floodeval.finetuning.examples import Example
from floodeval.finetuning.losses import iou_of_logits, mask_loss, score_loss
from floodeval.sam.architecture import Sam
from floodeval.sam.inference import decode_logits
from floodeval.sam.prompts import PromptSpec, generator, make_prompt, parse_prompt


@dataclass
class Sums:
    """Running means of what a pass over examples measures."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, **measured: float) -> None:
        """Count one example's numbers."""
        for name, value in measured.items():
            self.values.setdefault(name, []).append(value)

    def means(self) -> dict[str, float]:
        """The mean of every number."""
        return {name: float(np.mean(values)) for name, values in self.values.items()}


class Trainer:
    """Trains the mask decoder of `sam` in place, an epoch at a time."""

    def __init__(self, sam: Sam, config: TrainingConfig, n_train: int) -> None:
        self.sam, self.config = sam, config
        self.prompts = [parse_prompt(spec) for spec in config.prompts]
        self.validation_prompts = [parse_prompt(spec) for spec in config.validation_prompts]
        sam.mask_decoder.requires_grad_(True)
        self.parameters = list(sam.mask_decoder.parameters())
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=config.learning_rate, weight_decay=config.weight_decay
        )
        steps = config.epochs * math.ceil(n_train / config.batch)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, config.learning_rate, total_steps=steps
        )

    def train(self, examples: Sequence[Example], epoch: int) -> dict[str, float]:
        """Train on every example once, each with one prompt drawn for this epoch.

        Raises:
            FloodevalError: the loss is not finite any more.
        """
        self.sam.mask_decoder.train()
        rng = generator(self.config.seed, f"epoch {epoch}")
        order, sums = rng.permutation(len(examples)), Sums()
        kinds = rng.integers(len(self.prompts), size=len(examples))
        for start in range(0, len(order), self.config.batch):
            batch = order[start : start + self.config.batch]
            for index in batch:
                spec = self.prompts[kinds[index]]
                loss, iou = self._loss(examples[index], spec, draw=f"{epoch}:{examples[index].id}")
                if not torch.isfinite(loss):
                    raise FloodevalError(
                        f"the loss is {loss.item()} in epoch {epoch}: the learning rate "
                        f"{self.config.learning_rate:g} diverges; lower --learning-rate (the best checkpoint "
                        "so far is kept)"
                    )
                (loss / len(batch)).backward()  # type: ignore[no-untyped-call]
                sums.add(loss=loss.item(), iou=iou.item())
            self._step()
        return sums.means()

    @torch.inference_mode()
    def validate(self, examples: Sequence[Example]) -> dict[str, float]:
        """Mean loss, IoU and Dice over the fixed validation prompts, and the IoU with each of them.

        IoU and Dice are of water, on the 256 x 256 grid of the logits.
        """
        self.sam.mask_decoder.eval()
        sums = Sums()
        for example in examples:
            for spec in self.validation_prompts:
                loss, iou = self._loss(example, spec, draw=example.id)
                dice = 2 * iou.item() / (1 + iou.item())
                sums.add(
                    **{"loss": loss.item(), "iou": iou.item(), "dice": dice, f"iou_{spec.spec}": iou.item()}
                )
        return sums.means()

    def _loss(self, example: Example, spec: PromptSpec, draw: str) -> tuple[torch.Tensor, torch.Tensor]:
        """The loss of mask token 0 and the IoU of its mask; `draw` seeds what the prompt draws."""
        prompt = make_prompt(spec, example.truth, draw)
        if prompt is None:  # no water: only the whole frame can be asked for
            prompt = make_prompt(parse_prompt("full"), example.truth, draw)
        assert prompt is not None
        logits, scores = decode_logits(self.sam, example.embedding, prompt)
        target = example.target.to(logits.device)
        inside = logits[0, 0, : target.shape[0], : target.shape[1]]
        iou = iou_of_logits(inside, target)
        loss = mask_loss(inside, target) + self.config.score_weight * score_loss(scores[0, 0], iou)
        return loss, iou

    def _step(self) -> None:
        torch.nn.utils.clip_grad_norm_(self.parameters, self.config.clip)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
