"""Simulated correction clicks: an analyst who keeps correcting the largest error of a prediction."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Embedding, Prediction, decode_logits, full_size
from floodeval.sam.prompts import Click, Prompt, PromptSpec, Truth, make_prompt


@dataclass(frozen=True)
class Correction:
    """A click, and the prediction from this click and all earlier ones."""

    click: Click
    prediction: Prediction


@torch.inference_mode()
def corrections(
    sam: Sam,
    embedding: Embedding,
    truth: Truth,
    spec: PromptSpec,
    sample_id: str,
    *,
    ignored: Truth | None = None,
) -> Iterator[Correction]:
    """Simulate an analyst who clicks until nothing is wrong or the clicks are used up.

    The first click is that of the prompt `point`. Each further click corrects the current prediction (see
    `next_click`). The model receives all clicks and its current logits, as in SAM's own interactive protocol
    (Kirillov et al. 2023, appendix A). Errors are looked for on the encoder's frame.

    Args:
        sam: the model.
        embedding: of the photograph.
        truth: H x W, the reference mask at the photograph's own size.
        spec: of the kind `clicks`; its `max` is the number of clicks.
        sample_id: of the photograph.
        ignored: H x W, true for pixels that do not count: they are never wrong and never clicked.
    """
    if ignored is not None:
        truth = truth & ~ignored
    first = make_prompt(spec, truth, sample_id)
    if first is None or first.points is None:
        return
    click: Click | None = Click(float(first.points[0, 0]), float(first.points[0, 1]), True)
    wanted, clicks = on_frame(truth, embedding.input_size), list[Click]()
    nowhere = None if ignored is None else on_frame(ignored, embedding.input_size, any_part=True)
    logits: torch.Tensor | None = None
    while click is not None and len(clicks) < (spec.max or 1):
        clicks.append(click)
        logits, scores = decode_logits(sam, embedding, prompt_of(clicks), spec.multimask, logits)
        best = int(scores[0].argmax())
        logits = logits[:, best : best + 1]
        yield Correction(click, full_size(sam, logits, embedding, float(scores[0, best])))
        answer = frame_mask(logits, embedding.input_size)
        click = next_click(wanted, answer, clicks, embedding.size, ignored=nowhere)


def prompt_of(clicks: list[Click]) -> Prompt:
    """All clicks so far as one prompt."""
    points = np.array([(click.x, click.y) for click in clicks], np.float32)
    return Prompt(points=points, labels=np.array([click.water for click in clicks], np.int64))


def next_click(
    truth: Truth,
    predicted: Truth,
    taken: list[Click],
    size: tuple[int, int] | None = None,
    *,
    ignored: Truth | None = None,
) -> Click | None:
    """The click that corrects the larger error, or None if no pixel is wrong.

    It is at the wrong pixel with the largest distance to the nearest correct pixel, in missed or in false
    water (Sofiiuk et al. 2022, RITM). The edge of the frame and ignored pixels count as correct. No pixel is
    clicked twice.

    Args:
        truth: h x w, true for water in the reference mask.
        predicted: h x w, true for predicted water.
        taken: the earlier clicks.
        size: height and width of the photograph, whose pixels clicks are in; None for h and w.
        ignored: h x w, true for pixels that do not count; None if every pixel counts.
    """
    height, width = truth.shape
    tall, wide = size or truth.shape
    wrong = truth ^ predicted if ignored is None else (truth ^ predicted) & ~ignored
    missed, false = _depth(wrong & truth), _depth(wrong & predicted)
    for click in taken:
        row, column = (click.y + 0.5) * height / tall, (click.x + 0.5) * width / wide
        missed[int(row), int(column)] = false[int(row), int(column)] = 0
    depth, water = (missed, True) if missed.max() > false.max() else (false, False)
    if not depth.max():
        return None
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return Click((float(x) + 0.5) * wide / width - 0.5, (float(y) + 0.5) * tall / height - 0.5, water)


def on_frame(truth: Truth, input_size: tuple[int, int], *, any_part: bool = False) -> Truth:
    """A mask on the encoder's frame: true if more than half of a pixel is, or with `any_part` any part."""
    height, width = input_size
    share = cv2.resize(truth.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(share > (0.0 if any_part else 0.5), bool)


def frame_mask(logits: torch.Tensor, input_size: tuple[int, int]) -> Truth:
    """The mask of 1 x 1 x 256 x 256 logits on the encoder's frame, without its padding."""
    grown = torch.nn.functional.interpolate(logits.float(), scale_factor=4, mode="bilinear")
    return np.asarray((grown[0, 0, : input_size[0], : input_size[1]] > 0).cpu().numpy(), bool)


def _depth(wrong: Truth) -> npt.NDArray[np.float32]:
    padded = np.pad(wrong.astype(np.uint8), 1)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1])
