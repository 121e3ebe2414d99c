"""What tests of training share: small pairs, and a model whose image encoder takes no time."""

from dataclasses import replace

import pytest

from floodeval.data.samples import Dataset, load_dataset
from floodeval.sam.models import load_model
from floodeval.sam.tensors import ENCODER, sha256_of_tensors
from tests.support.datasets import make_pairs
from tests.support.training import TinyEncoder


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
