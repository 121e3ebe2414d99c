"""The evaluation of all variants on the same samples with the same prompts, as a run that can be resumed."""

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.preparation import known_scenes, prepare, select_samples
from floodeval.datasets.splits import Split
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import declared_by_variant
from floodeval.evaluation.finished import OtherRunError as OtherRunError
from floodeval.evaluation.finished import confirm, stamp, watch
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs, Plan, make_plan
from floodeval.evaluation.run import Run, load_run
from floodeval.progress import Progress, silent
from floodeval.storage.atomic import write_text
from floodeval.storage.locks import hold
from floodeval.storage.paths import is_packaged, run_folder, writable_run_folder


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
    verify: bool = False,
    given: CommandInputs | None = None,
    trained_on: Mapping[str, Collection[str]] | None = None,
    progress: Progress = silent,
) -> Run:
    """Evaluate variants x prompts x samples into `results/runs/<name>`, and return the run.

    An evaluation that was stopped continues where it stopped. A finished run is returned as it is; no model
    is loaded if the sizes and times of its files are unchanged.

    Args:
        dataset: from `load_dataset`; its label scheme and the treatment of its photographs are the run's.
        name: the run's name, one folder.
        variants: source by variant name: a SAM, as in `vit_b`, `my-model`, `my.pth` or `vit_b:decoder.pth`; a
            folder of masks, as in `preds/unet` or `preds/unet?threshold=0.5`; or a plugin, as in
            `python:package.module:factory`. None is for the published weights; the first variant is the
            baseline. By default `pretrained` and the bundled fine-tuned model of that type.
        prompts: specs such as `box` or `points:n=5`. Each variant answers those that it takes; a folder of
            masks always has the prompt `none`.
        model_type: of variants whose source does not state or reveal it: vit_t, vit_b, vit_l or vit_h.
        split: a split of the data set; without it every sample is evaluated, or a subset that the data set's
            folders name.
        subset: train, validation or test: evaluate only this part of the split.
        device: a torch device.
        keep_embeddings: use the embeddings in the cache, and add those that it lacks (2 MiB per photograph,
            in half precision). The next checkpoint or prompt then only needs decoding.
        allow_leak: evaluate variants also on photographs that they were trained on, or on others of the same
            scenes; the run is marked.
        force: start over where a run of that name exists.
        verify: hash the photographs and reference masks of a finished run, instead of comparing sizes and
            times.
        given: the inputs as a command named them, kept in the run so that the command can be repeated.
        trained_on: ids of the samples that checkpoints of other programs were trained on, by variant name;
            with them, leaks can be found.
        progress: called with the steps of a download and of the search for scenes, and with how many samples
            are done.

    Raises:
        FloodevalError: a name, variant, prompt or split is wrong; the run exists with other settings, or
            another process is writing it; a variant was trained on a sample; or no sample could be evaluated.
    """
    plan = make_plan(
        select_samples(dataset, split, subset, progress),
        name,
        variants,
        prompts,
        model_type=model_type,
        device=device,
        keep_embeddings=keep_embeddings,
        allow_leak=allow_leak,
        given=given,
        trained_on=trained_on,
    )
    if force or not _is_finished(run_folder(name)):
        folder = writable_run_folder(name)
        with hold(folder, f"run {name}"):  # before anything that takes long
            if force or not _is_finished(folder):  # another process may have finished it meanwhile
                return _evaluate(folder, plan, force=force, progress=progress)
    run = load_run(run_folder(name))
    confirm(run, plan, verify=verify)
    return _with_agreement(run, plan.selected.dataset)


def _is_finished(folder: Path) -> bool:
    return (folder / "metrics.parquet").is_file()


def _evaluate(folder: Path, plan: Plan, *, force: bool, progress: Progress) -> Run:
    """Load the models, prepare the data set, run the pipeline over the plan, and write the run's tables."""
    # Slow to import; a finished run needs none of it.
    from floodeval.evaluation.run_checks import find_leaks, refuse_leaks, seen_samples
    from floodeval.evaluation.run_files import write_run
    from floodeval.evaluation.variant_loading import load_variants

    began, sources = time.perf_counter(), watch(plan)
    loaded = load_variants(plan, progress)
    selected = plan.selected
    declared = declared_by_variant(plan.trained_on, [one.name for one in loaded if one.has_unknown_training])
    loaded = [one.declaring(declared.get(one.name)) for one in loaded]
    seen = seen_samples(selected.dataset, {one.name: one.seen for one in loaded})
    known = {sample.id for sample in selected.dataset.samples}
    seen |= {variant: seen[variant] | training.ids & known for variant, training in declared.items()}
    leaks = find_leaks(selected.samples, known_scenes(selected), seen)
    if not plan.allow_leak:
        refuse_leaks(leaks, len(selected.samples))  # before a search that takes long
    prepared = prepare(selected, progress)
    leaks = find_leaks(selected.samples, prepared.scenes, seen)
    if not plan.allow_leak:
        refuse_leaks(leaks, len(selected.samples))
    write_run(folder, plan, prepared, loaded, leaks, began=began, force=force, progress=progress)
    stamp(folder, plan, sources)
    return load_run(folder)


def _with_agreement(run: Run, dataset: Dataset) -> Run:
    """The run with its label agreement, where the scenes were searched after the run was made.

    The agreement is added to `run.json` unless another process is writing it; a packaged run stays as it is.
    """
    if run.info.label_agreement is not None:
        return run
    from floodeval.datasets.label_agreement import agreement_at_hand  # slow to import

    agreement = agreement_at_hand(dataset)
    if agreement is None:
        return run
    info = replace(run.info, label_agreement=agreement)
    if is_packaged(run.folder):
        return replace(run, info=info)
    with suppress(FloodevalError), hold(run.folder, f"run {run.info.name}"):
        if load_run(run.folder).info == run.info:  # not made again meanwhile
            write_text(run.folder / "run.json", info.to_json())
    return replace(run, info=info)
