"""A data set in numbers: sizes, formats, shares of water, smooth edges."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from floodeval.datasets.audit.files import File
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.material import Material


def summarise(
    material: Material, issues: Iterable[Issue], n_scenes: int, agreement: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Put a data set in numbers, as JSON can hold them.

    Returns:
        `issues`: how many of each kind; `n_scenes`; `photographs` and `masks`: n_readable, formats, smallest
        and largest (width and height of those with the fewest and most pixels), megapixels in all;
        `water_share` over the readable pairs: n, mean, and the five quartiles from least to most;
        `smooth_edges` over the readable masks: n, n_grey (masks with any value between 0 and 255), the
        mean and the least IoU of the water over 0 with the water over 127; `label_agreement`, as given.
    """
    masks = [material.masks[pair.mask] for pair in material.readable_pairs]
    every = [mask for mask in material.masks.values() if not mask.error]
    iou = [mask.agreement for mask in every]
    return {
        "issues": dict(Counter(issue.kind for issue in issues)),
        "n_scenes": n_scenes,
        "photographs": _pictures(material.photographs.values()),
        "masks": _pictures(material.masks.values()),
        "water_share": _shares([mask.water_share for mask in masks]),
        "smooth_edges": {
            "n": len(every),
            "n_grey": sum(mask.grey_share > 0 for mask in every),
            "mean_iou": round(float(np.mean(iou)), 4) if iou else None,
            "least_iou": round(min(iou), 4) if iou else None,
        },
        "label_agreement": dict(agreement) if agreement is not None else None,
    }


def _pictures(files: Iterable[File]) -> dict[str, Any]:
    headers = [file.header for file in files if file.header and not file.error]
    sizes = sorted((h.width * h.height, h.width, h.height) for h in headers)
    return {
        "n_readable": len(headers),
        "formats": dict(Counter(header.format for header in headers).most_common()),
        "smallest": list(sizes[0][1:]) if sizes else None,
        "largest": list(sizes[-1][1:]) if sizes else None,
        "megapixels": round(sum(size[0] for size in sizes) / 1e6, 1),
    }


def _shares(shares: list[float]) -> dict[str, Any]:
    if not shares:
        return {"n": 0, "mean": None, "quartiles": None}
    quartiles = np.quantile(shares, [0, 0.25, 0.5, 0.75, 1])
    return {
        "n": len(shares),
        "mean": round(float(np.mean(shares)), 4),
        "quartiles": [round(float(quartile), 4) for quartile in quartiles],
    }
