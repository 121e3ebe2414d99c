"""The evaluation of all variants on the same samples with the same prompts, as a run that can be resumed."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.preparation import select_samples
from floodeval.datasets.splits import Split
from floodeval.evaluation.execution import evaluate_plan
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs, make_plan
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_names import RunNames, check_names
from floodeval.progress import Progress, silent


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
    check_domain: bool = True,
    force: bool = False,
    verify: bool = False,
    given: CommandInputs | None = None,
    trained_on: Mapping[str, Collection[str]] | None = None,
    display_names: Mapping[str, str] | None = None,
    class_name: str | None = None,
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
        subset: train, validation or test: evaluate only this part of the split. "validation,test" evaluates
            test, and keeps validation apart to choose thresholds on (`floodeval.analysis.threshold_choice`).
        device: a torch device.
        keep_embeddings: use the embeddings in the cache, and add those that it lacks (2 MiB per photograph,
            in half precision). The next checkpoint or prompt then only needs decoding.
        allow_leak: evaluate variants also on photographs that they were trained on, or on others of the same
            scenes; the run is marked.
        check_domain: measure how unlike the training photographs each photograph is, for variants that have a
            domain model. This takes one more encoding where no variant has the pretrained encoder.
        force: start over where a run of that name exists.
        verify: hash the photographs and reference masks of a finished run, instead of comparing sizes and
            times.
        given: the inputs as a command named them, kept in the run so that the command can be repeated.
        trained_on: ids of the samples that checkpoints of other programs were trained on, by variant name;
            with them, leaks can be found.
        display_names: what people read, by the name of a variant or of the data set.
        class_name: the class that the masks call water, where that is another one, such as `object`.
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
        check_domain=check_domain,
        given=given,
        trained_on=trained_on,
        names=RunNames(display_names=display_names or {}, class_name=class_name),
    )
    check_names(display_names or {}, list(plan.variants), [dataset.name])
    return evaluate_plan(plan, force=force, verify=verify, progress=progress)
