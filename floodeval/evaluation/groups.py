"""A group: the same variants evaluated on several data sets in one command, one of which is in domain."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from floodeval.datasets.dataset import Dataset, digest_of
from floodeval.datasets.preparation import SelectedSamples, select_samples
from floodeval.datasets.splits import Split
from floodeval.errors import FloodevalError
from floodeval.evaluation.execution import (
    LoadedEvaluation,
    PreparedEvaluation,
    finished_run,
    is_finished,
    load_evaluation,
    prepare_evaluation,
    write_evaluation,
)
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs, Plan, checked_variants, make_plan
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_names import RunNames, check_names
from floodeval.evaluation.run_parts import Group
from floodeval.evaluation.training_copies import find_training_copies
from floodeval.evaluation.variants import LoadedVariant
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, Step, silent
from floodeval.sam.checkpoint_headers import FORMAT, read_metadata
from floodeval.storage.locks import hold
from floodeval.storage.paths import check_name, writable_run_folder

if TYPE_CHECKING:  # loads torch, which runs of folders of masks do without
    from floodeval.evaluation.sam_variants import SamVariant

FEW_SCENES = 6  # below, no comparison of two variants can be significant


def evaluate_group(
    datasets: Sequence[Dataset],
    name: str,
    variants: Mapping[str, str | Path | None] | None = None,
    prompts: Sequence[str] = DEFAULT_PROMPTS,
    *,
    in_domain: str | None = None,
    model_type: str = "vit_t",
    split: Split | Mapping[str, Split] | None = None,
    subset: str | None = None,
    device: str = "cpu",
    keep_embeddings: bool = False,
    allow_leak: bool = False,
    check_domain: bool = True,
    force: bool = False,
    verify: bool = False,
    given: Mapping[str, CommandInputs] | None = None,
    trained_on: Mapping[str, Collection[str]] | None = None,
    display_names: Mapping[str, str] | None = None,
    class_names: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> tuple[Run, ...]:
    """Evaluate the same variants on several data sets, each into `results/runs/<name>-<data set>`.

    Everything that can be refused is refused before the first photograph is evaluated. Models are loaded
    once. An evaluation that was stopped continues where it stopped, and finished runs are kept.

    Args:
        datasets: from `load_dataset`, two or more.
        name: of the group, the beginning of the runs' names.
        variants: as in `evaluate`; all of them are evaluated on every data set.
        prompts: as in `evaluate`.
        in_domain: the name of the data set that the variants were made for; by default the one that a
            variant was trained on.
        model_type: as in `evaluate`.
        split: of the in-domain data set, or splits by the name of the data set; those without one are
            evaluated whole.
        subset: of these splits, and of the in-domain data set's own folders if it has no split here.
        device: a torch device.
        keep_embeddings: as in `evaluate`.
        allow_leak: evaluate variants also on photographs that they were trained on, or on near-duplicates of
            these, in any of the data sets; the run is marked.
        check_domain: as in `evaluate`.
        force: start over where runs of these names exist.
        verify: as in `evaluate`.
        given: the inputs as a command named them, by the name of the data set.
        trained_on: as in `evaluate`, with ids of the in-domain data set.
        display_names: what people read, by the name of a variant or of a data set.
        class_names: the class that a data set's masks call water, by the name of the data set, where that is
            another one.
        progress: as in `evaluate`; also called with a note for each data set of few scenes.

    Returns:
        The runs, in the order of the data sets; each names its group.

    Raises:
        FloodevalError: as `evaluate`; or two data sets have one name, or nothing determines which of them is
            in domain.
    """
    home = find_in_domain(datasets, variants, model_type, in_domain)
    group = _group(datasets, name, home)
    splits = splits_by_name(split, home, datasets)
    check_names(
        display_names or {}, list(checked_variants(variants, model_type)), [one.name for one in datasets]
    )
    check_known(class_names or {}, datasets)

    def plan_of(dataset: Dataset) -> Plan:
        run_name = _run_name(name, dataset)
        is_home = run_name == group.in_domain
        return make_plan(
            _selected(dataset, splits.get(dataset.name), subset, progress, is_home=is_home),
            run_name,
            variants,
            prompts,
            model_type=model_type,
            device=device,
            keep_embeddings=keep_embeddings,
            allow_leak=allow_leak,
            check_domain=check_domain,
            given=(given or {}).get(dataset.name),
            trained_on=trained_on if is_home else None,
            names=RunNames(group, display_names or {}, (class_names or {}).get(dataset.name)),
        )

    plans = [plan_of(dataset) for dataset in datasets]
    return _evaluate_all(plans, force=force, verify=verify, progress=progress)


def find_in_domain(
    datasets: Sequence[Dataset],
    variants: Mapping[str, str | Path | None] | None = None,
    model_type: str = "vit_t",
    in_domain: str | None = None,
) -> Dataset:
    """Find the in-domain data set: the one of a name, or the one that a variant was trained on.

    A checkpoint records the fingerprint of its data set and the digests of its photographs; the data set with
    that fingerprint, or with most of the photographs, is the one.

    Raises:
        FloodevalError: there is none of that name, or no variant or more than one data set is found.
    """
    known = ", ".join(dataset.name for dataset in datasets)
    if in_domain is not None:
        for dataset in datasets:
            if in_domain == dataset.name or Path(in_domain).resolve() == dataset.folder.resolve():
                return dataset
        raise FloodevalError(saying("groups.unknown_domain", name=in_domain, known=known))
    checkpoints = {
        path
        for source in checked_variants(variants, model_type).values()
        if isinstance(path := getattr(source, "checkpoint", None), Path)
    }
    trained = {one.name: one for path in sorted(checkpoints) if (one := _trained_on(path, datasets))}
    if len(trained) != 1:
        raise FloodevalError(saying("groups.which_domain", known=known))
    return next(iter(trained.values()))


def _trained_on(checkpoint: Path, datasets: Sequence[Dataset]) -> Dataset | None:
    """The data set that a checkpoint of floodeval was trained on; None where it is none of them."""
    try:
        metadata = read_metadata(checkpoint)
    except FloodevalError:  # of another format, or reported where it is loaded
        return None
    if metadata.get("format") != FORMAT:
        return None
    for dataset in datasets:
        if dataset.fingerprint == metadata.get("dataset_fingerprint"):
            return dataset
    seen = set(metadata.get("photographs", "").split())
    counts = (
        [sum(digest_of(one.photograph) in seen for one in of.samples) for of in datasets] if seen else [0]
    )
    return datasets[counts.index(max(counts))] if max(counts) else None


def splits_by_name(
    split: Split | Mapping[str, Split] | None, in_domain: Dataset, datasets: Sequence[Dataset]
) -> dict[str, Split]:
    """The split of each data set that has one; a single split is that of the in-domain data set.

    Raises:
        FloodevalError: a split is of a data set that is not there, or its record says that it was made for
            another one of the group.
    """
    by_name = {in_domain.name: split} if isinstance(split, Split) else dict(split or {})
    check_known(by_name, datasets)
    for name, one in by_name.items():
        made_for = one.record.fingerprint if one.record else None
        of = {dataset.fingerprint: dataset.name for dataset in reversed(datasets)}
        mine = next(dataset.fingerprint for dataset in datasets if dataset.name == name)
        if made_for in of and made_for != mine:
            raise FloodevalError(saying("groups.other_split", split=one.name, of=of[made_for], name=name))
    return by_name


def _group(datasets: Sequence[Dataset], name: str, in_domain: Dataset) -> Group:
    """The group of the data sets' runs; refuses names that are not allowed, or the same but for case."""
    check_name("group", name)
    names: dict[str, Path] = {}
    for dataset in datasets:
        key = dataset.name.casefold()
        if key in names:
            places = {"folder": names[key], "other": dataset.folder}
            raise FloodevalError(saying("groups.same_name", name=dataset.name, **places))
        names[key] = dataset.folder
    return Group(name, tuple(_run_name(name, one) for one in datasets), _run_name(name, in_domain))


