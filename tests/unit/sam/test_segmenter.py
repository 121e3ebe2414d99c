"""The segmenter's network: shapes, what is frozen, and logits at the photograph's own size."""

import numpy as np
import pytest
import torch

from floodeval.sam.architecture import build_architecture
from floodeval.sam.segmenter import PRIOR, Segmenter, full_size_logits, segmenter_on
from tests.support.segmenters import with_tiny_encoder


@pytest.fixture
def network(monkeypatch) -> Segmenter:
    return segmenter_on(with_tiny_encoder(monkeypatch)).eval()


@pytest.mark.parametrize(
    ("size", "padded"), [((64, 96), (64, 96)), ((50, 70), (64, 80)), ((16, 200), (16, 208))]
)
def test_logits_are_a_quarter_of_the_frame_padded_to_whole_cells(network, size, padded):
    frame = network.frame(np.zeros((*size, 3), np.uint8))
    assert frame.shape == (1, 3, *padded)
    with torch.no_grad():
        assert network(frame).shape == (1, 1, padded[0] // 4, padded[1] // 4)


def test_a_frame_is_normalized_as_sam_does_and_padded_with_zeros(network):
    picture = np.random.default_rng(0).integers(0, 255, (20, 33, 3), dtype=np.uint8)
    frame = network.frame(picture)
    sam = build_architecture("vit_t")
    expected = sam.preprocess(torch.as_tensor(picture.transpose(2, 0, 1).copy())[None])[..., :32, :48]
    torch.testing.assert_close(frame.contiguous(), expected)


def test_an_untrained_decoder_predicts_about_the_prior(network):
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    with torch.no_grad():
        share = network(network.frame(picture)).sigmoid().mean().item()
    assert abs(share - PRIOR) < 0.15


def test_the_decoder_depends_on_the_seed_and_the_encoder_on_the_published_tensors(monkeypatch):
    base = with_tiny_encoder(monkeypatch)
    first, same, other = (segmenter_on(base, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert not torch.equal(first["decoder.from_neck.weight"], other["decoder.from_neck.weight"])
    assert all(torch.equal(first[name], base[name]) for name in base)


def test_a_distant_part_of_the_photograph_changes_a_cell(network):
    """The context of the whole photograph reaches every cell, although the encoder sees windows only."""
    frame = torch.zeros(1, 3, 512, 512)
    changed = frame.clone()
    changed[..., 400:, 400:] = 5
    with torch.no_grad():
        assert not torch.allclose(network(frame)[0, 0, 2, 2], network(changed)[0, 0, 2, 2])


@pytest.mark.heavy
def test_the_patch_embedding_and_the_first_two_stages_are_frozen():
    network = Segmenter()
    frozen = network.frozen_names()
    parts = {".".join(name.split(".")[2:4]) if "stages" in name else name.split(".")[2] for name in frozen}
    assert parts == {"patch_embed", "stages.0", "stages.1"}
    trained = [name for name, _ in network.named_parameters() if name not in frozen]
    assert {name.split(".")[0] for name in trained} == {"image_encoder", "decoder"}
    assert any(name.startswith("image_encoder.neck.") for name in trained)


def test_full_size_logits_are_those_of_the_photograph_without_padding():
    """A step in the frame's logits lies where the same step of the photograph is."""
    logits = torch.full((1, 1, 192, 256), -4.0)  # of a photograph with 1024 x 750, padded to 1024 x 768
    logits[..., 128:] = 4.0
    logits[..., 188:, :] = 100.0  # in the padding
    full = full_size_logits(logits, (750, 1024), (1500, 2048))
    assert full.shape == (1500, 2048) and full.dtype == np.float32
    assert (full[:1400, :1000] == -4).all() and (full[:1400, 1100:] == 4).all()
    assert full.max() < 100


def test_resizing_is_that_of_sam():
    logits = torch.randn((1, 1, 256, 256), generator=torch.Generator().manual_seed(0))
    sam = build_architecture("vit_t")
    expected = sam.postprocess_masks(logits, (683, 1024), (97, 146))[0, 0].numpy()
    np.testing.assert_allclose(full_size_logits(logits, (683, 1024), (97, 146)), expected, atol=1e-5)
