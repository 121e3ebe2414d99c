"""The pipeline: read ahead, encode once, decode per variant and prompt, measure and write behind."""

import errno
import time
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from floodeval.datasets.dataset import Pair, Skipped, read_pair
from floodeval.datasets.digests import Digests
from floodeval.datasets.images import encode_mask
from floodeval.datasets.listing import Sample
from floodeval.datasets.sample_names import shown
from floodeval.errors import FloodevalError
from floodeval.evaluation.baseline_rows import TrainingWater
from floodeval.evaluation.run import mask_path
from floodeval.evaluation.run_prompts import takes
from floodeval.evaluation.sample_rows import Decoded, sample_rows
from floodeval.evaluation.variants import (
    Encoded,
    ForeignCodeError,
    LoadedVariant,
    LostDeviceError,
    ReadSample,
    SharingVariant,
)
from floodeval.sam.prompts import PromptSpec, make_prompt
from floodeval.storage.atomic import write_bytes
from floodeval.storage.journal import Entry
from floodeval.storage.pools import thread_pool

if TYPE_CHECKING:  # loads torch, which runs of folders of masks do without
    from floodeval.evaluation.domain_check import DomainCheck
    from floodeval.evaluation.prompt_fidelity import PromptFidelity

READ_AHEAD = 2
LOG = "errors.log"
OF_ONE_FILE = {errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL}  # its name is to blame, and not the disk


@dataclass(frozen=True)
class Inferred:
    """A sample with all that was predicted for it, and the seconds of each stage.

    Attributes:
        read: the sample.
        decoded: one prediction per prompt and variant that takes it.
        seconds: by stage.
        domain: rows on its distance from the training photographs, as `DomainCheck` makes them.
        fidelity: rows on its answers to prompts on dry land, as `PromptFidelity.rows` makes them.
        skipped: what could not be measured, in addition to what `read` skipped.
    """

    read: ReadSample
    decoded: list[Decoded]
    seconds: dict[str, float]
    domain: list[dict[str, Any]] = field(default_factory=list)
    fidelity: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True)
