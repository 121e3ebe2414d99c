"""The plan of an evaluation: what was asked for, checked before a model is loaded or a file written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floodeval.datasets.dataset_config import is_synthetic
from floodeval.datasets.preparation import SelectedSamples
from floodeval.errors import FloodevalError
from floodeval.evaluation.declared_training import DeclaredTraining, check_declared, read_declared
from floodeval.evaluation.run_names import RunNames, check_line
from floodeval.evaluation.run_parts import KEPT, FidelityRecord, Inference, RequestRecord
from floodeval.evaluation.run_prompts import prompts_of_run
from floodeval.i18n.catalog import Parameter, saying
from floodeval.metrics.boundary import BOUNDARY_WIDTH, NSD_TOLERANCE
from floodeval.metrics.overlap import EMPTY_POLICY, FAILURE_THRESHOLD
from floodeval.sam.land_spec import LandSpec, find_land, is_land
from floodeval.sam.prompts import PROMPT_KINDS, PromptSpec, folder_name, parse_prompt
from floodeval.sam.registry import published
from floodeval.sam.shards import checkpoint_sha256
from floodeval.sam.sources import (
    FINETUNED,
    PUBLISHED,
    MaskFolderSource,
    ModelSource,
    PluginSource,
    RoutedSource,
    SegmenterSource,
    VariantSource,
    finetuned_name,
    parse_source,
)
from floodeval.storage.paths import WEIGHT_FILES, check_name, run_folder

DEFAULT_PROMPTS = ("box", "point", "full")
MASK_THRESHOLD = 0.0  # SAM's own: a pixel is water where its logit is above
_TOLERANCE = f"{1024 * NSD_TOLERANCE:g} at 1024 pixels on the longer side, in proportion"


@dataclass(frozen=True)
class CommandInputs:
    """The inputs as a command named them, so that it can be repeated; empty where Python was called.

    Attributes:
        dataset: a path or a name.
        split: path of the split's file.
        config: path of the data set's configuration.
        options: all options as text: the same for the same command.
        command: `demo` or `stress` with its own options, where that command drew the data.
        trained_on: files with the ids that checkpoints were trained on, as `read_declared` takes them.
    """

    dataset: str | None = None
    split: Path | None = None
    config: Path | None = None
    options: str = ""
    command: tuple[str, ...] = ()
    trained_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What to evaluate: variants x prompts x samples, and how.

    Attributes:
        selected: the samples, with their data set, split and subset.
        name: of the run.
        variants: the source of each variant, by name.
        sources: the sources as they were given, by variant name; None for the published weights.
        prompts: distinct prompts that were asked for, in order.
        model_type: of sources that state and reveal none.
        device: a torch device.
        keep_embeddings: whether embeddings go through the cache.
        allow_leak: whether variants may be evaluated on photographs that they were trained on.
        given: the inputs as a command named them.
        trained_on: what checkpoints of other programs were trained on, by variant name or `EVERY`.
        names: how the run is named to people.
        land: prompts on dry land, which measure prompt fidelity; None where they were not asked for.
        check_domain: whether photographs are measured with the domain models of the variants.
    """

    selected: SelectedSamples
    name: str
    variants: Mapping[str, VariantSource]
    sources: Mapping[str, str | None]
    prompts: Sequence[PromptSpec]
    model_type: str
    device: str
    keep_embeddings: bool
    allow_leak: bool
    given: CommandInputs
    trained_on: Mapping[str, DeclaredTraining] = field(default_factory=dict)
    names: RunNames = field(default_factory=RunNames)
    land: LandSpec | None = None
    check_domain: bool = True

    def run_prompts(self, of_plugins: Mapping[str, Collection[str]]) -> tuple[PromptSpec, ...]:
        """The prompts of the run, as `prompts_of_run` chooses them.

        Args:
            of_plugins: the kinds of prompt that each plugin takes, by the variant's name.

        Raises:
            FloodevalError: a variant takes no prompt of the run.
        """
        kinds = {
            name: of_plugins.get(name, PROMPT_KINDS) if isinstance(one, PluginSource) else one.prompt_kinds
            for name, one in self.variants.items()
        }
        return prompts_of_run(self.prompts, kinds)

    def settings(self, of_plugins: Mapping[str, Collection[str]]) -> dict[str, Any]:
        """The fields of `RunInfo` that are known without any model; `of_plugins` is as in `run_prompts`."""
        dataset, reading = self.selected.dataset, self.selected.dataset.reading
        return {
            "dataset": {
                "name": dataset.name,
                "fingerprint": dataset.fingerprint,
                "n_samples": len(self.selected.scored),
                "synthetic": is_synthetic(dataset.folder),
            },
            "split": self._described_split(),
            "prompts": self.run_prompts(of_plugins),
            "metrics": {
                "failure_threshold": FAILURE_THRESHOLD,
                "nsd_tolerance_px": _TOLERANCE,
                "boundary_width": f"{BOUNDARY_WIDTH:g} of the diagonal",
                "mask_threshold": MASK_THRESHOLD,
                "empty_policy": EMPTY_POLICY,
            },
            "labels": reading.labels,
            "photographs": reading.photographs,
            "inference": Inference(embeddings=KEPT if self.keep_embeddings else Inference.embeddings),
            "fidelity": None if self.land is None else FidelityRecord(self.land.spec),
        }

    def _described_split(self) -> dict[str, Any] | None:
        split = self.selected.split
        if split is None:
            return None
        about: dict[str, Any] = {"name": split.name, "sha256": split.sha256, "subset": self.selected.subset}
        if split.record:
            about |= {"seed": split.record.seed, "excluded": split.record.excluded}
            about |= {"repaired": split.record.repaired}
        return about

    def asked_prompts(self, prompts: Sequence[PromptSpec]) -> tuple[str, ...]:
        """The specs of prompts, and that of prompts on dry land, as a command names them."""
        return (*(one.spec for one in prompts), *([self.land.spec] if self.land else []))

    def record(self) -> RequestRecord:
        """What is needed to repeat the command: inputs as they were given, the reading as it was decided."""
        dataset, split = self.selected.dataset, self.selected.split
        labels, photographs = dataset.reading.labels, dataset.reading.photographs
        split_path = self.given.split or (split.name if split and not split.is_own else None)
        return RequestRecord(
            dataset=self.given.dataset or str(dataset.folder),
            split=None if split_path is None else str(split_path),
            subset=self.selected.subset,
            model=self.model_type,
            device=self.device,
            variants=dict(self.sources),
            prompts=self.asked_prompts(self.prompts),
            water=labels.water,
            ignore=labels.ignore,
            **photographs.options,
            config=None if self.given.config is None else str(self.given.config),
            keep_embeddings=self.keep_embeddings,
            allow_leak=self.allow_leak,
            command=self.given.command,
            trained_on=self.given.trained_on,
            no_domain=not self.check_domain,
        )


