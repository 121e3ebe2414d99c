"""Outlines: filled again they are the mask, whatever its shape."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from floodeval.datasets.outlines import geojson, polygons, signed_area
from tests.support.outlines import filled

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def mask_of(*rows):
    return np.array([[letter == "#" for letter in row] for row in rows])


@given(MASKS)
def test_filling_the_outline_gives_the_mask_back(mask):
    collection = json.loads(geojson(mask))
    rings = [np.array(ring) for one in collection["features"] for ring in one["geometry"]["coordinates"]]
    np.testing.assert_array_equal(filled(rings, mask.shape), mask)
    assert sum(one["properties"]["area_px"] for one in collection["features"]) == mask.sum()


@given(MASKS)
def test_every_ring_is_closed_turns_at_every_corner_and_never_touches_itself(mask):
    for polygon in polygons(mask):
        assert signed_area(polygon.outer) > 0
        assert all(signed_area(hole) < 0 for hole in polygon.holes)
        for ring in (polygon.outer, *polygon.holes):
            assert (ring[0] == ring[-1]).all()
            assert len(np.unique(ring[:-1], axis=0)) == len(ring) - 1
            steps = np.diff(ring, axis=0)
            assert ((steps == 0).sum(axis=1) == 1).all()
            assert ((steps[1:] != 0) != (steps[:-1] != 0)).all()


@given(MASKS, st.integers(1, 5), st.integers(1, 5))
def test_water_elsewhere_moves_the_outline_and_changes_nothing_else(mask, right, down):
    moved = np.pad(mask, ((down, 0), (right, 0)))
    first, second = polygons(mask), polygons(moved)
    key = lambda polygon: polygon.outer.tolist()  # noqa: E731
    for one, other in zip(sorted(first, key=key), sorted(second, key=key), strict=True):
        assert one.area_px == other.area_px


@pytest.mark.parametrize(
    ("mask", "outers", "holes"),
    [
        (mask_of("...", "..."), 0, 0),
        (mask_of("###", "###"), 1, 0),
        (mask_of("#..", ".#.", "..#"), 3, 0),  # corners do not join
        (mask_of("###", "#.#", "###"), 1, 1),
        (mask_of("###.", "#.##", "###."), 1, 1),
        (mask_of("##.", "#.#", "###"), 1, 1),  # the land within is closed by a corner
        (mask_of("#####", "#...#", "#.#.#", "#...#", "#####"), 2, 1),  # an island of water
        (mask_of("####", "##.#", "#.##", "####"), 1, 2),  # land that touches by a corner is two holes
    ],
)
def test_bodies_and_their_holes(mask, outers, holes):
    found = polygons(mask)
    assert len(found) == outers
    assert sum(len(polygon.holes) for polygon in found) == holes


def test_one_pixel_is_the_square_round_it():
    mask = np.zeros((5, 7), bool)
    mask[3, 4] = True
    (polygon,) = polygons(mask)
    assert {tuple(corner) for corner in polygon.outer.tolist()} == {(4, 3), (5, 3), (5, 4), (4, 4)}


def test_the_file_says_that_it_is_in_pixels_and_of_what():
    collection = json.loads(geojson(np.ones((2, 3), bool), image="a.jpg", variant="finetuned"))
    assert collection["type"] == "FeatureCollection" and "y down" in collection["units"]
    assert (collection["width"], collection["height"]) == (3, 2)
    assert (collection["image"], collection["variant"]) == ("a.jpg", "finetuned")
