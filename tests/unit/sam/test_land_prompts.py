"""Prompts on land keep off the water, and things are what a model is sure of: checked on made answers."""

import numpy as np
import pytest
import torch

from floodeval.sam.inference import Embedding, decode_logits, decode_tokens
from floodeval.sam.land_prompts import (
    MARGIN,
    MOST_WATER_IN_BOX,
    Answer,
    Thing,
    find_free_boxes,
    find_things,
    land_points,
    point_prompt,
)
from floodeval.sam.prompts import Prompt
from tests.support.training import untrained_sam

HOUSE, FIELD, POND = (20, 30, 60, 90), (80, 40, 200, 150), (100, 100, 180, 140)  # x0, y0, x1, y1 in cells


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def filled(box: tuple[int, int, int, int], shape: tuple[int, int] = (256, 256)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


@pytest.fixture
def answers(monkeypatch):
    """A model that answers with the first of its objects that has the point, or that fits the box best.

    The masks with multimask are half of the object, all of it, and the frame; the second scores highest.
    """
    objects: dict[tuple[int, int, int, int], float] = {}  # object in cells -> score

    def decode(sam, embedding, prompts):
        logits, scores = torch.full((len(prompts), 4, 256, 256), -5.0), torch.zeros((len(prompts), 4))
        scale = embedding.input_size[1] / embedding.size[1] / 4
        for row, prompt in enumerate(prompts):
            found = [one for one in objects if is_meant(one, prompt, scale)]
            if not found:
                continue
            x0, y0, x1, y1 = found[0]
            score = objects[found[0]]
            logits[row, 0, y0:y1, x0:x1] = logits[row, 2, y0:y1, x0:x1] = 5.0
            logits[row, 1, y0:y1, x0 : (x0 + x1) // 2] = 5.0
            logits[row, 3] = 5.0
            scores[row] = torch.tensor([score - 0.01, score - 0.3, score, score - 0.2])
        return logits, scores

    monkeypatch.setattr("floodeval.sam.land_prompts.decode_tokens", decode)
    return objects


def is_meant(one: tuple[int, int, int, int], prompt: Prompt, scale: float) -> bool:
    if prompt.points is not None:
        x, y = prompt.points[0] * scale
        return bool(one[0] <= x < one[2] and one[1] <= y < one[3])
    return bool(np.abs(prompt.box * scale - np.array(one)).max() < 10)


def embedding_of(size: tuple[int, int] = (1024, 1024)) -> Embedding:
    long = max(size)
    return Embedding(torch.zeros(1, 256, 64, 64), size, (size[0] * 1024 // long, size[1] * 1024 // long))


def test_points_are_distinct_and_keep_their_margin_to_water_and_ignored_pixels():
    truth, ignored = np.zeros((300, 500), bool), np.zeros((300, 500), bool)
    truth[:, :200], ignored[:100, 400:] = True, True
    points = land_points(truth, ignored, 50, rng())
    assert len(set(points)) == 50
    margin = MARGIN * 500
    assert all(x >= 199 + margin for x, _ in points)
    assert all(x < 400 - margin or y > 99 + margin or np.hypot(x - 400, y - 99) > margin for x, y in points)


def test_points_are_spread_wider_than_by_chance():
    def nearest(points) -> float:
        apart = np.linalg.norm(np.subtract.outer(points, points)[:, [0, 1], :, [0, 1]], axis=0)
        return float(np.median((apart + 1e9 * np.eye(len(points))).min(axis=0)))

    land = np.zeros((200, 300), bool)
    spread = [nearest(np.array(land_points(land, None, 20, rng(seed)))) for seed in range(5)]
    chance = [nearest(rng(seed).uniform(0, 1, (20, 2)) * [300, 200]) for seed in range(5)]
    assert np.mean(spread) > 1.5 * np.mean(chance)


def test_where_land_is_narrow_points_are_on_it_and_there_are_no_more_than_pixels():
    truth = np.ones((100, 100), bool)
    truth[40, 10:13] = False
    assert sorted(land_points(truth, None, 5, rng())) == [(10, 40), (11, 40), (12, 40)]
    assert land_points(np.ones((8, 9), bool), None, 5, rng()) == []
    assert land_points(np.zeros((8, 9), bool), np.ones((8, 9), bool), 5, rng()) == []


def test_the_same_generator_gives_the_same_points():
    land = np.zeros((60, 80), bool)
    assert land_points(land, None, 5, rng(1)) == land_points(land, None, 5, rng(1))
    assert land_points(land, None, 5, rng(1)) != land_points(land, None, 5, rng(2))


def test_a_thing_has_the_point_the_tight_box_and_the_models_answers(answers):
    answers[HOUSE] = 0.95
    answers[FIELD] = 0.9
    things = find_things(None, embedding_of((512, 512)), np.zeros((512, 512), bool), None, 8, rng())
    assert {tuple(thing.box) for thing in things} == {
        tuple(2 * x for x in HOUSE),
        tuple(2 * x for x in FIELD),
    }
    for thing in things:
        box = tuple(int(x) // 2 for x in thing.box)
        assert box[0] <= thing.point[0] / 2 < box[2] and box[1] <= thing.point[1] / 2 < box[3]
        assert np.array_equal(thing.mask, filled(box))
        assert torch.equal(thing.in_box.logits, torch.where(torch.from_numpy(filled(box)), 5.0, -5.0))
        assert np.array_equal(thing.at_point.mask, thing.mask)
        assert thing.score == pytest.approx(answers[box])
        assert thing.in_box.score == pytest.approx(answers[box] - 0.01)
        assert set(thing.prompts) == set(thing.answers) == {"point", "box"}


@pytest.mark.parametrize(
    ("box", "score", "water"),
    [
        pytest.param(HOUSE, 0.79, None, id="unsure"),
        pytest.param((10, 10, 17, 19), 0.9, None, id="63 of 65536 cells: under .1%"),
        pytest.param((0, 0, 200, 140), 0.9, None, id="over 40%"),
        pytest.param(FIELD, 0.9, POND, id="with a pond in it"),
    ],
)
def test_what_is_unsure_or_too_small_or_large_or_wet_is_no_thing(answers, box, score, water):
    answers[box] = score
    truth = np.zeros((256, 256), bool) if water is None else filled(water)
    assert find_things(None, embedding_of((256, 256)), truth, None, 4, rng()) == []


def test_little_water_is_allowed_and_ignored_pixels_count_neither_way(answers):
    answers[FIELD] = 0.9  # 13200 cells
    truth = filled((80, 40, 92, 90))  # 600 of them: 4.5%
    assert len(find_things(None, embedding_of((256, 256)), truth, None, 4, rng())) == 1
    truth, ignored = filled(POND), filled((0, 100, 256, 256))
    assert len(find_things(None, embedding_of((256, 256)), truth, ignored, 4, rng())) == 1


def test_a_photograph_that_is_not_square_is_measured_without_its_padding(answers):
    answers[HOUSE] = 0.9  # 2400 cells: 3.66% of the frame, 7.3% of the photograph
    truth = np.zeros((128, 256), bool)
    found = find_things(None, embedding_of((128, 256)), truth, None, 8, rng(), areas=(0.07, 0.08))
    assert [thing.mask.shape for thing in found] == [(128, 256)]


def test_jitter_moves_each_side_by_at_most_its_reach_and_the_answer_is_to_that_box(answers):
    answers[HOUSE] = 0.9
    things = [
        find_things(None, embedding_of(), np.zeros((1024, 1024), bool), None, 8, rng(seed), jitter=20)
        for seed in range(8)
    ]
    moved = np.array([found[0].box - 4 * np.array(HOUSE) for found in things if found])
    assert len(moved) > 4
    assert 5 < np.abs(moved).max() <= 20
    assert all(np.array_equal(found[0].mask, filled(HOUSE)) for found in things if found)


def test_there_are_no_more_things_than_asked_for_and_a_size_bias_prefers_large_ones(answers):
    columns = range(10, 250, 20)
    answers |= {(x, 10, x + 12, 22): 0.9 for x in columns} | {(x, 30, x + 18, 250): 0.9 for x in columns}
    land = np.zeros((256, 256), bool)

    def share_of_large(bias: float) -> float:
        found = [
            find_things(None, embedding_of((256, 256)), land, None, 2, rng(s), size_bias=bias)
            for s in range(30)
        ]
        assert all(len(things) <= 2 for things in found)
        return float(np.mean([thing.mask.sum() > 1000 for things in found for thing in things]))

    assert share_of_large(1.0) > share_of_large(0.0)


def test_without_land_there_are_no_things(answers):
    answers[HOUSE] = 0.9
    assert find_things(None, embedding_of(), np.ones((1024, 1024), bool), None, 4, rng()) == []


@pytest.fixture
def sure(monkeypatch):
    """A model that fills every box, and is sure of those at least as wide as high."""

    def decode(sam, embedding, prompts):
        logits, scores = torch.full((len(prompts), 4, 256, 256), -5.0), torch.zeros((len(prompts), 4))
        for row, prompt in enumerate(prompts):
            x0, y0, x1, y1 = (int(side) for side in prompt.box)
            logits[row, 0, y0:y1, x0:x1] = 5.0
            scores[row] = 0.9 if x1 - x0 >= y1 - y0 else 0.7
        return logits, scores

    monkeypatch.setattr("floodeval.sam.land_prompts.decode_tokens", decode)


def test_free_boxes_lie_in_the_photograph_and_have_sure_and_dry_answers(sure):
    truth = np.zeros((256, 256), bool)
    truth[:, :80] = True
    found = [
        one
        for s in range(20)
        for one in find_free_boxes(None, embedding_of((256, 256)), truth, None, 2, rng(s))
    ]
    assert len(found) > 5
    for one in found:
        x0, y0, x1, y1 = one.box
        assert 0 <= x0 < x1 <= 256 and 0 <= y0 < y1 <= 256
        assert one.answer.score == pytest.approx(0.9)
        assert (one.answer.mask & truth).sum() <= 0.05 * one.answer.mask.sum()
        assert 0.001 <= one.answer.mask.mean() <= 0.4


def test_a_box_with_much_water_is_not_asked_for(monkeypatch):
    asked = []

    def decode(sam, embedding, prompts):
        asked.extend(prompt.box for prompt in prompts)
        return torch.zeros((len(prompts), 4, 256, 256)), torch.zeros((len(prompts), 4))

    monkeypatch.setattr("floodeval.sam.land_prompts.decode_tokens", decode)
    truth = np.zeros((256, 256), bool)
    truth[:, :128] = True
    assert find_free_boxes(None, embedding_of((256, 256)), truth, None, 20, rng()) == []
    assert asked
    for x0, y0, x1, y1 in asked:
        assert truth[int(y0) : int(y1), int(x0) : int(x1)].mean() <= MOST_WATER_IN_BOX
    assert find_free_boxes(None, embedding_of((256, 256)), ~np.zeros_like(truth), None, 4, rng()) == []


def test_boxes_around_two_things_are_tried_as_well(sure):
    nothing = Answer(torch.zeros(4, 256, 256), torch.zeros(4), np.zeros((256, 256), bool))
    things = [
        Thing((0, 0), np.array(box, np.float32), 0.9, nothing, nothing)
        for box in ((10, 20, 30, 40), (60, 25, 90, 50))
    ]
    land = np.zeros((256, 256), bool)
    tried = {
        tuple(one.box)
        for seed in range(10)
        for one in find_free_boxes(None, embedding_of((256, 256)), land, None, 4, rng(seed), things=things)
    }
    assert (10, 20, 90, 50) in tried


def test_prompts_that_are_decoded_together_are_answered_as_one_by_one():
    sam, embedding = untrained_sam(), embedding_of((300, 400))
    for prompts in (
        [point_prompt(30, 40), point_prompt(200, 250)],
        [Prompt(box=np.array(box, np.float32)) for box in ((0, 0, 50, 60), (100, 90, 300, 280))],
    ):
        with torch.no_grad():
            logits, scores = decode_tokens(sam, embedding, prompts)
            assert logits.shape == (2, 4, 256, 256)
            for row, prompt in enumerate(prompts):
                for multimask, tokens in ((False, slice(0, 1)), (True, slice(1, None))):
                    one, score = decode_logits(sam, embedding, prompt, multimask)
                    torch.testing.assert_close(one[0], logits[row, tokens], rtol=1e-4, atol=1e-4)
                    torch.testing.assert_close(score[0], scores[row, tokens], rtol=1e-4, atol=1e-4)
