"""Retention: no loss for the pretrained answers, and gradients only for what is trained."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from floodeval.sam.inference import Embedding
from floodeval.training.config import TrainingConfig
from floodeval.training.encoder_stages import StagedEncoder
from floodeval.training.epoch_sums import Sums
from floodeval.training.examples import Example
from floodeval.training.lessons import Lesson, Teacher, lesson_of
from floodeval.training.losses import answer_loss, dice_loss, embedding_loss
from floodeval.training.optimization import StartingWeights
from floodeval.training.retained_answers import measure_answers, retention_losses
from floodeval.training.trainer import Trainer
from tests.support.checkpoints import TINY, random_sam
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.training import Shown, example_of, show_things, thing_on_land, untrained_sam

NORTH = np.zeros((768, 1024), bool)
NORTH[:300] = True
RECIPE = TrainingConfig(things=1, batch=2, prompts=("full",), validation_prompts=("full",))
WITH_ENCODER = replace(RECIPE, encoder_learning_rate=1e-3, embedding_weight=0.5)


def taught(example: Example, sam, n: int = 2) -> Example:
    """The example with what a model answers at `n` things."""
    rng = np.random.default_rng(0)
    things = thing_on_land(sam, example.embedding, example.truth, example.ignored, n, rng)
    return replace(example, lesson=lesson_of(example.embedding.features, things, []))


def reaching(example: Example) -> Example:
    """The example with an embedding that gradients reach."""
    leaf = example.embedding.features.detach().clone().requires_grad_(True)
    return replace(example, embedding=replace(example.embedding, features=leaf))


def test_the_loss_of_the_same_answer_is_zero_and_of_another_the_divergence_and_dice():
    rng = torch.Generator().manual_seed(0)
    own, other = (3 * torch.randn(20, 30, generator=rng) for _ in range(2))
    assert answer_loss(own, own).item() == pytest.approx(0, abs=1e-6)
    p, q = other.double().sigmoid().numpy(), own.double().sigmoid().numpy()
    divergence = (p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))).mean()
    hard = (other > 0).float()
    expected = divergence + (dice_loss(own, hard) - dice_loss(other, hard)).item()
    assert answer_loss(own, other).item() == pytest.approx(expected, rel=1e-4)


def test_its_gradient_is_that_of_cross_entropy_and_dice():
    rng = torch.Generator().manual_seed(0)
    own, other = (torch.randn(20, 30, generator=rng) for _ in range(2))
    plain = own.clone().requires_grad_(True)
    (
        F.binary_cross_entropy_with_logits(plain, other.sigmoid()) + dice_loss(plain, (other > 0).float())
    ).backward()
    own.requires_grad_(True)
    answer_loss(own, other).backward()
    torch.testing.assert_close(own.grad, plain.grad)


def test_the_embeddings_distance_is_over_dry_cells_alone_and_relative():
    taught_features = torch.ones(1, 256, 64, 64)
    features = taught_features.clone()
    dry = torch.zeros(48, 64, dtype=torch.bool)
    dry[10:20] = True
    features[:, :, 20:] = 9.0
    assert embedding_loss(features, taught_features, dry) == 0
    features[:, :, 10:15] = 3.0
    assert embedding_loss(features, taught_features, dry) == pytest.approx(2.0)


def test_a_student_equal_to_the_teacher_loses_nothing_and_retains_everything():
    sam = untrained_sam()
    example = taught(reaching(example_of("wet", NORTH)), sam)
    sums = Sums()
    config = replace(WITH_ENCODER, retain_multimask=True)
    losses = list(retention_losses(sam, example, config, torch.float32, sums))
    assert len(losses) == 5  # two things with a point and a box each, and the embedding
    assert all(abs(loss.item()) < 1e-4 for loss in losses)
    assert sums.means()["retention"] == pytest.approx(1, abs=1e-3)
    measure_answers(sam, example, torch.float32, found := Sums())
    assert found.means()["retention"] == pytest.approx(1, abs=1e-3)
    assert {"retention_point", "retention_box", "water_share"} <= found.means().keys()


def test_weights_scale_the_losses_and_multimask_adds_those_of_the_other_tokens():
    sam = untrained_sam()
    example = taught(reaching(example_of("wet", NORTH)), sam, n=1)
    lesson = example.lesson
    lesson = replace(lesson, tokens=lesson.tokens.flip(-1), embedding=lesson.embedding + 0.5)
    example = replace(example, lesson=lesson)

    def losses(**changed) -> list[float]:
        config = replace(WITH_ENCODER, score_weight=0.0, **changed)
        return [x.item() for x in retention_losses(sam, example, config, torch.float32, Sums())]

    one = losses()
    assert min(one) > 0
    assert losses(retention_weight=3.0, embedding_weight=1.0) == pytest.approx(
        [3 * one[0], 3 * one[1], 2 * one[2]]
    )
    assert losses(retain_multimask=True)[0] != pytest.approx(one[0])
    assert len(losses(embedding_weight=0.0)) == 2


def test_the_share_of_water_is_that_of_the_answer_in_the_reference_mask(monkeypatch):
    example = taught(example_of("wet", NORTH), untrained_sam(), n=1)
    logits = torch.full((1, 4, 256, 256), -5.0)
    logits[:, 0, 50:100] = 5.0  # rows 200 to 400 of the frame, of which 300 are water
    monkeypatch.setattr(
        "floodeval.training.retained_answers.decode_tokens", lambda *_: (logits, torch.zeros(1, 4))
    )
    measure_answers(untrained_sam(), example, torch.float32, sums := Sums())
    assert sums.means()["water_share"] == pytest.approx(0.5)


def gradients(views, **changed) -> dict[str, torch.Tensor]:
    """The gradients of one step, by name."""
    training = Trainer(untrained_sam(), replace(RECIPE, **changed), len(views))
    taken: dict[str, torch.Tensor] = {}

    def take(*_) -> None:
        taken.update({name: p.grad.clone() for name, p in training.parameters.items() if p.grad is not None})

    training.optimizer.register_step_pre_hook(take)
    training.train(Shown(views), 1)
    return taken


def test_a_photograph_without_things_is_trained_on_water_alone():
    wet = example_of("wet", NORTH)
    nothing = replace(wet, lesson=lesson_of(wet.embedding.features, [], []))
    plain, taught_nothing = gradients([wet]), gradients([nothing])
    assert plain.keys() == taught_nothing.keys()
    assert all(torch.allclose(plain[name], taught_nothing[name], atol=1e-7) for name in plain)


def test_a_crop_is_trained_on_retention_alone_and_one_without_things_takes_no_part():
    wet = example_of("wet", NORTH)
    other = taught(wet, untrained_sam())
    other = replace(other, lesson=replace(other.lesson, tokens=-other.lesson.tokens))
    crop = replace(other, shows_water=False)
    empty = replace(crop, lesson=lesson_of(wet.embedding.features, [], []))
    assert gradients([empty]) == {}
    alone, both = gradients([crop]), gradients([crop, empty])
    assert max(float(grad.abs().max()) for grad in alone.values()) > 1e-4
    assert all(torch.allclose(alone[name], both[name], atol=1e-6) for name in alone)


@pytest.mark.heavy
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("rank", [0, 2])
def test_a_step_changes_the_trained_stages_and_leaves_the_frozen_ones(tiny_architecture, rank):
    student, published = random_sam(TINY, seed=1), random_sam(TINY, seed=2)
    config = replace(
        RECIPE, model_type=TINY, encoder_learning_rate=1e-2, frozen_encoder=0.5, lora_rank=rank, clip=0.0
    )
    staged = StagedEncoder(student, 0.5)
    staged.share_stem(StagedEncoder(published, 0.5))
    before = {name: tensor.clone() for name, tensor in student.state_dict().items()}
    training = Trainer(student, config, 1)
    photograph = np.random.default_rng(0).integers(0, 255, (768, 1024, 3), dtype=np.uint8)
    wet = example_of("wet", NORTH)
    embedding = Embedding(staged.rest(staged.stem(photograph)), (768, 1024), (768, 1024))
    training.train(Shown([replace(wet, embedding=embedding)]), 1)
    changed = {
        name
        for name, tensor in student.state_dict().items()
        if name in before and not torch.equal(tensor, before[name])
    }
    encoder = {name.removeprefix("image_encoder.") for name in changed if name.startswith("image_encoder.")}
    assert any(name.startswith("mask_decoder.") for name in changed)
    assert all(name.startswith(("blocks.1.", "neck.")) for name in encoder)
    assert bool(encoder) == (rank == 0)
    trained = {name for name in training.parameters if name.startswith("image_encoder.")}
    assert all(name.endswith((".up", ".down")) for name in trained) == (rank > 0)


@pytest.mark.heavy
@pytest.mark.usefixtures("coarse")
def test_the_teacher_answers_with_the_published_weights_and_is_never_trained(tiny_architecture, monkeypatch):
    show_things(monkeypatch)
    published = random_sam(TINY, seed=2)
    teacher = Teacher(StagedEncoder(published, 0.5), "0" * 64)
    stem = teacher.encoder.stem(np.zeros((768, 1024, 3), np.uint8))
    lesson = teacher.lesson(stem, NORTH, None, 2, np.random.default_rng(0))
    assert isinstance(lesson, Lesson)
    assert lesson.tokens.shape == (4, 4, 256, 256)
    assert (lesson.points[:, 1] >= 300).all()
    assert not any(parameter.requires_grad for parameter in published.parameters())


def test_parameters_are_pulled_towards_their_first_values_by_rate_and_weight():
    parameter = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    start = StartingWeights({"a": parameter}, weight=5.0)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    with torch.no_grad():
        parameter += 2
    start.pull(optimizer)
    assert parameter.tolist() == pytest.approx([2.0, 3.0])
    StartingWeights({"a": parameter}, weight=0.0).pull(optimizer)
    assert parameter.tolist() == pytest.approx([2.0, 3.0])
