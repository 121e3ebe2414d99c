"""What tests of runs share: fast models, and samples that fail or ignore pixels."""

from pathlib import Path

import numpy as np
import pytest
import torch

from floodeval.datasets import dataset as samples_module
from floodeval.datasets.dataset import load_dataset, read_truth
from floodeval.datasets.reference_masks import Truth
from floodeval.evaluation.evaluate import evaluate
from floodeval.sam.inference import Embedding, Encoder, input_size
from tests.support.small_frames import SIDE

BUNDLED = Path(__file__).parents[2] / "results" / "runs" / "flood-area-vit_t"


@pytest.fixture
def quick(results, small_vit_t, monkeypatch, tmp_path) -> Path:
    """The real decoder on small embeddings of noise, for quick evaluations; returns the results folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("floodeval.evaluation.sam_variants.load_source", lambda *_: small_vit_t)

    def encode(self: Encoder, photograph: np.ndarray) -> Embedding:
        size, grid = photograph.shape[:2], SIDE // 16
        features = torch.randn((1, 256, grid, grid), generator=torch.manual_seed(int(photograph.sum()) % 999))
        return Embedding(features, size, input_size(size, SIDE))

    monkeypatch.setattr(Encoder, "encode", encode)
    return results


def ask(folder: Path, name: str = "r", **options):
    variants = options.pop("variants", {"pretrained": None, "again": None})
    prompts = options.pop("prompts", ["box", "full"])
    return evaluate(load_dataset(folder), name, variants, prompts, **options)


def ignoring(monkeypatch, rule):
    """Let references be read with ignored pixels: rule(sample) is the mask of these."""
    real = read_truth

    def read(sample):
        found = real(sample)
        ignored = rule(sample, found.water)
        return Truth(found.water & ~ignored, ignored) if ignored.any() else found

    monkeypatch.setattr(samples_module, "read_truth", read)
