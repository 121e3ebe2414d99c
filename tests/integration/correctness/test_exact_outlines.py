"""One tracer of outlines: pictures and viewers draw the exact one."""

from pathlib import Path

import numpy as np

import floodeval
from floodeval.datasets.outlines import polygons, svg_path
from floodeval.viz.overlays import outlined
from tests.support.exports import at_hand as at_hand
from tests.support.exports import place as place

ROOT = Path(floodeval.__file__).parent


def ring():
    mask = np.zeros((24, 30), bool)
    mask[4:20, 5:25] = True
    mask[9:14, 12:17] = False
    mask[20, 25] = True
    return mask


def test_pictures_draw_the_outline_where_the_exact_tracer_has_it():
    mask = ring()
    ground = np.full((*mask.shape, 3), 90, np.uint8)
    drawn = (outlined(ground, mask) != ground).any(axis=-1)
    for polygon in polygons(mask):
        for corners in (polygon.outer, *polygon.holes):
            for x, y in corners:
                assert drawn[max(0, y - 1) : y + 1, max(0, x - 1) : x + 1].any()
    assert not drawn[0].any() and drawn[4:20, 4:6].all() and drawn[9:14, 11:13].all()


def test_no_other_tracer_is_left():
    for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.js")]:
        assert "findContours" not in path.read_text(encoding="utf-8"), path


def test_both_viewers_are_given_the_exact_outline():
    mask = ring()
    lines = svg_path(mask)
    assert lines.count("M") == lines.count("z") == 3  # the body, its hole, and the pixel at its corner
    assert "M5 4h20v16h-20z" in lines
