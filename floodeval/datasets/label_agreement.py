"""The label agreement: the IoU of two annotations of one photograph, an upper limit for any model."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from floodeval.datasets.dataset import Dataset, read_truth
from floodeval.datasets.dataset_config import is_synthetic
from floodeval.datasets.images import read_header
from floodeval.datasets.iou_spread import Spread
from floodeval.datasets.listing import Sample
from floodeval.datasets.reference_masks import Truth
from floodeval.datasets.scenes import Link, Scenes, scenes_at_hand
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
    """Measure the IoU of the masks of every photograph and its copies, warped onto each other.

    Copies are links of the kinds "same bytes" and "same photograph". A pair is left out where a mask cannot
    be read or does not have its photograph's size (it belongs to another), and where neither mask has water
    in the part that both photographs show. Pixels that either mask ignores count nowhere. Synthetic data sets
    have no agreement, since nobody annotated them.
    """
    samples = {sample.id: sample for sample in dataset.samples}
    links = [] if is_synthetic(dataset.folder) else [link for link in scenes.links if link.kind in COPIES]
    ids = {one for link in links for one in (link.a, link.b)}
    masks = {one: _own_mask(samples[one]) for one in ids if one in samples}
    measured = [(link, _iou(link, masks.get(link.a), masks.get(link.b))) for link in links]
    pairs = tuple(LabelPair(link.a, link.b, link.kind, iou) for link, iou in measured if iou is not None)
    identical = [pair.iou for pair in pairs if pair.kind == "same bytes"]
    return Agreement(pairs, _spread([pair.iou for pair in pairs]), _spread(identical))


def agreement_at_hand(dataset: Dataset) -> Spread | None:
    """The agreement of copies, if scenes are in the cache and there are copies; never searches."""
    scenes = scenes_at_hand(dataset)
    agreement = label_agreement(dataset, scenes).copies if scenes else None
    return agreement if agreement and agreement.n else None


def _own_mask(sample: Sample) -> Truth | None:
    """The mask of a sample; None where it cannot be read or is not the photograph's."""
    try:
        mask = read_truth(sample)
        header = read_header(sample.photograph, sample.reading.photographs.exif)
    except FloodevalError:
        return None
    return mask if mask.water.shape == (header.height, header.width) else None


def _iou(link: Link, a: Truth | None, b: Truth | None) -> float | None:
    """The IoU of b's water with a's laid upon it, where both photographs show it and both labels count."""
    if a is None or b is None:
        return None
    size, transform = (b.water.shape[1], b.water.shape[0]), np.array(link.transform)
    counted = np.ones(a.water.shape, np.uint8) if a.ignored is None else (~a.ignored).astype(np.uint8)
    shared = cv2.warpPerspective(counted, transform, size, flags=cv2.INTER_NEAREST) > 0
    if b.ignored is not None:
        shared &= ~b.ignored
    laid = cv2.warpPerspective(a.water.astype(np.uint8) * 255, transform, size) > 127
    either = int(np.count_nonzero((laid | b.water) & shared))
    return int(np.count_nonzero(laid & b.water & shared)) / either if either else None


def _spread(ious: Sequence[float]) -> Spread:
    if not ious:
        return Spread(0, None, None, None, None)
    sd = float(np.std(ious, ddof=1)) if len(ious) > 1 else None
    return Spread(len(ious), float(np.mean(ious)), sd, min(ious), max(ious))
