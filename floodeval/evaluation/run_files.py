"""The files of a run that is being written: begun or resumed, one entry per sample, tables at the end."""

import json
import shutil
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from floodeval.datasets.dataset import Skipped
from floodeval.datasets.digests import Digests, digests_of
from floodeval.datasets.listing import Sample
from floodeval.datasets.preparation import PreparedDataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.baseline_rows import training_water
from floodeval.evaluation.begun_masks import BEGUN_MASKS, begin_masks, with_present_masks
from floodeval.evaluation.environment import environment
from floodeval.evaluation.fidelity_table import fidelity_table
from floodeval.evaluation.finished import refuse_other
from floodeval.evaluation.pipeline import Pipeline
from floodeval.evaluation.plan import Plan
from floodeval.evaluation.run_checks import findings_of, lossy_masks, waterless_masks
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_names import named, names_of
from floodeval.evaluation.run_tables import (
    COLUMNS,
    DETAILS,
    OPTIONAL,
    SKIPPED_COLUMNS,
    VALIDATION,
    write_tables,
)
from floodeval.evaluation.variants import LoadedVariant
from floodeval.i18n.catalog import Parameter
from floodeval.progress import Progress, Step
from floodeval.storage.atomic import write_text
from floodeval.storage.journal import Entry, Journal

if TYPE_CHECKING:  # loads torch, which runs of folders of masks do without
    from floodeval.evaluation.domain_check import DomainCheck
    from floodeval.evaluation.prompt_fidelity import PromptFidelity

STAGES = ("encode_s", "decode_s", "metrics_s", "write_s", "wall_s")


def write_run(
    folder: Path,
    plan: Plan,
    prepared: PreparedDataset,
    loaded: Sequence[LoadedVariant],
    leaks: Mapping[str, list[str]],
    domain: "DomainCheck | None",
    *,
    began: float,
    force: bool,
    progress: Progress,
    fidelity: "PromptFidelity | None" = None,
) -> None:
    """Evaluate into `folder`, from where an evaluation of the same plan stopped, until the run is finished.

    The caller holds the folder's lock.

    Args:
        folder: of the run.
        plan: what to evaluate.
        prepared: the plan's samples, from `prepare`.
        loaded: the plan's variants, from `load_variants`.
        leaks: the samples that a variant has seen, from `find_leaks`.
        domain: the domain models of the variants, from `load_domain_check`; None where there are none.
        began: when the evaluation began, in seconds of `time.perf_counter`.
        force: start over where the folder holds a run.
        progress: called with how many samples are done, and of how many.
        fidelity: prompts the plan's SAMs on dry land, where the plan asks for that.

    Raises:
        FloodevalError: the run was made otherwise, a file was changed since it was begun, or not one sample
            could be evaluated.
    """
    info = replace(_describe(plan, prepared, loaded, leaks), domain=domain.record if domain else {})
    if force:
        _clear(folder)
    begun = _begin(folder, info, loaded)
    digests = _begin_digests(folder, plan.selected.samples)
    pipeline = Pipeline(
        folder,
        loaded,
        info.prompts,
        prepared.scenes,
        plan.selected.subset_of,
        digests,
        fidelity,
        domain,
        training_water(plan.selected),
    )
    load_s = time.perf_counter() - began
    lacking = _lacking(loaded, plan.selected.samples)
    left_out = {one.id for one in lacking}
    samples = [sample for sample in plan.selected.samples if sample.id not in left_out]
    entries = _work(pipeline, samples, progress)
    begun = replace(begun, resources=_resources(loaded, entries))
    skipped = [*plan.selected.unpaired, *lacking]
    scored = {sample.id for sample in plan.selected.scored}
    _conclude(folder, begun, skipped, entries, scored, {"load_s": load_s, "wall_s": load_s})


def _describe(
    plan: Plan, prepared: PreparedDataset, loaded: Sequence[LoadedVariant], leaks: Mapping[str, list[str]]
) -> RunInfo:
    variants = tuple(one.described(plan.selected.dataset) for one in loaded)
    settings = plan.settings({one.name: one.plugin.prompts for one in variants if one.plugin is not None})
    info = RunInfo(
        name=plan.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        variants=variants,
        environment=environment(plan.device),
        leaks=dict(leaks),
        flagged=dict(prepared.flags),
        label_agreement=prepared.label_agreement,
        request=replace(plan.record(), prompts=plan.asked_prompts(settings["prompts"])),
        **settings,
    )
    return named(info, plan.names)


def _lacking(loaded: Sequence[LoadedVariant], samples: Sequence[Sample]) -> list[Skipped]:
    """The samples that a variant is known to have no mask for: they are left out for all variants."""
    return [
        Skipped(sample.id, "masks", str(one.lacking[sample.id]))
        for sample in samples
        for one in loaded
        if sample.id in one.lacking
    ]


def _clear(folder: Path) -> None:
    """Remove what a run's folder holds, except locks.

    The files that mark the run as finished, or samples as done, are removed first. A process that is killed
    in between then leaves no run without its masks.
    """
    for name in ("metrics.parquet", "journal.jsonl", "run.json"):
        (folder / name).unlink(missing_ok=True)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif ".lock" not in path.name:
            path.unlink()


