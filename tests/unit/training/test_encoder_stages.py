"""An encoder in two parts computes what the whole one does, and its first part can be shared."""

import numpy as np
import pytest
import torch

from floodeval.sam.architecture import build_architecture
from floodeval.training.encoder_stages import StagedEncoder
from floodeval.training.examples import encode
from tests.support.checkpoints import TINY, random_sam
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.training import untrained_sam

PHOTOGRAPH = np.random.default_rng(0).integers(0, 255, (640, 1024, 3), dtype=np.uint8)


def check(sam, share: float, cut: int, photograph: np.ndarray = PHOTOGRAPH) -> None:
    staged = StagedEncoder(sam, share)
    assert staged.cut == cut
    with torch.no_grad():
        whole = encode(sam, photograph)
        torch.testing.assert_close(staged.rest(staged.stem(photograph)), whole, rtol=1e-4, atol=1e-4)


@pytest.mark.heavy
@pytest.mark.parametrize(("share", "cut"), [(0, 0), (0.5, 2), (1, 3)])
def test_a_vit_in_two_parts_computes_what_it_does_whole(tiny_architecture, share, cut):
    check(random_sam(TINY, seed=1), share, cut)


@pytest.mark.heavy
@pytest.mark.parametrize(("share", "cut"), [(0, 0), (0.5, 3)])
def test_a_tiny_vit_in_two_parts_computes_what_it_does_whole(share, cut):
    check(build_architecture("vit_t", 256), share, cut, PHOTOGRAPH[:160, :256])


def test_an_encoder_without_stages_is_never_cut():
    sam = untrained_sam()
    assert StagedEncoder(sam, 0.5).cut == 0
    uncut = StagedEncoder.uncut(sam)
    assert uncut.parameters == uncut.modules == []


def test_a_vits_parameters_are_in_one_part_or_the_other(tiny_architecture):
    sam = random_sam(TINY, seed=1)
    names = {id(p): name for name, p in sam.image_encoder.named_parameters()}
    rest = {names[id(p)] for p in StagedEncoder(sam, 0.5).parameters}
    assert {name.partition(".")[0] for name in set(names.values()) - rest} == {
        "pos_embed",
        "patch_embed",
        "blocks",
    }
    assert all(name.startswith(("blocks.1.", "neck.")) for name in rest)
    assert len(StagedEncoder(sam).parameters) == len(names)


def test_shared_first_stages_have_the_published_weights_and_are_frozen(tiny_architecture):
    own, published = random_sam(TINY, seed=1), random_sam(TINY, seed=2)
    last = own.image_encoder.neck[0].weight.clone()
    StagedEncoder(own, 0.5).share_stem(StagedEncoder(published, 0.5))
    assert torch.equal(own.image_encoder.pos_embed, published.image_encoder.pos_embed)
    first, other = own.image_encoder.blocks[0], published.image_encoder.blocks[0]
    assert first.mlp.lin1.weight.data_ptr() == other.mlp.lin1.weight.data_ptr()
    assert not any(p.requires_grad for p in first.parameters())
    assert torch.equal(own.image_encoder.neck[0].weight, last)
