"""The photograph and masks of a sample, read and drawn small; the contact sheet of the stress suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np

from floodeval.datasets.dataset import Dataset, read_sample_photograph, read_sample_reduced, read_truth
from floodeval.datasets.image_files import Enough
from floodeval.datasets.images import Mask
from floodeval.datasets.listing import Sample
from floodeval.datasets.reference_masks import Truth, read_mask
from floodeval.datasets.scenes import Link
from floodeval.datasets.scenes.features import rescaling
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import StoredMasks
from floodeval.i18n.catalog import Saying, saying
from floodeval.i18n.formats import picture_size
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import SEVERITIES, Condition
from floodeval.viz.overlays import Overlay, blend, outlined
from floodeval.viz.style import FIRST_ANNOTATION, IGNORED, SECOND_ANNOTATION, Rgb
from floodeval.viz.thumbnails import Coverage, averaged, coverage, shrink_photograph, shrunk_size

OPACITY = 0.5  # of water in one annotation only, and of ignored pixels
CELL_PX, GAP_PX, CAPTION_PX = 256, 4, 18  # of the contact sheet


@dataclass(frozen=True)
class SampleImages:
    """One sample with one prompt, at full size.

    Attributes:
        id: of the sample.
        size: height and width of the photograph, or of the first mask; `truth`, `ignored` and all masks in
            `predicted` have it.
        photograph: H x W x 3; smaller where less was asked for; None where it could not be read.
        truth: the reference mask; None where it could not be read.
        predicted: masks by variant.
        problems: one sentence for each file that could not be read.
        ignored: the pixels that count nowhere; None where all count.
    """

    id: str
    size: tuple[int, int]
    photograph: Rgb | None = None
    truth: Mask | None = None
    predicted: dict[str, Mask] = field(default_factory=dict)
    problems: tuple[Saying, ...] = ()
    ignored: Mask | None = None

    def counted(self, mask: Mask) -> Mask:
        """A mask without the pixels that count nowhere."""
        return mask if self.ignored is None else mask & ~self.ignored


def _whole(height: int, width: int) -> tuple[int, int]:
    return height, width


def read_sample_images(
    masks: Mapping[str, StoredMasks],
    sample_id: str,
    sample: Sample | None,
    enough: Enough = _whole,
) -> SampleImages:
    """Read a sample's photograph, its reference mask and the masks of a run; no mask is resized to fit.

    Args:
        masks: where each variant's masks are, A first and B second.
        sample_id: as in the run's table.
        sample: the photograph and its reference mask; None where they are not on this machine.
        enough: how many pixels of the photograph are enough, from its height and width; by default all.
    """
    problems: list[Saying] = []
    pair = _read_pair(sample, enough, problems) if sample else None
    predicted = _read_masks(masks, sample_id, problems)
    size = _common_size(pair[1].water if pair else None, predicted, problems)
    return SampleImages(
        id=sample_id,
        size=size,
        photograph=pair[0] if pair else None,
        truth=pair[1].water if pair else None,
        predicted={name: mask for name, mask in predicted.items() if mask.shape == size},
        problems=tuple(problems),
        ignored=pair[1].ignored if pair else None,
    )


def _read_pair(sample: Sample, enough: Enough, problems: list[Saying]) -> tuple[Rgb, Truth] | None:
    try:
        photograph, size = read_sample_reduced(sample, enough)
        truth = read_truth(sample)
    except FloodevalError as error:
        problems.append(error.args[0])
        return None
    if size != truth.water.shape:
        sizes = {"size": _by(size), "mask_size": _by(truth.water.shape)}
        names = {"photograph": sample.photograph.name, "mask": sample.mask.name}
        problems.append(saying("images.other_size", **names, **sizes))
        return None
    return photograph, truth


def _read_masks(
    sources: Mapping[str, StoredMasks], sample_id: str, problems: list[Saying]
) -> dict[str, Mask]:
    masks = {}
    for name, source in sources.items():
        try:
            masks[name] = read_mask(source.file(sample_id))
        except FloodevalError as error:
            problems.append(error.args[0])
    return masks


def _common_size(truth: Mask | None, masks: dict[str, Mask], problems: list[Saying]) -> tuple[int, int]:
    """The size of the reference mask, or of the first mask; a mask of another size is a problem."""
    shapes = [truth.shape] if truth is not None else [mask.shape for mask in masks.values()]
    if not shapes:
        return 1, 1
    height, width = shapes[0]
    for name, mask in masks.items():
        if mask.shape != (height, width):
            sizes = {"found": _by(mask.shape), "size": _by((height, width))}
            problems.append(saying("images.other_prediction", variant=name, **sizes))
    return height, width


def _by(shape: tuple[int, ...]) -> str:
    """A height and width as width x height."""
    return picture_size(shape[1], shape[0])


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
    counted = np.full_like(water, 255) if truths[0].ignored is None else _full_coverage(~truths[0].ignored)
    seen = cv2.warpPerspective(np.full_like(water, 255), transform, (width, height)) > 127
    nowhere = seen & (cv2.warpPerspective(counted, transform, (width, height)) <= 127)
    if truths[1].ignored is not None:
        nowhere |= coverage(truths[1].ignored, longest) > 127
    own, seen = coverage(second, longest) > 127, seen & ~nowhere
    overlays = [
        Overlay(_full_coverage(laid & ~own & seen), FIRST_ANNOTATION),
        Overlay(_full_coverage(own & ~laid & seen), SECOND_ANNOTATION),
    ]
    overlays += [Overlay(_full_coverage(nowhere), IGNORED)] if nowhere.any() else []
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


def _full_coverage(mask: Mask) -> Coverage:
    return mask.astype(np.uint8) * np.uint8(255)


def stress_sheet(dataset: Dataset, base: str) -> Rgb:
    """Lay out the pictures of one base, about 1040 pixels wide.

    Raises:
        FloodevalError: a picture cannot be read.
        KeyError: the data set lacks one of them.
    """
    return np.vstack([_sheet_row(dataset, base, factor) for factor in FACTORS])


def _sheet_row(dataset: Dataset, base: str, factor: str) -> Rgb:
    cells = []
    for severity in SEVERITIES:
        condition = Condition(base, factor, severity)
        photograph = shrink_photograph(read_sample_photograph(dataset[condition.id]), CELL_PX)
        caption = np.full((CAPTION_PX, photograph.shape[1], 3), 255, dtype=np.uint8)
        words = f"{factor.replace('_', ' ')} {severity}"
        place = (2, CAPTION_PX - 5)
        cv2.putText(caption, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, (30, 40, 46), 1, cv2.LINE_AA)
        cell = np.vstack([caption, photograph])
        cells.append(np.pad(cell, ((0, GAP_PX), (0, GAP_PX), (0, 0)), constant_values=255))
    return np.hstack(cells)
