"""What to evaluate: checked before anything is loaded or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floodeval.datasets.dataset import Dataset
from floodeval.datasets.inventory import file_sha256
from floodeval.datasets.layouts import Sample
from floodeval.datasets.splits import Split
from floodeval.datasets.synthetic_record import is_drawn
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import KEPT, Inference, RequestRecord
from floodeval.i18n.catalog import Parameter
from floodeval.metrics.boundary import BOUNDARY_WIDTH, NSD_TOLERANCE
from floodeval.metrics.masks import EMPTY_POLICY
from floodeval.metrics.overlap import FAILURE_THRESHOLD
from floodeval.sam.prompts import PromptSpec, folder_name, parse_prompt
from floodeval.sam.registry import published
from floodeval.storage.paths import CHECKPOINT, check_name, find_checkpoint, run_folder

# What to evaluate: checked before anything is loaded or written.

DEFAULT_PROMPTS = ("box", "point", "full")
_TOLERANCE = f"{1024 * NSD_TOLERANCE:g} at 1024 pixels on the longer side, in proportion"
MASK_THRESHOLD = 0.0  # SAM's own: a pixel is water where its logit is above


@dataclass(frozen=True)
class Given:
    """How a command named its inputs, so that it can be given again; nothing where Python was called.

    Attributes:
        dataset: a path or a name.
        split: the file's path.
        config: path of the data set's configuration.
        options: all options as text: the same for the same command.
        command: `demo` or `stress` with the options of its own, where that drew the data.
    """

    dataset: str | None = None
    split: Path | None = None
    config: Path | None = None
    options: str = ""
    command: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What to evaluate: the checkpoints by variant name (None: as published), prompts and samples.

    `sources` are the checkpoints as they were given, `given` is how a command named its other inputs.
    """

    name: str
    variants: Mapping[str, Path | None]
    prompts: Sequence[PromptSpec]
    model_type: str = "vit_t"
    split: Split | None = None
    subset: str | None = None
    device: str = "cpu"
    keep_embeddings: bool = False
    allow_leak: bool = False
    sources: Mapping[str, str | None] = field(default_factory=dict)
    given: Given = Given()

    def wants(self, sample_id: str) -> bool:
        """Whether the split, where there is one, asks for that sample."""
        if self.split is None:
            return True
        dealt = self.split.column("split").get(sample_id)
        return dealt is not None and self.subset in (None, dealt)

    def samples(self, dataset: Dataset) -> list[Sample]:
        """Choose the samples to evaluate, in the data set's order.

        Raises:
            FloodevalError: a subset is asked for without a split or is not in it, or nothing is left.
        """
        if self.subset:
            if self.split is None:
                raise FloodevalError(
                    f"{Parameter('subset', self.subset)} needs {Parameter('split')}; make a split with "
                    "`floodeval split`"
                )
            self.split.ids(self.subset)  # refuses a subset that there is not
        samples = [sample for sample in dataset.samples if self.wants(sample.id)]
        if not samples and self.split:
            raise FloodevalError(f"no sample of {self.split.name} '{self.subset}' is in {dataset.name}")
        return samples

    def repaired(self, dataset: Dataset) -> Dataset:
        """The data set with the masks that the split repairs."""
        return self.split.repaired(dataset) if self.split else dataset

    def scenes(self, dataset: Dataset) -> dict[str, str]:
        """The scene of every sample of the data set: the split's, or found by what photographs show."""
        ids = [sample.id for sample in dataset.samples]
        if self.split is None:
            from floodeval.datasets.scenes import kept_scenes  # slow to import: a finished run needs none

            return kept_scenes(dataset).scene_of(ids)
        return dict(zip(ids, ids, strict=True)) | self.split.column("scene")

    def flags(self, dataset: Dataset) -> dict[str, list[str]]:
        """The samples whose truth is in doubt, with the kinds: by the split's record, or by an audit."""
        if self.split and self.split.record:
            return self.split.record.flagged
        from floodeval.datasets.audit.audit import audit  # slow to import: a finished run needs none

        flags = audit(dataset.folder, reading=dataset.reading).flags()
        return {sample_id: list(kinds) for sample_id, kinds in flags.items()}

    def settings(self, dataset: Dataset, samples: Sequence[Sample]) -> dict[str, Any]:
        """The parts of `run.json`, by field of `RunInfo`, that the request decides without any model."""
        return {
            "dataset": {
                "name": dataset.name,
                "fingerprint": dataset.fingerprint,
                "n_samples": len(samples),
                "synthetic": is_drawn(dataset.folder),
            },
            "split": self._described_split(),
            "prompts": tuple(self.prompts),
            "metrics": {
                "failure_threshold": FAILURE_THRESHOLD,
                "nsd_tolerance_px": _TOLERANCE,
                "boundary_width": f"{BOUNDARY_WIDTH:g} of the diagonal",
                "mask_threshold": MASK_THRESHOLD,
                "empty_policy": EMPTY_POLICY,
            },
            "labels": dataset.reading.labels,
            "photographs": dataset.reading.photographs,
            "inference": Inference(embeddings=KEPT if self.keep_embeddings else Inference.embeddings),
        }

    def _described_split(self) -> dict[str, Any] | None:
        split = self.split
        if split is None:
            return None
        about: dict[str, Any] = {"name": split.name, "sha256": split.sha256, "subset": self.subset}
        if split.record:
            about |= {"seed": split.record.seed, "excluded": split.record.excluded}
            about |= {"repaired": split.record.repaired}
        return about

    def record(self, dataset: Dataset) -> RequestRecord:
        """What is needed to give the command again: inputs as they were given, readings as they came out."""
        labels, photographs = dataset.reading.labels, dataset.reading.photographs
        split = self.given.split or (self.split.name if self.split else None)
        return RequestRecord(
            dataset=self.given.dataset or str(dataset.folder),
            split=None if split is None else str(split),
            subset=self.subset,
            model=self.model_type,
            device=self.device,
            variants=dict(self.sources),
            prompts=tuple(spec.spec for spec in self.prompts),
            water=labels.water,
            ignore=labels.ignore,
            **photographs.options,
            config=None if self.given.config is None else str(self.given.config),
            keep_embeddings=self.keep_embeddings,
            allow_leak=self.allow_leak,
            command=self.given.command,
        )


