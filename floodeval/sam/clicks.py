"""Clicks one after the other, as an analyst makes them who corrects the model's largest error."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Embedding, Prediction, decode_logits, mask_of
from floodeval.sam.prompts import Prompt, PromptSpec, Truth, make_prompt


@dataclass(frozen=True)
class Click:
    """A click in the photograph's pixels: x, y, and whether it says water or land."""

    x: float
    y: float
    water: bool


@dataclass(frozen=True)
class Correction:
    """A click and what the model answers, given this click and all before it."""

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
    """Let an analyst click until nothing is wrong or the clicks are used up.

    The first click is that of the prompt `point`. Every other one corrects the prediction so far (see
    `next_click`), and the model is told its logits so far beside all clicks, as in SAM's own interactive
    protocol (Kirillov et al. 2023, appendix A). Errors are sought on the encoder's frame.

    Args:
        sam: the model.
        embedding: of the photograph.
        truth: H x W, at the photograph's own size.
        spec: of the kind `clicks`; its `max` is the number of clicks.
        sample_id: of the photograph.
        ignored: H x W, true where a pixel counts nowhere: nothing is wrong there, and no click is made there.
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
        yield Correction(click, Prediction(mask_of(sam, logits, embedding), float(scores[0, best])))
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
    """The click that corrects the larger error, or None where no pixel is wrong.

    It lies where the distance to the nearest right pixel, the frame's edge and ignored pixels counting as
    right, is greatest: in missed or in false water, whichever reaches deeper (Sofiiuk et al. 2022, RITM). A
    pixel that was clicked before is not clicked again.

    Args:
        truth: h x w, true where water stands.
        predicted: h x w.
        taken: the clicks so far.
        size: height and width of the photograph, in whose pixels clicks are; None for h and w.
        ignored: h x w, true where a pixel counts nowhere; None where every pixel counts.
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
    """A mask on the encoder's frame: true where most of a pixel's area is, or with `any_part` some of it."""
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
