"""What to evaluate: checked before anything is loaded or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from floodeval.data.samples import Dataset, Sample
from floodeval.data.splits import Split, scenes_of
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

    def scenes(self, dataset: Dataset) -> dict[str, str]:
        """The scene of every sample of the data set: the split's, where there is one."""
        if self.split is None:
            return scenes_of(dataset.samples)
        return {sample.id: sample.id for sample in dataset.samples} | self.split.column("scene")


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
    specs, checkpoints = _distinct(prompts), _named_checkpoints(variants, model_type)
    return Request(name, checkpoints, specs, model_type, **rest)


def _named_checkpoints(
    variants: Mapping[str, str | Path | None] | None, model_type: str
) -> dict[str, Path | None]:
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
