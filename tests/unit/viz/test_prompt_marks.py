"""The prompt is drawn where it is, with a halo, into a copy."""

import numpy as np
import pytest

from floodeval.sam.prompts import Prompt
from floodeval.viz.overlays import draw_prompt
from floodeval.viz.style import PROMPT, rgb


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