def make_plan(
    selected: SelectedSamples,
    name: str,
    variants: Mapping[str, str | Path | None] | None = None,
    prompts: Sequence[str] = DEFAULT_PROMPTS,
    *,
    model_type: str = "vit_t",
    device: str = "cpu",
    keep_embeddings: bool = False,
    allow_leak: bool = False,
    given: CommandInputs | None = None,
    trained_on: Mapping[str, Collection[str]] | None = None,
    names: RunNames | None = None,
    check_domain: bool = True,
) -> Plan:
    """Check what was asked for, as `evaluate` takes it, and gather it in a plan.

    Raises:
        FloodevalError: a name, variant, checkpoint or prompt is wrong.
    """
    run_folder(name)  # refuses a name that is not allowed
    names = names or RunNames()
    if names.class_name is not None:
        check_line(names.class_name)
    specs, land = checked_prompts(prompts), find_land(prompts)
    sources = default_variants(model_type) if variants is None else variants
    declared = _declared(trained_on or {}, given)
    check_declared(declared, list(sources), selected.dataset)
    plan = Plan(
        selected=selected,
        name=name,
        variants=checked_variants(variants, model_type),
        sources={variant: None if source is None else str(source) for variant, source in sources.items()},
        prompts=specs,
        model_type=model_type,
        device=device,
        keep_embeddings=keep_embeddings,
        allow_leak=allow_leak,
        given=given or CommandInputs(),
        trained_on=declared,
        names=names,
        land=land,
        check_domain=check_domain,
    )
    if land and not any(isinstance(one, ModelSource) for one in plan.variants.values()):
        raise FloodevalError(saying("prompt_errors.land_needs_sam", text=land.spec))
    plan.run_prompts({})  # refuses prompts that a variant does not take, as far as that is known yet
    return plan


