"""The pipeline: read ahead, encode once, decode per variant and prompt, measure and write behind."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset import Pair, Skipped, read_pair
from floodeval.datasets.images import Mask, encode_mask
from floodeval.datasets.inventory import Digests, truth_sha256
from floodeval.datasets.layouts import Sample, shown
from floodeval.datasets.traits import describe
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.evaluation.skipped import failure, is_disk, one_line
from floodeval.metrics.error_types import error_kinds, truth_parts
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.clicks import Click, corrections
from floodeval.sam.devices import is_lost, measured, release
from floodeval.sam.inference import Embedding, EmbeddingStore, Encoder, Prediction, decode
from floodeval.sam.loading import Model
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt
from floodeval.storage.atomic import write_bytes
from floodeval.storage.journal import Entry
from floodeval.storage.pools import thread_pool

READ_AHEAD = 2


@dataclass(frozen=True)
class LoadedVariant:
    """A named model, its encoder shared with the other variants that have the same one."""

    name: str
    model: Model
    encoder: Encoder
    store: EmbeddingStore


@dataclass(frozen=True)
class Read:
    """A sample read from disk, with its prompts and the digests of what was read."""

    sample: Sample
    pair: Pair
    prompts: dict[str, Prompt] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class Decoded:
    """One prediction, with what it was made from and the milliseconds it took.

    `clicks` holds every click of a prompt of that kind, with the IoU after it.
    """

    variant: str
    prompt: str
    prediction: Prediction
    encode_ms: float | None
    decode_ms: float
    peak_mb: float | None
    clicks: tuple[tuple[Click, float | None], ...] = ()


@dataclass(frozen=True)
class Encoded:
    """An embedding, the milliseconds it took (None: it was kept) and a graphics card's peak memory."""

    embedding: Embedding
    took_ms: float | None
    peak_mb: float | None


@dataclass(frozen=True)
class Inferred:
    """A sample with all that was predicted for it, and the seconds of each stage."""

    read: Read
    decoded: list[Decoded]
    seconds: dict[str, float]


