"""Losses of the mask decoder, on the 256 x 256 grid of its logits."""

import torch
import torch.nn.functional as F


def dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, with 1 added above and below (Milletari et al. 2016, V-Net).

    Args:
        logits: H x W.
        target: H x W, the share of water in each cell, 0..1.
    """
    probability = logits.sigmoid()
    shared, total = (probability * target).sum(), probability.sum() + target.sum()
    return 1 - (2 * shared + 1) / (total + 1)


def mask_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy plus Dice loss, equal weights (as in nnU-Net, Isensee et al. 2021)."""
    return F.binary_cross_entropy_with_logits(logits, target) + dice_loss(logits, target)


def iou_of_logits(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """IoU of the H x W mask of positive logits with the cells that are mostly water; 1 if both are empty."""
    predicted, truth = logits > 0, target > 0.5
    union = (predicted | truth).sum()
    return torch.where(union > 0, (predicted & truth).sum() / union.clamp(min=1), 1.0)


def score_loss(score: torch.Tensor, iou: torch.Tensor) -> torch.Tensor:
    """Squared error of the predicted IoU (Kirillov et al. 2023, Segment Anything, appendix A)."""
    return (score - iou.detach()) ** 2
