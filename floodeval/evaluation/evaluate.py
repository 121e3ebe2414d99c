"""An evaluation: all variants on the same samples with the same prompts, to a run that can be resumed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.splits import Split
from floodeval.errors import FloodevalError
from floodeval.evaluation.finished import OtherRunError as OtherRunError
from floodeval.evaluation.finished import confirm
from floodeval.evaluation.plan import DEFAULT_PROMPTS, Given, make_request
from floodeval.evaluation.run import Run, load_run
from floodeval.progress import Progress, silent
from floodeval.storage.atomic import write_text
from floodeval.storage.locks import check_free, hold
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
    given: Given | None = None,
    progress: Progress = silent,
) -> Run:
    """Evaluate variants x prompts x samples into `results/runs/<name>`, and return the run.

    An evaluation that was stopped continues where it stopped. A finished one is returned as it is, without
    loading a model, where it is known by its files' sizes and times.

    Args:
        dataset: from `load_dataset`; its label scheme and the treatment of its photographs are the run's.
        name: the run's name, one folder.
        variants: checkpoint by variant name, None for the published weights; the first is the baseline.
            By default `pretrained` and the bundled fine-tuning of that model type.
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
        verify: hash the photographs and references of a finished run rather than compare sizes and times.
        given: how a command named its inputs, kept in the run so that the command can be given again.
        progress: called with how many samples are done, and of how many.

    Raises:
        FloodevalError: a name, variant, prompt or split is wrong, the run exists and was made otherwise, is
            being written by another process, a variant was trained on a sample, or not one sample could be
            evaluated.
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
        given=given or Given(),
    )
    folder = run_folder(name)
    dataset = request.repaired(dataset)
    if force or not (folder / "metrics.parquet").is_file():
        folder = writable_run_folder(name)
        check_free(folder, f"run {name}")
        from floodeval.evaluation.run_files import write_run  # loads torch, which a finished run needs not

        if write_run(folder, dataset, request, force=force, progress=progress):
            return load_run(folder)
    run = load_run(folder)
    confirm(run, dataset, request, verify=verify)
    return _with_agreement(run, dataset)


def _with_agreement(run: Run, dataset: Dataset) -> Run:
    """The run with how well labels agree, where the scenes have become known since it was made.

    It is kept in `run.json`, unless that is being written, or cannot be; a packaged run stays as it is.
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
