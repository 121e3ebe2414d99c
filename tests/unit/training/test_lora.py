"""Low-rank updates change nothing at first, are all that is trained, and merge into the plain weights."""

import torch
from torch import nn

from floodeval.training.lora import SCALE, add_lora, merged_state


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(12, 20), nn.GELU(), nn.LayerNorm(20), nn.Linear(20, 7))


def test_at_first_the_output_is_the_same_and_only_the_updates_are_trained():
    plain, updated = network(), network()
    added = add_lora([updated], rank=3)
    values = torch.randn(5, 12)
    assert torch.equal(plain(values), updated(values))
    assert {id(p) for p in updated.parameters() if p.requires_grad} == {id(p) for p in added}
    assert [tuple(p.shape) for p in added] == [(3, 12), (20, 3), (3, 20), (7, 3)]


def test_the_merged_weights_give_the_output_of_the_updated_network_under_the_plain_names():
    updated, values = network(), torch.randn(5, 12)
    added = add_lora([updated], rank=3)
    with torch.no_grad():
        for parameter in added:
            parameter.normal_()
    state, plain = merged_state(updated), network()
    assert state.keys() == plain.state_dict().keys()
    expected = network()[0].weight + SCALE * added[1] @ added[0]
    torch.testing.assert_close(state["0.weight"], expected)
    plain.load_state_dict(state)
    torch.testing.assert_close(plain(values), updated(values))


def test_the_state_of_a_network_without_updates_is_its_own():
    plain = network()
    assert all(torch.equal(tensor, plain.state_dict()[name]) for name, tensor in merged_state(plain).items())


def test_a_gradient_reaches_the_updates_alone():
    updated = network()
    added = add_lora([updated], rank=2)
    updated(torch.randn(5, 12)).square().mean().backward()
    assert all(parameter.grad is not None for parameter in added)
    assert all(
        p.grad is None for name, p in updated.named_parameters() if name.endswith(("original", "bias"))
    )
