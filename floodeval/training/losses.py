"""Losses of the mask decoder, over the cells of its logits' grid that count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from floodeval.datasets.images import Mask

# Losses of the mask decoder, over the cells of its logits' grid that count.

FOCAL_WEIGHT = 20.0  # of the focal loss against the Dice loss (Kirillov et al. 2023, appendix A)


def dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, with 1 added above and below (Milletari et al. 2016, V-Net).

    Args:
        logits: of the cells that count, in any shape.
        target: the share of water in each of them, 0..1.
    """
    probability = logits.sigmoid()
    shared, total = (probability * target).sum(), probability.sum() + target.sum()
    return 1 - (2 * shared + 1) / (total + 1)


def focal_loss(logits: torch.Tensor, target: torch.Tensor, gamma: float = 2.0) -> torch.Tensor:
    """Binary cross-entropy that easy cells hardly count in (Lin et al. 2017, without their class weight)."""
    missed = (logits.sigmoid() - target).abs()
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (missed**gamma * entropy).mean()


def lovasz_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The Lovász hinge, a convex surrogate of 1 - IoU (Berman et al. 2018); cells are mostly water or not."""
    truth = (target > 0.5).float().flatten()
    errors, order = (1 - logits.flatten() * (2 * truth - 1)).sort(descending=True)
    truth = truth[order]
    left = truth.sum() - truth.cumsum(0)
    jaccard = 1 - left / (truth.sum() + (1 - truth).cumsum(0))
    steps = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
    return torch.dot(F.relu(errors), steps)


def bce_dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy plus Dice loss, equal weights (as in nnU-Net, Isensee et al. 2021)."""
    return F.binary_cross_entropy_with_logits(logits, target) + dice_loss(logits, target)


def focal_dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Focal plus Dice loss, 20 to 1, as SAM itself was trained (Kirillov et al. 2023, appendix A)."""
    return FOCAL_WEIGHT * focal_loss(logits, target) + dice_loss(logits, target)


def bce_lovasz_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy plus the Lovász hinge, equal weights."""
    return F.binary_cross_entropy_with_logits(logits, target) + lovasz_loss(logits, target)


MASK_LOSSES: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "bce+dice": bce_dice_loss,
    "focal+dice": focal_dice_loss,
    "bce+lovasz": bce_lovasz_loss,
}


def iou_of_logits(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """IoU of the mask of positive logits with the cells that are mostly water; 1 if both are empty."""
    predicted, truth = logits > 0, target > 0.5
    union = (predicted | truth).sum()
    return torch.where(union > 0, (predicted & truth).sum() / union.clamp(min=1), 1.0)


def score_loss(score: torch.Tensor, iou: torch.Tensor) -> torch.Tensor:
    """Squared error of the predicted IoU (Kirillov et al. 2023, Segment Anything, appendix A)."""
    return (score - iou.detach()) ** 2


# The share of water in pixels, averaged over those that count.

Share = npt.NDArray[np.uint8]  # H x W, the share of water in each pixel, 255 being all; 0 where ignored
Average = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


def averaged(share: Share, ignored: Mask | None, average: Average) -> Share:
    """Average a share of water with `average`, leaving out the pixels that are ignored.

    Args:
        share: H x W.
        ignored: H x W, true where a pixel does not count; None where every pixel counts.
        average: makes an h x w picture of an H x W one, each pixel a weighted mean.

    Returns:
        h x w; 0 where nothing that counts was averaged.
    """
    if ignored is None:
        return np.asarray(average(share), np.uint8)
    counted = average((~ignored).astype(np.float32))
    water = average(np.where(ignored, 0, share).astype(np.float32))
    mean = np.divide(water, counted, out=np.zeros_like(water), where=counted > 0)
    return np.asarray(mean.round().clip(0, 255), np.uint8)
