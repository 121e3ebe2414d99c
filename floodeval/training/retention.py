"""Retention: what the pretrained model answers on a view, which a fine-tuned one should still answer.

The prompts are on things on dry land in the training photographs themselves, and the targets are the frozen
pretrained model's answers, so that no other data is needed (Li and Hoiem 2016, Learning without forgetting).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from floodeval.datasets.images import Mask
from floodeval.sam.inference import Embedding
from floodeval.sam.land_prompts import LARGEST, SMALLEST, Thing, find_things
from floodeval.sam.prompts import Prompt
from floodeval.training.encoder_stages import StagedEncoder

JITTER = 20.0  # largest shift of a box's sides, in pixels of a view whose longer side is 1024
SIZE_BIAS = 0.5  # large things are lost first: the chance of a thing is the square root of its area
LARGEST_IN_CROP = 0.8  # area of a thing in a strongly cropped view; everyday photographs have such objects
FORMS = ("point", "box")


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
    """What the pretrained model shows of one view; N things may be none.

    Attributes:
        embedding: 1 x 256 x 64 x 64, half precision.
        points: N x 2, a pixel (x, y) of each thing.
        boxes: N x 4, a box around it: x0, y0, x1, y1 in pixels of the view.
        tokens: N x 2 x 4 x 256 x 256, the answers to point and box; half precision.
        scores: N x 2 x 4, the pretrained model's own IoU estimates.
    """

    embedding: torch.Tensor
    points: torch.Tensor
    boxes: torch.Tensor
    tokens: torch.Tensor
    scores: torch.Tensor

    def prompts(self) -> Iterator[LandPrompt]:
        """The point and the box of every thing."""
        for point, box, tokens, scores in zip(
            self.points.numpy(), self.boxes.numpy(), self.tokens.float(), self.scores, strict=True
        ):
            at_point = Prompt(points=point[None], labels=np.ones(1, np.int64))
            for i, prompt in enumerate((at_point, Prompt(box=box))):
                yield LandPrompt(FORMS[i], prompt, tokens[i], scores[i])


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
        """Encode a view, find things on its dry land, and answer a point and a jittered box for each.

        Args:
            stem: of the view, by the encoder's first stages.
            truth: H x W, true for water.
            ignored: H x W, true for pixels that do not count; None if every pixel counts.
            n_things: the largest number of things.
            rng: determines the things and the jitter.
            largest: area of a thing, as a share of the view.
        """
        size = (truth.shape[0], truth.shape[1])
        features = self.encoder.rest(stem).float()
        things = find_things(
            self.encoder.sam,
            Embedding(features, size, size),
            truth,
            ignored,
            n_things,
            rng,
            jitter=JITTER,
            areas=(SMALLEST, largest),
            size_bias=SIZE_BIAS,
        )
        return lesson_of(features, things)


def lesson_of(features: torch.Tensor, things: list[Thing]) -> Lesson:
    """Collect the pretrained model's embedding of a view, 1 x 256 x 64 x 64, and its answers on things."""
    answers = [[thing.answers[form] for form in FORMS] for thing in things]
    n = len(things)
    return Lesson(
        features.half().cpu(),
        torch.tensor([thing.point for thing in things], dtype=torch.float32).reshape(n, 2),
        torch.from_numpy(np.array([thing.box for thing in things], np.float32).reshape(n, 4)),
        _stacked([[one.tokens for one in row] for row in answers], (0, 2, 4, 256, 256)).half(),
        _stacked([[one.scores for one in row] for row in answers], (0, 2, 4)),
    )


def _stacked(rows: list[list[torch.Tensor]], empty: tuple[int, ...]) -> torch.Tensor:
    return torch.stack([torch.stack(row) for row in rows]).cpu() if rows else torch.zeros(empty)
