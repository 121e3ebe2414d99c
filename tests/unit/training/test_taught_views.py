"""Views for retention: computed once, the same when read again, and cropped around land."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from floodeval.errors import FloodevalError
from floodeval.sam.loading import Model, load_model
from floodeval.sam.preprocessing import Preprocessing
from floodeval.training.augmentation import Augmentation
from floodeval.training.config import TrainingConfig
from floodeval.training.examples import Picture
from floodeval.training.taught_views import LARGEST_CROP, SMALLEST_CROP, strong_crop, taught_views
from tests.support.checkpoints import TINY
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.training import show_things

pytestmark = pytest.mark.usefixtures("coarse")

TALL, WIDE = 120, 160
RECIPE = TrainingConfig(
    model_type=TINY, things=1, crops=1, views=3, encoder_learning_rate=1e-3, frozen_encoder=0.5
)


def picture_of(name: str, *, water: slice | None = slice(0, 60), seed: int = 0) -> Picture:
    photograph = np.random.default_rng(seed).integers(0, 255, (TALL, WIDE, 3), dtype=np.uint8)
    share = np.zeros((TALL, WIDE), np.uint8)
    if water is not None:
        share[:, water] = 255
    return Picture(name, photograph, share)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
    show_things(monkeypatch)
    return tmp_path / "kept"


@pytest.fixture
def model(tiny_type, kept) -> Model:
    return load_model(TINY)


def views_of(model: Model, pictures=None, config: TrainingConfig = RECIPE):
    pictures = pictures or [picture_of("a"), picture_of("b", seed=1)]
    return taught_views({"train": pictures, "validation": pictures[:1]}, model, load_model(TINY), config)


@pytest.mark.heavy
def test_a_kept_view_is_read_as_it_was_made_and_made_again_where_its_file_is_damaged(model, kept):
    train, _ = views_of(model)
    first = train.example(0, "1")
    (file,) = kept.rglob("*.safetensors")
    again = views_of(model)[0].example(0, "1")
    assert torch.equal(first.embedding.features, again.embedding.features)
    assert all(torch.equal(getattr(first.lesson, x), getattr(again.lesson, x)) for x in ("tokens", "boxes"))
    file.write_bytes(b"torn")
    made = views_of(model)[0].example(0, "1")
    assert torch.equal(first.lesson.tokens, made.lesson.tokens)


@pytest.mark.heavy
def test_epochs_go_through_all_kept_views_and_other_seeds_use_the_same_ones(model, kept):
    train, _ = views_of(model)
    shares = [train.example(0, str(epoch)).lesson.points.numpy().tobytes() for epoch in range(1, 7)]
    assert len(set(shares)) == 3 and shares[:3] == shares[3:]
    n_files = len(list(kept.rglob("*.safetensors")))
    other, _ = views_of(model, config=TrainingConfig(**{**vars(RECIPE), "seed": 5}))
    assert {other.example(0, str(epoch)).lesson.points.numpy().tobytes() for epoch in range(1, 4)} == set(
        shares
    )
    assert len(list(kept.rglob("*.safetensors"))) == n_files


@pytest.mark.heavy
def test_first_stages_may_keep_the_weights_that_training_starts_from(tiny_type, kept):
    models = [load_model(TINY) for _ in range(2)]
    for model in models:
        model.sam.image_encoder.blocks[0].mlp.lin1.weight.data *= 1.5
    before = models[0].sam.image_encoder.blocks[0].mlp.lin1.weight.clone()
    (published, _), (own, _) = (
        views_of(model, config=replace(RECIPE, frozen_weights=weights))
        for model, weights in zip(models, ("published", "start"), strict=True)
    )
    shared, apart = published.example(0, "1"), own.example(0, "1")
    assert torch.equal(models[1].sam.image_encoder.blocks[0].mlp.lin1.weight, before)
    assert torch.equal(shared.lesson.tokens, apart.lesson.tokens)  # the teacher is the published model
    assert not torch.equal(shared.embedding.features, apart.embedding.features)
    assert len({path.parent for path in kept.rglob("*.safetensors")}) == 2


@pytest.mark.heavy
def test_crops_follow_the_photographs_and_show_no_water_to_learn(model):
    train, validation = views_of(model)
    assert (len(train), len(validation)) == (4, 2)
    shown = [train.example(index, "1") for index in range(4)]
    assert [example.shows_water for example in shown] == [True, True, False, False]
    assert [example.id for example in shown] == ["a", "b", "a", "b"]
    with pytest.raises(IndexError):
        train.example(4, "1")


@pytest.mark.heavy
def test_without_kept_views_every_epoch_has_a_new_one(model, kept):
    config = TrainingConfig(
        **{**vars(RECIPE), "views": 1, "augmentation": Augmentation(mirror=0.5, zoom=0.5)}
    )
    train, _ = views_of(model, config=config)
    points = {train.example(0, str(epoch)).lesson.points.numpy().tobytes() for epoch in range(1, 5)}
    assert len(points) == 4
    assert not list(kept.rglob("*.safetensors"))


@pytest.mark.heavy
def test_a_photograph_without_land_has_a_lesson_without_prompts(model):
    train, _ = views_of(model, [picture_of("a", water=slice(0, WIDE))])
    for index in range(2):
        example = train.example(index, "1")
        assert list(example.lesson.prompts()) == []
        assert not example.dry_cells.any()


def test_a_model_for_other_inputs_is_refused_in_one_line(model):
    other = Model(model.sam, TINY, "0", "0", preprocessing=Preprocessing(512))
    with pytest.raises(
        FloodevalError, match="start from a model that takes them as the pretrained one does"
    ) as refused:
        views_of(other)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("seed", range(8))
def test_a_strong_crop_is_a_part_of_photograph_and_mask_around_land(seed):
    picture = picture_of("a")
    part = strong_crop(picture, np.random.default_rng(seed))
    height, width = part.share.shape
    for part_of_side, side in ((height, TALL), (width, WIDE)):
        assert SMALLEST_CROP * side - 1 <= part_of_side <= LARGEST_CROP * side + 1
    assert (part.share == 0).any()
    rows, columns = np.nonzero((picture.photograph == part.photograph[0, 0]).all(axis=2))
    assert any(
        np.array_equal(picture.photograph[y : y + height, x : x + width], part.photograph)
        and np.array_equal(picture.share[y : y + height, x : x + width], part.share)
        for y, x in zip(rows, columns, strict=True)
    )


def test_crops_are_as_often_small_as_large_and_without_land_there_is_none():
    picture = picture_of("a", water=None)
    widths = [strong_crop(picture, np.random.default_rng(seed)).share.shape[1] / WIDE for seed in range(200)]
    assert np.median(widths) == pytest.approx((SMALLEST_CROP * LARGEST_CROP) ** 0.5, abs=0.05)
    wet = picture_of("a", water=slice(0, WIDE))
    assert strong_crop(wet, np.random.default_rng(0)) is wet