def _declared(
    trained_on: Mapping[str, Collection[str]], given: CommandInputs | None
) -> dict[str, DeclaredTraining]:
    """What variants were trained on, as a command's files or Python's arguments say."""
    return read_declared(given.trained_on if given else ()) | {
        variant: DeclaredTraining(frozenset(ids)) for variant, ids in trained_on.items()
    }


def default_variants(model_type: str) -> dict[str, str | Path | None]:
    """The published model and its bundled fine-tuning, `results/models/flood-area-<model_type>`."""
    return {PUBLISHED: None, FINETUNED: finetuned_name(model_type)}


def checked_variants(
    variants: Mapping[str, str | Path | None] | None, model_type: str
) -> dict[str, VariantSource]:
    """The source of each variant by name; by default both of a model type.

    Raises:
        FloodevalError: a name is not allowed, two names differ in case only, a checkpoint does not exist, or
            there is no variant.
    """
    chosen = default_variants(model_type) if variants is None else variants
    if not chosen:
        raise FloodevalError(
            f"no variant to evaluate; give at least one with {Parameter('variant')}: pretrained, or a name "
            "and its source"
        )
    checked = {
        check_name("variant", name): parse_source(source, model_type) for name, source in chosen.items()
    }
    by_folded = {name.casefold(): name for name in checked}
    for name in checked:
        if (other := by_folded[name.casefold()]) != name:
            raise FloodevalError(
                f"the variants '{name}' and '{other}' differ in case only, and some file systems give them "
                f"one folder; give each {Parameter('variant')} a different name"
            )
    return checked


def checked_models(
    variants: Mapping[str, str | Path | None] | None, model_type: str
) -> dict[str, ModelSource | RoutedSource | SegmenterSource]:
    """The source of each variant by name, where each has to be a model of floodeval's own kinds.

    Raises:
        FloodevalError: as `checked_variants`, or a source is a folder of masks or a plugin.
    """
    chosen = default_variants(model_type) if variants is None else variants
    found = {}
    for name, source in checked_variants(chosen, model_type).items():
        if isinstance(source, MaskFolderSource | PluginSource):
            raise FloodevalError(saying("checkpoints.no_model_source", source=chosen[name]))
        found[name] = source
    return found


def checked_prompts(prompts: Sequence[str]) -> list[PromptSpec]:
    """Parse prompts and drop repeated ones, and those on dry land (`find_land`).

    Raises:
        FloodevalError: a prompt is wrong, or there is none.
    """
    find_land(prompts)
    specs = [parse_prompt(prompt) for prompt in prompts if not is_land(prompt)]
    if not specs:
        raise FloodevalError(
            f"no prompt to evaluate with; give box, point, points:n=5 or full with {Parameter('prompt')}"
        )
    return list({folder_name(spec.spec): spec for spec in specs}.values())


def checkpoint_name(checkpoint: Path | None) -> str | None:
    """A checkpoint's name in a run: its model's folder or its file's name; None for published weights."""
    if checkpoint is None:
        return None
    return checkpoint.absolute().parent.name if checkpoint.name in WEIGHT_FILES else checkpoint.name


def source_sha256(model_type: str, checkpoint: Path | None) -> str:
    """The SHA-256 of the file or shards that a variant's weights came in."""
    return published(model_type).sha256 if checkpoint is None else checkpoint_sha256(checkpoint)
