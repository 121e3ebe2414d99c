"""Clicks one after the other, as an analyst makes them who corrects the model's largest error."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Embedding, Prediction, decode_logits, mask_of
from floodeval.sam.prompts import Prompt, PromptSpec, Truth, make_prompt

# Clicks one after the other, as an analyst makes them who corrects the model's largest error.


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


# What a person marks in a photograph for SAM: clicks on water and on land, and a box.

MOST_CLICKS = 100
FORMS = "full, box=x0,y0,x1,y1, points=x,y;x,y (x,y,0 on land), or box=...+points=..."
_NUMBER = r"-?\d{1,6}(?:\.\d{1,6})?"
_BOX = re.compile(rf"box=({_NUMBER}(?:,{_NUMBER}){{3}})")
_POINTS = re.compile(rf"points=({_NUMBER},{_NUMBER}(?:,[01])?(?:;{_NUMBER},{_NUMBER}(?:,[01])?)*)")


@dataclass(frozen=True)
class Marks:
    """Marks in the pixels of one photograph; without any, SAM is told the whole frame.

    `box` is x0, y0, x1, y1 with x1 and y1 exclusive. `clicks` are x, y and whether water is there.
    """

    box: tuple[float, float, float, float] | None = None
    clicks: tuple[tuple[float, float, bool], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read marks as the command line takes them: `full`, `box=10,20,300,200`, `points=120,80;30,40,0`.

        Raises:
            FloodevalError: they cannot be read.
        """
        parts = [] if text.strip() == "full" else text.strip().split("+")
        box: tuple[float, ...] | None = None
        clicks: list[tuple[float, float, bool]] = []
        for part in parts:
            if (found := _BOX.fullmatch(part)) and box is None:
                box = tuple(map(float, found[1].split(",")))
            elif (found := _POINTS.fullmatch(part)) and not clicks:
                rows = (one.split(",") for one in found[1].split(";"))
                clicks = [(float(x), float(y), rest != ["0"]) for x, y, *rest in rows]
            else:
                raise FloodevalError(saying("prompt_errors.unreadable", text=text, forms=FORMS))
        return cls(box, tuple(clicks))  # type: ignore[arg-type]

    @classmethod
    def of_prompt(cls, prompt: Prompt, size: tuple[int, int]) -> Self:
        """The marks that make a prompt, in a photograph of that height and width."""
        box = None if prompt.box is None else tuple(map(float, prompt.box))
        if box == (0, 0, size[1], size[0]):
            box = None
        clicks: list[tuple[float, float, bool]] = []
        if prompt.points is not None and prompt.labels is not None:
            labeled = zip(prompt.points.tolist(), prompt.labels.tolist(), strict=True)
            clicks = [(x, y, bool(water)) for (x, y), water in labeled]
        return cls(box, tuple(clicks))  # type: ignore[arg-type]

    @classmethod
    def of_browser(cls, sent: Any, size: tuple[int, int]) -> Self:
        """Read what a browser sent, moved into a photograph of that height and width.

        What is not `{"box": [x0, y0, x1, y1] or null, "clicks": [[x, y, water], ...]}` is left out: a browser
        may send anything.
        """
        sent = sent if isinstance(sent, dict) else {}
        height, width = size
        clicks = [
            (min(max(x, 0), width - 1), min(max(y, 0), height - 1), bool(water))
            for x, y, water in _tuples(sent.get("clicks"), 3)
        ]
        return cls(_within(_tuples([sent.get("box")], 4), size), tuple(clicks[:MOST_CLICKS]))

    def __str__(self) -> str:
        """The marks as `parse` reads them."""
        parts = []
        if self.box:
            parts.append("box=" + ",".join(map(_short, self.box)))
        if self.clicks:
            clicks = (f"{_short(x)},{_short(y)}" + ("" if water else ",0") for x, y, water in self.clicks)
            parts.append("points=" + ";".join(clicks))
        return "+".join(parts) or "full"

    def check(self, size: tuple[int, int], name: str) -> None:
        """See that the marks lie within a photograph of that height and width.

        Raises:
            FloodevalError: they do not, or there are too many.
        """
        height, width = size
        x0, y0, x1, y1 = self.box or (0, 0, width, height)
        fits = 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
        if not fits or not all(0 <= x < width and 0 <= y < height for x, y, _ in self.clicks):
            within = {"name": name, "width": width, "height": height}
            raise FloodevalError(saying("prompt_errors.outside", marks=self, **within))
        if len(self.clicks) > MOST_CLICKS:
            raise FloodevalError(saying("prompt_errors.many", count=len(self.clicks), most=MOST_CLICKS))

    def prompt(self, size: tuple[int, int]) -> Prompt:
        """What SAM is told about a photograph of that height and width."""
        if not self.box and not self.clicks:
            return Prompt(box=np.array([0, 0, size[1], size[0]], np.float32))
        points = labels = None
        if self.clicks:
            points = np.array([(x, y) for x, y, _ in self.clicks], np.float32)
            labels = np.array([water for _, _, water in self.clicks], np.int64)
        return Prompt(np.array(self.box, np.float32) if self.box else None, points, labels)


def _tuples(found: Any, length: int) -> list[tuple[float, ...]]:
    """The entries of a list that hold exactly so many finite numbers."""
    rows = found if isinstance(found, list) else []
    return [tuple(row) for row in rows if isinstance(row, list) and len(row) == length and _finite(row)]


def _finite(row: list[Any]) -> bool:
    return all(isinstance(value, int | float) and math.isfinite(value) for value in row)


def _within(
    boxes: list[tuple[float, ...]], size: tuple[int, int]
) -> tuple[float, float, float, float] | None:
    """The first box cut to the frame; None where there is none, or nothing of it is in the frame."""
    for x0, y0, x1, y1 in boxes:
        x0, x1 = max(x0, 0), min(x1, size[1])
        y0, y1 = max(y0, 0), min(y1, size[0])
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
    return None


def _short(value: float) -> str:
    """A coordinate without a trailing `.0`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
