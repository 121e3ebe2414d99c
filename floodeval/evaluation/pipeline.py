"""The pipeline: read ahead, encode once, decode per variant and prompt, measure and write behind."""

import errno
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset import Pair, Skipped, read_pair
from floodeval.datasets.digests import Digests
from floodeval.datasets.images import encode_mask
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import shown
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from floodeval.evaluation.sample_rows import Decoded, sample_rows
from floodeval.evaluation.variants import LoadedVariant
from floodeval.metrics.overlap import count, overlap
from floodeval.sam.clicks import Click, corrections
from floodeval.sam.devices import is_lost, measured, release
from floodeval.sam.inference import Embedding, Prediction, decode
from floodeval.sam.prompts import Prompt, PromptSpec, make_prompt
from floodeval.storage.atomic import write_bytes
from floodeval.storage.journal import Entry
from floodeval.storage.pools import thread_pool

READ_AHEAD = 2
LOG = "errors.log"
OF_ONE_FILE = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}  # its name is to blame, and not the disk


@dataclass(frozen=True)
class Read:
    """A sample read from disk, with its prompts by spec, and the prompts that it does not allow."""

    sample: Sample
    pair: Pair
    prompts: dict[str, Prompt] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


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
            return _failure(self.folder, sample.id, stage, error)
        skipped = [
            Skipped(sample.id, "prompt", f"the reference mask has no water, so there is no prompt '{spec}'")
            for spec, prompt in made.items()
            if prompt is None
        ]
        return Read(sample, pair, {s: p for s, p in made.items() if p is not None}, skipped)

    def _check(self, sample: Sample, pair: Pair) -> None:
        """Refuse files that changed since the run was begun, and references of ignored pixels only."""
        changed = Digests.of(sample).differs_in(sample, self.digests.get(sample.id))
        if changed is not None:
            raise FloodevalError(f"{shown(changed)} changed during the evaluation")
        if pair.ignored is not None and pair.ignored.all():
            raise FloodevalError(
                "every pixel of the reference mask is ignored, so there is nothing to measure"
            )

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
            if _is_disk(error):  # an embedding could not be kept
                raise
            if is_lost(error):
                raise FloodevalError(
                    f"the device {self.device} failed ({_one_line(error)}); repeat the command to continue"
                ) from error
            release(self.device)
            return _failure(self.folder, read.sample.id, stage, error)
        seconds = {"encode_s": encoded - began, "decode_s": time.perf_counter() - encoded}
        return Inferred(read, decoded, seconds)

    def _encode(self, photograph: npt.NDArray[np.uint8], turn: int) -> dict[int, Encoded]:
        """The embedding of each distinct encoder, by the encoder's Python id.

        The encoders take turns in going first, since the first runs while the previous sample is measured.
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
        """Measure and write what was decoded; a failure of an earlier stage is passed on."""
        if isinstance(inferred, Entry):
            return inferred
        sample_id, stage = inferred.read.sample.id, "measuring"
        try:
            began = time.perf_counter()
            rows = sample_rows(
                inferred.read.sample.id,
                inferred.read.pair,
                inferred.decoded,
                scene=self.scenes[sample_id],
                subset=self.splits.get(sample_id, ""),
                photograph_sha256=self.digests[sample_id].photograph,
            )
            entry = replace(
                rows, skipped=[asdict(one) for one in inferred.read.skipped], seconds=inferred.seconds
            )
            stage, measured_at = "writing", time.perf_counter()
            self._write(sample_id, inferred.decoded)
        except Exception as error:
            if stage == "writing" and _is_disk(error):
                raise
            self._remove(sample_id)
            return _failure(self.folder, sample_id, stage, error)
        entry.seconds["metrics_s"] = measured_at - began
        entry.seconds["write_s"] = time.perf_counter() - measured_at
        return entry

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


def _clicked(
    variant: LoadedVariant, spec: PromptSpec, read: Read, embedding: Embedding
) -> tuple[Prediction, tuple[tuple[Click, float | None], ...]]:
    """The prediction after the last click, and every click with the IoU after it."""
    truth, ignored, clicks = read.pair.truth, read.pair.ignored, []
    for step in corrections(variant.model.sam, embedding, truth, spec, read.sample.id, ignored=ignored):
        clicks.append((step.click, overlap(count(truth, step.prediction.mask, ignored=ignored)).iou))
    return step.prediction, tuple(clicks)


def _ahead(
    reader: ThreadPoolExecutor, read: Callable[[Sample], Read | Entry], samples: Iterable[Sample]
) -> Iterator[Read | Entry]:
    """Read a few samples ahead of the one that is being encoded."""
    left = iter(samples)
    waiting = [reader.submit(read, sample) for sample in islice(left, READ_AHEAD)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [reader.submit(read, sample) for sample in islice(left, 1)]


def _failure(folder: Path, sample_id: str, stage: str, error: Exception) -> Entry:
    """The entry of a sample that is left out for an error.

    Args:
        folder: of the run; an error other than `FloodevalError` is logged there with its traceback, and the
            sample is tried again when the evaluation is resumed.
        sample_id: of the sample.
        stage: reading, prompt, encoding, decoding, measuring or writing.
        error: what was raised.
    """
    foreseen = isinstance(error, FloodevalError)
    reason = _one_line(error) if foreseen else f"{type(error).__name__}: {_one_line(error)}"
    if not foreseen:
        _log(folder, f"{sample_id}, {stage}", error)
    skipped = [{"id": sample_id, "stage": stage, "reason": reason}]
    return Entry(sample_id, skipped=skipped, failed=not foreseen)


def _one_line(error: Exception) -> str:
    """What an error says first."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")


def _is_disk(error: Exception) -> bool:
    """Whether writing failed for a reason that every other file shares, such as a full disk."""
    cause = error if isinstance(error, OSError) else error.__cause__
    return isinstance(cause, OSError) and cause.errno not in OF_ONE_FILE


def _log(folder: Path, where: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{now} {where}\n{text}\n")
