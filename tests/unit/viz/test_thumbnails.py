"""Pictures are made small enough for a screen, never larger."""

import cv2
import numpy as np
import pytest

from floodeval.viz.thumbnails import (
    averaged,
    coverage,
    coverage_at,
    halved_size,
    jpeg,
    png,
    shrink_photograph,
    shrunk_size,
)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((4000, 6000), (1067, 1600)),
        ((6000, 4000), (1600, 1067)),
        ((30, 20), (30, 20)),
        ((1, 9000), (1, 1600)),
    ],
)
def test_the_longer_side_is_at_most_1600(size, shown):
    assert shrunk_size(*size) == shown


def test_a_small_photograph_is_returned_as_it_is():
    picture = np.zeros((10, 12, 3), np.uint8)
    assert shrink_photograph(picture) is picture


@pytest.mark.parametrize("size", [(683, 1024), (1365, 4099), (401, 399), (1, 9001), (400, 30)])
def test_a_thumbnail_is_half_as_large_again_and_again(size):
    height, width = halved_size(*size, 400)
    assert max(height, width) <= 400
    halvings = round(np.log2(max(size) / max(height, width)))
    assert (height, width) == tuple(-(-side // 2**halvings) for side in size)


@pytest.mark.parametrize("size", [(2050, 3001), (801, 1203)])
def test_a_thin_stream_lies_in_a_thumbnail_where_it_lies_in_the_photograph(size):
    rows, columns = size
    stream = np.zeros(size, bool)
    stream[rows * 2 // 3, :] = True
    shown = coverage_at(stream, halved_size(*size, 400))
    factor = 2 ** round(np.log2(columns / shown.shape[1]))
    assert np.unique(np.nonzero(shown)[0]).tolist() == [rows * 2 // 3 // factor]
    assert (shown.max(axis=0) > 0).all()


def test_coverage_is_the_share_of_a_shown_pixel_that_is_water():
    water = np.zeros((8, 16), bool)
    water[:, :2] = True
    assert coverage(water, 4).tolist() == [[128, 0, 0, 0], [128, 0, 0, 0]]


@pytest.mark.parametrize("size", [(64, 96), (63, 97), (1, 33)])
def test_halving_averages_as_one_step_does(size):
    """Held against plain means over blocks; what an odd side lacks is its last row or column again."""
    picture = np.random.default_rng(0).integers(0, 255, size, dtype=np.uint8)
    rows, columns = halved_size(*size, 25)
    step = 2 ** round(np.log2(size[1] / columns))
    whole = picture.astype(float)
    while max(whole.shape) > 25:
        whole = np.pad(whole, [(0, side % 2) for side in whole.shape], mode="edge")
        whole = whole.reshape(whole.shape[0] // 2, 2, whole.shape[1] // 2, 2).mean(axis=(1, 3))
    assert step > 1 and whole.shape == (rows, columns)
    assert np.abs(averaged(picture, (rows, columns)) - whole).max() <= 1.5


def decoded(content):
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def picture():
    drawn = np.zeros((40, 64, 3), np.uint8)
    drawn[:, 32:] = (213, 94, 0)
    return drawn


def test_png_is_exact():
    assert np.array_equal(decoded(png(picture())), picture())


def test_jpeg_keeps_the_colors_and_their_edges():
    assert np.abs(decoded(jpeg(picture())).astype(int) - picture()).max() < 40
    assert jpeg(picture())[:2] == b"\xff\xd8"
