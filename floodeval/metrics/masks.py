"""What every metric requires of its masks, and the policy for empty masks and ignored pixels."""

import math

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]  # H x W, true for water

EMPTY_POLICY = (
    "both masks empty: the metrics of water are missing; one empty: IoU, Dice, boundary IoU and NSD are 0, "
    "the distances the image's diagonal in pixels; precision is missing where nothing was predicted, recall "
    "where nothing is true; the same for the class dry where a mask has no dry pixel"
)


def check_pair(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> None:
    """Refuse arrays that are not a pair of masks, with or without a third one of ignored pixels.

    Raises:
        ValueError: an array is not boolean, not of shape (H, W) or empty, or the shapes differ.
    """
    given = {"truth": truth, "predicted": predicted} | ({} if ignored is None else {"ignored": ignored})
    for name, mask in given.items():
        if mask.dtype != np.bool_ or mask.ndim != 2 or not mask.size:
            raise ValueError(f"{name} is {mask.dtype} of shape {mask.shape}; expected bool of shape (H, W)")
    if truth.shape != predicted.shape:
        raise ValueError(f"truth is {truth.shape} and predicted {predicted.shape}; expected one shape")
    if ignored is not None and ignored.shape != truth.shape:
        raise ValueError(f"truth is {truth.shape} and ignored {ignored.shape}; expected one shape")


def without_ignored(truth: Mask, predicted: Mask, ignored: Mask | None) -> tuple[Mask, Mask, Mask | None]:
    """Remove the ignored pixels from both masks: they are water in neither.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Returns:
        Both masks, and the ignored pixels (None if there are none).

    Raises:
        ValueError: as `check_pair` does.
    """
    check_pair(truth, predicted, ignored)
    if ignored is None or not ignored.any():
        return truth, predicted, None
    return truth & ~ignored, predicted & ~ignored, ignored


def diagonal_px(shape: tuple[int, ...]) -> float:
    """The diagonal of an H x W image in pixels, an upper bound of the distance of two of its pixels."""
    height, width = shape
    return math.sqrt(height * height + width * width)


def ratio(part: int, whole: int, present: int) -> float | None:
    """A ratio by the policy: missing if neither mask has the class (`present` is 0), 0 if only one has it."""
    if present == 0:
        return None
    return part / whole if whole else 0.0


def finite(distances: npt.NDArray[np.float64], diagonal: float) -> npt.NDArray[np.float64]:
    """Distances by the policy: the distance to an empty mask is infinite and counts as the diagonal."""
    return np.minimum(distances, diagonal)