@dataclass(frozen=True)
class Pipeline:
    """Evaluates samples: variants x prompts, in the order given.

    A sample that raises at any stage is left out whole, for all variants and prompts, and the others go on.
    """

    folder: Path
    variants: Sequence[LoadedVariant]
    prompts: Sequence[PromptSpec]
    scenes: Mapping[str, str]
    splits: Mapping[str, str]
    digests: Mapping[str, Digests]
    device: str = "cpu"
    keep_embeddings: bool = False

    def run(self, samples: Iterable[Sample]) -> Iterator[Entry]:
        """Yield the entry of every sample, in order, its masks already on disk.

        Raises:
            FloodevalError: nothing can be written any more, or the device is lost; no sample is to blame.
        """
        with thread_pool(1) as reader, thread_pool(1) as writer:
            behind: Future[Entry] | None = None
            for turn, read in enumerate(_ahead(reader, self._read, samples)):
                inferred = read if isinstance(read, Entry) else self._infer(read, turn)
                if behind is not None:
                    yield behind.result()
                behind = writer.submit(self._finish, inferred)
            if behind is not None:
                yield behind.result()

    def _read(self, sample: Sample) -> Read | Entry:
        stage = "reading"
        try:
            pair = read_pair(sample)
            self._check(sample, pair)
            stage = "prompt"
            made = {spec.spec: make_prompt(spec, pair.truth, sample.id) for spec in self.prompts}
        except Exception as error:
            return failure(self.folder, sample.id, stage, error)
        skipped = [
            Skipped(sample.id, "prompt", f"the truth holds no water, so there is no '{spec}' to give")
            for spec, prompt in made.items()
            if prompt is None
        ]
        return Read(sample, pair, {s: p for s, p in made.items() if p is not None}, skipped)

    def _check(self, sample: Sample, pair: Pair) -> None:
        """Refuse files that are not those that the run was begun with, and references that say nothing."""
        changed = Digests.of(sample).differs_in(sample, self.digests.get(sample.id))
        if changed is not None:
            raise FloodevalError(f"{shown(changed)} was changed while the run was being written")
        if pair.ignored is not None and pair.ignored.all():
            raise FloodevalError("every pixel of the reference is ignored, so there is nothing to measure")

    def _infer(self, read: Read, turn: int) -> Inferred | Entry:
        """Encode once per distinct encoder, then decode every prompt with every variant."""
        if not read.prompts:
            return Inferred(read, [], {"encode_s": 0.0, "decode_s": 0.0})
        stage, began = "encoding", time.perf_counter()
        try:
            embeddings = self._encode(read.pair.photograph, turn)
            stage, encoded = "decoding", time.perf_counter()
            decoded = [
                self._decode(variant, spec, read, embeddings[id(variant.encoder)])
                for spec in self.prompts
                if spec.spec in read.prompts
                for variant in self.variants
            ]
        except Exception as error:
            if is_disk(error):  # an embedding could not be kept
                raise
            if is_lost(error):
                raise FloodevalError(
                    f"the device {self.device} failed ({one_line(error)}); the same command continues"
                ) from error
            release(self.device)
            return failure(self.folder, read.sample.id, stage, error)
        seconds = {"encode_s": encoded - began, "decode_s": time.perf_counter() - encoded}
        return Inferred(read, decoded, seconds)

    def _encode(self, photograph: npt.NDArray[np.uint8], turn: int) -> dict[int, Encoded]:
        """The embedding of each distinct encoder.

        They take turns in being first, since the first runs while the sample before is still measured.
        """
        distinct = list({id(variant.encoder): variant for variant in self.variants}.values())
        first = turn % len(distinct)
        embeddings: dict[int, Encoded] = {}
        for variant in distinct[first:] + distinct[:first]:
            with measured(self.device) as spent:
                embedding, fresh = self._embed(variant, photograph)
            embeddings[id(variant.encoder)] = Encoded(embedding, spent.ms if fresh else None, spent.peak_mb)
        return embeddings

    def _decode(self, variant: LoadedVariant, spec: PromptSpec, read: Read, encoded: Encoded) -> Decoded:
        with measured(self.device) as spent:
            if spec.kind == "clicks":
                prediction, clicks = _clicked(variant, spec, read, encoded.embedding)
            else:
                prompt = read.prompts[spec.spec]
                prediction, clicks = decode(variant.model.sam, encoded.embedding, prompt, spec.multimask), ()
        peaks = [peak for peak in (encoded.peak_mb, spent.peak_mb) if peak is not None]
        peak_mb = max(peaks, default=None)
        return Decoded(variant.name, spec.spec, prediction, encoded.took_ms, spent.ms, peak_mb, clicks)

    def _embed(self, variant: LoadedVariant, photograph: npt.NDArray[np.uint8]) -> tuple[Embedding, bool]:
        """The embedding, and whether it was encoded now."""
        if self.keep_embeddings:
            return variant.store.get_or_encode(photograph, variant.encoder)
        return variant.encoder.encode(photograph), True

    def _finish(self, inferred: Inferred | Entry) -> Entry:
        """Measure and write what was decoded; what has failed before goes through."""
        if isinstance(inferred, Entry):
            return inferred
        sample_id, stage = inferred.read.sample.id, "measuring"
        try:
            began = time.perf_counter()
            entry = self._measure(inferred)
            stage, measured_at = "writing", time.perf_counter()
            self._write(sample_id, inferred.decoded)
        except Exception as error:
            if stage == "writing" and is_disk(error):
                raise
            self._remove(sample_id)
            return failure(self.folder, sample_id, stage, error)
        entry.seconds["metrics_s"] = measured_at - began
        entry.seconds["write_s"] = time.perf_counter() - measured_at
        return entry

    def _measure(self, inferred: Inferred) -> Entry:
        read, decoded = inferred.read, inferred.decoded
        pair, key = read.pair, {"id": read.sample.id, "scene": self.scenes[read.sample.id]}
        parts = truth_parts(pair.truth, ignored=pair.ignored)
        return Entry(
            read.sample.id,
            rows=[self._row(key, pair, one) for one in decoded],
            samples=[self._sample_row(key, pair)],
            traits=[key | asdict(describe(pair.photograph, pair.truth, pair.ignored))] if decoded else [],
            errors=[_of(key, one) | asdict(error_kinds(parts, one.prediction.mask)) for one in decoded],
            agreement=list(_agreements(key, decoded, pair.ignored)),
            clicks=[row for one in decoded for row in _click_rows(key, one)],
            skipped=[asdict(one) for one in read.skipped],
            seconds=inferred.seconds,
            peaks={f"{one.variant}/{one.prompt}": one.peak_mb for one in decoded if one.peak_mb is not None},
        )

    def _write(self, sample_id: str, decoded: Sequence[Decoded]) -> None:
        for one in decoded:
            path = mask_path(self.folder, one.variant, one.prompt, sample_id)
            write_bytes(path, encode_mask(one.prediction.mask))

    def _remove(self, sample_id: str) -> None:
        """Remove the masks of a sample that is left out."""
        for variant in self.variants:
            for spec in self.prompts:
                with suppress(FloodevalError, OSError):
                    mask_path(self.folder, variant.name, spec.spec, sample_id).unlink(missing_ok=True)

    def _sample_row(self, key: dict[str, str], pair: Pair) -> dict[str, Any]:
        height, width = pair.truth.shape
        return {
            **key,
            "split": self.splits.get(key["id"], ""),
            "width": width,
            "height": height,
            "photograph_sha256": self.digests[key["id"]].photograph,
            "truth_sha256": truth_sha256(pair.truth, pair.ignored),
        }

    def _row(self, key: dict[str, str], pair: Pair, one: Decoded) -> dict[str, Any]:
        measures = measure(pair.truth, one.prediction.mask, ignored=pair.ignored)
        counts, (height, width) = measures.counts, pair.truth.shape
        n_counted = counts.tp + counts.fp + counts.fn + counts.tn
        return {
            **key,
            "split": self.splits.get(key["id"], ""),
            "variant": one.variant,
            "prompt": one.prompt,
            "width": width,
            "height": height,
            **asdict(measures.overlap),
            **asdict(measures.boundary),
            **asdict(counts),
            "truth_share": (counts.tp + counts.fn) / n_counted,
            "predicted_share": (counts.tp + counts.fp) / n_counted,
            "score": one.prediction.score,
            "encode_ms": one.encode_ms,
            "decode_ms": one.decode_ms,
        }


