"""Samples as small pictures: a photograph with the shore of its mask, and one with two annotations."""

from functools import partial

import cv2
import numpy as np

from floodeval.datasets.dataset import read_sample_reduced, read_truth
from floodeval.datasets.images import Mask
from floodeval.datasets.layouts import Sample
from floodeval.datasets.reference_masks import Truth
from floodeval.datasets.scenes import Link
from floodeval.datasets.scenes.geometry import rescaling
from floodeval.errors import FloodevalError
from floodeval.viz.outlines import outlined
from floodeval.viz.overlay import Layer, blend
from floodeval.viz.palette import IGNORED, ClassInk, Rgb
from floodeval.viz.thumbnails import averaged, coverage, shrunk_size

FIRST = ClassInk("first_alone", "#CC8400", "/")
SECOND = ClassInk("second_alone", "#0072B2", "x")
OPACITY = 0.5  # of what one annotation alone calls water


def labelled(sample: Sample, longest: int) -> Rgb | None:
    """A photograph with the shore of its mask drawn in, no side longer than `longest` pixels.

    Without the shore where the mask cannot be read or has another size; None without a photograph.
    """
    try:
        picture, size = _small(sample, longest)
    except FloodevalError:
        return None
    truth = _truth_of(sample)
    if truth is None or truth.water.shape != size:
        return picture
    if truth.ignored is not None:
        picture = blend(picture, [Layer(coverage(truth.ignored, longest), IGNORED)], OPACITY)
    return outlined(picture, coverage(truth.water, longest) > 127)


def two_annotations(a: Sample, b: Sample, link: Link, longest: int) -> Rgb | None:
    """The photograph of b with its own annotation, and with that of its copy a laid upon it.

    Args:
        a: the sample that `link` names first.
        b: the other.
        link: takes a's pixel coordinates to b's.
        longest: of the picture's sides, in pixels.

    Returns:
        Both shores, and tinted and hatched what one annotation alone calls water where both photographs see
        it; None where a file cannot be read.
    """
    truths = _truth_of(a), _truth_of(b)
    if truths[0] is None or truths[1] is None:
        return None
    first, second = truths[0].water, truths[1].water
    try:
        picture, _ = _small(b, longest)
    except FloodevalError:
        return None
    height, width = picture.shape[:2]
    transform = rescaling(second.shape, (height, width)) @ np.array(link.transform)
    water = first.astype(np.uint8) * 255
    laid = cv2.warpPerspective(water, transform, (width, height)) > 127
    counted = np.full_like(water, 255) if truths[0].ignored is None else _full(~truths[0].ignored)
    seen = cv2.warpPerspective(np.full_like(water, 255), transform, (width, height)) > 127
    nowhere = seen & (cv2.warpPerspective(counted, transform, (width, height)) <= 127)
    if truths[1].ignored is not None:
        nowhere |= coverage(truths[1].ignored, longest) > 127
    own, seen = coverage(second, longest) > 127, seen & ~nowhere
    layers = [Layer(_full(laid & ~own & seen), FIRST), Layer(_full(own & ~laid & seen), SECOND)]
    layers += [Layer(_full(nowhere), IGNORED)] if nowhere.any() else []
    tinted = blend(picture, layers, OPACITY)
    return outlined(outlined(tinted, laid, FIRST), own, SECOND)


def _small(sample: Sample, longest: int) -> tuple[Rgb, tuple[int, int]]:
    """A photograph at its shown size, and height and width on disk."""
    picture, size = read_sample_reduced(sample, partial(shrunk_size, longest=longest))
    return averaged(picture, shrunk_size(*size, longest)), size


def _truth_of(sample: Sample) -> Truth | None:
    try:
        return read_truth(sample)
    except FloodevalError:
        return None


def _full(mask: Mask) -> Rgb:
    return mask.astype(np.uint8) * np.uint8(255)
