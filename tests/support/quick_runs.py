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

BUNDLED = Path(__file__).parents[2] / "results" / "runs" / "flood-area-vit_t"


@pytest.fixture
def quick(results, vit_t, monkeypatch, tmp_path) -> Path:
    """The real decoder on embeddings of noise: an evaluation in a moment; returns the results folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("floodeval.evaluation.sam_variants.load_source", lambda *_: vit_t)

    def encode(self: Encoder, photograph: np.ndarray) -> Embedding:
        size = photograph.shape[:2]
        features = torch.randn((1, 256, 64, 64), generator=torch.manual_seed(int(photograph.sum()) % 999))
        return Embedding(features, size, input_size(size))

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
