"""The masks of one sample packed as bits of one map, and the layers that the viewer draws from them.

A viewer that holds the photograph and this map can draw every mask, every error map and every outline itself,
at any opacity and zoom, on exactly the pixels that were measured.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask
from floodeval.viz.dataset_pictures import SampleImages
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, MISSED, Rgb, Style
from floodeval.viz.thumbnails import coverage, shrink_photograph, shrunk_size

LONGEST_PX = 2560  # of the pictures for the browser; smaller photographs keep their size
THIN = (
    51  # of 255: a shown pixel belongs to a class that covers a fifth of it, so that thin water stays visible
)
MOST_MASKS = 8  # bits
TRUTH = "truth"
NOWHERE = "/ignored"  # the bit of ignored pixels; no variant can have this name

Bits = npt.NDArray[np.uint8]
"""H x W: bit i is set where the mask i has water."""

Wet = Callable[[int], bool]
"""Whether a pixel is water in the mask at that place."""


@dataclass(frozen=True)
class Stack:
    """One sample's photograph and masks at one size.

    Attributes:
        size: height and width of the photograph on disk.
        shown: height and width of `photograph` and `bits`.
        photograph: H x W x 3; None where it could not be read.
        masks: names of the bits in order: the reference mask (`TRUTH`) and the ignored pixels (`NOWHERE`),
            where there are any, then variants.
        bits: the masks; ignored pixels are water in none of them.
    """

    size: tuple[int, int]
    shown: tuple[int, int]
    photograph: Rgb | None
    masks: tuple[str, ...]
    bits: Bits

    def mask(self, place: int) -> Mask:
        """The mask at a place of `masks`, at the shown size."""
        return (self.bits >> np.uint8(place) & np.uint8(1)).astype(bool)


@dataclass(frozen=True)
class Layer:
    """One layer over the photograph.

    Attributes:
        key: its name.
        styles: of its classes.
        classes: for each value of the bits, the class of a pixel, from 1; 0 is none.
        outlines: the places of the masks whose outlines are drawn, each with its style.
    """

    key: str
    styles: tuple[Style, ...] = ()
    classes: tuple[int, ...] = ()
    outlines: tuple[tuple[int, Style], ...] = ()


def stacked(images: SampleImages, longest: int = LONGEST_PX) -> Stack:
    """Put a sample's masks into one map; exact where it is small enough, else shrunk with its photograph.

    Args:
        images: with the whole photograph, or none.
        longest: of the sides, in pixels.
    """
    masks = {} if images.truth is None else {TRUTH: images.truth}
    if images.ignored is not None:
        masks[NOWHERE] = images.ignored
    variants = list(images.predicted.items())[: MOST_MASKS - len(masks)]
    masks |= {name: images.counted(mask) for name, mask in variants}
    shown = shrunk_size(*images.size, longest)
    bits = np.zeros(shown, np.uint8)
    for place, mask in enumerate(masks.values()):
        bits |= _shrunk(mask, longest).astype(np.uint8) << np.uint8(place)
    photograph = None if images.photograph is None else shrink_photograph(images.photograph, longest)
    return Stack(images.size, shown, photograph, tuple(masks), bits)


def error_layer(masks: tuple[str, ...], variant: str) -> Layer:
    """A variant's error map: water found, false water and missed water."""
    truth, mask = masks.index(TRUTH), masks.index(variant)
    chosen = {(True, True): 1, (False, True): 2, (True, False): 3}
    return _layer(
        f"errors:{variant}",
        masks,
        (FOUND, FALSE_ALARM, MISSED),
        lambda at: chosen.get((at(truth), at(mask)), 0),
    )


def mask_layer(masks: tuple[str, ...], name: str, style: Style) -> Layer:
    """The water of the reference mask, or of a variant's mask."""
    place = masks.index(name)
    key = TRUTH if name == TRUTH else f"mask:{name}"
    return _layer(key, masks, (style,), lambda at: int(at(place)))


def against_layer(masks: tuple[str, ...], a: str, b: str, styles: tuple[Style, ...]) -> Layer:
    """A and B compared with the reference mask.

    Args:
        masks: as in the stack, with the reference mask.
        a: the baseline variant.
        b: the variant compared with it.
        styles: of water that both find, and of pixels where only A, only B or neither is right.
    """
    truth, first, second = masks.index(TRUTH), masks.index(a), masks.index(b)

    def chosen(at: Wet) -> int:
        right = at(first) == at(truth), at(second) == at(truth)
        return {(True, False): 2, (False, True): 3, (False, False): 4}.get(right, int(at(truth)))

    return _layer("against", masks, styles, chosen)


def difference_layer(masks: tuple[str, ...], a: str, b: str, styles: tuple[Style, ...]) -> Layer:
    """A and B compared without a reference mask: water in both, only in A, only in B."""
    first, second = masks.index(a), masks.index(b)
    chosen = {(True, True): 1, (True, False): 2, (False, True): 3}
    return _layer("against", masks, styles, lambda at: chosen.get((at(first), at(second)), 0))


def outline_layer(key: str, masks: tuple[str, ...], styles: Iterable[tuple[str, Style]]) -> Layer:
    """The outlines of masks, each in its style."""
    outlines = tuple((masks.index(name), style) for name, style in styles)
    return replace(_layer(key, masks, (), lambda _: 0), outlines=outlines)


def agreement_shares(images: SampleImages, a: str, b: str) -> tuple[float, float, float, float]:
    """The shares of the counted pixels, at the photograph's own size, in the classes of `against_layer`."""
    truth = images.truth
    if truth is None:
        raise ValueError(f"sample {images.id} has no reference mask to compare {a} and {b} with")
    a_right, b_right = (images.counted(images.predicted[name]) == truth for name in (a, b))
    parts = (truth & a_right & b_right, a_right & ~b_right, b_right & ~a_right, ~a_right & ~b_right)
    n = max(1, truth.size if images.ignored is None else int((~images.ignored).sum()))
    both, only_a, only_b, neither = (float(part.sum()) / n for part in parts)
    return both, only_a, only_b, neither


def _layer(
    key: str, masks: tuple[str, ...], styles: tuple[Style, ...], chosen: Callable[[Wet], int]
) -> Layer:
    """A layer of classes; ignored pixels, where there are any, are the last class.

    Args:
        key: of the layer.
        masks: as in the stack.
        styles: of the classes.
        chosen: the class of a pixel, from 1, or 0 for none; it gets a function that says whether the pixel is
            water in the mask at a place.
    """
    nowhere = masks.index(NOWHERE) if NOWHERE in masks else None

    def class_of(value: int) -> int:
        if nowhere is not None and value >> nowhere & 1:
            return len(styles) + 1
        return chosen(lambda place: bool(value >> place & 1))

    classes = tuple(class_of(value) for value in range(2 ** len(masks)))
    return Layer(key, styles if nowhere is None else (*styles, IGNORED), classes)


def _shrunk(mask: Mask, longest: int) -> Mask:
    if max(mask.shape) <= longest:
        return mask
    return coverage(mask, longest) >= THIN