def _run_name(group: str, dataset: Dataset) -> str:
    return check_name("run", f"{group}-{dataset.name}")


def check_known(names: Iterable[str], datasets: Sequence[Dataset]) -> None:
    """Refuse what is stated about a data set that is not there, by its name."""
    known = [dataset.name for dataset in datasets]
    for name in names:
        if name not in known:
            raise FloodevalError(saying("groups.no_dataset", name=name, known=", ".join(known)))


def _selected(
    dataset: Dataset, split: Split | None, subset: str | None, progress: Progress, *, is_home: bool
) -> SelectedSamples:
    """The samples of a data set: the subset of its split, or of its own folders in domain; else all."""
    return select_samples(dataset, split, subset if split or is_home else None, progress)


def _evaluate_all(plans: Sequence[Plan], *, force: bool, verify: bool, progress: Progress) -> tuple[Run, ...]:
    """Confirm what is finished, prepare everything else, and only then evaluate it."""
    with ExitStack() as locks:
        for plan in plans:
            if force or not is_finished(plan.name):
                locks.enter_context(hold(writable_run_folder(plan.name), f"run {plan.name}"))
        pending = [plan for plan in plans if force or not is_finished(plan.name)]
        runs = {plan.name: finished_run(plan, verify=verify) for plan in plans if plan not in pending}
        for ready in _prepared(plans, pending, progress) if pending else ():
            plan = ready.of.plan
            shown = _about(plan.selected.dataset.name, progress)
            folder = writable_run_folder(plan.name)
            runs[plan.name] = write_evaluation(folder, ready, force=force, progress=shown)
    return tuple(runs[plan.name] for plan in plans)


def _prepared(plans: Sequence[Plan], pending: Sequence[Plan], progress: Progress) -> list[PreparedEvaluation]:
    """Load the variants once, and prepare the data sets that are still to be evaluated."""
    models: dict[str, LoadedVariant] = {}
    references: dict[str, SamVariant] = {}
    loaded: list[LoadedEvaluation] = []
    for plan in plans:  # finished ones too: what a variant saw there may be shown elsewhere
        asked = plan if plan in pending else replace(plan, allow_leak=True)
        loaded.append(load_evaluation(asked, progress, models, references))
    copies = find_training_copies(
        [plan.selected.dataset for plan in plans], [one.seen for one in loaded], progress
    )
    prepared = [
        prepare_evaluation(one, _about(plan.selected.dataset.name, progress), of_plan)
        for plan, one, of_plan in zip(plans, loaded, copies, strict=True)
        if plan in pending
    ]
    for ready in prepared:
        samples, scenes = ready.prepared.selected.samples, ready.prepared.scenes
        n = len({scenes[sample.id] for sample in samples})
        if n < FEW_SCENES:
            name = ready.prepared.selected.dataset.name
            note = saying("groups.few_scenes", name=name, n=n, needed=FEW_SCENES)
            progress(Step(0, 0, "preparing", note=str(note)))
    return prepared


def _about(dataset: str, progress: Progress) -> Progress:
    """Progress that names the data set of each stage."""
    return lambda step: progress(replace(step, what=f"{step.what} {dataset}"))
