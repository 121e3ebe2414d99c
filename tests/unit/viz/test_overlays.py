"""A mask drawn over a photograph lies on exactly the same pixels."""

import numpy as np
import pytest

from floodeval.metrics.overlap import count
from floodeval.sam.prompts import Prompt
from floodeval.viz.case_pictures import error_overlays
from floodeval.viz.overlays import Overlay, blend, compared_masks, draw_prompt
from floodeval.viz.style import FALSE_ALARM, FOUND, MISSED, PROMPT, TRUE_WATER, Style, rgb
from floodeval.viz.thumbnails import coverage, shrink_photograph

SHAPES = [(48, 80), (80, 48), (1, 33), (33, 1), (57, 57)]


def blobs(height, width, seed=0):
    return np.random.default_rng(seed).random((height, width)) < 0.3


def grey(height, width):
    return np.full((height, width, 3), 128, np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("opacity", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("hatch", ["", "/", "x", "-", "."])
def test_color_lands_on_the_masks_pixels_and_on_no_other(shape, opacity, hatch):
    mask = blobs(*shape)
    drawn = blend(grey(*shape), [Overlay(coverage(mask), Style("water", "#0072B2", hatch))], opacity)
    assert np.array_equal((drawn != 128).any(axis=-1), mask)


def test_a_plain_style_at_full_opacity_is_its_own_color():
    mask = blobs(20, 30)
    drawn = blend(grey(20, 30), [Overlay(coverage(mask), TRUE_WATER)], 1.0)
    assert np.array_equal(drawn[mask], np.broadcast_to(TRUE_WATER.rgb, drawn[mask].shape))


def test_opacity_zero_shows_the_photograph_unchanged():
    picture = np.random.default_rng(1).integers(0, 255, (20, 30, 3), dtype=np.uint8)
    assert np.array_equal(blend(picture, [Overlay(coverage(blobs(20, 30)), FOUND)], 0.0), picture)


@pytest.mark.parametrize("shape", [(900, 1600), (1600, 900), (1201, 703)])
def test_shrunk_mask_and_shrunk_photograph_stay_aligned(shape):
    """Water painted white into a black photograph: where the shrunk one is white, the mask lies."""
    height, width = shape
    water = np.zeros(shape, bool)
    water[height // 5 : height // 2, width // 7 : width // 3] = True
    painted = np.repeat(water[..., None], 3, axis=-1).astype(np.uint8) * 255
    small = shrink_photograph(painted, 400)
    assert small.shape[:2] == coverage(water, 400).shape
    assert np.abs(small[..., 0].astype(int) - coverage(water, 400)).max() <= 1


def test_a_thin_stream_is_still_there_after_shrinking():
    stream = np.zeros((2000, 3000), bool)
    stream[1001, :] = True
    shown = coverage(stream, 500)
    assert (shown.max(axis=0) > 0).all()
    drawn = blend(np.zeros((*shown.shape, 3), np.uint8), [Overlay(shown, FOUND)], 1.0)
    assert (drawn.sum(axis=-1).max(axis=0) > 0).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_error_map_has_as_many_pixels_a_class_as_are_counted(shape):
    truth, predicted = blobs(*shape), blobs(*shape, seed=1)
    counts = count(truth, predicted)
    parts = compared_masks(truth, predicted, coverage(truth), coverage(predicted))
    found, false_alarm, missed = error_overlays(parts)
    assert [layer.style for layer in (found, false_alarm, missed)] == [FOUND, FALSE_ALARM, MISSED]
    shown = [int((layer.coverage == 255).sum()) for layer in (found, false_alarm, missed)]
    assert shown == [counts.tp, counts.fp, counts.fn]


def test_masks_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="expected one shape"):
        first, second = np.zeros((2, 3), bool), np.zeros((3, 2), bool)
        compared_masks(first, second, coverage(first), coverage(second))


def marked(drawn, color):
    return np.argwhere((drawn == np.array(color)).all(axis=-1))


@pytest.mark.parametrize("shape", [(120, 200), (200, 120)])
def test_a_box_is_drawn_along_its_sides(shape):
    black = np.zeros((*shape, 3), np.uint8)
    drawn = draw_prompt(black, Prompt(box=np.array([30, 20, 90, 100], np.float32)), 1.0)
    ys, xs = marked(drawn, rgb(PROMPT)).T
    assert abs(ys.min() - 20) <= 1 and abs(ys.max() - 99) <= 1
    assert abs(xs.min() - 30) <= 1 and abs(xs.max() - 89) <= 1
    assert not black.any()
    assert len(marked(drawn, (255, 255, 255)))  # the halo


def test_a_box_round_the_frame_stays_visible_on_all_sides():
    drawn = draw_prompt(
        np.zeros((100, 160, 3), np.uint8), Prompt(box=np.array([0, 0, 160, 100], np.float32)), 1.0
    )
    ys, xs = marked(drawn, rgb(PROMPT)).T
    assert ys.min() < 6 and ys.max() > 93 and xs.min() < 6 and xs.max() > 153


def test_clicks_move_with_the_scale():
    points = np.array([[40, 20], [100, 60]], np.float32)
    drawn = draw_prompt(np.zeros((60, 90, 3), np.uint8), Prompt(points=points, labels=np.ones(2)), 0.5)
    for x, y in ((20, 10), (50, 30)):
        patch = drawn[y - 9 : y + 10, x - 9 : x + 10]
        ys, xs = marked(patch, rgb(PROMPT)).T
        assert abs(ys.mean() - 9) < 1 and abs(xs.mean() - 9) < 1
