"""The rows of one sample in a run's tables: its masks measured, its traits, its errors, its clicks."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset import Pair
from floodeval.datasets.digests import truth_sha256
from floodeval.datasets.images import Mask
from floodeval.datasets.traits import describe
from floodeval.evaluation.run_tables import LOGIT_BINS, LOGIT_RANGE
from floodeval.metrics.error_types import error_kinds, truth_parts
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.prompts import Click
from floodeval.storage.journal import Entry


@dataclass(frozen=True)
class Decoded:
    """One prediction, with what it was made from and what it took.

    Attributes:
        variant: its name.
        prompt: the prompt's spec.
        mask: H x W, true where water was predicted.
        score: the model's own estimate of the mask's IoU; None where it makes none.
        encode_ms: milliseconds of what all prompts share; None where they are not known.
        decode_ms: milliseconds of the prompt; None likewise.
        peak_mb: peak memory of a graphics card in MiB; None without one.
        clicks: every click of a prompt of that kind, with the IoU after it.
        probability: H x W, the predicted probability of water, 0 to 1; None where only the mask is known.
    """

    variant: str
    prompt: str
    mask: Mask
    score: float | None = None
    encode_ms: float | None = None
    decode_ms: float | None = None
    peak_mb: float | None = None
    clicks: tuple[tuple[Click, float | None], ...] = ()
    probability: npt.NDArray[np.float32] | None = None


def sample_rows(
    sample_id: str,
    pair: Pair,
    decoded: Sequence[Decoded],
    *,
    scene: str,
    subset: str,
    photograph_sha256: str,
) -> Entry:
    """Measure the predictions for a sample.

    Args:
        sample_id: the sample's id.
        pair: its photograph and reference mask, H x W.
        decoded: all predictions for it, each H x W.
        scene: its scene.
        subset: its subset; empty without a split.
        photograph_sha256: of the photograph's file.

    Returns:
        The entry of the journal, without what was skipped and without seconds.
    """
    height, width = pair.truth.shape
    key = {"id": sample_id, "scene": scene}
    size = {"split": subset, "width": width, "height": height}
    parts = truth_parts(pair.truth, ignored=pair.ignored)
    digests = {
        "photograph_sha256": photograph_sha256,
        "truth_sha256": truth_sha256(pair.truth, pair.ignored),
    }
    return Entry(
        sample_id,
        rows=[key | size | _measured(pair, one) for one in decoded],
        samples=[key | size | digests],
        traits=[key | asdict(describe(pair.photograph, pair.truth, pair.ignored))] if decoded else [],
        errors=[_of(key, one) | asdict(error_kinds(parts, one.mask)) for one in decoded],
        agreement=list(_agreements(key, decoded, pair.ignored)),
        clicks=[row for one in decoded for row in _click_rows(key, one)],
        logits=[
            _of(key, one) | logit_histograms(one.probability, pair.truth, pair.ignored)
            for one in decoded
            if one.probability is not None
        ],
        peaks={f"{one.variant}/{one.prompt}": one.peak_mb for one in decoded if one.peak_mb is not None},
    )


def _measured(pair: Pair, one: Decoded) -> dict[str, Any]:
    """The measures of one prediction, by column of the table of metrics."""
    measures = measure(pair.truth, one.mask, ignored=pair.ignored)
    counts = measures.counts
    n_counted = counts.tp + counts.fp + counts.fn + counts.tn
    return {
        "variant": one.variant,
        "prompt": one.prompt,
        **asdict(measures.overlap),
        **asdict(measures.boundary),
        **asdict(counts),
        "truth_share": (counts.tp + counts.fn) / n_counted,
        "predicted_share": (counts.tp + counts.fp) / n_counted,
        "score": one.score,
        "encode_ms": one.encode_ms,
        "decode_ms": one.decode_ms,
    }


def logit_histograms(
    probability: npt.NDArray[np.float32], truth: Mask, ignored: Mask | None = None
) -> dict[str, list[int]]:
    """Histograms of the logits log(p / (1 - p)) of probabilities, as `logits.parquet` keeps them.

    A logit beyond the range of the bins, as those of 0 and 1, counts in the first or the last bin.

    Args:
        probability: H x W, 0 to 1.
        truth: H x W, true where water is.
        ignored: H x W, true where a pixel counts nowhere; None where every pixel counts.

    Returns:
        `inside` and `outside` of the reference, `LOGIT_BINS` pixel counts each.
    """
    exact = probability.astype(np.float64)
    with np.errstate(divide="ignore"):
        logits = np.log(exact) - np.log1p(-exact)
    shares = (np.clip(logits, -LOGIT_RANGE, LOGIT_RANGE) + LOGIT_RANGE) / (2 * LOGIT_RANGE)
    bins = np.minimum((shares * LOGIT_BINS).astype(np.intp), LOGIT_BINS - 1)
    counted = np.ones_like(truth) if ignored is None else ~ignored
    sides = {"inside": truth & counted, "outside": ~truth & counted}
    return {name: np.bincount(bins[where], minlength=LOGIT_BINS).tolist() for name, where in sides.items()}


def _of(key: dict[str, str], one: Decoded) -> dict[str, Any]:
    return {**key, "variant": one.variant, "prompt": one.prompt}


def _click_rows(key: dict[str, str], one: Decoded) -> Iterator[dict[str, Any]]:
    for number, (click, iou) in enumerate(one.clicks, start=1):
        yield _of(key, one) | {"click": number, **asdict(click), "iou": iou}


def _agreements(
    key: dict[str, str], decoded: Sequence[Decoded], ignored: Mask | None
) -> Iterator[dict[str, Any]]:
    """The IoU of every two variants' masks for the same prompt, where pixels count."""
    for a, b in combinations(decoded, 2):
        if a.prompt == b.prompt:
            iou = overlap(count(a.mask, b.mask, ignored=ignored)).iou
            yield {**key, "prompt": a.prompt, "a": a.variant, "b": b.variant, "iou": iou}