def default_variants(model_type: str) -> dict[str, str | Path | None]:
    """The published model against the landed fine-tuning of it, `results/models/flood-area-<model_type>`."""
    return {"pretrained": None, "finetuned": f"flood-area-{model_type}"}


def make_request(
    name: str,
    variants: Mapping[str, str | Path | None] | None,
    prompts: Sequence[str] = DEFAULT_PROMPTS,
    model_type: str = "vit_t",
    **rest: Any,
) -> Request:
    """Check and gather what was asked for; `rest` holds other fields of the request.

    Raises:
        FloodevalError: a name, variant, checkpoint or prompt is wrong.
    """
    run_folder(name)
    specs, checkpoints = _distinct(prompts), checked_variants(variants, model_type)
    given = default_variants(model_type) if variants is None else variants
    sources = {one: None if source is None else str(source) for one, source in given.items()}
    return Request(name, checkpoints, specs, model_type, sources=sources, **rest)


def checked_variants(
    variants: Mapping[str, str | Path | None] | None, model_type: str
) -> dict[str, Path | None]:
    """The checkpoint's file by variant name, None for the published weights; by default both of a model type.

    Raises:
        FloodevalError: a name is no name, a checkpoint is not there, or there is no variant.
    """
    chosen = default_variants(model_type) if variants is None else variants
    if not chosen:
        raise FloodevalError(
            f"no variant to evaluate; give at least one with {Parameter('variant')}: pretrained, or a name "
            "and its checkpoint"
        )
    return {
        check_name("variant", name): None if checkpoint is None else find_checkpoint(checkpoint)
        for name, checkpoint in chosen.items()
    }


def _distinct(prompts: Sequence[str]) -> list[PromptSpec]:
    """Parse prompts and drop repeated ones."""
    specs = [parse_prompt(prompt) for prompt in prompts]
    if not specs:
        raise FloodevalError(
            f"no prompt to evaluate with; give box, point, points:n=5 or full with {Parameter('prompt')}"
        )
    return list({folder_name(spec.spec): spec for spec in specs}.values())


# The files that the weights of variants come in: their names in a run, and their hashes.


def checkpoint_name(checkpoint: Path | None) -> str | None:
    """What a run calls a checkpoint: its model's folder, or its file's name; None for published weights."""
    if checkpoint is None:
        return None
    return checkpoint.parent.name if checkpoint.name == CHECKPOINT else checkpoint.name


def source_sha256(model_type: str, checkpoint: Path | None) -> str:
    """The SHA-256 of the file that a variant's weights came in."""
    return published(model_type).sha256 if checkpoint is None else file_sha256(checkpoint)
