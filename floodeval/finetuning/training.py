"""The training loop: views, prompts and losses to steps of the optimiser, and the fixed validation."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from floodeval.errors import FloodevalError
from floodeval.finetuning.average import Average
from floodeval.finetuning.config import TrainingConfig
from floodeval.finetuning.examples import Example
from floodeval.finetuning.losses import MASK_LOSSES, iou_of_logits, score_loss
from floodeval.finetuning.views import Views, autocast
from floodeval.sam.architecture import Sam
from floodeval.sam.clicks import Click, frame_mask, next_click, prompt_of
from floodeval.sam.inference import Embedding, decode_logits
from floodeval.sam.prompts import Prompt, PromptSpec, generator, make_prompt, parse_prompt

FULL = parse_prompt("full")
GRID = 256  # of the logits


@dataclass
class Sums:
    """Running means of what a pass over examples measures."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, of: str, **measured: float) -> None:
        """Count one answer's numbers, over all and of its prompt or kind."""
        for name, value in measured.items():
            self.values.setdefault(name, []).append(value)
            if name != "loss":
                self.values.setdefault(f"{name}_{of}", []).append(value)

    def means(self) -> dict[str, float]:
        """The mean of every number."""
        return {name: float(np.mean(values)) for name, values in self.values.items()}


@dataclass(frozen=True)
class Answer:
    """What the model made of one prompt: the loss, and the IoU of its mask on the logits' grid."""

    loss: torch.Tensor
    iou: float

    @property
    def numbers(self) -> dict[str, float]:
        """Loss, IoU and Dice."""
        return {"loss": self.loss.item(), "iou": self.iou, "dice": 2 * self.iou / (1 + self.iou)}


