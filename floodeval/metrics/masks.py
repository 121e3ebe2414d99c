"""What every metric asks of its two masks, and the policy for masks that are empty."""

import math

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]  # as in `floodeval.data.rasters`, which needs Pillow and more

EMPTY_POLICY = (
    "both masks empty: the metrics of water are missing; one empty: IoU, Dice, boundary IoU and NSD are 0, "
    "the distances the image's diagonal in pixels; precision is missing where nothing was predicted, recall "
    "where nothing is true; the same for the class dry where a mask has no dry pixel"
)


def check_pair(truth: Mask, predicted: Mask, ignored: Mask | None = None) -> None:
    """Refuse what is not a pair of masks, with or without a third one of ignored pixels.

    Raises:
        ValueError: the arrays are not boolean, not H x W, without a pixel, or of several shapes.
    """
    given = {"truth": truth, "predicted": predicted} | ({} if ignored is None else {"ignored": ignored})
    for name, mask in given.items():
        if mask.dtype != np.bool_ or mask.ndim != 2 or not mask.size:
            raise ValueError(f"{name} is {mask.dtype} of shape {mask.shape}; expected bool of shape (H, W)")
    if truth.shape != predicted.shape:
        raise ValueError(f"truth is {truth.shape} and predicted {predicted.shape}; expected one shape")
    if ignored is not None and ignored.shape != truth.shape:
        raise ValueError(f"truth is {truth.shape} and ignored {ignored.shape}; expected one shape")


def counted(truth: Mask, predicted: Mask, ignored: Mask | None) -> tuple[Mask, Mask, Mask | None]:
    """Take the ignored pixels out of both masks: they are water in neither.

    Args:
        truth: H x W, true where there is water.
        predicted: H x W, true where a model found water.
        ignored: H x W, true where a pixel counts nowhere; None where every pixel counts.

    Returns:
        Both masks and the ignored pixels, None where there are none.

    Raises:
        ValueError: as `check_pair` does.
    """
    check_pair(truth, predicted, ignored)
    if ignored is None or not ignored.any():
        return truth, predicted, None
    return truth & ~ignored, predicted & ~ignored, ignored


def diagonal_px(shape: tuple[int, ...]) -> float:
    """Measure the diagonal of an H x W image; no two of its pixels are as far apart."""
    height, width = shape
    return math.sqrt(height * height + width * width)


def ratio(part: int, whole: int, present: int) -> float | None:
    """Divide by the policy: missing where nothing is present in either mask, 0 where in one alone."""
    if present == 0:
        return None
    return part / whole if whole else 0.0


def finite(distances: npt.NDArray[np.float64], diagonal: float) -> npt.NDArray[np.float64]:
    """Bound distances by the policy: to an empty mask they are infinite and count as the diagonal."""
    return np.minimum(distances, diagonal)
