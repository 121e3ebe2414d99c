"""Views are seen in training as photographs are in inference, and kept ones are encoded once."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.sam.inference import Embedding, Encoder
from floodeval.training.augmentation import Augmentation
from floodeval.training.examples import Example, FreshViews, KeptViews, load_pictures, resized
from tests.support.datasets import make_pairs
from tests.support.training import TinyEncoder

VARIED = Augmentation(mirror=0.5, rotation_deg=20, zoom=0.5, brightness=0.3)


@pytest.fixture
def pictures(tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a", "b"], (150, 70)))
    return dataset, load_pictures(dataset.samples, 1536, lambda: None)[0]


@pytest.fixture
def sam(vit_t):
    own, vit_t.sam.image_encoder = vit_t.sam.image_encoder, TinyEncoder().requires_grad_(False)
    yield vit_t.sam
    vit_t.sam.image_encoder = own


@pytest.mark.weights
def test_a_photograph_is_encoded_in_training_as_in_inference(pictures, sam):
    dataset, kept = pictures
    seen = FreshViews(kept, sam, Augmentation(), "float32").example(0, "1")
    inferred = Encoder(sam).encode(read_pair(dataset["a"]).photograph)
    assert torch.allclose(seen.embedding.features, inferred.features, atol=1e-5)
    assert seen.embedding.input_size == inferred.input_size == seen.share.shape


@pytest.mark.weights
def test_the_same_draw_is_the_same_view_and_another_another(pictures, sam):
    views = FreshViews(pictures[1], sam, VARIED, "float32", seed=1)
    first, again, other = (views.example(0, draw) for draw in ("1", "1", "2"))
    assert torch.equal(first.embedding.features, again.embedding.features)
    assert (first.share == again.share).all()
    assert not torch.equal(first.embedding.features, other.embedding.features)


@pytest.mark.weights
def test_kept_views_are_encoded_once_and_the_first_is_the_photograph(pictures, sam, tmp_path, monkeypatch):
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    kept = KeptViews(pictures[1], sam, VARIED, 3, "e" * 64)
    plain = FreshViews(pictures[1], sam, Augmentation(), "float32").example(0, "")
    alone = KeptViews(pictures[1], sam, VARIED, 1, "e" * 64).example(0, "validation")
    assert torch.equal(alone.embedding.features, plain.embedding.features.half())
    assert len({kept.example(0, str(epoch)).share.tobytes() for epoch in range(12)}) == 3
    monkeypatch.setattr("floodeval.training.examples.encode", None)  # calling it would fail
    assert len(KeptViews(pictures[1], sam, VARIED, 3, "e" * 64, seed=5)) == 2


@pytest.mark.weights
def test_a_broken_kept_view_is_made_anew(pictures, sam, tmp_path, monkeypatch):
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    first = KeptViews(pictures[1], sam, VARIED, 1, "e" * 64)
    first.paths[0][0].write_bytes(b"torn")
    assert KeptViews(pictures[1], sam, VARIED, 1, "e" * 64).example(0, "1").share.any()


def test_the_target_is_the_share_of_water_in_each_cell_without_the_padding():
    share = np.zeros((683, 1024), np.uint8)
    share[:, :6] = 255
    example = Example("a", Embedding(torch.zeros(1), share.shape, share.shape), share)
    target = example.target(256)
    assert target.shape == (171, 256)
    assert target[:, :3].tolist() == [[1.0, 0.5, 0.0]] * 171
    assert replace(example).target(1024).shape == (683, 1024)


def test_a_resized_truth_is_averaged():
    share = np.tile(np.array([0, 255], np.uint8), (2048, 1024))
    _, shrunk, _ = resized(np.zeros((2048, 2048, 3), np.uint8), share)
    assert shrunk.shape == (1024, 1024)
    assert set(np.unique(shrunk)) <= {127, 128}
