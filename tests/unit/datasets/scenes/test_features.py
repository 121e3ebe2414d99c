import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.datasets.scenes.features import (
    align,
    inverse,
    is_plausible,
    match,
    mirroring,
    moved,
    rescaling,
    squared_distances,
)
from floodeval.datasets.scenes.matching import likeness

sizes = st.tuples(st.integers(1, 900), st.integers(1, 900))


@given(a=sizes, b=sizes)
def test_rescaling_takes_corners_of_the_picture_to_its_corners(a, b):
    corners = np.array([(-0.5, -0.5), (a[1] - 0.5, a[0] - 0.5)])
    assert moved(corners, rescaling(a, b)) == pytest.approx(
        np.array([(-0.5, -0.5), (b[1] - 0.5, b[0] - 0.5)])
    )


def test_mirroring_takes_pixels_where_they_are_in_the_mirrored_picture():
    picture = np.arange(12).reshape(3, 4)
    x, y = moved(np.array([(1.0, 2.0)]), mirroring(4)).astype(int)[0]
    assert picture[:, ::-1][y, x] == picture[2, 1]


@given(n=st.integers(1, 70), m=st.integers(1, 130), seed=st.integers(0, 5))
def test_distances_in_blocks_are_the_exact_distances(n, m, seed):
    rng = np.random.default_rng(seed)
    a, b = (rng.integers(0, 256, (k, 128), dtype=np.uint8) for k in (n, m))
    exact = ((a[:, None].astype(int) - b.astype(int)) ** 2).sum(axis=2)
    assert np.array_equal(squared_distances(a, b), exact)


def test_each_descriptor_is_matched_once_and_with_its_own():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 40, (50, 128), dtype=np.uint8)
    order = rng.permutation(50)
    rows, columns = match(a, a[order])
    assert np.array_equal(order[columns], rows)
    assert len(rows) == 50


@pytest.mark.parametrize("affine", [True, False])
def test_a_transform_is_found_among_wrong_matches(affine):
    rng = np.random.default_rng(0)
    true = np.array([(1.4, 0.1, -30), (-0.05, 1.3, 12), (0 if affine else 8e-4, 0, 1)])
    a = rng.uniform(0, 400, (120, 2))
    b = moved(a, true) + rng.normal(0, 0.3, (120, 2))
    b[:50] = rng.uniform(0, 400, (50, 2))
    found = align(a, b)
    assert found is not None
    assert found.affine == affine
    assert np.abs(moved(a[50:], found.transform) - moved(a[50:], true)).max() < 1
    assert np.abs(moved(moved(a, found.transform), inverse(found.transform)) - a).max() < 1e-6


def test_points_without_a_common_transform_are_not_aligned():
    rng = np.random.default_rng(0)
    assert align(rng.uniform(0, 400, (60, 2)), rng.uniform(0, 400, (60, 2))) is None
    assert align(np.empty((0, 2)), np.empty((0, 2))) is None


def test_a_transform_that_folds_mirrors_or_shrinks_a_picture_to_nothing_is_not_plausible():
    size = (300, 400)
    assert is_plausible(np.eye(3), size, size)
    assert not is_plausible(np.diag([0.01, 0.01, 1]), size, size)
    assert not is_plausible(np.array([(1, 0, 0), (0, 1, 0), (-0.005, 0, 1.0)]), size, size)
    assert not is_plausible(mirroring(400), size, size)
    assert not is_plausible(np.full((3, 3), np.nan), size, size)


def test_likeness_knows_the_same_picture_under_other_light_from_another_picture():
    rng = np.random.default_rng(0)
    one, other = (cv2.GaussianBlur(rng.integers(0, 255, (90, 120), dtype=np.uint8), (0, 0), 2) for _ in "ab")
    dark = cv2.convertScaleAbs(one, alpha=0.5, beta=30)
    assert likeness(one, dark, np.eye(3)) > 0.95
    assert abs(likeness(one, other, np.eye(3))) < 0.2
    assert likeness(one, one, mirroring(1)) == 0  # beside it, not upon it
