"""The simulated analyst: clicks correct the larger error, and end where nothing is left to correct."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from floodeval.sam.clicks import Click, corrections, next_click, on_frame, prompt_of
from floodeval.sam.inference import Embedding, decode, input_size
from floodeval.sam.prompts import make_prompt, parse_prompt

masks = arrays(bool, (9, 13))


def disc(radius: int, center: tuple[int, int] = (32, 48)) -> np.ndarray:
    y, x = np.mgrid[:64, :96]
    return (y - center[0]) ** 2 + (x - center[1]) ** 2 <= radius**2


@given(masks, masks)
def test_a_click_falls_on_a_wrong_pixel_and_tells_what_is_true_there(truth, predicted):
    click = next_click(truth, predicted, [])
    if (truth == predicted).all():
        assert click is None
        return
    x, y = int(click.x), int(click.y)
    assert truth[y, x] != predicted[y, x]
    assert click.water == truth[y, x]


@given(masks, st.data())
def test_no_pixel_is_clicked_twice(truth, data):
    clicks: list[Click] = []
    for _ in range(8):
        click = next_click(truth, data.draw(masks), clicks)
        if click is None:
            break
        assert click not in clicks
        clicks.append(click)


def test_the_deeper_error_is_corrected_first():
    truth, predicted = disc(20), disc(20) | disc(6, (8, 85))
    assert next_click(truth, predicted & ~disc(3), []) == Click(85, 8, False)
    assert next_click(truth, predicted & ~disc(12), []) == Click(48, 32, True)


def test_a_click_on_a_smaller_grid_lies_at_the_same_place_of_the_photograph():
    click = next_click(disc(20), np.zeros((64, 96), bool), [], size=(640, 960))
    assert (click.x, click.y) == (484.5, 324.5)


def test_the_first_click_is_that_of_the_prompt_point_and_no_water_gives_none():
    truth = disc(20)
    first, point = (make_prompt(parse_prompt(spec), truth, "a") for spec in ("clicks", "point"))
    assert first.points.tolist() == point.points.tolist()
    assert make_prompt(parse_prompt("clicks"), np.zeros((4, 4), bool), "a") is None
    assert parse_prompt("clicks").spec == "clicks:max=20"


def test_the_frame_of_a_photograph_keeps_what_is_mostly_water():
    assert on_frame(disc(20), (32, 48)).sum() == pytest.approx(disc(20).sum() / 4, rel=0.05)


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    torch.manual_seed(0)
    return Embedding(0.1 * torch.randn(1, 256, 64, 64), (64, 96), input_size((64, 96)))


@pytest.mark.weights
def test_the_analyst_stops_after_the_clicks_that_were_allowed(vit_t, embedding):
    made = list(corrections(vit_t.sam, embedding, disc(20), parse_prompt("clicks:max=3"), "a"))
    assert 1 <= len(made) <= 3
    point = decode(vit_t.sam, embedding, prompt_of([made[0].click]))
    assert (made[0].prediction.mask == point.mask).all()
    assert made[0].prediction.mask.shape == (64, 96)


@pytest.mark.weights
@pytest.mark.parametrize("truth", [np.zeros((64, 96), bool), np.ones((64, 96), bool)])
def test_empty_and_full_regions_end_cleanly(vit_t, embedding, truth):
    made = list(corrections(vit_t.sam, embedding, truth, parse_prompt("clicks:max=2"), "a"))
    assert len(made) <= (2 if truth.any() else 0)


@pytest.mark.weights
def test_a_mask_without_an_error_asks_for_no_more_clicks(vit_t, embedding, monkeypatch):
    monkeypatch.setattr("floodeval.sam.clicks.frame_mask", lambda logits, size: on_frame(disc(20), size))
    assert len(list(corrections(vit_t.sam, embedding, disc(20), parse_prompt("clicks:max=9"), "a"))) == 1
