"""The trivial baselines of a run: what the training subset knows of water, and their rows for one sample."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset import Pair, read_truth
from floodeval.datasets.listing import Sample
from floodeval.datasets.preparation import SelectedSamples
from floodeval.datasets.reference_masks import Truth
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_tables import BASELINE_METRICS
from floodeval.metrics.overlap import Mask, count, overlap
from floodeval.metrics.trivial_baselines import (
    DISC,
    EVERYTHING,
    FILLED_BOX,
    NOTHING,
    TRAINING_PRIOR,
    all_water,
    disc,
    filled_box,
    no_water,
    prior,
)
from floodeval.sam.prompts import NO_PROMPT, Prompt, parse_prompt

TRAINING = "train"  # the subset that a baseline may know
PRIOR_GRID = 256  # cells on either side of the mean water mask, whatever the photographs' shapes
MOST_MASKS = 100  # of the training subset that are read: more take long and change the mean little


@dataclass(frozen=True)
class TrainingWater:
    """What the reference masks of a training subset have in common.

    Attributes:
        mean_water: `PRIOR_GRID` x `PRIOR_GRID` cells over the frame, 0 to 1: in each, the share of the
            training photographs' pixels (those that count) that is water.
        median_share: the median share of a training photograph that is water.
    """

    mean_water: npt.NDArray[np.float32]
    median_share: float


def training_water(selected: SelectedSamples) -> TrainingWater | None:
    """Read the reference masks of the training subset; None without one, or where no mask can be read.

    Of a large subset, `MOST_MASKS` are read, evenly spaced in the order of the ids.
    """
    subset_of = selected.subset_of
    trained = [one for one in selected.dataset.samples if subset_of.get(one.id) == TRAINING]
    places = np.unique(np.linspace(0, len(trained) - 1, min(len(trained), MOST_MASKS)).round().astype(int))
    water, counted = (np.zeros((PRIOR_GRID, PRIOR_GRID), np.float64) for _ in range(2))
    shares = []
    for truth in _readable([trained[place] for place in places]):
        pixels = np.ones_like(truth.water) if truth.ignored is None else ~truth.ignored
        if pixels.any():
            water += _on_grid(truth.water)
            counted += _on_grid(pixels)
            shares.append(np.count_nonzero(truth.water) / np.count_nonzero(pixels))
    if not shares:
        return None
    mean = np.divide(water, counted, out=np.zeros_like(water), where=counted > 0)
    return TrainingWater(mean.astype(np.float32), float(np.median(shares)))


def baseline_rows(
    key: Mapping[str, str], pair: Pair, prompts: Mapping[str, Prompt], training: TrainingWater | None
) -> list[dict[str, Any]]:
    """The rows of one sample in `baselines.parquet`.

    Args:
        key: its id, scene and split.
        pair: with its reference mask.
        prompts: by spec, as far as the sample allows them.
        training: what the training subset knows; None leaves out the baselines that need it.
    """
    return [
        {**key, "baseline": name, "prompt": spec} | _measured(pair, mask)
        for name, spec, mask in _masks(pair.truth.shape, prompts, training)
    ]


def _masks(
    shape: tuple[int, int], prompts: Mapping[str, Prompt], training: TrainingWater | None
) -> Iterator[tuple[str, str, Mask]]:
    """Every baseline with its prompt and its mask; the prompt is `none` of those that need none."""
    yield EVERYTHING, NO_PROMPT, all_water(shape)
    yield NOTHING, NO_PROMPT, no_water(shape)
    if training is not None:
        yield TRAINING_PRIOR, NO_PROMPT, prior(training.mean_water, shape)
    for spec, prompt in prompts.items():
        kind = parse_prompt(spec).kind
        if kind == "box" and prompt.box is not None:
            yield FILLED_BOX, spec, filled_box(prompt.box, shape)
        if kind == "point" and prompt.points is not None and training is not None:
            x, y = prompt.points[0]
            yield DISC, spec, disc(float(x), float(y), training.median_share, shape)


def _measured(pair: Pair, mask: Mask) -> dict[str, Any]:
    counts = count(pair.truth, mask, ignored=pair.ignored)
    scores = overlap(counts)
    return {name: getattr(scores, name) for name in BASELINE_METRICS} | vars(counts)


def _readable(samples: list[Sample]) -> Iterator[Truth]:
    """The reference masks that can be read: a broken one is no reason to give up an evaluation of others."""
    for sample in samples:
        try:
            yield read_truth(sample)
        except FloodevalError:
            continue


def _on_grid(mask: Mask) -> npt.NDArray[np.float64]:
    """The share of each cell of the grid that a mask covers."""
    covered = cv2.resize(mask.astype(np.float32), (PRIOR_GRID, PRIOR_GRID), interpolation=cv2.INTER_AREA)
    return np.asarray(covered, np.float64)
