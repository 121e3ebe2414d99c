"""Losses of the mask decoder, over the cells of its logits' grid that count."""

from collections.abc import Callable

import torch
import torch.nn.functional as F

FOCAL_WEIGHT = 20.0  # of the focal loss relative to the Dice loss (Kirillov et al. 2023, appendix A)


def dice_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, with 1 added to numerator and denominator (Milletari et al. 2016, V-Net).

    Args:
        logits: of the cells that count, in any shape.
        target: the share of water in each of them, 0..1.
    """
    probability = logits.sigmoid()
    shared, total = (probability * target).sum(), probability.sum() + target.sum()
    return 1 - (2 * shared + 1) / (total + 1)


def focal_loss(logits: torch.Tensor, target: torch.Tensor, gamma: float = 2.0) -> torch.Tensor:
    """Binary cross-entropy with low weight on easy cells (Lin et al. 2017, without their class weight)."""
    missed = (logits.sigmoid() - target).abs()
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (missed**gamma * entropy).mean()


def lovasz_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The Lovász hinge, a convex surrogate of 1 - IoU (Berman et al. 2018); cells are rounded to 0 or 1."""
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
    """IoU of the mask of positive logits and the cells with more than half water; 1 if both are empty."""
    predicted, truth = logits > 0, target > 0.5
    union = (predicted | truth).sum()
    return torch.where(union > 0, (predicted & truth).sum() / union.clamp(min=1), 1.0)


def score_loss(score: torch.Tensor, iou: torch.Tensor) -> torch.Tensor:
    """Squared error of the predicted IoU (Kirillov et al. 2023, Segment Anything, appendix A)."""
    return (score - iou.detach()) ** 2


def answer_loss(logits: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """How far an answer is from the pretrained model's: learning without forgetting (Li and Hoiem 2016).

    Binary cross-entropy with the pretrained model's soft mask plus Dice loss with its hard mask, both
    relative to those of the pretrained answer itself: 0 for the same answer, with the same gradient.

    Args:
        logits: of the cells that count, in any shape.
        taught: the pretrained model's logits of the same cells.
    """
    soft, hard = taught.sigmoid(), (taught > 0).float()
    entropy = F.binary_cross_entropy_with_logits(taught, soft)
    missed = F.binary_cross_entropy_with_logits(logits, soft) - entropy
    return missed + dice_loss(logits, hard) - dice_loss(taught, hard)


def embedding_loss(features: torch.Tensor, taught: torch.Tensor, dry: torch.Tensor) -> torch.Tensor:
    """Squared difference of two embeddings over the dry cells (Romero et al. 2015, FitNets).

    It is relative to the mean square of the pretrained one: 0 for equal embeddings, 1 for one of zeros.

    Args:
        features: 1 x 256 x 64 x 64.
        taught: the pretrained model's, of the same shape.
        dry: h x w, true for the cells that count, at least one of them; the photograph's part of the grid.
    """
    own, wanted = (one[0, :, : dry.shape[0], : dry.shape[1]][:, dry] for one in (features, taught))
    return (own - wanted).square().mean() / wanted.square().mean()
