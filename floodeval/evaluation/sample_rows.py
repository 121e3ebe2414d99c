"""The rows of one sample in a run's tables: its masks measured, its traits, its errors, its clicks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from floodeval.datasets.dataset import Pair
from floodeval.datasets.digests import truth_sha256
from floodeval.datasets.images import Mask
from floodeval.datasets.traits import describe
from floodeval.evaluation.baseline_rows import TrainingWater, baseline_rows
from floodeval.metrics.error_types import error_kinds, truth_parts
from floodeval.metrics.logit_histograms import Bins, logit_histograms
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.prompts import Click, Prompt
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
        logit_bins: H x W, the bin of each pixel's logit (see `floodeval.metrics.logit_histograms`); None
            where only the mask is known.
    """

    variant: str
    prompt: str
    mask: Mask
    score: float | None = None
    encode_ms: float | None = None
    decode_ms: float | None = None
    peak_mb: float | None = None
    clicks: tuple[tuple[Click, float | None], ...] = ()
    logit_bins: Bins | None = None


def sample_rows(
    sample_id: str,
    pair: Pair,
    decoded: Sequence[Decoded],
    *,
    scene: str,
    subset: str,
    photograph_sha256: str,
    prompts: Mapping[str, Prompt] | None = None,
    training: TrainingWater | None = None,
) -> Entry:
    """Measure the predictions for a sample.

    Args:
        sample_id: the sample's id.
        pair: its photograph and reference mask, H x W.
        decoded: all predictions for it, each H x W.
        scene: its scene.
        subset: its subset; empty without a split.
        photograph_sha256: of the photograph's file.
        prompts: by spec, as far as the sample allows them, for the trivial baselines.
        training: what the training subset knows of water, likewise.

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
            _of(key, one) | asdict(logit_histograms(one.logit_bins, pair.truth, pair.ignored))
            for one in decoded
            if one.logit_bins is not None
        ],
        baselines=baseline_rows(key | {"split": subset}, pair, prompts or {}, training) if decoded else [],
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
