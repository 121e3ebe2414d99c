"""Prompts on dry land: points, and the things that the pretrained model finds at them.

They show whether a fine-tuned model still follows its prompt: prompted for a house or a tree, it should
answer as the pretrained model does, not with water. The pretrained model defines the things, and the
reference mask excludes those with water, so no other data is needed (Li and Hoiem 2016, Learning without
forgetting).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt
import torch

from floodeval.sam.architecture import Sam
from floodeval.sam.inference import Embedding, decode_tokens
from floodeval.sam.prompts import JITTER_SCALE_PX, Prompt, Truth

LEAST_SCORE = 0.8  # of the pretrained model's own IoU estimate, for a thing that it is sure of
SMALLEST, LARGEST = 0.001, 0.4  # area of a thing, as a share of the photograph
MOST_WATER = 0.05  # share of a thing that may be water in the reference mask
ALIKE = 0.8  # two answers with a higher IoU are the same thing
MARGIN = (
    0.02  # distance of a point from water, as a share of the photograph's longer side, where there is room
)
SPREAD = 8  # places that are drawn for each point, of which the farthest from the other points is taken
TRIES_PER_THING = 4  # points that are tried for each thing that was asked for
BATCH = 8  # points that are decoded at once
BOX_SIDES = 0.15, 1.0  # of a free box, as shares of the photograph's sides
MOST_WATER_IN_BOX = 0.25  # share of a free box that may be water: one around all water means the water
CELL = 4  # side of a cell of the logits' grid, in pixels of the encoder's frame


@dataclass(frozen=True)
class Answer:
    """A model's answer to a prompt.

    Attributes:
        tokens: 4 x 256 x 256 logits of all mask tokens, on the grid of the encoder's frame with its padding.
            Token 0 is the answer without multimask, the others are those with it.
        scores: 4, the model's own IoU estimates.
        mask: h x w, on the cells of that grid that the photograph covers: where token 0 is positive.
    """

    tokens: torch.Tensor
    scores: torch.Tensor
    mask: npt.NDArray[np.bool_]

    @property
    def logits(self) -> torch.Tensor:
        """256 x 256, of the answer without multimask."""
        return self.tokens[0]

    @property
    def score(self) -> float:
        """The model's own IoU estimate of that answer."""
        return float(self.scores[0])


@dataclass(frozen=True)
class Thing:
    """Something on dry land that the pretrained model is sure of, and its answers to two prompts for it.

    Attributes:
        point: a pixel (x, y) of the photograph, on the thing.
        box: around the thing: x0, y0, x1, y1 in pixels of the photograph, the last two exclusive. Without
            jitter it is tight, on the cells of the logits' grid.
        score: the model's own IoU estimate of the mask that the box was drawn around.
        at_point: the answer to the point.
        in_box: the answer to the box.
    """

    point: tuple[int, int]
    box: npt.NDArray[np.float32]
    score: float
    at_point: Answer
    in_box: Answer

    @property
    def prompts(self) -> dict[str, Prompt]:
        """The prompts by form, `point` and `box`."""
        return {"point": point_prompt(*self.point), "box": Prompt(box=self.box)}

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers by form, `point` and `box`."""
        return {"point": self.at_point, "box": self.in_box}

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """The thing itself, h x w on the logits' grid: the answer to the box, which is the less ambiguous."""
        return self.in_box.mask


@dataclass(frozen=True)
class FreeBox:
    """A box that isn't drawn around one thing, and the pretrained model's answer.

    Attributes:
        box: x0, y0, x1, y1 in pixels of the photograph, the last two exclusive.
        answer: to the box.
    """

    box: npt.NDArray[np.float32]
    answer: Answer


def point_prompt(x: float, y: float) -> Prompt:
    """One point on what is asked for, in pixels of the photograph."""
    return Prompt(points=np.array([[x, y]], np.float32), labels=np.ones(1, np.int64))


