"""The pipeline: read ahead, encode once, decode per variant and prompt, measure and write behind."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.data.rasters import Mask, encode_mask
from floodeval.data.samples import Pair, Sample, Skipped, read_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.journal import Entry
from floodeval.evaluation.run import mask_path
from floodeval.files import write_bytes
from floodeval.metrics.measures import measure
from floodeval.sam.embeddings import EmbeddingStore
from floodeval.sam.inference import Embedding, Encoder, Prediction, decode
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
    """One prediction, with what it was made from and the milliseconds it took."""

    variant: str
    prompt: str
    prediction: Prediction
    encode_ms: float | None
    decode_ms: float


@dataclass(frozen=True)
class Pipeline:
    """Evaluates samples: variants x prompts, in the order given."""

    folder: Path
    variants: Sequence[LoadedVariant]
    prompts: Sequence[PromptSpec]
    scenes: dict[str, str]
    splits: dict[str, str]
    keep_embeddings: bool = False

    def run(self, samples: Iterable[Sample]) -> Iterator[Entry]:
        """Yield the entry of every sample, in order, its masks already on disk."""
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            behind: Future[Entry] | None = None
            for read in _ahead(reader, self._read, samples):
                decoded, seconds = self._infer(read)
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

    def _infer(self, read: Read) -> tuple[list[Decoded], dict[str, float]]:
        """Encode once per distinct encoder, then decode every prompt with every variant."""
        if read.pair is None or not read.prompts:
            return [], {"encode_s": 0.0, "decode_s": 0.0}
        began = time.perf_counter()
        embeddings = self._encode(read.pair.photograph)
        encoded = time.perf_counter()
        decoded = [
            self._decode(variant, spec, read.prompts[spec.spec], *embeddings[id(variant.encoder)])
            for spec in self.prompts
            if spec.spec in read.prompts
            for variant in self.variants
        ]
        return decoded, {"encode_s": encoded - began, "decode_s": time.perf_counter() - encoded}

    def _encode(self, photograph: npt.NDArray[np.uint8]) -> dict[int, tuple[Embedding, float | None]]:
        """The embedding of each distinct encoder, and the milliseconds it took (None: it was kept)."""
        embeddings: dict[int, tuple[Embedding, float | None]] = {}
        for variant in self.variants:
            if id(variant.encoder) not in embeddings:
                began = time.perf_counter()
                embedding, fresh = self._embed(variant, photograph)
                took_ms = (time.perf_counter() - began) * 1000
                embeddings[id(variant.encoder)] = embedding, took_ms if fresh else None
        return embeddings

    def _decode(
        self,
        variant: LoadedVariant,
        spec: PromptSpec,
        prompt: Prompt,
        embedding: Embedding,
        encode_ms: float | None,
    ) -> Decoded:
        began = time.perf_counter()
        prediction = decode(variant.model.sam, embedding, prompt, spec.multimask)
        took_ms = (time.perf_counter() - began) * 1000
        return Decoded(variant.name, spec.spec, prediction, encode_ms, took_ms)

    def _embed(self, variant: LoadedVariant, photograph: npt.NDArray[np.uint8]) -> tuple[Embedding, bool]:
        """The embedding, and whether it was encoded now."""
        if self.keep_embeddings:
            return variant.store.get_or_encode(photograph, variant.encoder)
        return variant.encoder.encode(photograph), True

    def _finish(self, read: Read, decoded: list[Decoded], seconds: dict[str, float]) -> Entry:
        began = time.perf_counter()
        rows = [self._row(read.sample, read.pair.truth, one) for one in decoded if read.pair is not None]
        measured = time.perf_counter()
        for one in decoded:
            path = mask_path(self.folder, one.variant, one.prompt, read.sample.id)
            write_bytes(path, encode_mask(one.prediction.mask))
        seconds |= {"metrics_s": measured - began, "write_s": time.perf_counter() - measured}
        return Entry(read.sample.id, rows, [asdict(skipped) for skipped in read.skipped], seconds)

    def _row(self, sample: Sample, truth: Mask, one: Decoded) -> dict[str, Any]:
        measured = measure(truth, one.prediction.mask)
        counts, (height, width) = measured.counts, truth.shape
        return {
            "id": sample.id,
            "scene": self.scenes[sample.id],
            "split": self.splits.get(sample.id, ""),
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


def _ahead(
    reader: ThreadPoolExecutor, read: Callable[[Sample], Read], samples: Iterable[Sample]
) -> Iterator[Read]:
    """Read a few samples ahead of the one that is being encoded."""
    left = iter(samples)
    waiting = [reader.submit(read, sample) for sample in islice(left, READ_AHEAD)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [reader.submit(read, sample) for sample in islice(left, 1)]
