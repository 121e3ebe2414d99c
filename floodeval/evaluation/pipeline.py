"""The pipeline: read ahead, encode once, decode per variant and prompt, measure and write behind."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.data.rasters import Mask, encode_mask
from floodeval.data.samples import Pair, Sample, Skipped, read_pair
from floodeval.data.traits import describe
from floodeval.errors import FloodevalError
from floodeval.evaluation.journal import Entry
from floodeval.evaluation.run import mask_path
from floodeval.files import write_bytes
from floodeval.metrics.error_kinds import error_kinds, truth_parts
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.clicks import Click, corrections
from floodeval.sam.embeddings import EmbeddingStore
from floodeval.sam.inference import Embedding, Encoder, Prediction, decode
from floodeval.sam.memory import peak_memory_mb, reset_peak_memory
from floodeval.sam.models import Model
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt

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
    """A sample read from disk, with its prompts; or the reason why it could not be."""

    sample: Sample
    pair: Pair | None
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
    peak_mb: float
    clicks: tuple[tuple[Click, float | None], ...] = ()


@dataclass(frozen=True)
class Encoded:
    """An embedding, the milliseconds it took (None: it was kept) and the peak memory meanwhile."""

    embedding: Embedding
    took_ms: float | None
    peak_mb: float


@dataclass(frozen=True)
class Pipeline:
    """Evaluates samples: variants x prompts, in the order given."""

    folder: Path
    variants: Sequence[LoadedVariant]
    prompts: Sequence[PromptSpec]
    scenes: dict[str, str]
    splits: dict[str, str]
    device: str = "cpu"
    keep_embeddings: bool = False

    def run(self, samples: Iterable[Sample]) -> Iterator[Entry]:
        """Yield the entry of every sample, in order, its masks already on disk."""
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            behind: Future[Entry] | None = None
            for turn, read in enumerate(_ahead(reader, self._read, samples)):
                decoded, seconds = self._infer(read, turn)
                if behind is not None:
                    yield behind.result()
                behind = writer.submit(self._finish, read, decoded, seconds)
            if behind is not None:
                yield behind.result()

    def _read(self, sample: Sample) -> Read:
        try:
            pair = read_pair(sample)
        except FloodevalError as error:
            return Read(sample, None, skipped=[Skipped(sample.id, "reading", str(error))])
        made = {spec.spec: make_prompt(spec, pair.truth, sample.id) for spec in self.prompts}
        skipped = [
            Skipped(sample.id, "prompt", f"the truth holds no water, so there is no '{spec}' to give")
            for spec, prompt in made.items()
            if prompt is None
        ]
        return Read(sample, pair, {s: p for s, p in made.items() if p is not None}, skipped)

    def _infer(self, read: Read, turn: int) -> tuple[list[Decoded], dict[str, float]]:
        """Encode once per distinct encoder, then decode every prompt with every variant."""
        if read.pair is None or not read.prompts:
            return [], {"encode_s": 0.0, "decode_s": 0.0}
        began = time.perf_counter()
        embeddings = self._encode(read.pair.photograph, turn)
        encoded = time.perf_counter()
        decoded = [
            self._decode(variant, spec, read, embeddings[id(variant.encoder)])
            for spec in self.prompts
            if spec.spec in read.prompts
            for variant in self.variants
        ]
        return decoded, {"encode_s": encoded - began, "decode_s": time.perf_counter() - encoded}

    def _encode(self, photograph: npt.NDArray[np.uint8], turn: int) -> dict[int, Encoded]:
        """The embedding of each distinct encoder.

        They take turns in being first, since the first runs while the sample before is still measured.
        """
        distinct = list({id(variant.encoder): variant for variant in self.variants}.values())
        first = turn % len(distinct)
        embeddings: dict[int, Encoded] = {}
        for variant in distinct[first:] + distinct[:first]:
            reset_peak_memory(self.device)
            began = time.perf_counter()
            embedding, fresh = self._embed(variant, photograph)
            took_ms = (time.perf_counter() - began) * 1000
            peak_mb = peak_memory_mb(self.device)
            embeddings[id(variant.encoder)] = Encoded(embedding, took_ms if fresh else None, peak_mb)
        return embeddings

    def _decode(self, variant: LoadedVariant, spec: PromptSpec, read: Read, encoded: Encoded) -> Decoded:
        reset_peak_memory(self.device)
        began = time.perf_counter()
        if spec.kind == "clicks":
            prediction, clicks = _clicked(variant, spec, read, encoded.embedding)
        else:
            prompt = read.prompts[spec.spec]
            prediction, clicks = decode(variant.model.sam, encoded.embedding, prompt, spec.multimask), ()
        took_ms = (time.perf_counter() - began) * 1000
        peak_mb = max(encoded.peak_mb, peak_memory_mb(self.device))
        return Decoded(variant.name, spec.spec, prediction, encoded.took_ms, took_ms, peak_mb, clicks)

    def _embed(self, variant: LoadedVariant, photograph: npt.NDArray[np.uint8]) -> tuple[Embedding, bool]:
        """The embedding, and whether it was encoded now."""
        if self.keep_embeddings:
            return variant.store.get_or_encode(photograph, variant.encoder)
        return variant.encoder.encode(photograph), True

    def _finish(self, read: Read, decoded: list[Decoded], seconds: dict[str, float]) -> Entry:
        """Measure and write what was decoded."""
        skipped = [asdict(one) for one in read.skipped]
        if read.pair is None:
            return Entry(read.sample.id, skipped=skipped, seconds=seconds)
        began = time.perf_counter()
        key, truth = {"id": read.sample.id, "scene": self.scenes[read.sample.id]}, read.pair.truth
        parts = truth_parts(truth)
        entry = Entry(
            read.sample.id,
            rows=[self._row(key, truth, one) for one in decoded],
            traits=[key | asdict(describe(read.pair.photograph, truth))] if decoded else [],
            errors=[_of(key, one) | asdict(error_kinds(parts, one.prediction.mask)) for one in decoded],
            agreement=list(_agreements(key, decoded)),
            clicks=[row for one in decoded for row in _click_rows(key, one)],
            skipped=skipped,
            seconds=seconds,
            peaks={f"{one.variant}/{one.prompt}": one.peak_mb for one in decoded},
        )
        measured = time.perf_counter()
        for one in decoded:
            path = mask_path(self.folder, one.variant, one.prompt, read.sample.id)
            write_bytes(path, encode_mask(one.prediction.mask))
        entry.seconds["metrics_s"] = measured - began
        entry.seconds["write_s"] = time.perf_counter() - measured
        return entry

    def _row(self, key: dict[str, str], truth: Mask, one: Decoded) -> dict[str, Any]:
        measured = measure(truth, one.prediction.mask)
        counts, (height, width) = measured.counts, truth.shape
        return {
            **key,
            "split": self.splits.get(key["id"], ""),
            "variant": one.variant,
            "prompt": one.prompt,
            "width": width,
            "height": height,
            **asdict(measured.overlap),
            **asdict(measured.boundary),
            **asdict(counts),
            "truth_share": (counts.tp + counts.fn) / truth.size,
            "predicted_share": (counts.tp + counts.fp) / truth.size,
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
    assert read.pair is not None
    truth, clicks = read.pair.truth, []
    for step in corrections(variant.model.sam, embedding, truth, spec, read.sample.id):
        clicks.append((step.click, overlap(count(truth, step.prediction.mask)).iou))
    return step.prediction, tuple(clicks)


def _click_rows(key: dict[str, str], one: Decoded) -> Iterator[dict[str, Any]]:
    for number, (click, iou) in enumerate(one.clicks, start=1):
        yield _of(key, one) | {"click": number, **asdict(click), "iou": iou}


def _agreements(key: dict[str, str], decoded: Sequence[Decoded]) -> Iterator[dict[str, Any]]:
    """The IoU of every two variants' masks for the same prompt."""
    for a, b in combinations(decoded, 2):
        if a.prompt == b.prompt:
            iou = overlap(count(a.prediction.mask, b.prediction.mask)).iou
            yield {**key, "prompt": a.prompt, "a": a.variant, "b": b.variant, "iou": iou}


def _ahead(
    reader: ThreadPoolExecutor, read: Callable[[Sample], Read], samples: Iterable[Sample]
) -> Iterator[Read]:
    """Read a few samples ahead of the one that is being encoded."""
    left = iter(samples)
    waiting = [reader.submit(read, sample) for sample in islice(left, READ_AHEAD)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [reader.submit(read, sample) for sample in islice(left, 1)]
