"""The masks of one sample as the bits of one map, and the layers that a viewer draws from them.

A viewer that holds the photograph and this map can draw every mask, every error map and every outline itself,
at any opacity and zoom, on exactly the pixels that were measured.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask
from floodeval.viz.case_pictures import Material
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, MISSED, Rgb, Style
from floodeval.viz.thumbnails import coverage, shrink_photograph, shrunk_size

LONGEST_PX = 2560  # of what a browser is given; a photograph up to this size comes whole
THIN = 51  # of 255: a shown pixel belongs to a class that covers a fifth of it, so that thin water stays
MOST_MASKS = 8  # bits
TRUTH = "truth"
NOWHERE = "/ignored"  # names the bit of pixels that count nowhere; no variant can be called so

Bits = npt.NDArray[np.uint8]
"""H x W: bit i is set where the mask i has water."""

Wet = Callable[[int], bool]
"""Whether a pixel is water in the mask of that place."""


@dataclass(frozen=True)
class Stack:
    """One sample's photograph and masks at one size.

    `size` is the photograph's own height and width, `shown` those of `photograph` and `bits`. `masks` names
    the bits in order: the truth where there is one (`TRUTH`), what is ignored where something is (`NOWHERE`),
    then variants. What is ignored is water in no mask.
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
    """What can be laid over the photograph.

    `classes` says for each value of the bits which of `styles` a pixel gets, counted from 1; 0 is none.
    `outlines` are the masks whose shores are drawn, each with its style.
    """

    key: str
    styles: tuple[Style, ...] = ()
    classes: tuple[int, ...] = ()
    outlines: tuple[tuple[int, Style], ...] = ()


def stacked(material: Material, longest: int = LONGEST_PX) -> Stack:
    """Put a sample's masks into one map; exact where it is small enough, else shrunk with its photograph.

    Args:
        material: with the whole photograph, or none.
        longest: of the sides, in pixels.
    """
    masks = {} if material.truth is None else {TRUTH: material.truth}
    if material.ignored is not None:
        masks[NOWHERE] = material.ignored
    variants = list(material.predicted.items())[: MOST_MASKS - len(masks)]
    masks |= {name: material.counted(mask) for name, mask in variants}
    shown = shrunk_size(*material.size, longest)
    bits = np.zeros(shown, np.uint8)
    for place, mask in enumerate(masks.values()):
        bits |= _shrunk(mask, longest).astype(np.uint8) << np.uint8(place)
    photograph = None if material.photograph is None else shrink_photograph(material.photograph, longest)
    return Stack(material.size, shown, photograph, tuple(masks), bits)


def error_layer(masks: tuple[str, ...], variant: str) -> Layer:
    """A variant's water found, false alarms and missed water."""
    truth, mask = masks.index(TRUTH), masks.index(variant)
    chosen = {(True, True): 1, (False, True): 2, (True, False): 3}
    return _layer(
        f"errors:{variant}",
        masks,
        (FOUND, FALSE_ALARM, MISSED),
        lambda at: chosen.get((at(truth), at(mask)), 0),
    )


def mask_layer(masks: tuple[str, ...], name: str, style: Style) -> Layer:
    """What the truth, or a variant, calls water."""
    place = masks.index(name)
    key = TRUTH if name == TRUTH else f"mask:{name}"
    return _layer(key, masks, (style,), lambda at: int(at(place)))


def against_layer(masks: tuple[str, ...], a: str, b: str, styles: tuple[Style, ...]) -> Layer:
    """A against B against the truth.

    Args:
        masks: as in the stack, the truth among them.
        a: the baseline variant.
        b: the variant held against it.
        styles: for water that both find, for what only A has right, what only B has right, what neither has.
    """
    truth, first, second = masks.index(TRUTH), masks.index(a), masks.index(b)

    def chosen(at: Wet) -> int:
        right = at(first) == at(truth), at(second) == at(truth)
        return {(True, False): 2, (False, True): 3, (False, False): 4}.get(right, int(at(truth)))

    return _layer("against", masks, styles, chosen)


def difference_layer(masks: tuple[str, ...], a: str, b: str, styles: tuple[Style, ...]) -> Layer:
    """A against B where there is no truth: water in both, in A alone, in B alone."""
    first, second = masks.index(a), masks.index(b)
    chosen = {(True, True): 1, (True, False): 2, (False, True): 3}
    return _layer("against", masks, styles, lambda at: chosen.get((at(first), at(second)), 0))


def outline_layer(key: str, masks: tuple[str, ...], styles: Iterable[tuple[str, Style]]) -> Layer:
    """The shores of masks, each in its style."""
    outlines = tuple((masks.index(name), style) for name, style in styles)
    return replace(_layer(key, masks, (), lambda _: 0), outlines=outlines)


def agreement_shares(material: Material, a: str, b: str) -> tuple[float, float, float, float]:
    """The shares of the counted pixels, at the photograph's own size, in the classes of `against_layer`."""
    truth = material.truth
    if truth is None:
        raise ValueError(f"sample {material.id} has no truth to hold {a} and {b} against")
    a_right, b_right = (material.counted(material.predicted[name]) == truth for name in (a, b))
    parts = (truth & a_right & b_right, a_right & ~b_right, b_right & ~a_right, ~a_right & ~b_right)
    n = max(1, truth.size if material.ignored is None else int((~material.ignored).sum()))
    both, only_a, only_b, neither = (float(part.sum()) / n for part in parts)
    return both, only_a, only_b, neither


def _layer(
    key: str, masks: tuple[str, ...], styles: tuple[Style, ...], chosen: Callable[[Wet], int]
) -> Layer:
    """A layer of classes; what counts nowhere, where there is such, is one of them, the last.

    Args:
        key: the layer's.
        masks: as in the stack.
        styles: of the classes.
        chosen: the class, counted from 1, or 0, by what tells whether a mask is wet.
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
