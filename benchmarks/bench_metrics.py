"""How fast the metrics are, beside the packages that one would use instead, on one thread.

Pairs of a true and a predicted mask at three sizes. With $FLOODEVAL_DATA the landed run's own masks against
their ground truth, else drawn scenes against themselves moved by 1 %; resized, the outline smoothed. The two
sides take turns in one process, so that the machine's mood hits both; medians and the spread of the ratio
are printed. A mask counts as converted to the other side's format before its time begins.

    python benchmarks/bench_metrics.py [--pairs 3] [--rounds 3] [--megapixels 0.3 3 18]
"""

import argparse
import os
import statistics
import time
import warnings
from collections.abc import Callable

import cv2
import numpy as np
import surface_distance
import torch
from monai.metrics import compute_hausdorff_distance, compute_surface_dice

from floodeval.datasets.dataset import read_truth
from floodeval.datasets.images import Mask
from floodeval.evaluation.run import load_run
from floodeval.metrics.borders import border, border_distances
from floodeval.metrics.boundary import (
    boundary_width_px,
    hd95_px,
    nsd,
    nsd_tolerance_px,
)
from floodeval.metrics.measures import measure
from floodeval.synthetic.demo import demo_scenes, draw_scene

RUN, VARIANT, PROMPT = "flood-area-vit_t", "finetuned", "point"
Pair = tuple[Mask, Mask]
Work = Callable[[], object]


def main() -> None:
    """Resize the pairs, time both sides in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megapixels", type=float, nargs="+", default=[0.3, 3, 18])
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # both packages warn of their own future
    pairs = _chosen(_real_pairs() if os.environ.get("FLOODEVAL_DATA") else _drawn_pairs(), options.pairs)
    print(f"{len(pairs)} pairs, median of {options.rounds} rounds each, one thread\n")
    print("| megapixels | border pixels | metrics | beside | it, ms | floodeval, ms | ratio | spread |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for megapixels in options.megapixels:
        sized = [_resized(pair, megapixels) for pair in pairs]
        share = f"{statistics.median(_border_share(*pair) for pair in sized):.1%}"
        for metrics, beside, sides in (
            ("all", "surface-distance + boundary IoU's own code", _all_metrics),
            ("HD95 and NSD", "MONAI", _hd95_and_nsd),
        ):
            times = _times([sides(*pair) for pair in sized], options.rounds)
            print(f"| {megapixels:g} | {share} | {metrics} | {beside} | {_summary(times)} |", flush=True)


def _all_metrics(truth: Mask, predicted: Mask) -> tuple[Work, Work]:
    tolerance, width = nsd_tolerance_px(truth.shape), boundary_width_px(truth.shape)

    def theirs() -> object:
        distances = surface_distance.compute_surface_distances(truth, predicted, (1, 1))
        return (
            surface_distance.compute_robust_hausdorff(distances, 95),
            surface_distance.compute_surface_dice_at_tolerance(distances, tolerance),
            surface_distance.compute_average_surface_distance(distances),
            _usual_boundary_iou(truth, predicted, width),
        )

    return theirs, lambda: measure(truth, predicted)


def _hd95_and_nsd(truth: Mask, predicted: Mask) -> tuple[Work, Work]:
    tolerance = nsd_tolerance_px(truth.shape)
    one_hot = [torch.from_numpy(mask)[None, None] for mask in (predicted, truth)]

    def theirs() -> object:
        return (
            compute_hausdorff_distance(*one_hot, include_background=True, percentile=95),
            compute_surface_dice(*one_hot, [tolerance], include_background=True),
        )

    def ours() -> object:
        distances = border_distances(truth, predicted)
        return hd95_px(distances), nsd(distances, tolerance)

    return theirs, ours


def _usual_boundary_iou(truth: Mask, predicted: Mask, width: int) -> float:
    """Compute it as boundary-iou-api does: `mask_to_boundary`, then the IoU."""
    bands = []
    for mask in (truth, predicted):
        padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=width)
        bands.append(mask.astype(np.uint8) - eroded[1:-1, 1:-1])
    common, either = ((bands[0] * bands[1]) > 0).sum(), ((bands[0] + bands[1]) > 0).sum()
    return float(common / either)


def _times(sides: list[tuple[Work, Work]], rounds: int) -> list[tuple[float, float]]:
    """Milliseconds of both sides, pair by pair and round by round; the first of all warms up."""
    _milliseconds(sides[0][0]), _milliseconds(sides[0][1])
    return [(_milliseconds(theirs), _milliseconds(ours)) for theirs, ours in sides * rounds]


def _milliseconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _summary(times: list[tuple[float, float]]) -> str:
    theirs, ours = (statistics.median(column) for column in zip(*times, strict=True))
    ratios = sorted(a / b for a, b in times)
    return f"{theirs:.1f} | {ours:.1f} | {statistics.median(ratios):.1f}x | {ratios[0]:.1f}-{ratios[-1]:.1f}"


def _real_pairs() -> list[Pair]:
    run = load_run(RUN)
    wanted = set(run.metrics["id"])
    samples = [sample for sample in run.dataset().samples if sample.id in wanted]
    return [(read_truth(sample).water, run.mask(VARIANT, PROMPT, sample.id)) for sample in samples]


def _drawn_pairs() -> list[Pair]:
    truths = [draw_scene(scene)[1] for scene in demo_scenes(6)]
    return [(truth, np.roll(truth, truth.shape[1] // 100, axis=1)) for truth in truths]


def _chosen(pairs: list[Pair], n: int) -> list[Pair]:
    """Choose n pairs with water in both masks, from smooth shores to ragged ones."""
    wet = sorted((p for p in pairs if p[0].any() and p[1].any()), key=lambda pair: _border_share(*pair))
    return [wet[(2 * i + 1) * len(wet) // (2 * n)] for i in range(n)]


def _border_share(truth: Mask, predicted: Mask) -> float:
    return float(border(truth).mean() + border(predicted).mean()) / 2


def _resized(pair: Pair, megapixels: float) -> Pair:
    height, width = pair[0].shape
    scale = (megapixels * 1e6 / (height * width)) ** 0.5
    size, how = (
        (round(width * scale), round(height * scale)),
        cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
    truth, predicted = (
        cv2.resize(m.view(np.uint8) * np.uint8(255), size, interpolation=how) > 127 for m in pair
    )
    return truth, predicted


if __name__ == "__main__":
    main()
