"""Pictures survive the way to the browser."""

import cv2
import numpy as np

from floodeval.viz.thumbnails import jpeg, png


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
