"""Checkpoints of vit_t in the names of MobileSAM and in floodeval's own."""

import pytest
import torch

from floodeval.sam.architecture import TinyVitEncoder
from floodeval.sam.mobile_sam import mobile_sam_state
from tests.support.checkpoints import (
    equal,
    random_sam,
    tensors_of,
)
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.loaded_checkpoints import load, refusal
from tests.support.loaded_checkpoints import tuned as tuned

pytestmark = pytest.mark.heavy


def mobile_sam() -> tuple[TinyVitEncoder, dict[str, torch.Tensor]]:
    """An encoder with batch normalizations that matter, and MobileSAM's state dict of it.

    The names are written down here, independently of floodeval's own.
    """
    torch.manual_seed(3)
    encoder = TinyVitEncoder(fused=False).eval()
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    published = {}
    for name, tensor in encoder.state_dict().items():
        key = name.removeprefix("body.")
        for number in (1, 2, 3):
            key = key.replace(f"stages.{number}.downsample", f"layers.{number - 1}.downsample")
        key = key.replace("stages.", "layers.").replace("patch_embed.conv1.", "patch_embed.seq.0.")
        key = key.replace("patch_embed.conv2.", "patch_embed.seq.2.")
        published["image_encoder." + key.replace(".conv.weight", ".c.weight")] = tensor
    sizes = {"norm_head.weight": (320,), "norm_head.bias": (320,), "head.weight": (1000, 320)}
    sizes["head.bias"] = (1000,)
    published |= {f"image_encoder.{name}": torch.randn(size) for name, size in sizes.items()}
    return encoder, published


@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_mobile_sam_checkpoint_is_renamed_and_its_batch_normalization_folded(tmp_path, prefix):
    encoder, published = mobile_sam()
    rest = {k: v for k, v in random_sam("vit_t", 4).state_dict().items() if not k.startswith("image_enc")}
    torch.save({prefix + name: one for name, one in (published | rest).items()}, tmp_path / "mobile.pt")
    found = load(tmp_path / "mobile.pt", default="vit_b")
    assert found.model_type == "vit_t"
    frame = torch.randn(1, 3, 256, 256)
    with torch.inference_mode():
        assert torch.allclose(found.sam.image_encoder(frame), encoder(frame), atol=1e-4)
    assert all(torch.equal(found.sam.state_dict()[name], tensor) for name, tensor in rest.items())


def test_a_mobile_sam_checkpoint_without_a_batch_normalization_is_refused(tmp_path):
    _, published = mobile_sam()
    del published["image_encoder.layers.1.blocks.0.local_conv.bn.running_var"]
    torch.save(published, tmp_path / "mobile.pt")
    refusal(tmp_path / "mobile.pt", "missing tensor: .*local_conv.bn.running_var", default="vit_b")


def test_floodevals_own_names_of_vit_t_are_read(tmp_path):
    sam = random_sam("vit_t", 5)
    torch.save(sam.state_dict(), tmp_path / "own.pth")
    assert equal(load(tmp_path / "own.pth", default="vit_b").sam.state_dict(), sam.state_dict())


def test_the_state_dict_for_mobile_sam_is_the_same_function_to_the_last_bit(tmp_path):
    sam = random_sam("vit_t", 6)
    torch.save(mobile_sam_state(tensors_of(sam)), tmp_path / "mobile.pt")
    assert set(torch.load(tmp_path / "mobile.pt")) >= set(mobile_sam()[1])
    assert equal(load(tmp_path / "mobile.pt", default="vit_b").sam.state_dict(), sam.state_dict())
