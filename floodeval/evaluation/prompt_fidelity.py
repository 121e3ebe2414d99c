"""Prompt fidelity: does a model still follow its prompt, or does it answer every one with water?

On each photograph the pretrained model finds things on dry land that it is sure of
(`floodeval.sam.land_prompts.find_things`), and every SAM variant is prompted with a point and with a box on
each of them. Three measures per answer, all from 0 to 1:

- agreement: IoU with the pretrained model's answer to the same prompt
- water share: the share of the answer that is water in the reference mask, where pixels count; missing where
  no pixel of the answer counts
- sameness: mean IoU with the variant's own answers to the other things of the photograph, prompted in the
  same form; missing with fewer than two things. A model that ignores its prompt has about 1

They are computed on the cells of the mask decoder's grid that the photograph covers (256 on its longer side).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch

from floodeval.datasets.images import Mask
from floodeval.evaluation.fidelity_table import answer_picture
from floodeval.evaluation.run_tables import ANSWER_PICTURES, PLACE
from floodeval.evaluation.sam_variants import SamVariant, load_sams, on_device
from floodeval.evaluation.variants import Encoded, LoadedVariant, ReadSample
from floodeval.progress import Progress, silent
from floodeval.sam.inference import Embedding, decode_tokens
from floodeval.sam.land_prompts import CELL, LARGEST, SMALLEST, Ground, Thing, find_things
from floodeval.sam.land_spec import LandSpec
from floodeval.sam.preprocessing import AS_PUBLISHED
from floodeval.sam.prompts import generator
from floodeval.sam.sources import ModelSource

FORMS = ("point", "box")


@dataclass(frozen=True)
class ComparedSam:
    """A SAM variant with the pretrained model of its type, which is itself for a pretrained variant."""

    variant: SamVariant
    pretrained: SamVariant

    @property
    def is_pretrained(self) -> bool:
        """Whether the variant is the pretrained model, whose agreement is 1 by construction."""
        return self.variant.model.sha256 == self.pretrained.model.sha256 and (
            self.variant.encoder_id == self.pretrained.encoder_id
        )


@dataclass(frozen=True)
class PromptFidelity:
    """Prompts every SAM of a run on things on dry land.

    Attributes:
        land: how many things.
        compared: the SAM variants, in the order of the run.
    """

    land: LandSpec
    compared: tuple[ComparedSam, ...]

    def rows(self, read: ReadSample, encoded: Mapping[Hashable, Encoded]) -> list[dict[str, Any]]:
        """Measure the answers on one photograph.

        The things depend on the photograph, its id and reference mask, and on the pretrained model alone.

        Args:
            read: the photograph with its reference mask.
            encoded: what its encoders made of it, by `encoder_id`; what is missing is encoded here.

        Returns:
            One row per variant, thing and form, without scene and split; the answer that agrees least has
            `answer_picture`s, unless the variant is the pretrained model. None where there is no dry land, or
            nothing on it that the pretrained model is sure of.

        Raises:
            LostDeviceError: the device cannot be used any more.
        """
        states: dict[Hashable, Embedding] = {key: one.state for key, one in encoded.items()}
        found: dict[str, list[Thing]] = {}
        rows: list[dict[str, Any]] = []
        for one in self.compared:
            for sam in (one.pretrained, one.variant):
                if sam.encoder_id not in states:
                    states[sam.encoder_id] = sam.encode(read).state
            reference, state = states[one.pretrained.encoder_id], states[one.variant.encoder_id]
            ground = Ground(read.pair.truth, read.pair.ignored, reference, (SMALLEST, LARGEST))
            with on_device(one.variant.device):
                model_type = one.pretrained.model.model_type
                if model_type not in found:
                    found[model_type] = self._things(one.pretrained, reference, read)
                answers = _answers(one, state, found[model_type], ground)
            rows += self._measured(read.sample.id, one, found[model_type], answers, ground)
        return rows

    def _things(self, pretrained: SamVariant, embedding: Embedding, read: ReadSample) -> list[Thing]:
        rng = generator(0, read.sample.id)
        truth, ignored = read.pair.truth, read.pair.ignored
        return find_things(pretrained.model.sam, embedding, truth, ignored, self.land.n, rng)

    def _measured(
        self,
        sample_id: str,
        one: ComparedSam,
        things: Sequence[Thing],
        answers: Mapping[str, list[Mask]],
        ground: Ground,
    ) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = [
            {
                "id": sample_id,
                "variant": one.variant.name,
                "prompt": self.land.spec,
                "thing": number + 1,
                "form": form,
                **dict(zip(PLACE, (*map(float, thing.point), *map(float, thing.box)), strict=True)),
                "agreement": iou(answers[form][number], thing.answers[form].mask),
                "water_share": water_share(answers[form][number], ground),
                "sameness": sameness(answers[form], number),
            }
            for number, thing in enumerate(things)
            for form in FORMS
        ]
        if rows and not one.is_pretrained:
            worst = min(rows, key=lambda row: row["agreement"])
            number, form = worst["thing"] - 1, worst["form"]
            masks = things[number].answers[form].mask, answers[form][number]
            worst |= dict(zip(ANSWER_PICTURES, map(answer_picture, masks), strict=True))
        return rows


def load_fidelity(
    land: LandSpec,
    loaded: Sequence[LoadedVariant],
    references: dict[str, SamVariant],
    progress: Progress = silent,
) -> PromptFidelity:
    """Load the pretrained model of each SAM variant's type, unless a variant is that model.

    Args:
        land: how many things to prompt on.
        loaded: the variants of a run, of any kind.
        references: pretrained models that were loaded before, by model type; those loaded here are added.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: published weights are not available.
    """
    sams = [one for one in loaded if isinstance(one, SamVariant)]
    for one in sams:
        if one.source.checkpoint is None and one.model.preprocessing == AS_PUBLISHED:
            references.setdefault(one.model.model_type, one)
    for one in sams:
        model_type = one.model.model_type
        if model_type not in references:
            source = {model_type: ModelSource(model_type, model_type=model_type)}
            kept = one.keep_embeddings
            (references[model_type],) = load_sams(
                source, one.device, keep_embeddings=kept, progress=progress, sharing=sams
            )
    compared = tuple(ComparedSam(one, references[one.model.model_type]) for one in sams)
    return PromptFidelity(land, compared)


def iou(one: Mask, other: Mask) -> float:
    """IoU of two H x W answers; 1 if both are empty, since they are then the same."""
    union = np.count_nonzero(one | other)
    return np.count_nonzero(one & other) / union if union else 1.0


def water_share(answer: Mask, ground: Ground) -> float | None:
    """The share of an answer's counted cells that is water; None where no cell of it counts."""
    counted = answer & ground.counted
    total = np.count_nonzero(counted)
    return np.count_nonzero(counted & ground.water) / total if total else None


