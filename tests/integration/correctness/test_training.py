"""Training: means over what was measured, and ignored pixels that count nowhere."""

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from floodeval.datasets.dataset import Pair, load_dataset, read_pair
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.errors import FloodevalError
from floodeval.sam.inference import Embedding
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.examples import Example, FreshViews, KeptViews, load_pictures, resized
from floodeval.training.finetune import finetune
from floodeval.training.losses import MASK_LOSSES
from floodeval.training.trainer import Trainer
from tests.support.datasets import make_pairs
from tests.support.training import Shown, example_of, split, untrained_sam

SIDE = 1024
WEST = np.arange(SIDE)[None, :].repeat(SIDE, 0) < SIDE // 2  # the left half of the frame
NORTH = WEST.T
NOWHERE = np.zeros_like(WEST)


def everything_is_water(*_, **__):
    return torch.full((1, 1, 256, 256), 9.0), torch.zeros(1, 1)


def trainer(n=1, **config):
    return Trainer(untrained_sam(), TrainingConfig(**{"clip": 0.0, **config}), n)


def test_a_photograph_without_water_counts_only_with_prompts_that_need_none(monkeypatch):
    monkeypatch.setattr("floodeval.training.trainer.decode_logits", everything_is_water)
    views = Shown([example_of("wet", WEST), example_of("dry", NOWHERE)])
    found = trainer(validation_prompts=("box", "point", "full")).validate(views)
    assert found["iou_box"] == found["iou_point"] == 0.5  # the wet photograph alone
    assert found["iou_full"] == (0.5 + 0) / 2
    assert found["iou"] == pytest.approx((0.5 + 0.5 + 0.5 + 0) / 4)


def test_a_validation_that_can_ask_nothing_is_refused_with_the_remedy():
    views = Shown([example_of("dry", NOWHERE)])
    with pytest.raises(FloodevalError, match="none contains water; add 'full' to the validation prompts"):
        trainer(validation_prompts=("box", "point")).validate(views)


def test_in_training_a_photograph_without_water_is_booked_under_the_prompt_that_it_was_given():
    found = trainer(prompts=("box", "point"), prompts_per_view=2).train(
        Shown([example_of("dry", NOWHERE)]), 1
    )
    assert {name for name in found if name.startswith("iou_")} == {"iou_full"}


def gradients(views, **config):
    """The gradients that a step takes: of the mask decoder, by name."""
    training, taken = trainer(len(views), **config), {}

    def take(*_):
        taken.update({name: p.grad.clone() for name, p in training.parameters.items() if p.grad is not None})

    training.optimizer.register_step_pre_hook(take)
    training.train(Shown(views), 1)
    return taken


def same(first, second):
    return first.keys() == second.keys() and all(
        torch.allclose(first[name], second[name], rtol=1e-3, atol=1e-6) for name in first
    )


def test_the_loss_of_a_view_is_the_mean_over_the_prompts_that_it_was_given():
    wet, dry = example_of("wet", WEST), example_of("dry", NOWHERE)
    one = gradients([wet], prompts=("full",), prompts_per_view=1)
    assert max(float(grad.abs().max()) for grad in one.values()) > 1e-4
    assert same(gradients([wet], prompts=("full",), prompts_per_view=3), one)
    one = gradients([dry], prompts=("full",), prompts_per_view=1)
    assert same(gradients([dry], prompts=("box", "point", "points:n=5"), prompts_per_view=3), one)


def test_a_view_of_ignored_pixels_alone_leaves_the_step_as_it_is():
    wet, blank = example_of("wet", WEST), example_of("blank", NOWHERE, ~NOWHERE)
    alone = gradients([wet], prompts=("full",), batch=2)
    assert same(gradients([wet, blank], prompts=("full",), batch=2), alone)
    assert gradients([blank], prompts=("full",), batch=2) == {}
    assert trainer(validation_prompts=("full",)).validate(Shown([wet, blank])).keys() >= {"iou_full"}


