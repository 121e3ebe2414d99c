"""What tests of training share: small pairs, and a model whose image encoder takes no time."""

from dataclasses import replace

import pandas as pd
import pytest
import torch
from torch import nn

from floodeval.data.samples import Dataset, load_dataset
from floodeval.data.splits import Split
from floodeval.sam.models import load_model
from floodeval.sam.tensors import ENCODER, sha256_of_tensors
from tests.conftest import make_pairs


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


@pytest.fixture
def dataset(tmp_path, monkeypatch) -> Dataset:
    monkeypatch.setattr("floodeval.finetuning.views.cache_folder", lambda: tmp_path / "kept")
    return load_dataset(make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "secret"], (96, 64)))


@pytest.fixture
def tiny(monkeypatch) -> None:
    """Let trainings take a model with a tiny image encoder."""

    def load(model_type: str, device: str = "cpu"):
        model = load_model(model_type, device=device)
        model.sam.image_encoder = TinyEncoder().requires_grad_(False)
        return replace(model, encoder_sha256=sha256_of_tensors(model.sam.state_dict(), ENCODER))

    monkeypatch.setattr("floodeval.finetuning.finetune.load_model", load)


def split(**subsets: str) -> Split:
    rows = [(i, i, subset) for subset, ids in subsets.items() for i in ids.split()]
    return Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))
