"""How well a model still answers as the pretrained one on dry land: as losses, and as scores."""

from collections.abc import Iterator

import torch

from floodeval.sam.architecture import Sam
from floodeval.sam.inference import decode_tokens
from floodeval.training.config import TrainingConfig
from floodeval.training.epoch_sums import Sums
from floodeval.training.examples import GRID, Example, autocast
from floodeval.training.lessons import LandPrompt
from floodeval.training.losses import answer_loss, embedding_loss, iou_of_logits


def retention_losses(
    sam: Sam, example: Example, config: TrainingConfig, precision: torch.dtype, sums: Sums
) -> Iterator[torch.Tensor]:
    """The weighted losses of a view's retention; none where it has no lesson, or no land.

    Args:
        sam: the trained model.
        example: the view; gradients of the losses reach its embedding if that requires them.
        config: the recipe.
        precision: of products.
        sums: gets the unweighted losses and the IoU with the pretrained answers.
    """
    if example.lesson is None:
        return
    prompts = list(example.lesson.prompts())
    tokens = slice(0, 4 if config.retain_multimask else 1)
    for one in prompts:
        with autocast(sam, precision):
            logits, scores = decode_tokens(sam, example.embedding, [one.prompt])
        answered, taught = _inside(logits[0].float(), example), _inside(one.tokens.to(logits.device), example)
        losses = [answer_loss(a, t) for a, t in zip(answered[tokens], taught[tokens], strict=True)]
        missed = (scores[0, tokens].float() - one.scores[tokens].to(scores.device)) ** 2
        loss = torch.stack(losses).mean() + config.score_weight * missed.mean()
        iou = iou_of_logits(answered[0], taught[0].sigmoid()).item()
        sums.add(one.form, retention_loss=loss.item(), retention=iou)
        yield config.retention_weight * loss / len(prompts)
    if config.embedding_weight and example.embedding.features.requires_grad:
        dry = example.dry_cells
        if dry.any():
            features = example.embedding.features
            taught = example.lesson.embedding.to(features.device, torch.float32)
            loss = embedding_loss(features, taught, dry.to(features.device))
            sums.add("", embedding_loss=loss.item())
            yield config.embedding_weight * loss


@torch.no_grad()
def measure_answers(sam: Sam, example: Example, precision: torch.dtype, sums: Sums) -> None:
    """Add the IoU of a view's answers with the pretrained ones, and the share of water in them.

    The share is that of the reference mask, over the cells of an answer that count; an answer without such
    cells has none.
    """
    if example.lesson is None:
        return
    water, counted = example.target(GRID) > 0.5, example.counted(GRID)
    for one in example.lesson.prompts():
        with autocast(sam, precision):
            logits, _ = decode_tokens(sam, example.embedding, [one.prompt])
        sums.add(one.form, retention=_iou(logits[0, 0].cpu().float(), one, example))
        answer = _inside(logits[0, 0].cpu().float(), example) > 0
        if counted is not None:
            answer &= counted
        if answer.any():
            sums.add("", water_share=float((answer & water).sum() / answer.sum()))


def _iou(logits: torch.Tensor, one: LandPrompt, example: Example) -> float:
    return iou_of_logits(_inside(logits, example), _inside(one.tokens[0], example).sigmoid()).item()


def _inside(logits: torch.Tensor, example: Example) -> torch.Tensor:
    """The part of ... x 256 x 256 logits that the view covers."""
    height, width = (-(-length * GRID // 1024) for length in example.share.shape)
    return logits[..., :height, :width]