def _begin(folder: Path, info: RunInfo, loaded: Sequence[LoadedVariant]) -> RunInfo:
    """Write `run.json`, or continue with the existing one if it describes the same evaluation.

    The label agreement is added if it was not known when `run.json` was written. Folders of masks may have
    gained masks since then, and the names that are stated now are taken.
    """
    path = folder / "run.json"
    if not path.is_file():
        (folder / BEGUN_MASKS).unlink(missing_ok=True)  # of a run that was never begun
        begin_masks(folder, loaded)
        write_text(path, info.to_json())
        return info
    try:
        begun = RunInfo.from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FloodevalError(
            f"{path} cannot be read ({error}); start over with {Parameter('force')}"
        ) from None
    continued = with_present_masks(begun, info)
    refuse_other(folder, continued, vars(info))
    begin_masks(folder, loaded)
    continued = named(continued, names_of(info))
    if begun.label_agreement is None and info.label_agreement is not None:
        continued = replace(continued, label_agreement=info.label_agreement)
    if continued != begun:
        write_text(path, continued.to_json())
    return continued


def _begin_digests(folder: Path, samples: Sequence[Sample]) -> dict[str, Digests]:
    """Write the digests of all samples' files, or compare them with those from when the run was begun."""
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
                f"{changed} was changed since run {folder} was started; restore it, or start over with "
                f"{Parameter('force')}"
            )
    return found


def _work(pipeline: Pipeline, samples: Sequence[Sample], progress: Progress) -> list[Entry]:
    """Evaluate the samples that the journal does not hold yet, and return the entries of all.

    Samples that were left out whole in an earlier evaluation are tried again.
    """
    for torn in pipeline.folder.rglob(".*.partial*"):  # left by a process that was killed while it wrote
        torn.unlink()
    journal = Journal(pipeline.folder / "journal.jsonl")
    done = {entry.id: entry for entry in journal.read() if not entry.failed}
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
    left_out: Sequence[Skipped],
    entries: Sequence[Entry],
    scored: Container[str],
    timings: dict[str, float],
) -> None:
    """Write the tables, the timings and the findings, then drop the journal.

    Samples that are not `scored` are in the tables `VALIDATION` and `logits` alone.
    """
    skipped = [asdict(one) for one in left_out] + [one for entry in entries for one in entry.skipped]
    for stage in STAGES if info.fidelity is None else (*STAGES, "fidelity_s"):
        timings[stage] = timings.get(stage, 0.0) + sum(entry.seconds.get(stage, 0.0) for entry in entries)
    everything, entries = entries, [entry for entry in entries if entry.id in scored]
    metrics = pd.DataFrame([row for entry in entries for row in entry.rows], columns=list(COLUMNS))
    if metrics.empty:
        why = f"{skipped[0]['id']}: {skipped[0]['reason']}" if skipped else "no samples"
        raise FloodevalError(f"no sample of {info.dataset['name']} could be evaluated (first: {why})")
    findings = findings_of(metrics) + lossy_masks(info.variants) + waterless_masks(metrics, info.variants)
    write_text(folder / "run.json", replace(info, timings=timings, findings=findings).to_json())
    details = {
        name: pd.DataFrame([row for entry in entries for row in getattr(entry, name)], columns=list(columns))
        for name, columns in (DETAILS | OPTIONAL).items()
        if name in DETAILS or any(getattr(entry, name, ()) for entry in entries)
    }
    if validation := [row for entry in everything if entry.id not in scored for row in entry.rows]:
        details[VALIDATION] = _typed(pd.DataFrame(validation, columns=list(COLUMNS)))
        if logits := [row for entry in everything for row in entry.logits]:
            details["logits"] = pd.DataFrame(logits, columns=list(OPTIONAL["logits"]))
    if info.fidelity is not None:
        details["fidelity"] = fidelity_table([row for entry in entries for row in entry.fidelity])
    write_tables(folder, _typed(metrics), pd.DataFrame(skipped, columns=list(SKIPPED_COLUMNS)), details)
    Journal(folder / "journal.jsonl").remove()
    for name in ("digests.json", BEGUN_MASKS):
        (folder / name).unlink(missing_ok=True)


def _resources(loaded: Sequence[LoadedVariant], entries: Sequence[Entry]) -> dict[str, dict[str, Any]]:
    """Parameter counts of each variant, and its peak memory on a graphics card by prompt (MiB)."""
    peaks: dict[str, dict[str, float]] = {one.name: {} for one in loaded}
    for entry in entries:
        for key, peak_mb in entry.peaks.items():
            variant, _, prompt = key.partition("/")
            peaks[variant][prompt] = round(max(peak_mb, peaks[variant].get(prompt, 0.0)), 1)
    return {one.name: {**one.resources, "peak_memory_mb": peaks[one.name]} for one in loaded}


def _typed(metrics: pd.DataFrame) -> pd.DataFrame:
    """Give columns numeric types, also where every value is missing."""
    words = ("id", "scene", "split", "variant", "prompt")
    numbers = {name: "float64" for name in COLUMNS if name not in words}
    whole = dict.fromkeys(("width", "height", "tp", "fp", "fn", "tn"), "int64")
    return metrics.astype(numbers | whole | dict.fromkeys(words, "str"))
