"""What tests of training share: small pairs, and a model whose image encoder takes no time."""

import pytest

from floodeval.datasets.dataset import Dataset, load_dataset
from tests.support.datasets import make_pairs
from tests.support.training import CoarseDecoder


@pytest.fixture
def dataset(tmp_path, monkeypatch) -> Dataset:
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    return load_dataset(make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "secret"], (96, 64)))


@pytest.fixture
def coarse(monkeypatch) -> None:
    """Let every SAM that is built have a coarse decoder, and the tiny type attend to windows alone."""
    monkeypatch.setattr("floodeval.sam.architecture.MaskDecoder", CoarseDecoder)
    monkeypatch.setattr("tests.support.checkpoints.GLOBAL_BLOCKS", ())
