"""An evaluation: all variants on the same samples with the same prompts, to a run that can be resumed."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.data.agreement import label_agreement
from floodeval.data.label_check import check_labels
from floodeval.data.samples import Dataset, Sample, Skipped
from floodeval.data.scenes import scenes_at_hand
from floodeval.data.splits import Split
from floodeval.data.spread import Spread
from floodeval.errors import FloodevalError
from floodeval.evaluation.environment import environment
from floodeval.evaluation.journal import Entry, Journal
from floodeval.evaluation.leaks import find_leaks, refuse
from floodeval.evaluation.pipeline import LoadedVariant, Pipeline
from floodeval.evaluation.request import DEFAULT_PROMPTS, Request, make_request
from floodeval.evaluation.run import (
    COLUMNS,
    DETAILS,
    SKIPPED_COLUMNS,
    Run,
    RunInfo,
    Variant,
    load_run,
    write_tables,
)
from floodeval.evaluation.variants import load_variants
from floodeval.files import write_text
from floodeval.metrics.boundary import BOUNDARY_WIDTH, NSD_TOLERANCE
from floodeval.metrics.masks import EMPTY_POLICY
from floodeval.metrics.overlap import FAILURE_THRESHOLD
from floodeval.results import CHECKPOINT, run_folder

Progress = Callable[[int, int], None]


class OtherRunError(FloodevalError):
    """A run of that name asks for something else; `differing` names the parts of `run.json` that do."""

    def __init__(self, folder: Path, differing: Sequence[str]) -> None:
        super().__init__(
            f"run {folder} exists with other {', '.join(differing)}; choose another --name, or --force to "
            "replace it"
        )
        self.differing = tuple(differing)


def evaluate(
    dataset: Dataset,
    name: str,
    variants: Mapping[str, str | Path | None] | None = None,
    prompts: Sequence[str] = DEFAULT_PROMPTS,
    *,
    model_type: str = "vit_t",
    split: Split | None = None,
    subset: str | None = None,
    device: str = "cpu",
    keep_embeddings: bool = False,
    allow_leak: bool = False,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> Run:
    """Evaluate variants x prompts x samples into `results/runs/<name>`, and return the run.

    An evaluation that was stopped goes on where it stood; a finished one is returned as it is.

    Args:
        dataset: from `load_dataset`.
        name: the run's name, one folder.
        variants: checkpoint by variant name, None for the published weights; the first is the baseline.
            By default `pretrained` and the landed fine-tuning of that model type.
        prompts: specs such as `box` or `points:n=5`.
        model_type: vit_t, vit_b, vit_l or vit_h.
        split: a split of the data set; without it every sample is evaluated.
        subset: train, validation or test: evaluate that part of the split alone.
        device: a torch device.
        keep_embeddings: use the embeddings in the cache, and keep those that it lacks (2 MiB a photograph,
            in half precision: the next checkpoint or prompt costs a decoding only).
        allow_leak: evaluate variants also on photographs that they were trained on, or on others of the same
            scenes; the run is marked.
        force: start over where a run of that name exists.
        progress: is told how many samples are done, and of how many.

    Raises:
        FloodevalError: a name, variant, prompt or split is wrong, the run exists and was made otherwise, or a
            variant was trained on a sample.
    """
    request = make_request(
        name,
        variants,
        prompts,
        model_type,
        split=split,
        subset=subset,
        device=device,
        keep_embeddings=keep_embeddings,
        allow_leak=allow_leak,
    )
    folder = run_folder(name)
    dataset = request.repaired(dataset)
    samples = request.samples(dataset)
    check_labels(dataset)
    began = time.perf_counter()
    loaded = load_variants(request.variants, request.model_type, request.device)
    scenes = request.scenes(dataset)
    leaks = _leaks(dataset, request, samples, scenes, loaded)
    info = replace(
        _describe(dataset, request, samples, loaded), leaks=leaks, label_agreement=_label_agreement(dataset)
    )
    if force and (folder / "run.json").is_file():  # not before the request is known to be good
        shutil.rmtree(folder)
    begun = _begin(folder, info)
    if (folder / "metrics.parquet").is_file():
        return load_run(folder)
    load_s = time.perf_counter() - began
    entries = _work(folder, request, loaded, samples, scenes, progress)
    unpaired = [skipped for skipped in dataset.skipped if request.wants(skipped.id)]
    timings = {"load_s": load_s, "wall_s": load_s}
    _conclude(folder, replace(begun, resources=_resources(loaded, entries)), unpaired, entries, timings)
    return load_run(folder)


def _leaks(
    dataset: Dataset,
    request: Request,
    samples: Sequence[Sample],
    scenes: Mapping[str, str],
    loaded: Sequence[LoadedVariant],
) -> dict[str, list[str]]:
    origins = {one.name: one.model.provenance for one in loaded}
    seen = {name: origin.seen if origin else frozenset() for name, origin in origins.items()}
    leaks = find_leaks(dataset, samples, scenes, seen)
    if not request.allow_leak:
        refuse(leaks, len(samples))
    return leaks


def _label_agreement(dataset: Dataset) -> Spread | None:
    """How well two annotations of one photograph agree, where that needs no search for scenes."""
    scenes = scenes_at_hand(dataset)
    agreement = label_agreement(dataset, scenes).copies if scenes else None
    return agreement if agreement and agreement.n else None


def _describe(
    dataset: Dataset, request: Request, samples: Sequence[Sample], loaded: Sequence[LoadedVariant]
) -> RunInfo:
    flags = request.flags(dataset)
    return RunInfo(
        name=request.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        dataset={"name": dataset.name, "fingerprint": dataset.fingerprint, "n_samples": len(samples)},
        split=_describe_split(request),
        variants=tuple(_variant(one, request.variants[one.name]) for one in loaded),
        prompts=tuple(request.prompts),
        metrics={
            "failure_threshold": FAILURE_THRESHOLD,
            "nsd_tolerance_px": f"{1024 * NSD_TOLERANCE:g} at 1024 pixels on the longer side, in proportion",
            "boundary_width": f"{BOUNDARY_WIDTH:g} of the diagonal",
            "mask_threshold": loaded[0].model.sam.mask_threshold,
            "empty_policy": EMPTY_POLICY,
            "embeddings": "float16, kept" if request.keep_embeddings else "float32",
        },
        environment=environment(request.device),
        flagged={sample.id: flags[sample.id] for sample in samples if sample.id in flags},
    )


def _describe_split(request: Request) -> dict[str, Any] | None:
    split = request.split
    if split is None:
        return None
    about: dict[str, Any] = {"name": split.name, "sha256": split.sha256, "subset": request.subset}
    if split.record:
        about |= {"seed": split.record.seed, "excluded": split.record.excluded}
        about |= {"repaired": split.record.repaired}
    return about


def _variant(loaded: LoadedVariant, checkpoint: Path | None) -> Variant:
    model, provenance = loaded.model, loaded.model.provenance
    named = None
    if checkpoint:
        named = checkpoint.parent.name if checkpoint.name == CHECKPOINT else checkpoint.name
    trained_on = provenance.trained_on if provenance else None
    return Variant(loaded.name, model.model_type, named, model.sha256, model.encoder_sha256, trained_on)


def _begin(folder: Path, info: RunInfo) -> RunInfo:
    """Write `run.json`, or go on with the one that is there if it asks for the same.

    What was not known when it was written, how well labels agree, is added.
    """
    path = folder / "run.json"
    if not path.is_file():
        write_text(path, info.to_json())
        return info
    try:
        begun = RunInfo.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloodevalError(f"{path} cannot be read ({error}); start over with --force") from None
    ours = asdict(info)
    differing = [
        key
        for key in ("dataset", "split", "variants", "prompts", "metrics")
        if ours[key] != asdict(begun)[key]
    ]
    if differing:
        raise OtherRunError(folder, differing)
    if begun.label_agreement is None and info.label_agreement is not None:
        begun = replace(begun, label_agreement=info.label_agreement)
        write_text(path, begun.to_json())
    return begun


def _work(
    folder: Path,
    request: Request,
    loaded: Sequence[LoadedVariant],
    samples: Sequence[Sample],
    scenes: dict[str, str],
    progress: Progress,
) -> list[Entry]:
    """Evaluate the samples that the journal does not hold yet, and return the entries of all."""
    for torn in folder.rglob(".*.partial*"):  # left by a process that was killed while it wrote
        torn.unlink()
    journal = Journal(folder / "journal.jsonl")
    done = {entry.id: entry for entry in journal.read()}
    splits = request.split.column("split") if request.split else {}
    where = request.device, request.keep_embeddings
    pipeline = Pipeline(folder, loaded, request.prompts, scenes, splits, *where)
    progress(len(done), len(samples))
    began = time.perf_counter()
    for entry in pipeline.run(sample for sample in samples if sample.id not in done):
        entry.seconds["wall_s"] = time.perf_counter() - began
        began = time.perf_counter()
        journal.append(entry)
        done[entry.id] = entry
        progress(len(done), len(samples))
    return [done[sample.id] for sample in samples]


def _conclude(
    folder: Path,
    info: RunInfo,
    unpaired: Sequence[Skipped],
    entries: Sequence[Entry],
    timings: dict[str, float],
) -> None:
    """Write the tables and the timings, then drop the journal."""
    skipped = [asdict(one) for one in unpaired] + [one for entry in entries for one in entry.skipped]
    for stage in ("encode_s", "decode_s", "metrics_s", "write_s", "wall_s"):
        timings[stage] = timings.get(stage, 0.0) + sum(entry.seconds.get(stage, 0.0) for entry in entries)
    metrics = pd.DataFrame([row for entry in entries for row in entry.rows], columns=list(COLUMNS))
    if metrics.empty:
        why = skipped[0]["reason"] if skipped else "no samples"
        raise FloodevalError(f"not one sample of {info.dataset['name']} could be evaluated (first: {why})")
    write_text(folder / "run.json", replace(info, timings=timings).to_json())
    details = {
        name: pd.DataFrame([row for entry in entries for row in getattr(entry, name)], columns=list(columns))
        for name, columns in DETAILS.items()
    }
    write_tables(folder, _typed(metrics), pd.DataFrame(skipped, columns=list(SKIPPED_COLUMNS)), details)
    Journal(folder / "journal.jsonl").remove()


def _resources(loaded: Sequence[LoadedVariant], entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """What each variant is made of, and the most memory that it took with each prompt."""
    peaks: dict[str, dict[str, float]] = {one.name: {} for one in loaded}
    for entry in entries:
        for key, peak_mb in entry.peaks.items():
            variant, _, prompt = key.partition("/")
            peaks[variant][prompt] = round(max(peak_mb, peaks[variant].get(prompt, 0.0)), 1)
    return {
        one.name: {
            "parameters": one.model.parameters,
            "trained_parameters": one.model.trained_parameters,
            "peak_memory_mb": peaks[one.name],
        }
        for one in loaded
    }


def _typed(metrics: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers also where every value of a column is missing."""
    words = ("id", "scene", "split", "variant", "prompt")
    numbers = {name: "float64" for name in COLUMNS if name not in words}
    whole = dict.fromkeys(("width", "height", "tp", "fp", "fn", "tn"), "int64")
    return metrics.astype(numbers | whole | dict.fromkeys(words, "str"))
