import pytest
import torch

from floodeval.errors import FloodevalError
from floodeval.sam.checkpoints import Provenance, read_checkpoint, write_checkpoint, write_tensors
from floodeval.sam.loading import load_model
from floodeval.sam.registry import published

VIT_T = published("vit_t")
NAME = "mask_decoder.mask_tokens.weight"


def provenance(model_type: str = "vit_t", base: str = VIT_T.sha256) -> Provenance:
    return Provenance(model_type, base, "floods", "f" * 64, "s" * 64, "{}")


def test_only_the_changed_tensors_are_written_in_half_precision(tmp_path):
    base = {"kept": torch.ones(3), "changed": torch.ones(3)}
    write_checkpoint(
        tmp_path / "c.safetensors", base | {"changed": torch.full((3,), 0.5)}, base, provenance()
    )
    tensors, found = read_checkpoint(tmp_path / "c.safetensors", VIT_T)
    assert list(tensors) == ["changed"]
    assert torch.equal(tensors["changed"], torch.full((3,), 0.5))
    assert found == provenance()
    assert found.trained_on["dataset"] == "floods"


@pytest.mark.parametrize(
    ("origin", "complaint"),
    [
        (provenance(model_type="vit_b"), "fine-tuned from vit_b, not vit_t"),
        (provenance(base="0" * 64), "fine-tune it again from these weights"),
    ],
)
def test_a_checkpoint_of_another_base_is_refused(tmp_path, origin, complaint):
    write_checkpoint(tmp_path / "c.safetensors", {"x": torch.ones(1)}, {"x": torch.zeros(1)}, origin)
    with pytest.raises(FloodevalError, match=complaint):
        read_checkpoint(tmp_path / "c.safetensors", VIT_T)


def test_what_is_no_checkpoint_is_refused_in_one_line(tmp_path):
    with pytest.raises(FloodevalError, match="no checkpoint"):
        read_checkpoint(tmp_path / "absent.safetensors", VIT_T)
    (tmp_path / "broken.safetensors").write_bytes(b"broken")
    with pytest.raises(FloodevalError, match="not a complete safetensors file"):
        read_checkpoint(tmp_path / "broken.safetensors", VIT_T)
    write_tensors(tmp_path / "other.safetensors", {"x": torch.ones(1)}, {})
    with pytest.raises(FloodevalError, match="not a floodeval checkpoint"):
        read_checkpoint(tmp_path / "other.safetensors", VIT_T)


@pytest.mark.weights
def test_a_fine_tuned_model_shares_the_encoder_and_differs_in_the_decoder(tmp_path, vit_t):
    state = vit_t.sam.state_dict()
    write_checkpoint(tmp_path / "c.safetensors", state | {NAME: state[NAME] + 1}, state, provenance())
    tuned = load_model("vit_t", tmp_path / "c.safetensors")
    assert tuned.encoder_sha256 == vit_t.encoder_sha256
    assert tuned.sha256 != vit_t.sha256
    assert torch.allclose(tuned.sam.state_dict()[NAME], state[NAME] + 1, atol=1e-2)


@pytest.mark.weights
def test_a_tensor_that_the_model_lacks_is_refused(tmp_path):
    write_checkpoint(tmp_path / "c.safetensors", {"x": torch.ones(1)}, {"x": torch.zeros(1)}, provenance())
    with pytest.raises(FloodevalError, match="contains the tensor x"):
        load_model("vit_t", tmp_path / "c.safetensors")