def land_points(
    truth: Truth, ignored: Truth | None, n: int, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Draw up to `n` distinct pixels (x, y) on dry land, spread over it.

    They keep `MARGIN` to water and ignored pixels where any land does, and are on any land elsewhere. Each is
    the farthest from the earlier ones among `SPREAD` places drawn at random (Mitchell 1991, best candidate).

    Args:
        truth: H x W, true for water in the reference mask.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        n: number of points.
        rng: determines the points.

    Returns:
        Fewer than `n` where land has fewer pixels; none where there is no land.
    """
    land = ~truth if ignored is None else ~(truth | ignored)
    if not land.any():
        return []
    if not land.all():
        depth = cv2.distanceTransform(land.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        away = depth > MARGIN * max(land.shape)
        land = away if away.any() else land
    places = np.flatnonzero(land)
    taken: list[int] = []
    while len(taken) < min(n, len(places)):
        drawn = places[rng.integers(len(places), size=SPREAD)]
        new = drawn[~np.isin(drawn, taken)]
        if not len(new):  # hardly any place is left
            new = rng.choice(np.setdiff1d(places, taken), 1)
        taken.append(int(new[np.argmax(_nearest(new, taken, land.shape[1]))]))
    return [(index % land.shape[1], index // land.shape[1]) for index in taken]


def find_things(
    sam: Sam,
    embedding: Embedding,
    truth: Truth,
    ignored: Truth | None,
    n: int,
    rng: np.random.Generator,
    *,
    jitter: float = 0.0,
    areas: tuple[float, float] = (SMALLEST, LARGEST),
    size_bias: float = 0.0,
) -> list[Thing]:
    """Find up to `n` things on dry land that a model is sure of.

    Up to `TRIES_PER_THING` times `n` points on land are tried. Of the three masks with multimask, the one
    with the highest score is the candidate: on photographs of floods this gave twice as many things as the
    mask without, and more large ones. It is kept if its score is over `LEAST_SCORE`, its area is in `areas`,
    and at most `MOST_WATER` of it is water; the answers without multimask to the point and to the candidate's
    box must have such an area and as little water. No two things are alike (`ALIKE`).

    Args:
        sam: the pretrained model.
        embedding: of the photograph or view, by that model.
        truth: H x W as the photograph, true for water in the reference mask.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        n: number of things.
        rng: determines the points, and which of the things are returned.
        jitter: largest shift of each side of a box, in pixels of a photograph whose longer side is 1024.
        areas: smallest and largest area, as shares of the photograph.
        size_bias: the chance of a thing is its area to this power; 0: things of all sizes alike.

    Returns:
        In random order; fewer where fewer are found, none where there is no land.
    """
    ground = Ground(truth, ignored, embedding, areas)
    points = land_points(truth, ignored, TRIES_PER_THING * n, rng)
    found: list[Thing] = []
    size = max(n, BATCH)
    with torch.no_grad():
        for start in range(0, len(points), size):
            candidates = list(_candidates(sam, embedding, ground, points[start : start + size]))
            order = _drawn([one.area for one in candidates], size_bias, rng)
            chosen: list[_Candidate] = []
            for candidate in (candidates[index] for index in order):
                known = [thing.mask for thing in found] + [other.mask for other in chosen]
                if not any(_iou(candidate.mask, mask) > ALIKE for mask in known):
                    chosen.append(candidate)
            for thing in _things(sam, embedding, ground, chosen[: n - len(found)], jitter, rng):
                if not any(_iou(thing.mask, other.mask) > ALIKE for other in found):
                    found.append(thing)
            if len(found) == n:
                break
    return found


def find_free_boxes(
    sam: Sam,
    embedding: Embedding,
    truth: Truth,
    ignored: Truth | None,
    n: int,
    rng: np.random.Generator,
    *,
    things: Sequence[Thing] = (),
    areas: tuple[float, float] = (SMALLEST, LARGEST),
) -> list[FreeBox]:
    """Draw up to `n` boxes that are not tight around one thing, and that a model has a sure answer to.

    People also draw boxes around groups, and loose ones. Up to `TRIES_PER_THING` times `n` boxes are tried:
    those around two things, and random ones. At most `MOST_WATER_IN_BOX` of a box is water. Its answer must
    have a score over `LEAST_SCORE`, an area in `areas`, and little water.

    Args:
        sam: the pretrained model.
        embedding: of the photograph or view, by that model.
        truth: H x W as the photograph, true for water in the reference mask.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.
        n: number of boxes.
        rng: determines the boxes.
        things: found on this photograph.
        areas: smallest and largest area of an answer, as shares of the photograph.
    """
    ground = Ground(truth, ignored, embedding, areas)
    pairs = [_around_both(one.box, other.box) for one, other in combinations(things, 2)]
    tried = [*pairs, *(_free_box(embedding.size, rng) for _ in range(TRIES_PER_THING * n - len(pairs)))]
    boxes = [tried[index] for index in rng.permutation(len(tried))[: TRIES_PER_THING * n]]
    boxes = [box for box in boxes if _water_in(box, truth) <= MOST_WATER_IN_BOX]
    if not boxes:
        return []
    with torch.no_grad():
        logits, scores = decode_tokens(sam, embedding, [Prompt(box=box) for box in boxes])
    masks = ground.mask(logits[:, 0])
    answers = [Answer(*given) for given in zip(logits.float(), scores.float(), masks, strict=True)]
    found = [FreeBox(*pair) for pair in zip(boxes, answers, strict=True)]
    return [one for one in found if one.answer.score > LEAST_SCORE and ground.is_dry(one.answer.mask)][:n]


class Ground:
    """The reference mask on the cells of the logits' grid that the photograph covers."""

    def __init__(
        self, truth: Truth, ignored: Truth | None, embedding: Embedding, areas: tuple[float, float]
    ) -> None:
        height, width = (-(-length // CELL) for length in embedding.input_size)
        self.shape, self.areas = (height, width), areas
        self.water = _shrunk(truth, self.shape) > 0.5
        self.counted = np.ones(self.shape, bool) if ignored is None else _shrunk(ignored, self.shape) <= 0.5

    def mask(self, logits: torch.Tensor) -> npt.NDArray[np.bool_]:
        """The mask of ... x 256 x 256 logits on these cells."""
        inside = logits[..., : self.shape[0], : self.shape[1]]
        return np.asarray((inside > 0).cpu().numpy(), bool)

    def is_dry(self, mask: npt.NDArray[np.bool_]) -> bool:
        """Whether a mask has a thing's area, and little water."""
        counted = (mask & self.counted).sum()
        water = (mask & self.counted & self.water).sum()
        in_range = self.areas[0] <= mask.mean() <= self.areas[1]
        return bool(in_range and counted and water <= MOST_WATER * counted)


@dataclass(frozen=True)
class _Candidate:
    """The best of three masks at a point, its score, and all answers to the point."""

    point: tuple[int, int]
    mask: npt.NDArray[np.bool_]
    score: float
    at_point: Answer

    @property
    def area(self) -> float:
        return float(self.mask.mean())


def _candidates(
    sam: Sam, embedding: Embedding, ground: Ground, points: list[tuple[int, int]]
) -> Iterator[_Candidate]:
    """The points at which the model sees a thing on dry land."""
    logits, scores = decode_tokens(sam, embedding, [point_prompt(*point) for point in points])
    masks, scores = ground.mask(logits), scores.float()
    for index, point in enumerate(points):
        best = 1 + int(scores[index, 1:].argmax())
        score = float(scores[index, best])
        if score > LEAST_SCORE and ground.is_dry(masks[index, best]) and ground.is_dry(masks[index, 0]):
            at_point = Answer(logits[index].float(), scores[index], masks[index, 0])
            yield _Candidate(point, masks[index, best], score, at_point)


def _things(
    sam: Sam,
    embedding: Embedding,
    ground: Ground,
    candidates: list[_Candidate],
    jitter: float,
    rng: np.random.Generator,
) -> Iterator[Thing]:
    """Prompt with each candidate's box; those whose answer is a thing on dry land as well."""
    if not candidates:
        return
    boxes = [_box(one.mask, embedding, jitter, rng) for one in candidates]
    logits, scores = decode_tokens(sam, embedding, [Prompt(box=box) for box in boxes])
    masks = ground.mask(logits[:, 0])
    for candidate, box, mask, one, score in zip(candidates, boxes, masks, logits, scores, strict=True):
        if ground.is_dry(mask):
            in_box = Answer(one.float(), score.float(), mask)
            yield Thing(candidate.point, box, candidate.score, candidate.at_point, in_box)


def _box(
    mask: npt.NDArray[np.bool_], embedding: Embedding, jitter: float, rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The box around a mask of the grid in pixels of the photograph, each side moved by up to `jitter`."""
    (height, width), (tall, wide) = embedding.size, embedding.input_size
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    cells = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    reach = jitter * max(height, width) / JITTER_SCALE_PX
    box = cells * CELL * np.array([width / wide, height / tall] * 2) + rng.uniform(-reach, reach, 4)
    x0, x1 = np.clip(np.sort(box[[0, 2]]), 0, width)
    y0, y1 = np.clip(np.sort(box[[1, 3]]), 0, height)
    return np.array([x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)], np.float32)


def _free_box(size: tuple[int, int], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """A random box within a photograph of this height and width."""
    height, width = size
    shares = rng.uniform(*BOX_SIDES, 2)
    x0, y0 = rng.uniform(0, 1 - shares)
    box = [x0 * width, y0 * height, (x0 + shares[0]) * width, (y0 + shares[1]) * height]
    return np.array(box, np.float32)


def _around_both(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.concatenate([np.minimum(one[:2], other[:2]), np.maximum(one[2:], other[2:])])


def _water_in(box: npt.NDArray[np.float32], truth: Truth) -> float:
    """The share of water in a box."""
    x0, y0, x1, y1 = (int(side) for side in box)
    return float(truth[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)].mean())


def _drawn(areas: list[float], size_bias: float, rng: np.random.Generator) -> list[int]:
    """A random order in which an item comes early with a chance by its area to the power of `size_bias`."""
    if not areas:
        return []
    chances = np.array(areas) ** size_bias
    return list(rng.choice(len(areas), len(areas), replace=False, p=chances / chances.sum()))


def _nearest(places: npt.NDArray[np.int64], taken: list[int], width: int) -> npt.NDArray[np.float64]:
    """The squared distance of places (flat indices) to the nearest one taken; all alike if none is."""
    if not taken:
        return np.zeros(len(places))
    rows = np.subtract.outer(places // width, np.array(taken) // width)
    columns = np.subtract.outer(places % width, np.array(taken) % width)
    return np.asarray((rows**2 + columns**2).min(axis=1), np.float64)


def _shrunk(mask: Truth, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """The share of a mask in the cells of an h x w grid."""
    share = cv2.resize(mask.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(share, np.float32)


def _iou(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    union = (one | other).sum()
    return float((one & other).sum() / union) if union else 1.0
