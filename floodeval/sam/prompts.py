"""Prompts: SAM's input besides the photograph, and whether it uses the ground truth."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

Truth = npt.NDArray[np.bool_]
NO_PROMPT = "none"  # of folders of masks, and of models that take no prompt
LAND = (
    "land"  # prompts on dry land (`floodeval.sam.land_spec`): no reference, so no prompt of a table of scores
)
JITTER_SCALE_PX = 1024  # jitter counts in pixels of a photograph this long on its longer side


@dataclass(frozen=True)
class PromptSpec:
    """The specification of a prompt, such as `points:n=5`.

    Attributes:
        kind: one of `PROMPT_KINDS`: box, point, points, full, clicks or none.
        n: number of clicks of `points`.
        jitter: largest shift of each side of the box, in pixels of a photograph whose longer side is 1024
            pixels; it scales with the photograph.
        seed: of random clicks and shifts.
        multimask: whether SAM predicts three masks, of which the one with the highest score is used;
            otherwise its single-mask output (token 0) is used.
        max: number of clicks that `clicks` may take (see `floodeval.sam.clicks`).
    """

    kind: str
    n: int | None = None
    jitter: float = 0.0
    seed: int = 0
    multimask: bool = False
    max: int | None = None

    @property
    def uses_ground_truth(self) -> bool:
        """Whether the prompt is made from the reference mask; if not, it is a field prompt."""
        return self.kind not in ("full", NO_PROMPT)

    @property
    def spec(self) -> str:
        """The spec as text, with options in a fixed order and without defaults: `points:n=5`."""
        options = []
        if self.n is not None:
            options.append(f"n={self.n}")
        if self.max is not None:
            options.append(f"max={self.max}")
        if self.jitter:
            options.append(f"jitter={self.jitter:g}")
        if self.seed:
            options.append(f"seed={self.seed}")
        if self.multimask:
            options.append("multimask=1")
        return ":".join([self.kind, ",".join(options)] if options else [self.kind])

    def to_json(self) -> dict[str, Any]:
        """The prompt as `run.json` stores it."""
        return {"spec": self.spec, "uses_ground_truth": self.uses_ground_truth, **asdict(self)}


@dataclass(frozen=True)
class Click:
    """A click in pixels of the photograph: x, y, and whether it marks water (else land)."""

    x: float
    y: float
    water: bool


@dataclass(frozen=True)
class Prompt:
    """A prompt for one photograph, in its pixels.

    `box` is x0, y0, x1, y1 with x1 and y1 exclusive; `points` is N x 2 in (x, y) order and `labels` N,
    1 for water and 0 for land. Each is None if the prompt has none; all are for the prompt `none`.
    """

    box: npt.NDArray[np.float32] | None = None
    points: npt.NDArray[np.float32] | None = None
    labels: npt.NDArray[np.int64] | None = None


OPTIONS: dict[str, set[str]] = {
    "box": {"jitter", "seed", "multimask"},
    "point": {"multimask"},
    "points": {"n", "seed", "multimask"},
    "full": {"multimask"},
    "clicks": {"max", "multimask"},
    NO_PROMPT: set(),
}
PROMPT_KINDS = tuple(OPTIONS)


def parse_prompt(text: str) -> PromptSpec:
    """Read a spec such as `box`, `box:jitter=20`, `points:n=5,seed=1`, `full`, `clicks:max=20` or `none`.

    Raises:
        FloodevalError: unknown kind or option, a value out of range, or prompts on dry land.
    """
    kind, _, rest = text.strip().partition(":")
    if kind == LAND:
        raise FloodevalError(saying("prompt_errors.land_elsewhere", text=text))
    if kind not in OPTIONS:
        raise FloodevalError(saying("prompt_errors.unknown", text=text, known=", ".join(OPTIONS)))
    options = dict(_option(text, kind, part) for part in rest.split(",")) if rest else {}
    if kind == "points":
        options.setdefault("n", 5)
    if kind == "clicks":
        options.setdefault("max", 20)
    return PromptSpec(kind, **options)


def folder_name(spec: str) -> str:
    """The name of a prompt's folder in a run: `points:n=5` becomes `points-n-5`."""
    return spec.translate(str.maketrans(":=,", "---"))


