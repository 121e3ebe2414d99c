"""What to evaluate: checked before anything is loaded or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floodeval.data.audit.audit import audit
from floodeval.data.samples import Dataset, Sample
from floodeval.data.scenes import kept_scenes
from floodeval.data.splits import Split
from floodeval.errors import FloodevalError
from floodeval.results import check_name, find_checkpoint, run_folder
from floodeval.sam.prompts import PromptSpec, folder_name, parse_prompt

DEFAULT_PROMPTS = ("box", "point", "full")


@dataclass(frozen=True)
class Request:
    """What to evaluate: the checkpoints by variant name (None: as published), prompts and samples."""

    name: str
    variants: Mapping[str, Path | None]
    prompts: Sequence[PromptSpec]
    model_type: str = "vit_t"
    split: Split | None = None
    subset: str | None = None
    device: str = "cpu"
    keep_embeddings: bool = False
    allow_leak: bool = False

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
                raise FloodevalError(f"--subset {self.subset} needs --split; make one with `floodeval split`")
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
            return kept_scenes(dataset).scene_of(ids)
        return dict(zip(ids, ids, strict=True)) | self.split.column("scene")

    def flags(self, dataset: Dataset) -> dict[str, list[str]]:
        """The samples whose truth is in doubt, with the kinds: by the split's record, or by an audit."""
        if self.split and self.split.record:
            return self.split.record.flagged
        found = audit(dataset.folder, reading=dataset.reading)
        return {sample_id: list(kinds) for sample_id, kinds in found.flags().items()}


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
    return Request(name, checkpoints, specs, model_type, **rest)


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
            "no variant to evaluate; give --variant pretrained, or --variant NAME=CHECKPOINT"
        )
    return {
        check_name("variant", name): None if checkpoint is None else find_checkpoint(checkpoint)
        for name, checkpoint in chosen.items()
    }


def _distinct(prompts: Sequence[str]) -> list[PromptSpec]:
    """Parse prompts and drop repeated ones."""
    specs = [parse_prompt(prompt) for prompt in prompts]
    if not specs:
        raise FloodevalError("no prompt to evaluate with; give --prompt box, point, points:n=5 or full")
    return list({folder_name(spec.spec): spec for spec in specs}.values())
