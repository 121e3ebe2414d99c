"""Marks of a person in a photograph, as a prompt for SAM: clicks on water and on land, and a box."""

import math
import re
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.i18n.formats import picture_size
from floodeval.sam.prompts import Prompt

MOST_CLICKS = 100
FORMS = "full, box=x0,y0,x1,y1, points=x,y;x,y (x,y,0 on land), or box=...+points=..."
_NUMBER = r"-?\d{1,6}(?:\.\d{1,6})?"
_BOX = re.compile(rf"box=({_NUMBER}(?:,{_NUMBER}){{3}})")
_POINTS = re.compile(rf"points=({_NUMBER},{_NUMBER}(?:,[01])?(?:;{_NUMBER},{_NUMBER}(?:,[01])?)*)")


@dataclass(frozen=True)
class Marks:
    """Marks in the pixels of one photograph; without any, the prompt is a box around the whole frame.

    Attributes:
        box: x0, y0, x1, y1 with x1 and y1 exclusive.
        clicks: x, y, and whether the click marks water (else land).
    """

    box: tuple[float, float, float, float] | None = None
    clicks: tuple[tuple[float, float, bool], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read marks as written on the command line: `full`, `box=10,20,300,200`, `points=120,80;30,40,0`.

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
        """The marks of a prompt, in a photograph of that height and width."""
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
        """Read the message of a browser, clipped to a photograph of that height and width.

        Anything that is not `{"box": [x0, y0, x1, y1] or null, "clicks": [[x, y, water], ...]}` is left out:
        a browser may send anything.
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
        """Check that the marks are within a photograph of that height and width.

        Raises:
            FloodevalError: they are not, or there are too many.
        """
        height, width = size
        x0, y0, x1, y1 = self.box or (0, 0, width, height)
        fits = 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height
        if not fits or not all(0 <= x < width and 0 <= y < height for x, y, _ in self.clicks):
            within = {"name": name, "width": width, "height": height, "size": picture_size(width, height)}
            raise FloodevalError(saying("prompt_errors.outside", marks=self, **within))
        if len(self.clicks) > MOST_CLICKS:
            raise FloodevalError(saying("prompt_errors.many", count=len(self.clicks), most=MOST_CLICKS))

    def prompt(self, size: tuple[int, int]) -> Prompt:
        """The prompt for SAM, for a photograph of that height and width."""
        if not self.box and not self.clicks:
            return Prompt(box=np.array([0, 0, size[1], size[0]], np.float32))
        points = labels = None
        if self.clicks:
            points = np.array([(x, y) for x, y, _ in self.clicks], np.float32)
            labels = np.array([water for _, _, water in self.clicks], np.int64)
        return Prompt(np.array(self.box, np.float32) if self.box else None, points, labels)


def _tuples(found: Any, length: int) -> list[tuple[float, ...]]:
    """The entries of a list that have exactly so many finite numbers."""
    rows = found if isinstance(found, list) else []
    return [tuple(row) for row in rows if isinstance(row, list) and len(row) == length and _finite(row)]


def _finite(row: list[Any]) -> bool:
    return all(isinstance(value, int | float) and math.isfinite(value) for value in row)


def _within(
    boxes: list[tuple[float, ...]], size: tuple[int, int]
) -> tuple[float, float, float, float] | None:
    """The first box, clipped to the frame; None if there is none, or no part of it is in the frame."""
    for x0, y0, x1, y1 in boxes:
        x0, x1 = max(x0, 0), min(x1, size[1])
        y0, y1 = max(y0, 0), min(y1, size[0])
        return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None
    return None


def _short(value: float) -> str:
    """A coordinate without a trailing `.0`."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
