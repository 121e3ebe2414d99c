"""How well two annotations of one photograph agree: what no model can be asked to exceed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from floodeval.data.rasters import Mask, read_header
from floodeval.data.samples import Dataset, Sample, read_truth
from floodeval.data.scenes import Link, Scenes
from floodeval.data.spread import Spread
from floodeval.data.stress import condition_of
from floodeval.errors import FloodevalError

COPIES = ("same bytes", "same photograph")


@dataclass(frozen=True)
class LabelPair:
    """Two samples that show one photograph, and the IoU of their masks where both see it."""

    a: str
    b: str
    kind: str
    iou: float


@dataclass(frozen=True)
class Agreement:
    """Every photograph that was annotated twice, pair by pair.

    Attributes:
        pairs: in natural order.
        copies: over all pairs: copies of any kind.
        identical: over the pairs whose files are the same, byte for byte.
    """

    pairs: tuple[LabelPair, ...]
    copies: Spread
    identical: Spread

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


def label_agreement(dataset: Dataset, scenes: Scenes) -> Agreement:
    """Lay the mask of every photograph upon the mask of its copies and measure their IoU.

    Copies are links of the kinds "same bytes" and "same photograph". A pair is left out where a mask cannot
    be read or has not its photograph's size (it belongs to another), and where neither mask has water in
    the part that both photographs show. Nor do pictures of the stress suite count: nobody annotated them.
    """
    samples = {sample.id: sample for sample in dataset.samples}
    links = [link for link in scenes.links if link.kind in COPIES and not _is_drawn(link)]
    ids = {one for link in links for one in (link.a, link.b)}
    masks = {one: _own_mask(samples[one]) for one in ids if one in samples}
    measured = [(link, _iou(link, masks.get(link.a), masks.get(link.b))) for link in links]
    pairs = tuple(LabelPair(link.a, link.b, link.kind, iou) for link, iou in measured if iou is not None)
    identical = [pair.iou for pair in pairs if pair.kind == "same bytes"]
    return Agreement(pairs, _spread([pair.iou for pair in pairs]), _spread(identical))


def _is_drawn(link: Link) -> bool:
    return condition_of(link.a) is not None and condition_of(link.b) is not None


def _own_mask(sample: Sample) -> Mask | None:
    """The mask of a sample; None where it cannot be read or is not the photograph's."""
    try:
        mask = read_truth(sample).water
        header = read_header(sample.photograph, sample.reading.photographs.exif)
    except FloodevalError:
        return None
    return mask if mask.shape == (header.height, header.width) else None


def _iou(link: Link, a: Mask | None, b: Mask | None) -> float | None:
    if a is None or b is None:
        return None
    size, transform = (b.shape[1], b.shape[0]), np.array(link.transform)
    shared = cv2.warpPerspective(np.ones(a.shape, np.uint8), transform, size, flags=cv2.INTER_NEAREST) > 0
    laid = cv2.warpPerspective(a.astype(np.uint8) * 255, transform, size) > 127
    either = int(np.count_nonzero((laid | b) & shared))
    return int(np.count_nonzero(laid & b & shared)) / either if either else None


def _spread(ious: Sequence[float]) -> Spread:
    if not ious:
        return Spread(0, None, None, None, None)
    sd = float(np.std(ious, ddof=1)) if len(ious) > 1 else None
    return Spread(len(ious), float(np.mean(ious)), sd, min(ious), max(ious))
