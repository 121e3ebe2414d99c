"""What tests of training share: a model whose image encoder takes no time, examples and a split by hand."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from segment_anything.modeling import MaskDecoder
from torch import nn

from floodeval.datasets.splits import Split
from floodeval.sam.architecture import Sam, build_architecture
from floodeval.sam.inference import Embedding, decode_tokens
from floodeval.sam.land_prompts import Answer, Thing, land_points, point_prompt
from floodeval.sam.prompts import Prompt
from floodeval.training.examples import Example

COARSER = 8  # cells of an embedding on the side of a cell that the coarse decoder attends to


class TinyEncoder(nn.Module):
    """One convolution from the frame to the embedding's grid."""

    img_size = 1024

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 256, 16, 16)
        generator = torch.Generator().manual_seed(0)
        for parameter in self.parameters():
            parameter.data = 0.02 * torch.randn(parameter.shape, generator=generator)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.convolution(x)


class CoarseDecoder(MaskDecoder):
    """The mask decoder on 8 x 8 cells, with the shapes and the tensors of the one on 64 x 64."""

    def predict_masks(
        self,
        image_embeddings: torch.Tensor,
        image_pe: torch.Tensor,
        sparse_prompt_embeddings: torch.Tensor,
        dense_prompt_embeddings: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        images = (image_embeddings, image_pe, dense_prompt_embeddings)
        embedding, position, dense = (F.avg_pool2d(one, COARSER) for one in images)
        masks, scores = super().predict_masks(embedding, position, sparse_prompt_embeddings, dense)
        return F.interpolate(masks, scale_factor=COARSER, mode="bilinear", align_corners=False), scores


def make_tiny(sam: Sam) -> Sam:
    """Give a SAM a tiny image encoder, and let its decoder take a moment; returns it."""
    sam.image_encoder = TinyEncoder().requires_grad_(False)
    sam.mask_decoder.__class__ = CoarseDecoder  # which keeps its tensors
    return sam


def untrained_sam() -> Sam:
    """A SAM with random weights, the same every time, and a tiny image encoder."""
    torch.manual_seed(0)
    return make_tiny(build_architecture("vit_t"))


@dataclass
class Shown:
    """Views of a few examples that are at hand."""

    examples: list[Example]

    def __len__(self) -> int:
        return len(self.examples)

    def example(self, index: int, draw: str) -> Example:
        return self.examples[index]


def example_of(name: str, water: np.ndarray, ignored: np.ndarray | None = None) -> Example:
    """An example of a mask on the encoder's frame, H x W with 1024 on the longer side, of a noise picture."""
    rng = torch.Generator().manual_seed(len(name))
    size = water.shape
    features = torch.randn((1, 256, 64, 64), generator=rng)
    return Example(name, Embedding(features, size, size), water.astype(np.uint8) * 255, ignored)


def split(**subsets: str) -> Split:
    rows = [(i, i, subset) for subset, ids in subsets.items() for i in ids.split()]
    return Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))


def show_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """An untrained model is sure of nothing, so let it be shown things on land, and no free boxes."""
    monkeypatch.setattr("floodeval.training.lessons.find_things", thing_on_land)
    monkeypatch.setattr("floodeval.training.lessons.find_free_boxes", lambda *_, **__: [])


def thing_on_land(
    sam: Sam, embedding: Embedding, truth: np.ndarray, ignored: np.ndarray | None, n: int, rng, **options
) -> list[Thing]:
    """Instead of `find_things`: up to n things at random places on land, with the model's real answers."""
    height, width = (-(-length // 4) for length in embedding.input_size)
    made = []
    for x, y in land_points(truth, ignored, n, rng):
        box = np.array([max(0, x - 60), max(0, y - 40), x + 60, y + 40], np.float32)
        answers = []
        for prompt in (point_prompt(x, y), Prompt(box=box)):
            with torch.no_grad():
                logits, scores = decode_tokens(sam, embedding, [prompt])
            mask = (logits[0, 0, :height, :width] > 0).numpy()
            answers.append(Answer(logits[0].float(), scores[0].float(), mask))
        made.append(Thing((x, y), box, 0.9, *answers))
    return made
