"""Finished runs that are asked for again: whether they match what is asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from floodeval.datasets.dataset import read_truth
from floodeval.datasets.digests import file_sha256, truth_sha256
from floodeval.datasets.listing import Sample
from floodeval.datasets.scenes.store import kept_file
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import EVERY, DeclaredTraining
from floodeval.evaluation.mask_listing import content_sha256, watched_files
from floodeval.evaluation.plan import Plan, checkpoint_name, source_sha256
from floodeval.evaluation.plugins import module_file, module_sha256
from floodeval.evaluation.run import Run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_names import without_names
from floodeval.evaluation.stamps import Stamp, Stat, key_of, stats_of, write_stamp
from floodeval.evaluation.variant_record import MASKS, PLUGIN, SAM, MaskScheme, Variant
from floodeval.i18n.catalog import Parameter
from floodeval.sam.checkpoint_headers import SEGMENTER
from floodeval.sam.shards import files_of
from floodeval.sam.sources import (
    MaskFolderSource,
    ModelSource,
    PluginSource,
    RoutedSource,
    SegmenterSource,
    VariantSource,
    options_of,
)

COMPARED = (
    "dataset",
    "split",
    "variants",
    "prompts",
    "metrics",
    "inference",
    "labels",
    "photographs",
    "fidelity",
    "domain",
)


class OtherRunError(FloodevalError):
    """A run of that name exists and differs; `differing` names the parts of `run.json` that do."""

    def __init__(self, folder: Path, differing: Sequence[str]) -> None:
        super().__init__(
            f"run {folder} exists with other {', '.join(differing)}; choose another name, or replace it with "
            f"{Parameter('force')}"
        )
        self.differing = tuple(differing)


def confirm(run: Run, plan: Plan, *, verify: bool) -> None:
    """Check that a finished run matches the plan.

    Args:
        run: the finished run.
        plan: what is asked for.
        verify: hash the photographs and references of all samples, instead of only those whose size or time
            changed since the run was stamped.

    Raises:
        OtherRunError: it was made from other inputs or with other settings.
        FloodevalError: a photograph or a reference mask is not the one that was evaluated.
    """
    stamped = Stamp.of(run.folder)
    if not verify and stamped.answers(_key(run.folder, plan)):
        return
    sources = watch(plan)
    of_plugins = {one.name: one.plugin.prompts for one in run.info.variants if one.plugin is not None}
    refuse_other(run.folder, run.info, plan.settings(of_plugins) | _variants(run.info, plan))
    changed = None if verify else stamped.changed()
    samples = plan.selected.samples
    _check_digests(run, [one for one in samples if changed is None or _paths(one) & changed])
    stamp(run.folder, plan, sources)


def watch(plan: Plan) -> dict[str, Stat]:
    """Size and times of the files that a run is made from; call it before they are read."""
    return stats_of(_sources(plan))


def stamp(folder: Path, plan: Plan, sources: Mapping[str, Stat]) -> None:
    """Note in the cache that the run in `folder` matches the plan, and the files that it depends on.

    Args:
        folder: of the finished run.
        plan: what is asked for.
        sources: from `watch`, before the sources were read, so that a later change is noticed.
    """
    write_stamp(folder, _key(folder, plan), stats_of(_made(folder, plan)) | dict(sources))


def refuse_other(folder: Path, info: RunInfo, wanted: Mapping[str, Any]) -> None:
    """Refuse a run that differs from what is wanted, by fields of `RunInfo`; names do not count.

    Raises:
        OtherRunError: a field differs.
    """
    differing = [
        key
        for key in COMPARED
        if key in wanted and without_names(key, getattr(info, key)) != without_names(key, wanted[key])
    ]
    if differing:
        raise OtherRunError(folder, differing)


def _variants(info: RunInfo, plan: Plan) -> dict[str, Any]:
    """The run's own entry of its variants if it was made with the sources that are asked for."""
    models = {name: one for name, one in plan.variants.items() if isinstance(one, ModelSource)}
    if any(one.file_sha256 is None for one in info.variants) and len(models) == len(plan.variants):
        from floodeval.evaluation.sam_variants import load_sams  # a run of schema 1: compare the tensors

        found = (one.described(plan.selected.dataset) for one in load_sams(models, plan.device))
        return {"variants": tuple(replace(one, file_sha256=None) for one in found)}
    given = info.request.variants if info.request else {}
    same = [one.name for one in info.variants] == list(plan.variants) and all(
        _is_of(one, plan.variants[one.name], given.get(one.name), plan) and _is_declared(one, plan.trained_on)
        for one in info.variants
    )
    return {"variants": info.variants if same else None}


def _is_declared(variant: Variant, declared: Mapping[str, DeclaredTraining]) -> bool:
    """Whether a run's variant has the declared training data, or none where none is declared."""
    training, trained_on = declared.get(variant.name, declared.get(EVERY)), variant.trained_on or {}
    if "declared" in trained_on:
        return training is not None and training.sha256 == trained_on["split_sha256"]
    return training is None or not variant.has_unknown_training


