"""The training loop: from views, prompts and losses to steps of the optimizer, and the fixed validation."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.sam.architecture import Sam
from floodeval.sam.clicks import frame_mask, next_click, prompt_of
from floodeval.sam.inference import decode_logits
from floodeval.sam.prompts import Click, Prompt, PromptSpec, generator, make_prompt, parse_prompt
from floodeval.training.config import TrainingConfig
from floodeval.training.encoder_stages import StagedEncoder
from floodeval.training.epoch_sums import Sums
from floodeval.training.examples import GRID, Example, Views, autocast
from floodeval.training.lora import add_lora
from floodeval.training.losses import MASK_LOSSES, iou_of_logits, score_loss
from floodeval.training.optimization import StartingWeights, WeightAverage, make_optimizer, make_schedule
from floodeval.training.retained_answers import measure_answers, retention_losses

FULL = parse_prompt("full")


@dataclass(frozen=True)
class PromptLoss:
    """The loss of one prompt, and the IoU of its mask on the grid of logits."""

    loss: torch.Tensor
    iou: float

    @property
    def numbers(self) -> dict[str, float]:
        """Loss, IoU and Dice."""
        return {"loss": self.loss.item(), "iou": self.iou, "dice": 2 * self.iou / (1 + self.iou)}


class Trainer:
    """Trains the mask decoder of a SAM in place, epoch by epoch, and its image encoder if configured."""

    def __init__(self, sam: Sam, config: TrainingConfig, n_train: int) -> None:
        self.sam, self.config = sam, config
        self.precision = getattr(torch, config.precision)
        self.prompts = [parse_prompt(spec) for spec in config.prompts]
        self.validation_prompts = [parse_prompt(spec) for spec in config.validation_prompts]
        groups = [(list(sam.mask_decoder.parameters()), config.learning_rate)]
        self.modules: list[torch.nn.Module] = [sam.mask_decoder]
        if config.trains_encoder:
            encoder = StagedEncoder(sam, config.frozen_encoder)
            self.modules += encoder.modules
            trained = encoder.parameters
            if config.lora_rank:
                trained = add_lora(encoder.modules, config.lora_rank, config.seed)
            groups.append((trained, config.encoder_learning_rate))
        for parameters, _ in groups:
            for parameter in parameters:
                parameter.requires_grad_(True)
        self.parameters = {name: p for name, p in sam.named_parameters() if p.requires_grad}
        self.average = WeightAverage(self.parameters, config.ema)
        self.start = StartingWeights(self.parameters, config.start_weight)
        self.steps_per_epoch = math.ceil(n_train / config.batch)
        self.optimizer = make_optimizer(config, groups)
        self.schedule = make_schedule(config, self.optimizer, self.steps_per_epoch)
        self.rate = 0.0  # learning rate of the decoder in the last step

    def train(
        self,
        views: Views,
        epoch: int,
        sums: Sums | None = None,
        done: int = 0,
        seen: Callable[[int, Sums], None] = lambda done, sums: None,
    ) -> dict[str, float]:
        """Train on one view of every photograph, each with random prompts for this epoch.

        Args:
            views: the train subset.
            epoch: from 1.
            sums: of an interrupted epoch that is continued.
            done: number of views that the interrupted epoch had seen.
            seen: called after each step with the number of views seen in this epoch, and the sums.

        Raises:
            FloodevalError: the loss is not finite.
        """
        for module in self.modules:
            module.train()
        sums = sums or Sums()
        order = generator(self.config.seed, f"epoch {epoch}").permutation(len(views))
        for start in range(done, len(order), self.config.batch):
            batch = order[start : start + self.config.batch]
            learned = [self._learn(views.example(int(index), str(epoch)), epoch, sums) for index in batch]
            self._step(sum(learned))
            seen(start + len(batch), sums)
        return sums.means()

    def validate(self, views: Views) -> dict[str, float]:
        """Mean loss, IoU and Dice over the fixed validation prompts, and IoU and Dice with each of them.

        IoU and Dice are of water, on the 256 x 256 grid of logits, without ignored cells. A photograph
        without water is measured only with prompts that need no water. Retention is the mean IoU with the
        pretrained model's answers to prompts on dry land, and the share of water is that of these answers
        according to the reference mask; both are measured where examples have lessons.

        Raises:
            FloodevalError: no photograph can be given any of the prompts.
        """
        sums = Sums()
        with self.average.applied(), torch.no_grad():
            for module in self.modules:
                module.eval()
            for index in range(len(views)):
                example = views.example(index, "validation")
                measure_answers(self.sam, example, self.precision, sums)
                if example.is_blank or not example.shows_water:
                    continue
                for spec in self.validation_prompts:
                    if _can_be_given(spec, example):
                        sums.add(spec.spec, **self._loss_of(example, spec, draw=example.id).numbers)
        if "iou" not in sums.values:
            asked = ", ".join(self.config.validation_prompts)
            raise FloodevalError(
                f"no photograph of the validation subset can be given a validation prompt ({asked}): none "
                "contains water; add 'full' to the validation prompts, or split the data set again"
            )
        return sums.means()

    def _learn(self, example: Example, epoch: int, sums: Sums) -> bool:
        """Add the gradients of one view: from each prompt's loss to the embedding, then once to the encoder.

        The loss of a view is the mean over its prompts for water, plus that of retention. Returns whether
        there was a loss: a view in which every pixel is ignored has none for water.
        """
        features = example.embedding.features
        leaf = features.detach().float().requires_grad_(self.config.trains_encoder)
        seen = replace(example, embedding=replace(example.embedding, features=leaf))
        measured = 0
        for loss in self._losses(seen, epoch, sums):
            if not torch.isfinite(loss):
                raise FloodevalError(
                    f"the loss is {loss.item()} in epoch {epoch}: the learning rate "
                    f"{self.config.learning_rate:g} diverges; lower {Parameter('learning_rate')} (the best "
                    "checkpoint so far is kept)"
                )
            loss.backward()  # type: ignore[no-untyped-call]
            measured += 1
        if leaf.grad is not None:
            features.backward(leaf.grad)  # type: ignore[no-untyped-call]
        return measured > 0

    def _losses(self, example: Example, epoch: int, sums: Sums) -> Iterator[torch.Tensor]:
        """The weighted losses of a view, one prompt after the other: each is freed before the next."""
        specs = self._drawn(example, epoch) if example.shows_water and not example.is_blank else []
        for number, spec in enumerate(specs):
            measured = self._loss_of(example, spec, draw=f"{epoch}:{number}:{example.id}")
            sums.add(spec.kind, **measured.numbers)
            yield measured.loss / len(specs)
        yield from retention_losses(self.sam, example, self.config, self.precision, sums)

    def _drawn(self, example: Example, epoch: int) -> list[PromptSpec]:
        """The random prompts of a view in an epoch; without water only the prompt `full`, once."""
        rng = generator(self.config.seed, f"prompts {epoch}:{example.id}")
        n = min(self.config.prompts_per_view, len(self.prompts))
        drawn = [self.prompts[index] for index in rng.choice(len(self.prompts), n, replace=False)]
        return drawn if example.truth.any() else [FULL]

    def _loss_of(self, example: Example, spec: PromptSpec, draw: str) -> PromptLoss:
        """The loss of mask token 0 and the IoU of its mask; `draw` seeds random prompts."""
        prompt = make_prompt(spec, example.truth, draw)
        assert prompt is not None  # only prompts that can be given get here
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
        """The prompt with a random number of correction clicks, and the logits before the last click."""
        assert prompt.points is not None
        clicks = [Click(float(prompt.points[0, 0]), float(prompt.points[0, 1]), True)]
        previous: torch.Tensor | None = None
        n_clicks = generator(self.config.seed, f"clicks {draw}").integers(1, spec.max or 1, endpoint=True)
        while len(clicks) < n_clicks:
            logits, _ = decode_logits(self.sam, example.embedding, prompt_of(clicks), previous=previous)
            predicted = frame_mask(logits, example.share.shape)
            if example.ignored is not None:
                predicted &= ~example.ignored  # nothing is wrong there
            click = next_click(example.truth, predicted, clicks)
            if click is None:
                break
            previous = logits.float()
            clicks.append(click)
        return prompt_of(clicks), previous

    def _measure(self, logits: torch.Tensor, score: torch.Tensor, example: Example) -> PromptLoss:
        iou = iou_of_logits(*_compared(logits, example, GRID))
        loss = MASK_LOSSES[self.config.loss](*_compared(logits, example, self.config.loss_side))
        return PromptLoss(loss + self.config.score_weight * score_loss(score, iou), iou.item())

    def _step(self, n_views: int) -> None:
        """Take a step along the mean gradient of the views that had a loss."""
        for parameter in self.parameters.values():
            if parameter.grad is not None:
                parameter.grad /= n_views
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.config.clip)
        self.rate = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.start.pull(self.optimizer)
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update()

    def state(self) -> dict[str, Any]:
        """Everything that is needed to continue the training."""
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
        """Continue from a `state`; raises KeyError, ValueError or RuntimeError if it is of another model."""
        for name, parameter in self.parameters.items():
            parameter.copy_(state["weights"][name])
        for name, value in self.average.values.items():
            value.copy_(state["average"][name])
        self.average.steps, self.rate = int(state["steps"]), float(state["rate"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])


def _can_be_given(spec: PromptSpec, example: Example) -> bool:
    """Whether a prompt can be made for an example: prompts from the reference mask need water."""
    return not spec.uses_ground_truth or bool(example.truth.any())


def _compared(logits: torch.Tensor, example: Example, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The logits (1 x 1 x 256 x 256) and the target in the cells of a grid that count, with one shape."""
    if side > GRID:
        logits = torch.nn.functional.interpolate(logits, (side, side), mode="bilinear", align_corners=False)
    target, counted = example.target(side).to(logits.device), example.counted(side)
    inside = logits[0, 0, : target.shape[0], : target.shape[1]]
    if counted is None:
        return inside, target
    counted = counted.to(logits.device)
    return inside[counted], target[counted]