def _of(key: dict[str, str], one: Decoded) -> dict[str, Any]:
    return {**key, "variant": one.variant, "prompt": one.prompt}


def _clicked(
    variant: LoadedVariant, spec: PromptSpec, read: Read, embedding: Embedding
) -> tuple[Prediction, tuple[tuple[Click, float | None], ...]]:
    """The prediction after the last click, and every click with the IoU after it."""
    truth, ignored, clicks = read.pair.truth, read.pair.ignored, []
    for step in corrections(variant.model.sam, embedding, truth, spec, read.sample.id, ignored=ignored):
        clicks.append((step.click, overlap(count(truth, step.prediction.mask, ignored=ignored)).iou))
    return step.prediction, tuple(clicks)


def _click_rows(key: dict[str, str], one: Decoded) -> Iterator[dict[str, Any]]:
    for number, (click, iou) in enumerate(one.clicks, start=1):
        yield _of(key, one) | {"click": number, **asdict(click), "iou": iou}


def _agreements(
    key: dict[str, str], decoded: Sequence[Decoded], ignored: Mask | None
) -> Iterator[dict[str, Any]]:
    """The IoU of every two variants' masks for the same prompt, where pixels count."""
    for a, b in combinations(decoded, 2):
        if a.prompt == b.prompt:
            iou = overlap(count(a.prediction.mask, b.prediction.mask, ignored=ignored)).iou
            yield {**key, "prompt": a.prompt, "a": a.variant, "b": b.variant, "iou": iou}


def _ahead(
    reader: ThreadPoolExecutor, read: Callable[[Sample], Read | Entry], samples: Iterable[Sample]
) -> Iterator[Read | Entry]:
    """Read a few samples ahead of the one that is being encoded."""
    left = iter(samples)
    waiting = [reader.submit(read, sample) for sample in islice(left, READ_AHEAD)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [reader.submit(read, sample) for sample in islice(left, 1)]