def _is_of(variant: Variant, source: VariantSource, given: str | None, plan: Plan) -> bool:
    """Whether a run's variant was made from a source, whose options the run recorded as `given`."""
    if isinstance(source, MaskFolderSource):
        scheme = variant.masks or MaskScheme("", "")
        stated = (scheme.water, scheme.threshold) == (source.water, source.threshold)
        return (
            variant.source == MASKS
            and stated
            and variant.sha256 == content_sha256(source.folder, plan.selected.samples)
        )
    if isinstance(source, PluginSource):
        of_factory = variant.plugin is not None and variant.plugin.factory == source.name
        return variant.source == PLUGIN and of_factory and variant.sha256 == module_sha256(source)
    if isinstance(source, RoutedSource):
        return variant.route == source.percentile and _is_of_model(variant, source.model)
    if isinstance(source, SegmenterSource):
        of_name = (variant.source, variant.model_type) == (PLUGIN, SEGMENTER)
        of_name = of_name and variant.checkpoint == checkpoint_name(source.checkpoint)
        return of_name and variant.file_sha256 == file_sha256(source.checkpoint)
    return (
        variant.source == SAM
        and variant.route is None
        and options_of(given) == source.stated
        and _is_of_model(variant, source)
    )


def _is_of_model(variant: Variant, source: ModelSource) -> bool:
    """Whether a run's variant was made from the file that a source names, as a model of the same type."""
    model_type = source.model_type or variant.model_type  # a file's content determines the type
    recorded = (variant.model_type, variant.checkpoint, variant.alpha)
    if recorded != (model_type, checkpoint_name(source.checkpoint), source.alpha):
        return False
    if variant.base is not None and model_type != (source.model_type or source.default_type):
        return False  # an incomplete checkpoint, on the published weights of another model type
    return variant.file_sha256 == source_sha256(model_type, source.checkpoint)


def _check_digests(run: Run, samples: Iterable[Sample]) -> None:
    wanted = list(samples)
    if not wanted or not (run.folder / "samples.parquet").is_file():
        return
    known = run.table("samples").set_index("id")
    for sample in wanted:
        if sample.id not in known.index:  # it was skipped
            continue
        row, truth = known.loc[sample.id], read_truth(sample)
        for path, digest, kept in (
            (sample.photograph, file_sha256(sample.photograph), row["photograph_sha256"]),
            (sample.mask, truth_sha256(truth.water, truth.ignored), row["truth_sha256"]),
        ):
            if digest != kept:
                raise FloodevalError(
                    f"{path} is not the file that run {run.folder} was evaluated with; restore it, or "
                    f"evaluate again with {Parameter('force')}"
                )


def _sources(plan: Plan) -> list[Path]:
    """Every file that a run is made from, and every folder, which shows files that were added."""
    dataset = plan.selected.dataset
    of_samples = [path for sample in dataset.samples for path in _paths(sample)]
    root = dataset.folder.absolute()
    folders = {parent for path in of_samples for parent in path.parents if parent.is_relative_to(root)}
    named = [root / name for name in ("metadata.csv", "dataset.toml", "synthetic.json")]
    named += dataset.listing.declared_in if dataset.listing else []
    split = plan.given.split
    named += [split, split.with_suffix(".record.json")] if split else []
    named += [plan.given.config] if plan.given.config else []
    named += [training.path for training in plan.trained_on.values() if training.path]
    named += [path for source in plan.variants.values() for path in _files_of(source)]
    return [*named, root, *sorted(folders), *of_samples]


def _files_of(source: VariantSource) -> list[Path]:
    """The files that a variant is made from."""
    if isinstance(source, MaskFolderSource):
        return watched_files(source.folder)
    if isinstance(source, PluginSource):
        path = module_file(source)
        return [] if path is None else [path]
    return [] if source.checkpoint is None else files_of(source.checkpoint)


def _made(folder: Path, plan: Plan) -> list[Path]:
    """The run's own files that the command shows, and the file of scenes if it does not exist yet."""
    made = [folder / name for name in ("run.json", "metrics.parquet", "metrics.csv", "skipped.csv")]
    if not (
        scenes := kept_file(plan.selected.dataset)
    ).exists():  # with scenes, the label agreement can be added
        made.append(scenes)
    return made


def _paths(sample: Sample) -> set[Path]:
    return {path.absolute() for path in (sample.photograph, sample.mask)}


def _key(folder: Path, plan: Plan) -> str:
    """The key of the plan in a stamp: from the command's options, or from the arguments in Python."""
    selected = plan.selected
    asked = repr((plan.record(), selected.dataset.reading, selected.split and selected.split.sha256))
    return key_of(folder, plan.given.options or asked, plan.given.dataset or selected.dataset.folder)
