"""A run under way: begun or resumed, its samples evaluated one by one, its tables written at the end."""

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from floodeval.datasets.dataset import Dataset, Skipped
from floodeval.datasets.inventory import Digests, digests_of
from floodeval.datasets.label_agreement import agreement_at_hand
from floodeval.datasets.label_check import check_labels
from floodeval.datasets.layouts import Sample
from floodeval.errors import FloodevalError
from floodeval.evaluation.environment import environment
from floodeval.evaluation.finished import refuse_other, stamp, watch
from floodeval.evaluation.leaks import find_leaks, findings_of, refuse
from floodeval.evaluation.pipeline import LoadedVariant, Pipeline
from floodeval.evaluation.plan import Request
from floodeval.evaluation.run import COLUMNS, DETAILS, SKIPPED_COLUMNS, write_tables
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.variants import described, load_variants
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, Step
from floodeval.storage.atomic import write_text
from floodeval.storage.journal import Entry, Journal
from floodeval.storage.locks import hold

STAGES = ("encode_s", "decode_s", "metrics_s", "write_s", "wall_s")


def write_run(folder: Path, dataset: Dataset, request: Request, *, force: bool, progress: Progress) -> bool:
    """Evaluate into `folder`, from where an evaluation of the same stopped, until the run is finished.

    Args:
        folder: of the run.
        dataset: the data set, its masks repaired.
        request: what to evaluate.
        force: start over where the folder holds a run.
        progress: called with how many samples are done, and of how many.

    Returns:
        Whether the run is now what is asked for; False where another process has finished one meanwhile.

    Raises:
        FloodevalError: the run is made otherwise or written by another process, a file was changed since it
            was begun, a variant was trained on a sample, or not one sample could be evaluated.
    """
    with hold(folder, f"run {request.name}"):  # before anything that takes long
        if not force and (folder / "metrics.parquet").is_file():
            return False
        sources = watch(dataset, request)
        _write_run(folder, dataset, request, force=force, progress=progress)
        stamp(folder, dataset, request, sources)
    return True


def _write_run(folder: Path, dataset: Dataset, request: Request, *, force: bool, progress: Progress) -> None:
    samples = request.samples(dataset)
    check_labels(dataset)
    began = time.perf_counter()
    loaded = load_variants(request.variants, request.model_type, request.device)
    scenes = request.scenes(dataset)
    leaks = _leaks(dataset, request, samples, scenes, loaded)
    info = _describe(dataset, request, samples, loaded, leaks)
    if force:
        _clear(folder)
    begun = _begin(folder, info)
    digests = _begin_digests(folder, samples)
    load_s = time.perf_counter() - began
    entries = _work(folder, request, loaded, samples, scenes, digests, progress)
    unpaired = [skipped for skipped in dataset.skipped if request.wants(skipped.id)]
    begun = replace(begun, resources=_resources(loaded, entries))
    _conclude(folder, begun, unpaired, entries, {"load_s": load_s, "wall_s": load_s})


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


def _describe(
    dataset: Dataset,
    request: Request,
    samples: Sequence[Sample],
    loaded: Sequence[LoadedVariant],
    leaks: dict[str, list[str]],
) -> RunInfo:
    flags = request.flags(dataset)
    return RunInfo(
        name=request.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        variants=tuple(described(one, request.variants[one.name]) for one in loaded),
        environment=environment(request.device),
        leaks=leaks,
        flagged={sample.id: flags[sample.id] for sample in samples if sample.id in flags},
        label_agreement=agreement_at_hand(dataset),
        request=request.record(dataset),
        **request.settings(dataset, samples),
    )


def _clear(folder: Path) -> None:
    """Remove what a run's folder holds, but for locks.

    What says that it is finished, or which samples are done, comes first: a process that is killed meanwhile
    leaves no run without its masks.
    """
    for name in ("metrics.parquet", "journal.jsonl", "run.json"):
        (folder / name).unlink(missing_ok=True)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif ".lock" not in path.name:
            path.unlink()


