"""Loading the variants of a plan: folders of masks first, models last, since they take longest."""

from collections.abc import Iterator, Mapping

from floodeval.evaluation.mask_folders import open_mask_folder
from floodeval.evaluation.plan import DEFAULT_PROMPTS, Plan
from floodeval.evaluation.plugins import load_plugin
from floodeval.evaluation.run_prompts import left_out
from floodeval.evaluation.variants import LoadedVariant
from floodeval.progress import Progress, Step, silent
from floodeval.sam.sources import (
    MaskFolderSource,
    ModelSource,
    PluginSource,
    RoutedSource,
    SegmenterSource,
    VariantSource,
)


def load_variants(
    plan: Plan, progress: Progress = silent, kept: dict[str, LoadedVariant] | None = None
) -> list[LoadedVariant]:
    """Load every variant, in the order of the plan.

    Args:
        plan: what to evaluate.
        progress: called with a note for each variant that some of the plan's prompts are left out for, and
            with the steps of a download of published weights.
        kept: models that were loaded for another data set, by the variant's name, to be used again; those
            that are loaded here are added. Folders of masks belong to one data set.

    Raises:
        FloodevalError: a folder of masks, a plugin or a checkpoint cannot be used, or a variant takes none of
            the prompts.
    """
    models = {} if kept is None else kept
    loaded = {
        name: open_mask_folder(name, source, plan.selected.samples)
        for name, source in plan.variants.items()
        if isinstance(source, MaskFolderSource)
    } | _plugins(plan, models)
    plan.run_prompts({name: one.prompt_kinds for name, one in loaded.items()})
    for note in _left_out(plan, loaded):
        progress(Step(0, 0, "loading variants", note=note))
    _load_networks(
        {name: one for name, one in plan.variants.items() if name not in loaded}, plan, models, progress
    )
    loaded |= models
    return [loaded[name] for name in plan.variants]


def _plugins(plan: Plan, models: dict[str, LoadedVariant]) -> dict[str, LoadedVariant]:
    """The plugins, which are added to the models where these lack them."""
    plugins = {name: one for name, one in plan.variants.items() if isinstance(one, PluginSource)}
    models |= {name: load_plugin(name, one) for name, one in plugins.items() if name not in models}
    return {name: models[name] for name in plugins}


def _load_networks(
    sources: Mapping[str, VariantSource], plan: Plan, models: dict[str, LoadedVariant], progress: Progress
) -> None:
    """Add SAMs and segmenters to the models that lack them."""
    missing = {name: one for name, one in sources.items() if name not in models}
    sams = {name: one for name, one in missing.items() if isinstance(one, ModelSource)}
    segmenters = {name: one for name, one in missing.items() if isinstance(one, SegmenterSource)}
    routed = {name: one for name, one in missing.items() if isinstance(one, RoutedSource)}
    if sams or routed:
        from floodeval.evaluation.routed_variant import load_routed  # loads torch, which nothing else needs

        found = load_routed(
            sams, routed, plan.device, keep_embeddings=plan.keep_embeddings, progress=progress
        )
        models |= {one.name: one for one in found}
    if segmenters:
        from floodeval.evaluation.segmenter_variants import load_segmenters  # loads torch as well

        models |= {one.name: one for one in load_segmenters(segmenters, plan.device, progress=progress)}


def _left_out(plan: Plan, loaded: Mapping[str, LoadedVariant]) -> Iterator[str]:
    """The requested prompts that are left out for a variant, in words.

    A folder of masks never takes a prompt. This is reported only if every variant is a folder and prompts
    other than the default ones were requested.
    """
    only_folders = all(isinstance(source, MaskFolderSource) for source in plan.variants.values())
    stated = tuple(spec.spec for spec in plan.prompts) != DEFAULT_PROMPTS
    for name, source in plan.variants.items():
        if isinstance(source, ModelSource | SegmenterSource | RoutedSource) or (
            isinstance(source, MaskFolderSource) and not (only_folders and stated)
        ):
            continue
        kinds = loaded[name].prompt_kinds
        if unused := left_out(plan.prompts, kinds):
            yield f"'{name}' takes the prompt {' or '.join(kinds)}; left out for it: {', '.join(unused)}"