class Pipeline:
    """Evaluates samples: every prompt with every variant that takes it, in the order given.

    A sample that raises at any stage is left out whole, for all variants and prompts, and the others go on.
    """

    folder: Path
    variants: Sequence[LoadedVariant]
    prompts: Sequence[PromptSpec]
    scenes: Mapping[str, str]
    splits: Mapping[str, str]
    digests: Mapping[str, Digests]
    fidelity: "PromptFidelity | None" = None
    domain: "DomainCheck | None" = None
    training: TrainingWater | None = None

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

    def _read(self, sample: Sample) -> ReadSample | Entry:
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
        return ReadSample(sample, pair, {s: p for s, p in made.items() if p is not None}, skipped)

    def _check(self, sample: Sample, pair: Pair) -> None:
        """Refuse files that changed since the run was begun, and references of ignored pixels only."""
        changed = Digests.of(sample).differs_in(sample, self.digests.get(sample.id))
        if changed is not None:
            raise FloodevalError(f"{shown(changed)} changed during the evaluation")
        if pair.ignored is not None and pair.ignored.all():
            raise FloodevalError(
                "every pixel of the reference mask is ignored, so there is nothing to measure"
            )

    def _infer(self, read: ReadSample, turn: int) -> Inferred | Entry:
        """Encode once per distinct encoder, then decode every prompt with every variant that takes it."""
        asked = [
            (spec, variant)
            for spec in self.prompts
            if spec.spec in read.prompts
            for variant in self.variants
            if takes(variant.prompt_kinds, spec)
        ]
        stage, began = "encoding", time.perf_counter()
        try:
            encoded = _encode([variant for _, variant in asked], read, turn)
            domain = list(self.domain.rows(read, encoded)) if self.domain and asked else []
            stage, encoded_at = "decoding", time.perf_counter()
            decoded = [variant.decode(spec, read, encoded[variant.encoder_id]) for spec, variant in asked]
        except LostDeviceError:
            raise
        except Exception as error:
            if _is_disk(error):  # an embedding could not be kept
                raise
            return _failure(self.folder, read.sample.id, stage, error)
        seconds = {"encode_s": encoded_at - began, "decode_s": time.perf_counter() - encoded_at}
        inferred = Inferred(read, decoded, seconds, domain)
        return inferred if self.fidelity is None else self._follow(inferred, encoded, self.fidelity)

    def _follow(
        self, inferred: Inferred, encoded: Mapping[Hashable, Encoded], fidelity: "PromptFidelity"
    ) -> Inferred:
        """Add the answers to prompts on dry land; where that fails, the predictions stay."""
        sample_id, began = inferred.read.sample.id, time.perf_counter()
        try:
            rows = fidelity.rows(inferred.read, encoded)
        except LostDeviceError:
            raise
        except Exception as error:
            if _is_disk(error):
                raise
            failed = _failure(self.folder, sample_id, "fidelity", error)
            return replace(inferred, skipped=[Skipped(**one) for one in failed.skipped])
        seconds = inferred.seconds | {"fidelity_s": time.perf_counter() - began}
        return replace(inferred, fidelity=rows, seconds=seconds)

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
                prompts=inferred.read.prompts,
                training=self.training,
            )
            about = {"scene": self.scenes[sample_id], "split": self.splits.get(sample_id, "")}
            entry = replace(
                rows,
                domain=inferred.domain,
                fidelity=[row | about for row in inferred.fidelity],
                skipped=[asdict(one) for one in (*inferred.read.skipped, *inferred.skipped)],
                seconds=inferred.seconds,
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
            write_bytes(path, encode_mask(one.mask))

    def _remove(self, sample_id: str) -> None:
        """Remove the masks of a sample that is left out."""
        for variant in self.variants:
            for spec in self.prompts:
                with suppress(FloodevalError, OSError):
                    mask_path(self.folder, variant.name, spec.spec, sample_id).unlink(missing_ok=True)


def _encode(variants: Sequence[LoadedVariant], read: ReadSample, turn: int) -> dict[Hashable, Encoded]:
    """What each distinct encoder made of the photograph, by `encoder_id`.

    The encoders take turns in going first, since the first runs while the previous sample is measured.
    Variants that use what others' encoders made come last.
    """
    by_id = {variant.encoder_id: variant for variant in variants}
    sharing = {key: one for key, one in by_id.items() if isinstance(one, SharingVariant)}
    distinct = [one for key, one in by_id.items() if key not in sharing]
    first = turn % len(distinct) if distinct else 0
    encoded = {variant.encoder_id: variant.encode(read) for variant in distinct[first:] + distinct[:first]}
    return encoded | {key: one.encode_from(read, encoded) for key, one in sharing.items()}


def _ahead(
    reader: ThreadPoolExecutor, read: Callable[[Sample], ReadSample | Entry], samples: Iterable[Sample]
) -> Iterator[ReadSample | Entry]:
    """Read a few samples ahead of the one that is being encoded."""
    left = iter(samples)
    waiting = [reader.submit(read, sample) for sample in islice(left, READ_AHEAD)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [reader.submit(read, sample) for sample in islice(left, 1)]


def _failure(folder: Path, sample_id: str, stage: str, error: Exception) -> Entry:
    """The entry of a sample that is left out for an error.

    Args:
        folder: of the run; an error that nobody foresaw is logged there with its traceback.
        sample_id: of the sample.
        stage: reading, prompt, encoding, decoding, fidelity, measuring or writing.
        error: what was raised.
    """
    foreseen = isinstance(error, FloodevalError) and not isinstance(error, ForeignCodeError)
    reason = _one_line(error)
    if not isinstance(error, FloodevalError):
        reason = f"{type(error).__name__}: {reason}"
    if not foreseen:
        _log(folder, f"{sample_id}, {stage}", error)
    skipped = [{"id": sample_id, "stage": stage, "reason": reason}]
    return Entry(sample_id, skipped=skipped, failed=True)


def _one_line(error: Exception) -> str:
    """What an error says first."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")


def _is_disk(error: Exception) -> bool:
    """Whether writing failed for a reason that every other file shares, such as a full disk."""
    if isinstance(error, ForeignCodeError):  # what it does with files is its own affair
        return False
    cause = error if isinstance(error, OSError) else error.__cause__
    return isinstance(cause, OSError) and cause.errno not in OF_ONE_FILE


def _log(folder: Path, where: str, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(f"{now} {where}\n{text}\n")