class Trainer:
    """Trains a SAM in place, an epoch at a time: its mask decoder, and its image encoder where asked."""

    def __init__(self, sam: Sam, config: TrainingConfig, n_train: int) -> None:
        self.sam, self.config = sam, config
        self.precision = getattr(torch, config.precision)
        self.prompts = [parse_prompt(spec) for spec in config.prompts]
        self.validation_prompts = [parse_prompt(spec) for spec in config.validation_prompts]
        groups = [(sam.mask_decoder, config.learning_rate)]
        if config.trains_encoder:
            groups.append((sam.image_encoder, config.encoder_learning_rate))
        for module, _ in groups:
            module.requires_grad_(True)
        self.modules = [module for module, _ in groups]
        self.parameters = {name: p for name, p in sam.named_parameters() if p.requires_grad}
        self.average = Average(self.parameters, config.ema)
        self.steps_per_epoch = math.ceil(n_train / config.batch)
        self.optimizer = _optimizer(config, [(list(m.parameters()), rate) for m, rate in groups])
        self.schedule = _schedule(config, self.optimizer, self.steps_per_epoch)
        self.rate = 0.0  # the decoder's, of the last step

    def train(
        self,
        views: Views,
        epoch: int,
        sums: Sums | None = None,
        done: int = 0,
        tick: Callable[[int, Sums], None] = lambda done, sums: None,
    ) -> dict[str, float]:
        """Train on a view of every photograph once, each told prompts that are drawn for this epoch.

        Args:
            views: the train subset.
            epoch: from 1.
            sums: of an epoch that was interrupted, to go on with.
            done: how many photographs it had seen.
            tick: is told after each step how many photographs were seen in this epoch, and the sums.

        Raises:
            FloodevalError: the loss is not finite any more.
        """
        for module in self.modules:
            module.train()
        sums = sums or Sums()
        order = generator(self.config.seed, f"epoch {epoch}").permutation(len(views))
        for start in range(done, len(order), self.config.batch):
            batch = order[start : start + self.config.batch]
            for index in batch:
                self._learn(views.example(int(index), str(epoch)), epoch, sums, len(batch))
            self._step()
            tick(start + len(batch), sums)
        return sums.means()

    def validate(self, views: Views) -> dict[str, float]:
        """Mean loss, IoU and Dice over the fixed validation prompts, and IoU and Dice with each of them.

        IoU and Dice are of water, on the 256 x 256 grid of the logits.
        """
        sums = Sums()
        with self.average.applied(), torch.no_grad():
            for module in self.modules:
                module.eval()
            for index in range(len(views)):
                example = views.example(index, "validation")
                for spec in self.validation_prompts:
                    sums.add(spec.spec, **self._answer(example, spec, draw=example.id).numbers)
        return sums.means()

    def _learn(self, example: Example, epoch: int, sums: Sums, n_batch: int) -> None:
        """Add the gradients of one view: of every prompt's loss to the embedding, and once from there on."""
        features = example.embedding.features
        leaf = features.detach().float().requires_grad_(self.config.trains_encoder)
        seen = Example(
            example.id, Embedding(leaf, example.embedding.size, example.embedding.input_size), example.share
        )
        for number, spec in enumerate(self._drawn(example.id, epoch)):
            answer = self._answer(seen, spec, draw=f"{epoch}:{number}:{example.id}")
            if not torch.isfinite(answer.loss):
                raise FloodevalError(
                    f"the loss is {answer.loss.item()} in epoch {epoch}: the learning rate "
                    f"{self.config.learning_rate:g} diverges; lower --learning-rate (the best checkpoint "
                    "so far is kept)"
                )
            scaled = answer.loss / (n_batch * self.config.prompts_per_view)
            scaled.backward()  # type: ignore[no-untyped-call]
            sums.add(spec.kind, **answer.numbers)
        if leaf.grad is not None:
            features.backward(leaf.grad)  # type: ignore[no-untyped-call]

    def _drawn(self, sample_id: str, epoch: int) -> Iterator[PromptSpec]:
        rng = generator(self.config.seed, f"prompts {epoch}:{sample_id}")
        n = min(self.config.prompts_per_view, len(self.prompts))
        for index in rng.choice(len(self.prompts), n, replace=False):
            yield self.prompts[index]

    def _answer(self, example: Example, spec: PromptSpec, draw: str) -> Answer:
        """The loss of mask token 0 and the IoU of its mask; `draw` seeds what the prompt draws."""
        truth = example.truth
        prompt = make_prompt(spec, truth, draw)
        if prompt is None:  # no water: only the whole frame can be asked for
            prompt = make_prompt(FULL, truth, draw)
        assert prompt is not None
        with autocast(self.sam, self.precision):
            previous = None
            if spec.kind == "clicks" and prompt.points is not None:
                prompt, previous = self._corrected(example, prompt, spec, draw)
            logits, scores = decode_logits(self.sam, example.embedding, prompt, previous=previous)
        return self._measure(logits.float(), scores[0, 0].float(), example)

    @torch.no_grad()
    def _corrected(
        self, example: Example, prompt: Prompt, spec: PromptSpec, draw: str
    ) -> tuple[Prompt, torch.Tensor | None]:
        """Add as many correction clicks as are drawn, up to the spec's; and the logits before the last."""
        assert prompt.points is not None
        clicks = [Click(float(prompt.points[0, 0]), float(prompt.points[0, 1]), True)]
        previous: torch.Tensor | None = None
        n_clicks = generator(self.config.seed, f"clicks {draw}").integers(1, spec.max or 1, endpoint=True)
        while len(clicks) < n_clicks:
            logits, _ = decode_logits(self.sam, example.embedding, prompt_of(clicks), previous=previous)
            click = next_click(example.truth, frame_mask(logits, example.share.shape), clicks)
            if click is None:
                break
            previous = logits.float()
            clicks.append(click)
        return prompt_of(clicks), previous

    def _measure(self, logits: torch.Tensor, score: torch.Tensor, example: Example) -> Answer:
        target = example.target(GRID).to(logits.device)
        iou = iou_of_logits(logits[0, 0, : target.shape[0], : target.shape[1]], target)
        if self.config.loss_side > GRID:
            side = self.config.loss_side
            logits = torch.nn.functional.interpolate(
                logits, (side, side), mode="bilinear", align_corners=False
            )
            target = example.target(side).to(logits.device)
        inside = logits[0, 0, : target.shape[0], : target.shape[1]]
        loss = MASK_LOSSES[self.config.loss](inside, target)
        return Answer(loss + self.config.score_weight * score_loss(score, iou), iou.item())

    def _step(self) -> None:
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.config.clip)
        self.rate = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update()

    def state(self) -> dict[str, Any]:
        """All that training needs to go on."""
        return {
            "weights": {name: p.detach() for name, p in self.parameters.items()},
            "average": self.average.values,
            "steps": self.average.steps,
            "rate": self.rate,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
        }

    @torch.no_grad()
    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`; raises KeyError, ValueError or RuntimeError where it is of other weights."""
        for name, parameter in self.parameters.items():
            parameter.copy_(state["weights"][name])
        for name, value in self.average.values.items():
            value.copy_(state["average"][name])
        self.average.steps, self.rate = int(state["steps"]), float(state["rate"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])


def _optimizer(
    config: TrainingConfig, groups: list[tuple[list[torch.nn.Parameter], float]]
) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019) or Adam (Kingma and Ba 2015), a learning rate for every group."""
    kind = torch.optim.AdamW if config.optimizer == "adamw" else torch.optim.Adam
    return kind(
        [{"params": parameters, "lr": rate} for parameters, rate in groups],
        weight_decay=config.weight_decay,
    )


def _schedule(
    config: TrainingConfig, optimizer: torch.optim.Optimizer, steps_per_epoch: int
) -> torch.optim.lr_scheduler.LRScheduler:
    steps = config.epochs * steps_per_epoch
    if config.schedule == "onecycle":
        rates = [float(group["lr"]) for group in optimizer.param_groups]
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps)
    warmup = max(1.0, config.warmup * steps_per_epoch)

    def share(step: int) -> float:
        fallen = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
        return min(1.0, (step + 1) / warmup) * (fallen if config.schedule == "cosine" else 1.0)

    return torch.optim.lr_scheduler.LambdaLR(optimizer, share)
