"""Losses of masks: what perfect and opposite answers cost, and that IoU is that of the two masks."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from floodeval.training.losses import MASK_LOSSES, dice_loss, focal_loss, iou_of_logits, lovasz_loss

words = st.integers(0, 2**16 - 1)


def grid(word: int) -> torch.Tensor:
    return torch.tensor([int(bit) for bit in f"{word:016b}"], dtype=torch.float32).reshape(4, 4)


@pytest.mark.parametrize("name", MASK_LOSSES)
def test_perfect_logits_cost_nothing_and_opposite_ones_much(name):
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    perfect = (target * 2 - 1) * 20
    assert MASK_LOSSES[name](perfect, target) == pytest.approx(0, abs=1e-6)
    assert MASK_LOSSES[name](-perfect, target) > 0.5


def test_the_dice_loss_of_opposite_logits():
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0]])
    assert dice_loss((1 - target * 2) * 20, target) == pytest.approx(1 - 1 / 5, abs=1e-6)


def test_easy_cells_hardly_count_in_the_focal_loss():
    target = torch.ones(1, 1)
    easy, hard = (focal_loss(torch.full((1, 1), logit), target) for logit in (3.0, -3.0))
    entropy = [torch.nn.functional.softplus(torch.tensor(-logit)) for logit in (3.0, -3.0)]
    assert easy / entropy[0] < 0.01
    assert hard / entropy[1] > 0.9


@given(words, words)
def test_the_lovasz_hinge_of_certain_masks_is_twice_their_jaccard_loss(first, second):
    predicted, truth = grid(first), grid(second)
    iou = iou_of_logits(predicted * 2 - 1, truth)
    assert lovasz_loss(predicted * 2 - 1, truth) == pytest.approx(2 * (1 - iou.item()), abs=1e-5)


@given(words, words)
def test_the_training_iou_is_that_of_the_two_masks(first, second):
    predicted, truth = grid(first), grid(second)
    union = (predicted + truth > 0).sum()
    expected = (predicted * truth).sum() / union if union else 1
    assert iou_of_logits(predicted * 2 - 1, truth) == pytest.approx(float(expected))
