"""Retention: what the pretrained model answers on a view, which a fine-tuned one should still answer.

The prompts are on things on dry land in the training photographs themselves, and the targets are the frozen
pretrained model's answers, so that no other data is needed (Li and Hoiem 2016, Learning without forgetting).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from floodeval.datasets.images import Mask
from floodeval.sam.inference import Embedding
from floodeval.sam.land_prompts import (
    LARGEST,
    SMALLEST,
    FreeBox,
    Thing,
    find_free_boxes,
    find_things,
    point_prompt,
)
from floodeval.sam.prompts import Prompt
from floodeval.training.encoder_stages import StagedEncoder

JITTER = 20.0  # largest shift of a box's sides, in pixels of a view whose longer side is 1024
SIZE_BIAS = 0.5  # large things are lost first: the chance of a thing is the square root of its area
LARGEST_IN_CROP = 0.8  # area of a thing in a strongly cropped view; everyday photographs have such objects


@dataclass(frozen=True)
class LandPrompt:
    """A prompt on dry land, and the pretrained model's answer.

    Attributes:
        form: `point` or `box`.
        prompt: in pixels of the view.
        tokens: 4 x 256 x 256, the logits of all mask tokens.
        scores: 4, the pretrained model's own IoU estimates.
    """

    form: str
    prompt: Prompt
    tokens: torch.Tensor
    scores: torch.Tensor


@dataclass(frozen=True)
class Lesson:
    """What the pretrained model shows of one view, at P points and B boxes on dry land; both may be none.

    Attributes:
        embedding: 1 x 256 x 64 x 64, half precision.
        points: P x 2, x and y in pixels of the view.
        boxes: B x 4: x0, y0, x1, y1 in pixels of the view.
        tokens: (P + B) x 4 x 256 x 256, the answers to all points, then to all boxes; half precision.
        scores: (P + B) x 4, the pretrained model's own IoU estimates.
    """

    embedding: torch.Tensor
    points: torch.Tensor
    boxes: torch.Tensor
    tokens: torch.Tensor
    scores: torch.Tensor

    def prompts(self) -> Iterator[LandPrompt]:
        """All prompts with their answers."""
        prompts = [("point", point_prompt(x, y)) for x, y in self.points.tolist()]
        prompts += [("box", Prompt(box=box)) for box in self.boxes.numpy()]
        for (form, prompt), tokens, scores in zip(prompts, self.tokens.float(), self.scores, strict=True):
            yield LandPrompt(form, prompt, tokens, scores)


class Teacher:
    """The frozen pretrained model, which answers prompts on things on dry land.

    Attributes:
        encoder: of the pretrained model, cut as the trained model's is.
        sha256: of all tensors of the pretrained model.
    """

    def __init__(self, encoder: StagedEncoder, sha256: str) -> None:
        self.encoder, self.sha256 = encoder, sha256
        encoder.sam.requires_grad_(False).eval()

    @torch.no_grad()
    def lesson(
        self,
        stem: torch.Tensor,
        truth: Mask,
        ignored: Mask | None,
        n_things: int,
        rng: np.random.Generator,
        *,
        largest: float = LARGEST,
    ) -> Lesson:
        """Encode a view, find things on its dry land, and answer prompts for them.

        These are a point and a jittered box for each thing, and as many free boxes.

        Args:
            stem: of the view, by the encoder's first stages.
            truth: H x W, true for water.
            ignored: H x W, true for pixels that do not count; None if every pixel counts.
            n_things: the largest number of things, and of free boxes.
            rng: determines the things, the boxes and the jitter.
            largest: area of a thing, as a share of the view.
        """
        size = (truth.shape[0], truth.shape[1])
        features = self.encoder.rest(stem).float()
        seen = (self.encoder.sam, Embedding(features, size, size), truth, ignored, n_things, rng)
        areas = (SMALLEST, largest)
        things = find_things(*seen, jitter=JITTER, areas=areas, size_bias=SIZE_BIAS)
        return lesson_of(features, things, find_free_boxes(*seen, things=things, areas=areas))


def lesson_of(features: torch.Tensor, things: Sequence[Thing], free: Sequence[FreeBox]) -> Lesson:
    """Collect the pretrained model's embedding of a view, 1 x 256 x 64 x 64, and its answers."""
    boxes = [*(thing.box for thing in things), *(one.box for one in free)]
    answers = [*(thing.at_point for thing in things), *(thing.in_box for thing in things)]
    answers += [one.answer for one in free]
    points = np.array([thing.point for thing in things], np.float32)
    return Lesson(
        features.half().cpu(),
        torch.from_numpy(points.reshape(-1, 2)),
        torch.from_numpy(np.array(boxes, np.float32).reshape(-1, 4)),
        _stacked([one.tokens for one in answers], (0, 4, 256, 256)).half(),
        _stacked([one.scores for one in answers], (0, 4)),
    )


def _stacked(rows: list[torch.Tensor], empty: tuple[int, ...]) -> torch.Tensor:
    return torch.stack(rows).cpu() if rows else torch.zeros(empty)
