"""A data set and commands for runs of folders of masks."""

from pathlib import Path

import pytest

from floodeval.datasets.dataset import load_dataset
from floodeval.evaluation.evaluate import evaluate
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.datasets import make_pairs

IDS = ["a", "b", "c"]
ASK = ["evaluate", "pairs", "--name", "r"]


@pytest.fixture
def files(results, tmp_path, monkeypatch) -> Path:
    """A data set whose left half is water, and the working folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    make_pairs(tmp_path / "pairs", IDS)
    return tmp_path


def ask(variants, name="r", prompts=("box",), **options):
    return evaluate(load_dataset("pairs"), name, variants, list(prompts), **options)


def iou(columns: int) -> float:
    """The IoU of water in the first columns with water in the first 24."""
    return min(columns, 24) / max(columns, 24)
