"""A photograph with its mask's shore, and with two annotations of it."""

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.images import encode_mask
from floodeval.datasets.layouts import Sample
from floodeval.datasets.scenes import Link
from floodeval.datasets.scenes.matching import IDENTITY
from floodeval.viz.case_pictures import framed
from floodeval.viz.dataset_pictures import labeled, two_annotations
from floodeval.viz.style import FIRST_ANNOTATION, SECOND_ANNOTATION, TRUE_WATER

SHIFT = ((1.0, 0.0, 40.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def sample(folder, name, size, water):
    """A grey photograph of size (height, width); water from column `water[0]` to `water[1]`."""
    mask = np.zeros(size, bool)
    mask[:, slice(*water)] = True
    Image.fromarray(np.full((*size, 3), 90, np.uint8)).save(folder / f"{name}.png")
    (folder / f"{name}-mask.png").write_bytes(encode_mask(mask))
    return Sample(name, folder / f"{name}.png", folder / f"{name}-mask.png")


def nearest(picture, style, at):
    """Whether the pixels round column `at` hold the style's color."""
    near = picture[50, at - 3 : at + 4].astype(int)
    return (np.abs(near - style.rgb).max(axis=1) < 40).any()


def test_the_shore_lies_where_the_mask_ends_also_when_shrunk(tmp_path):
    drawn = labeled(sample(tmp_path, "a", (200, 400), (0, 200)), 200)
    assert drawn.shape == (100, 200, 3) and nearest(drawn, TRUE_WATER, 99)
    assert (drawn[50, 130:] == 90).all()


def test_without_a_fitting_mask_the_photograph_stands_alone(tmp_path):
    one = sample(tmp_path, "a", (200, 400), (0, 200))
    other = sample(tmp_path, "b", (100, 100), (0, 50))
    assert (labeled(Sample("a", one.photograph, other.mask), 200) == 90).all()
    other.mask.write_bytes(b"broken")
    assert (labeled(Sample("a", one.photograph, other.mask), 200) == 90).all()
    one.photograph.write_bytes(b"broken")
    assert labeled(one, 200) is None


def test_two_annotations_lie_on_the_photograph_of_the_second(tmp_path):
    a, b = sample(tmp_path, "a", (200, 400), (0, 200)), sample(tmp_path, "b", (200, 400), (0, 240))
    drawn = two_annotations(a, b, Link("a", "b", "same bytes", IDENTITY, 0, 1.0), 200)
    assert nearest(drawn, FIRST_ANNOTATION, 100) and nearest(drawn, SECOND_ANNOTATION, 119)
    assert (drawn[50, 150:180] == 90).all()


def test_an_annotation_is_laid_by_the_links_transform(tmp_path):
    a, b = sample(tmp_path, "a", (200, 400), (0, 200)), sample(tmp_path, "b", (200, 400), (0, 240))
    drawn = two_annotations(a, b, Link("a", "b", "same photograph", SHIFT, 9, 1.0), 200)
    tinted = np.abs(drawn[50, 30:110].astype(int) - 90).max()
    assert tinted == 0 and nearest(drawn, SECOND_ANNOTATION, 119)


@pytest.mark.parametrize("size", [(50, 400), (400, 50), (100, 150)])
def test_a_framed_picture_has_the_ratio(size):
    height, width = framed(np.zeros((*size, 3), np.uint8), 1.5).shape[:2]
    assert width / height == pytest.approx(1.5, rel=0.02)


def test_a_vanished_mask_makes_no_picture(pair_folder):
    a, b = load_dataset(pair_folder).samples
    a.mask.unlink()
    assert two_annotations(a, b, Link("a", "b", "same bytes", IDENTITY, 0, 1.0), 200) is None
