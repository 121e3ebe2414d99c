"""The steps of an evaluation, from its plan to its run: load the variants, prepare the data set, write."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.preparation import PreparedDataset, known_scenes, prepare
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import declared_by_variant
from floodeval.evaluation.finished import confirm, stamp, watch
from floodeval.evaluation.plan import Plan
from floodeval.evaluation.run import Run, load_run
from floodeval.evaluation.run_names import named
from floodeval.evaluation.stamps import Stat
from floodeval.evaluation.variants import LoadedVariant
from floodeval.progress import Progress, silent
from floodeval.sam.domain import domain_path
from floodeval.sam.sources import RoutedSource
from floodeval.storage.atomic import write_text
from floodeval.storage.locks import hold
from floodeval.storage.paths import is_packaged, run_folder, writable_run_folder

if TYPE_CHECKING:  # slow to import: a finished run is confirmed without it
    from floodeval.datasets.iou_spread import Spread
    from floodeval.evaluation.domain_check import DomainCheck
    from floodeval.evaluation.prompt_fidelity import PromptFidelity
    from floodeval.evaluation.sam_variants import SamVariant

Ids = frozenset[str]


@dataclass(frozen=True)
class LoadedEvaluation:
    """A plan with its variants loaded.

    Attributes:
        plan: what to evaluate.
        loaded: its variants, in order.
        seen: the ids of the data set's samples that each variant saw in training, by variant name.
        sources: size and times of the files that the run is made from, before they were read.
        seconds: that this took.
        fidelity: prompts its SAMs on dry land, where the plan asks for that.
        domain: the domain models of the variants; None where there are none.
    """

    plan: Plan
    loaded: tuple[LoadedVariant, ...]
    seen: Mapping[str, Ids]
    sources: Mapping[str, Stat]
    seconds: float
    fidelity: "PromptFidelity | None" = None
    domain: "DomainCheck | None" = None


@dataclass(frozen=True)
class PreparedEvaluation:
    """A plan with all that it needs before the first photograph is evaluated.

    Attributes:
        of: the plan with its variants.
        prepared: the samples with their scenes.
        leaks: the samples that a variant has seen, where that is allowed.
        seconds: that loading and preparing took.
    """

    of: LoadedEvaluation
    prepared: PreparedDataset
    leaks: Mapping[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


def is_finished(name: str) -> bool:
    """Whether a finished run of that name exists."""
    return (run_folder(name) / "metrics.parquet").is_file()


def evaluate_plan(plan: Plan, *, force: bool, verify: bool, progress: Progress = silent) -> Run:
    """Evaluate a plan from where an earlier evaluation stopped; a finished run is returned as it is.

    Raises:
        FloodevalError: as `floodeval.evaluate`.
    """
    if force or not is_finished(plan.name):
        folder = writable_run_folder(plan.name)
        with hold(folder, f"run {plan.name}"):  # before anything that takes long
            if force or not _is_written(folder):  # another process may have finished it meanwhile
                ready = prepare_evaluation(load_evaluation(plan, progress), progress)
                return write_evaluation(folder, ready, force=force, progress=progress)
    return finished_run(plan, verify=verify)


def finished_run(plan: Plan, *, verify: bool) -> Run:
    """The finished run of a plan, with the names that the plan states.

    Raises:
        OtherRunError: it was made from other inputs or with other settings.
        FloodevalError: a photograph or a reference mask is not the one that was evaluated.
    """
    run = load_run(run_folder(plan.name))
    confirm(run, plan, verify=verify)
    return _brought_up_to_date(run, plan)


def load_evaluation(
    plan: Plan,
    progress: Progress = silent,
    models: dict[str, LoadedVariant] | None = None,
    references: "dict[str, SamVariant] | None" = None,
) -> LoadedEvaluation:
    """Load the variants of a plan, and refuse those that were trained on its samples.

    Args:
        plan: what to evaluate.
        progress: called with notes, and with the steps of a download.
        models: variants that were loaded for another data set, by name; those loaded here are added.
        references: pretrained models that were loaded to measure prompt fidelity on another data set, by
            model type; those loaded here are added.

    Raises:
        FloodevalError: a variant cannot be loaded, or was trained on a sample and that is not allowed.
    """
    # Slow to import; a finished run needs none of it.
    from floodeval.evaluation.run_checks import find_leaks, refuse_leaks, seen_samples
    from floodeval.evaluation.variant_loading import load_variants

    began, sources = time.perf_counter(), watch(plan)
    loaded, selected = load_variants(plan, progress, models), plan.selected
    declared = declared_by_variant(plan.trained_on, [one.name for one in loaded if one.has_unknown_training])
    loaded = [one.declaring(declared.get(one.name)) for one in loaded]
    seen = seen_samples(selected.dataset, {one.name: one.seen for one in loaded})
    known = {sample.id for sample in selected.dataset.samples}
    seen |= {variant: seen[variant] | training.ids & known for variant, training in declared.items()}
    if not plan.allow_leak:  # before a search that takes long
        refuse_leaks(find_leaks(selected.scored, known_scenes(selected), seen), len(selected.scored))
    fidelity = _load_fidelity(plan, loaded, {} if references is None else references, progress)
    domain = _domain_check(plan, loaded, progress)
    seconds = time.perf_counter() - began
    return LoadedEvaluation(plan, tuple(loaded), seen, sources, seconds, fidelity, domain)


def _domain_check(plan: Plan, loaded: Sequence[LoadedVariant], progress: Progress) -> "DomainCheck | None":
    """The domain models of the variants; None where there are none. Variants that route always have one."""
    checkpoints = (getattr(source, "checkpoint", None) for source in plan.variants.values())
    routes = any(isinstance(source, RoutedSource) for source in plan.variants.values())
    if not routes and not (plan.check_domain and any(domain_path(one) for one in checkpoints)):
        return None
    from floodeval.evaluation.domain_check import load_domain_check  # loads torch

    return load_domain_check(
        loaded,
        plan.device,
        only_routed=not plan.check_domain,
        keep_embeddings=plan.keep_embeddings,
        progress=progress,
    )


def prepare_evaluation(
    loaded: LoadedEvaluation, progress: Progress = silent, copies: Mapping[str, Ids] | None = None
) -> PreparedEvaluation:
    """Find the scenes of a data set, and refuse variants that were trained on one of its samples' scenes.

    Args:
        loaded: from `load_evaluation`.
        progress: called with notes, and with the steps of the search for scenes.
        copies: ids of samples that show what a variant was trained on in another data set, by variant name.

    Raises:
        FloodevalError: masks hold values that nobody declared, or there is a leak that is not allowed.
    """
    from floodeval.evaluation.run_checks import find_leaks, refuse_leaks

    began, plan = time.perf_counter(), loaded.plan
    prepared = prepare(plan.selected, progress)
    seen = {name: ids | (copies or {}).get(name, frozenset()) for name, ids in loaded.seen.items()}
    leaks = find_leaks(plan.selected.scored, prepared.scenes, seen)
    if not plan.allow_leak:
        refuse_leaks(leaks, len(plan.selected.scored))
    return PreparedEvaluation(loaded, prepared, leaks, loaded.seconds + time.perf_counter() - began)


def write_evaluation(folder: Path, ready: PreparedEvaluation, *, force: bool, progress: Progress) -> Run:
    """Run the pipeline over a plan and write the run's tables; the caller holds the folder's lock.

    Raises:
        FloodevalError: as `floodeval.evaluation.run_files.write_run`.
    """
    from floodeval.evaluation.run_files import write_run

    plan, began = ready.of.plan, time.perf_counter() - ready.seconds
    write_run(
        folder,
        plan,
        ready.prepared,
        ready.of.loaded,
        ready.leaks,
        ready.of.domain,
        began=began,
        force=force,
        progress=progress,
        fidelity=ready.of.fidelity,
    )
    stamp(folder, plan, ready.of.sources)
    return load_run(folder)


def _load_fidelity(
    plan: Plan, loaded: Sequence[LoadedVariant], references: "dict[str, SamVariant]", progress: Progress
) -> "PromptFidelity | None":
    if plan.land is None:
        return None
    from floodeval.evaluation.prompt_fidelity import load_fidelity  # loads torch

    return load_fidelity(plan.land, loaded, references, progress)


def _is_written(folder: Path) -> bool:
    return (folder / "metrics.parquet").is_file()


def _brought_up_to_date(run: Run, plan: Plan) -> Run:
    """The run with the names that the plan states, and its label agreement if scenes were searched since.

    They are added to `run.json` unless another process is writing it; a packaged run stays as it is.
    """
    info = named(run.info, plan.names)
    if info.label_agreement is None:
        info = replace(info, label_agreement=_agreement(plan.selected.dataset))
    if info == run.info:
        return run
    if is_packaged(run.folder):
        return replace(run, info=info)
    with suppress(FloodevalError), hold(run.folder, f"run {run.info.name}"):
        if load_run(run.folder).info == run.info:  # not made again meanwhile
            write_text(run.folder / "run.json", info.to_json())
    return replace(run, info=info)


def _agreement(dataset: Dataset) -> "Spread | None":
    from floodeval.datasets.label_agreement import agreement_at_hand  # slow to import

    return agreement_at_hand(dataset)