def make_prompt(spec: PromptSpec, truth: Truth, sample_id: str) -> Prompt | None:
    """Make the prompt for one sample, the same on every machine.

    Args:
        spec: the protocol.
        truth: H x W, true for water in the reference mask, false for ignored pixels; `full` uses only its
            shape.
        sample_id: seeds random clicks and shifts, so that every variant gets the same prompt.

    Returns:
        The prompt, or None if it needs water and the reference mask has none. For `clicks` it is the first
        click; the others correct a prediction.
    """
    if spec.kind == NO_PROMPT:
        return Prompt()
    if spec.kind == "full":
        return Prompt(box=np.array([0, 0, truth.shape[1], truth.shape[0]], np.float32))
    if not truth.any():
        return None
    if spec.kind == "box":
        return Prompt(box=_jittered(tight_box(truth), truth, spec, sample_id))
    points = [middle(truth)] if spec.kind in ("point", "clicks") else _random_clicks(truth, spec, sample_id)
    return Prompt(points=np.array(points, np.float32), labels=np.ones(len(points), np.int64))


def tight_box(truth: Truth) -> npt.NDArray[np.float32]:
    """The smallest box around all water: x0, y0, x1, y1, the last two exclusive."""
    columns, rows = np.flatnonzero(truth.any(axis=0)), np.flatnonzero(truth.any(axis=1))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float32)


def middle(truth: Truth) -> tuple[int, int]:
    """The pixel (x, y) of the largest water body that is farthest from its shore and the frame."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(truth.astype(np.uint8), connectivity=8)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    body = np.pad((labels == largest).astype(np.uint8), 1)  # the frame counts as shore
    depth = cv2.distanceTransform(body, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    peaks = np.argwhere(depth > depth.max() - 0.5)  # an elongated body has a ridge: take its middle
    y, x = peaks[np.argmin(np.square(peaks - peaks.mean(axis=0)).sum(axis=1))]
    return int(x), int(y)


def generator(seed: int, sample_id: str) -> np.random.Generator:
    """A random generator that depends only on the seed and the sample."""
    digest = hashlib.sha256(f"{seed}:{sample_id}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def _random_clicks(truth: Truth, spec: PromptSpec, sample_id: str) -> list[tuple[int, int]]:
    rows, columns = np.nonzero(truth)
    drawn = generator(spec.seed, sample_id).choice(len(rows), min(spec.n or 1, len(rows)), replace=False)
    return [(int(columns[i]), int(rows[i])) for i in drawn]


def _jittered(
    box: npt.NDArray[np.float32], truth: Truth, spec: PromptSpec, sample_id: str
) -> npt.NDArray[np.float32]:
    if not spec.jitter:
        return box
    height, width = truth.shape
    reach = spec.jitter * max(height, width) / JITTER_SCALE_PX
    moved = box + generator(spec.seed, sample_id).uniform(-reach, reach, 4)
    x0, x1 = np.clip(np.sort(moved[[0, 2]]), 0, width)
    y0, y1 = np.clip(np.sort(moved[[1, 3]]), 0, height)
    return np.array([x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)], np.float32)


def _option(text: str, kind: str, part: str) -> tuple[str, Any]:
    name, _, value = part.partition("=")
    if name not in OPTIONS[kind]:
        known = ", ".join(sorted(OPTIONS[kind]))
        raise FloodevalError(
            saying("prompt_errors.no_option", text=text, option=name, kind=kind, known=known)
        )
    read, fits = _READERS[name]
    try:
        number = read(value)
    except ValueError:
        number = None
    if number is None or not fits(number):
        expected = saying(f"prompt_errors.expects_{name}")
        raise FloodevalError(
            saying("prompt_errors.no_value", text=text, option=name, value=value, expected=expected)
        )
    return name, bool(number) if name == "multimask" else number


_READERS: dict[str, tuple[Callable[[str], float], Callable[[float], bool]]] = {
    "n": (int, lambda n: 1 <= n <= 100),
    "max": (int, lambda n: 1 <= n <= 100),
    "jitter": (float, lambda px: 0 <= px <= 512),
    "seed": (int, lambda seed: seed >= 0),
    "multimask": (int, lambda flag: flag in (0, 1)),
}
