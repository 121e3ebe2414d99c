"""Small pictures of samples: a photograph with the outline of its mask, or with two annotations."""

from functools import partial

import cv2
import numpy as np

from floodeval.datasets.dataset import read_sample_reduced, read_truth
from floodeval.datasets.images import Mask
from floodeval.datasets.layouts import Sample
from floodeval.datasets.reference_masks import Truth
from floodeval.datasets.scenes import Link
from floodeval.datasets.scenes.features import rescaling
from floodeval.errors import FloodevalError
from floodeval.viz.overlays import Overlay, blend, outlined
from floodeval.viz.style import FIRST_ANNOTATION, IGNORED, SECOND_ANNOTATION, Rgb
from floodeval.viz.thumbnails import Coverage, averaged, coverage, shrunk_size

OPACITY = 0.5  # of water in one annotation only, and of ignored pixels


def labeled(sample: Sample, longest: int) -> Rgb | None:
    """A photograph with the outline of its mask, no side longer than `longest` pixels.

    The outline is missing where the mask cannot be read or has another size.

    Returns:
        H x W x 3; None where the photograph cannot be read.
    """
    try:
        picture, size = _small(sample, longest)
    except FloodevalError:
        return None
    truth = _truth_of(sample)
    if truth is None or truth.water.shape != size:
        return picture
    if truth.ignored is not None:
        picture = blend(picture, [Overlay(coverage(truth.ignored, longest), IGNORED)], OPACITY)
    return outlined(picture, coverage(truth.water, longest) > 127)


def two_annotations(a: Sample, b: Sample, link: Link, longest: int) -> Rgb | None:
    """The photograph of b with its own annotation and with that of its near-duplicate a.

    Args:
        a: the sample that `link` names first.
        b: the other.
        link: takes a's pixel coordinates to b's.
        longest: of the picture's sides, in pixels.

    Returns:
        H x W x 3: both outlines, and the water in one annotation only, within the area that both photographs
        show; None where a file cannot be read.
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
    overlays = [
        Overlay(_full(laid & ~own & seen), FIRST_ANNOTATION),
        Overlay(_full(own & ~laid & seen), SECOND_ANNOTATION),
    ]
    overlays += [Overlay(_full(nowhere), IGNORED)] if nowhere.any() else []
    tinted = blend(picture, overlays, OPACITY)
    return outlined(outlined(tinted, laid, FIRST_ANNOTATION), own, SECOND_ANNOTATION)


def _small(sample: Sample, longest: int) -> tuple[Rgb, tuple[int, int]]:
    """A photograph at its shown size, and height and width on disk."""
    picture, size = read_sample_reduced(sample, partial(shrunk_size, longest=longest))
    return averaged(picture, shrunk_size(*size, longest)), size


def _truth_of(sample: Sample) -> Truth | None:
    try:
        return read_truth(sample)
    except FloodevalError:
        return None


def _full(mask: Mask) -> Coverage:
    return mask.astype(np.uint8) * np.uint8(255)