def test_a_cell_counts_where_half_of_it_does_and_its_target_is_that_of_the_rest():
    share = np.zeros((4, 12), np.uint8)
    ignored = np.zeros((4, 12), bool)
    share[:, :2], ignored[:, 2:4] = 255, True  # half water, half ignored
    share[0, 4:8], ignored[1:, 4:8] = 255, True  # a quarter counts
    share[:2, 8:], ignored[2, 8:] = 255, True  # two rows of water, one ignored, one of land
    example = Example("a", Embedding(torch.zeros(1), share.shape, share.shape), share, ignored)
    assert example.counted(256).tolist() == [[True, False, True]]
    assert example.target(256)[0, [0, 2]].tolist() == pytest.approx([1, 2 / 3])
    assert example.counted(1024).sum() == (~ignored).sum()
    assert not (example.truth & ignored).any()


@pytest.mark.parametrize("loss_side", [256, 512, 1024])
@pytest.mark.parametrize("loss", MASK_LOSSES)
def test_what_is_predicted_for_ignored_pixels_changes_no_loss_and_no_iou(monkeypatch, loss, loss_side):
    inside = NORTH & WEST
    ignored = np.zeros_like(WEST)
    ignored[: SIDE // 2 + 64] = True  # with a margin, because logits are interpolated to the finer grids
    found = []
    for value in (-9.0, 0.0, 9.0):
        logits = torch.where(torch.arange(256)[:, None] < 128, value, 2.0).expand(1, 1, 256, 256)
        monkeypatch.setattr(
            "floodeval.training.trainer.decode_logits",
            lambda *_, given=logits, **__: (given, torch.zeros(1, 1)),
        )
        asked = trainer(loss=loss, loss_side=loss_side, validation_prompts=("full",))
        found.append(asked.validate(Shown([example_of("a", WEST & ~inside, ignored)])))
    assert found[0] == found[1] == found[2]
    assert found[0]["iou"] == 0.5


def test_the_losses_over_what_counts_are_those_computed_by_hand(monkeypatch):
    # two quarters count: water with logit 0 and land with logit 0; the ignored half is predicted perfectly
    logits = torch.where(torch.arange(256)[:, None] < 128, 0.0, 50.0).expand(1, 1, 256, 256)
    monkeypatch.setattr(
        "floodeval.training.trainer.decode_logits", lambda *_, **__: (logits, torch.full((1, 1), 0.25))
    )
    example = example_of("a", WEST & NORTH, ~NORTH)
    found = trainer(validation_prompts=("full",)).validate(Shown([example]))
    cells = 128 * 256
    entropy, shared, total = math.log(2), 0.5 * cells / 2, 0.5 * cells + cells / 2
    dice = 1 - (2 * shared + 1) / (total + 1)
    assert found["iou"] == 0  # logit 0 is land
    assert found["loss"] == pytest.approx(entropy + dice + 0.25**2, abs=1e-5)


@given(st.integers(0, 999), st.floats(0, 90), st.floats(0, 0.7), st.booleans())
def test_a_view_never_mixes_ignored_pixels_into_what_counts(seed, rotation, zoom, water_counts):
    rng = np.random.default_rng(seed)
    ignored = rng.random((9, 12)).repeat(6, 0).repeat(6, 1) < 0.4
    share = np.where(ignored != water_counts, 255, 0).astype(np.uint8)  # the opposite under what is ignored
    photograph = np.repeat(share[..., None], 3, axis=2)
    augmentation = Augmentation(mirror=0.5, upside_down=0.5, rotation_deg=rotation, zoom=zoom)
    view = augmentation.view(photograph, share, ignored, rng)
    for shown, left_out in (view[1:], resized(*view)[1:], resized(*view, side=37)[1:]):
        assert shown.shape == left_out.shape and left_out.dtype == bool
        assert set(np.unique(shown[~left_out])) <= ({255} if water_counts else {0})
        assert not shown[left_out].any()


def test_ignored_pixels_are_framed_as_the_photograph_is():
    ignored = np.zeros((40, 60), bool)
    ignored[:10, :20] = True
    photograph = np.where(ignored, 200, 10).astype(np.uint8)[..., None].repeat(3, 2)
    share = np.zeros((40, 60), np.uint8)
    shown, _, left_out = Augmentation(mirror=1, upside_down=1).view(
        photograph, share, ignored, np.random.default_rng(0)
    )
    assert (left_out == ignored[::-1, ::-1]).all() and ((shown[..., 0] > 100) == left_out).all()


def test_no_prompt_of_a_training_lies_in_ignored_pixels(monkeypatch):
    given = []

    def decode(sam, embedding, prompt, previous=None):
        given.append(prompt)
        bias = sam.mask_decoder.iou_token.weight.sum() * 0  # something to derive
        return torch.full((1, 1, 256, 256), 9.0) + bias, torch.zeros(1, 1) + bias

    monkeypatch.setattr("floodeval.training.trainer.decode_logits", decode)
    ignored = NORTH.copy()
    water = WEST & ~ignored
    water[-100:] = False  # so that clicks on land have somewhere to be
    asked = ("point", "points:n=10", "clicks:max=6", "box")
    training = trainer(prompts=asked, prompts_per_view=4)
    for epoch in range(1, 8):
        training.train(Shown([example_of("a", water, ignored)]), epoch)
    points = np.concatenate([prompt.points for prompt in given if prompt.points is not None]).astype(int)
    labels = np.concatenate([prompt.labels for prompt in given if prompt.points is not None])
    assert len(points) > 50 and not labels.all()
    assert not ignored[points[:, 1], points[:, 0]].any()
    boxes = [prompt.box.tolist() for prompt in given if prompt.box is not None]
    assert boxes and all(box == [0, 512, 512, 924] for box in boxes)


def with_ignored_top(sample):
    pair = read_pair(sample)
    ignored = np.zeros(pair.truth.shape, bool)
    ignored[: len(ignored) // 2] = True
    return Pair(pair.photograph, pair.truth & ~ignored, ignored)


def test_ignored_pixels_reach_the_views_and_those_that_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a"], (96, 64)))
    sam, plain = untrained_sam(), Augmentation()
    without = KeptViews(load_pictures(dataset.samples, SIDE, lambda: None)[0], sam, plain, 1, "e" * 64)
    monkeypatch.setattr("floodeval.training.examples.read_pair", with_ignored_top)
    pictures, skipped = load_pictures(dataset.samples, SIDE, lambda: None)
    assert not skipped
    for views in (FreshViews(pictures, sam, plain, "float32"), KeptViews(pictures, sam, plain, 1, "e" * 64)):
        example = views.example(0, "1")
        half = example.share.shape[0] // 2
        assert example.ignored[: half - 8].all() and not example.ignored[half + 8 :].any()
    assert without.example(0, "1").ignored is None


def test_a_photograph_whose_every_pixel_is_ignored_is_left_out_by_name(tmp_path, monkeypatch):
    def all_ignored(sample):
        pair = read_pair(sample)
        return Pair(pair.photograph, np.zeros_like(pair.truth), np.ones_like(pair.truth))

    monkeypatch.setattr("floodeval.training.examples.read_pair", all_ignored)
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a"], (96, 64)))
    pictures, skipped = load_pictures(dataset.samples, SIDE, lambda: None)
    assert not pictures and skipped[0].id == "a" and "every pixel" in skipped[0].reason


LABELS = LabelScheme(water=(255,), ignore=(7,))
STRETCHED = PhotographReading(stretch=((0.0, 500.0),) * 3)


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize(
    ("other", "named"),
    [
        (Reading(labels=LabelScheme(water=(255,))), "label scheme"),
        (Reading(labels=LABELS), "way to read photographs"),
    ],
)
def test_a_stopped_training_goes_on_only_where_files_are_read_alike(results, tmp_path, tiny, other, named):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["a", "b"], (96, 64)))
    dataset = replace(dataset, reading=Reading(LABELS, STRETCHED))
    dealt, config = split(train="a", validation="b"), TrainingConfig(epochs=1)

    def stop(step):
        if step.what == "training":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(dataset, dealt, "m", config, progress=stop)
    written = json.loads((results / "models" / "m" / "config.json").read_text())
    assert LabelScheme.from_json(written["labels"]) == LABELS
    assert PhotographReading.from_json(written["photographs"]) == STRETCHED
    assert re.match(r"\d{4}-\d\d-\d\dT.*\+00:00$", written["created"])
    with pytest.raises(FloodevalError, match=f"unfinished training with another .*{named}"):
        finetune(replace(dataset, reading=other), dealt, "m", config)
    assert finetune(dataset, dealt, "m", config).best_epoch == 1
    assert json.loads((results / "models" / "m" / "config.json").read_text())["created"] == written["created"]
