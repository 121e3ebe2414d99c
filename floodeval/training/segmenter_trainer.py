"""The training loop of a segmenter: random views, one loss per view, and validation without augmentation."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.inference import Embedding
from floodeval.sam.prompts import NO_PROMPT, generator
from floodeval.sam.segmenter import Segmenter
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.epoch_sums import Sums
from floodeval.training.examples import GRID, Example, Picture, Views, resized
from floodeval.training.losses import MASK_LOSSES, iou_of_logits
from floodeval.training.optimization import WeightAverage, make_optimizer, make_schedule


class Frames:
    """Random views as the network takes them: the features of an example are its normalized frame."""

    def __init__(
        self, pictures: Sequence[Picture], network: Segmenter, augmentation: Augmentation, seed: int = 0
    ) -> None:
        self.pictures, self.network, self.augmentation, self.seed = pictures, network, augmentation, seed

    def __len__(self) -> int:
        return len(self.pictures)

    def example(self, index: int, draw: str) -> Example:
        """Draw a view; the same as `FreshViews` draws for a SAM."""
        picture = self.pictures[index]
        rng = generator(self.seed, f"view {draw}:{picture.id}")
        view = self.augmentation.view(picture.photograph, picture.share, picture.ignored, rng)
        photograph, share, ignored = resized(*view)
        size = (photograph.shape[0], photograph.shape[1])
        return Example(picture.id, Embedding(self.network.frame(photograph), size, size), share, ignored)


class SegmenterTrainer:
    """Trains a segmenter in place, epoch by epoch; the encoder's first stages stay as published."""

    def __init__(self, network: Segmenter, config: TrainingConfig, n_train: int) -> None:
        self.network, self.config = network, config
        frozen = network.frozen_names() if config.trains_encoder else _encoder_names(network)
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(name not in frozen)
        self.parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        self.average = WeightAverage(self.parameters, config.ema)
        self.optimizer = make_optimizer(config, self._groups())
        self.schedule = make_schedule(config, self.optimizer, math.ceil(n_train / config.batch))
        self.rate = 0.0  # learning rate of the decoder in the last step

    def train(
        self,
        views: Views,
        epoch: int,
        sums: Sums | None = None,
        done: int = 0,
        seen: Callable[[int, Sums], None] = lambda done, sums: None,
    ) -> dict[str, float]:
        """Train on one view of every photograph; the arguments are those of `Trainer.train`.

        Raises:
            FloodevalError: the loss is not finite.
        """
        self.network.train()
        sums = sums or Sums()
        order = generator(self.config.seed, f"epoch {epoch}").permutation(len(views))
        for start in range(done, len(order), self.config.batch):
            batch = order[start : start + self.config.batch]
            learned = [self._learn(views.example(int(index), str(epoch)), epoch, sums) for index in batch]
            self._step(sum(learned))
            seen(start + len(batch), sums)
        return sums.means()

    def validate(self, views: Views) -> dict[str, float]:
        """Mean loss, IoU and Dice of water, on a grid of a quarter of the frame, without ignored cells.

        Raises:
            FloodevalError: every pixel of every photograph is ignored.
        """
        sums = Sums()
        with self.average.applied(), torch.no_grad():
            self.network.eval()
            for index in range(len(views)):
                example = views.example(index, "validation")
                if not example.is_blank:
                    self._measure(example, sums)
        if not sums.values:
            raise FloodevalError(saying("training_errors.all_ignored"))
        return sums.means()

    def _learn(self, example: Example, epoch: int, sums: Sums) -> bool:
        """Add the gradients of one view; returns whether there was a loss (not if all pixels are ignored)."""
        if example.is_blank:
            return False
        loss = self._measure(example, sums)
        if not torch.isfinite(loss):
            values = {"loss": loss.item(), "epoch": epoch, "rate": f"{self.config.learning_rate:g}"}
            raise FloodevalError(saying("training_errors.diverges", **values))
        loss.backward()  # type: ignore[no-untyped-call]
        return True

    def _measure(self, example: Example, sums: Sums) -> torch.Tensor:
        """The loss of a view, which is added to the means with IoU and Dice."""
        precision = getattr(torch, self.config.precision)
        with torch.autocast(self.network.device.type, precision, enabled=precision == torch.bfloat16):
            logits = self.network(example.embedding.features)
        logits = logits.float()
        loss = MASK_LOSSES[self.config.loss](*compared(logits, example, self.config.loss_side))
        iou = iou_of_logits(*compared(logits.detach(), example, GRID)).item()
        sums.add(NO_PROMPT, loss=loss.item(), iou=iou, dice=2 * iou / (1 + iou))
        return loss

    def _step(self, n_views: int) -> None:
        """Take a step along the mean gradient of the views that had a loss."""
        for parameter in self.parameters.values():
            if parameter.grad is not None:
                parameter.grad /= n_views
        if self.config.clip:
            torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.config.clip)
        self.rate = float(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update()

    def _groups(self) -> list[tuple[list[torch.nn.Parameter], float]]:
        """The parameters of the decoder and of the encoder, each with its peak learning rate."""
        encoder = _encoder_names(self.network)
        decoder_part = [p for name, p in self.parameters.items() if name not in encoder]
        encoder_part = [p for name, p in self.parameters.items() if name in encoder]
        groups = [(decoder_part, self.config.learning_rate)]
        return groups + ([(encoder_part, self.config.encoder_learning_rate)] if encoder_part else [])

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


def compared(logits: torch.Tensor, example: Example, side: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The logits and the target in the cells that count, with one shape.

    Args:
        logits: 1 x 1 x h x w, of a frame with a quarter of its sides.
        example: with the target.
        side: cells on the side of the whole frame: 256, 512 or 1024.
    """
    if side > GRID:
        logits = F.interpolate(logits, scale_factor=side / GRID, mode="bilinear", align_corners=False)
    target, counted = example.target(side).to(logits.device), example.counted(side)
    inside = logits[0, 0, : target.shape[0], : target.shape[1]]
    if counted is None:
        return inside, target
    counted = counted.to(logits.device)
    return inside[counted], target[counted]


def _encoder_names(network: Segmenter) -> frozenset[str]:
    return frozenset(name for name, _ in network.named_parameters() if name.startswith("image_encoder."))