def _begin(folder: Path, info: RunInfo) -> RunInfo:
    """Write `run.json`, or continue with the one that is there if it asks for the same.

    What was not known when it was written, how well labels agree, is added.
    """
    path = folder / "run.json"
    if not path.is_file():
        write_text(path, info.to_json())
        return info
    try:
        begun = RunInfo.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FloodevalError(
            f"{path} cannot be read ({error}); start over with {Parameter('force')}"
        ) from None
    refuse_other(folder, begun, vars(info))
    if begun.label_agreement is None and info.label_agreement is not None:
        begun = replace(begun, label_agreement=info.label_agreement)
        write_text(path, begun.to_json())
    return begun


def _begin_digests(folder: Path, samples: Sequence[Sample]) -> dict[str, Digests]:
    """Keep the digests of all samples' files, or compare them with those kept when the run was begun."""
    path, found = folder / "digests.json", digests_of(samples)
    try:
        kept = {name: Digests(*pair) for name, pair in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        write_text(path, json.dumps({name: [*asdict(one).values()] for name, one in found.items()}) + "\n")
        return found
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise FloodevalError(
            f"{path} cannot be read ({error}); start over with {Parameter('force')}"
        ) from None
    for sample in samples:
        if (changed := found[sample.id].differs_in(sample, kept.get(sample.id))) is not None:
            raise FloodevalError(
                f"{changed} was changed since run {folder} was begun; bring it back, or start over with "
                f"{Parameter('force')}"
            )
    return found


def _work(
    folder: Path,
    request: Request,
    loaded: Sequence[LoadedVariant],
    samples: Sequence[Sample],
    scenes: dict[str, str],
    digests: Mapping[str, Digests],
    progress: Progress,
) -> list[Entry]:
    """Evaluate the samples that the journal does not hold yet, and return the entries of all.

    Those that failed unexpectedly when they were evaluated before are tried again.
    """
    for torn in folder.rglob(".*.partial*"):  # left by a process that was killed while it wrote
        torn.unlink()
    journal = Journal(folder / "journal.jsonl")
    done = {entry.id: entry for entry in journal.read()}
    done = {name: entry for name, entry in done.items() if not entry.failed}
    splits = request.split.column("split") if request.split else {}
    where = request.device, request.keep_embeddings
    pipeline = Pipeline(folder, loaded, request.prompts, scenes, splits, digests, *where)
    progress(Step(len(done), len(samples), "evaluating", "photographs"))
    began = time.perf_counter()
    for entry in pipeline.run(sample for sample in samples if sample.id not in done):
        entry.seconds["wall_s"] = time.perf_counter() - began
        began = time.perf_counter()
        journal.append(entry)
        done[entry.id] = entry
        progress(Step(len(done), len(samples), "evaluating", "photographs"))
    return [done[sample.id] for sample in samples]


def _conclude(
    folder: Path,
    info: RunInfo,
    unpaired: Sequence[Skipped],
    entries: Sequence[Entry],
    timings: dict[str, float],
) -> None:
    """Write the tables, the timings and the findings, then drop the journal."""
    skipped = [asdict(one) for one in unpaired] + [one for entry in entries for one in entry.skipped]
    for stage in STAGES:
        timings[stage] = timings.get(stage, 0.0) + sum(entry.seconds.get(stage, 0.0) for entry in entries)
    metrics = pd.DataFrame([row for entry in entries for row in entry.rows], columns=list(COLUMNS))
    if metrics.empty:
        why = f"{skipped[0]['id']}: {skipped[0]['reason']}" if skipped else "no samples"
        raise FloodevalError(f"no sample of {info.dataset['name']} could be evaluated (first: {why})")
    findings = findings_of(metrics)
    write_text(folder / "run.json", replace(info, timings=timings, findings=findings).to_json())
    details = {
        name: pd.DataFrame([row for entry in entries for row in getattr(entry, name)], columns=list(columns))
        for name, columns in DETAILS.items()
    }
    write_tables(folder, _typed(metrics), pd.DataFrame(skipped, columns=list(SKIPPED_COLUMNS)), details)
    Journal(folder / "journal.jsonl").remove()
    (folder / "digests.json").unlink(missing_ok=True)


def _resources(loaded: Sequence[LoadedVariant], entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """What each variant is made of, and the most memory of a graphics card that it took with each prompt."""
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
