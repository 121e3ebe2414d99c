"""The share of water in pixels, averaged over those that count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets.images import Mask

Share = npt.NDArray[np.uint8]  # H x W, the share of water in each pixel, 255 being all; 0 where ignored
Average = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


def averaged(share: Share, ignored: Mask | None, average: Average) -> Share:
    """Average a share of water with `average`, leaving out the pixels that are ignored.

    Args:
        share: H x W.
        ignored: H x W, true where a pixel does not count; None where every pixel counts.
        average: makes an h x w picture of an H x W one, each pixel a weighted mean.

    Returns:
        h x w; 0 where nothing that counts was averaged.
    """
    if ignored is None:
        return np.asarray(average(share), np.uint8)
    counted = average((~ignored).astype(np.float32))
    water = average(np.where(ignored, 0, share).astype(np.float32))
    mean = np.divide(water, counted, out=np.zeros_like(water), where=counted > 0)
    return np.asarray(mean.round().clip(0, 255), np.uint8)
