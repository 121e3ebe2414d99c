"""What tests of training share: small pairs, and a model whose image encoder takes no time."""

import pytest

from floodeval.datasets.dataset import Dataset, load_dataset
from tests.support.datasets import make_pairs


@pytest.fixture
def dataset(tmp_path, monkeypatch) -> Dataset:
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    return load_dataset(make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "secret"], (96, 64)))