def sameness(answers: Sequence[Mask], number: int) -> float | None:
    """The mean IoU of one answer with all others; None where there is no other."""
    others = [iou(answers[number], other) for i, other in enumerate(answers) if i != number]
    return sum(others) / len(others) if others else None


def _answers(
    one: ComparedSam, embedding: Embedding, things: Sequence[Thing], ground: Ground
) -> dict[str, list[Mask]]:
    """The variant's answers without multimask, by form, one per thing, on the cells of the ground."""
    if one.is_pretrained or not things:
        return {form: [thing.answers[form].mask for thing in things] for form in FORMS}
    answers = {}
    for form in FORMS:
        prompts = [thing.prompts[form] for thing in things]
        with torch.inference_mode():
            logits, _ = decode_tokens(one.variant.model.sam, embedding, prompts)
        answers[form] = list(_masks(logits[:, 0].float().cpu().numpy(), embedding, ground.shape))
    return answers


def _masks(logits: np.ndarray[Any, Any], embedding: Embedding, shape: tuple[int, int]) -> Iterator[Mask]:
    """The masks of N x h x w logits on the cells that the photograph covers.

    Models of smaller or square inputs have other cells; their logits are interpolated.
    """
    height, width = (-(-length // CELL) for length in embedding.input_size)
    for inside in logits[:, :height, :width]:
        fitting = inside if inside.shape == shape else cv2.resize(inside, shape[::-1])
        yield np.asarray(fitting > 0, np.bool_)
