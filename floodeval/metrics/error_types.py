"""Where a predicted mask is wrong: false water by how it hangs together, missed water by what was missed."""

from dataclasses import asdict, dataclass, fields

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.boundary import Bits, bits, boundary_width_px
from floodeval.metrics.overlap import Mask, check_pair, counted

SMALL_BODY = 0.01  # of the frame
THIN_WIDTH = 0.02  # of the longer side

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ErrorKinds:
    """Wrong pixels by kind; the first three add up to the false water, the last three to the missed.

    - `false_shore`: at most the boundary IoU's width (2 % of the diagonal), in rows and in columns, from
      true water: the shoreline drawn too wide
    - `false_detached`: beyond that band, in a predicted body that touches no true water
    - `false_spill`: beyond that band, in a predicted body that does: water that ran over the land
    - `missed_thin`: where the true water is narrower than about 2 % of the longer side (removed by an
      opening with a square of that width, made odd; thin arms of a large body are thin)
    - `missed_small`: of the rest, in true bodies of less than 1 % of the frame
    - `missed_large`: of the rest, in larger ones

    Ignored pixels are no errors and in no body, and the frame's are not counted with them. As water goes on
    beyond the frame it may go on below them: what is narrow only because it meets them is not thin.
    """

    false_shore: int
    false_detached: int
    false_spill: int
    missed_thin: int
    missed_small: int
    missed_large: int


ERROR_KINDS = tuple(field.name for field in fields(ErrorKinds))


@dataclass(frozen=True)
class TruthParts:
    """What of a true mask says which kind an error is, each H x W of 0 and 1: shared by all predictions.

    `ignored` is None where every pixel counts.
    """

    water: Bits
    shore_band: Bits
    thin: Bits
    small: Bits
    ignored: Bits | None = None


def truth_parts(truth: Mask, *, ignored: Mask | None = None) -> TruthParts:
    """Take an H x W true mask apart once, for the errors of many predictions.

    Args:
        truth: true where there is water.
        ignored: H x W, true where a pixel counts nowhere; None where every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.
    """
    truth, _, ignored = counted(truth, truth, ignored)
    water, nowhere = bits(truth), None if ignored is None else bits(ignored)
    reach, open_water = boundary_width_px(truth.shape), water if nowhere is None else water | nowhere
    thin = water & (1 - _opened(open_water, round(THIN_WIDTH / 2 * max(truth.shape))))
    frame = water.size - (0 if nowhere is None else cv2.countNonZero(nowhere))
    return TruthParts(water, _dilated(water, reach) & (1 - water), thin, _small(water, frame), nowhere)


def error_kinds(parts: TruthParts, predicted: Mask) -> ErrorKinds:
    """Count the wrong pixels of an H x W predicted mask by kind.

    Raises:
        ValueError: the prediction is not a boolean mask of the truth's shape.
    """
    check_pair(parts.water.view(np.bool_), predicted)
    found = bits(predicted)
    if parts.ignored is not None:
        found = found & (1 - parts.ignored)
    false, missed = found & (1 - parts.water), parts.water & (1 - found)
    far = false & (1 - parts.shore_band)
    detached = far & (1 - _touching(found, parts.water)) if cv2.countNonZero(far) else far
    thin = missed & parts.thin
    small = missed & (1 - parts.thin) & parts.small
    n_far, n_detached, n_thin, n_small = map(cv2.countNonZero, (far, detached, thin, small))
    return ErrorKinds(
        false_shore=cv2.countNonZero(false) - n_far,
        false_detached=n_detached,
        false_spill=n_far - n_detached,
        missed_thin=n_thin,
        missed_small=n_small,
        missed_large=cv2.countNonZero(missed) - n_thin - n_small,
    )


def count_errors(truth: Mask, predicted: Mask, *, ignored: Mask | None = None) -> dict[str, int]:
    """Count the wrong pixels of one pair of H x W masks by kind, under the names `ERROR_KINDS`."""
    return asdict(error_kinds(truth_parts(truth, ignored=ignored), predicted))


def _dilated(mask: Bits, reach: int) -> Bits:
    """The mask grown by a square of 2 x reach + 1: a sum over it costs the same for any reach."""
    square = (2 * reach + 1,) * 2
    near = cv2.boxFilter(mask, cv2.CV_8U, square, normalize=False, borderType=cv2.BORDER_CONSTANT)
    grown: Bits = (near > 0).view(np.uint8)
    return grown


def _opened(mask: Bits, reach: int) -> Bits:
    """The parts of the mask that a square of 2 x reach + 1 fits into; water goes on beyond the frame."""
    square = np.ones((2 * reach + 1,) * 2, np.uint8)
    padded = cv2.copyMakeBorder(mask, *(2 * reach + 1,) * 4, cv2.BORDER_REPLICATE)
    inside = slice(2 * reach + 1, -2 * reach - 1)
    opened: Bits = cv2.morphologyEx(padded, cv2.MORPH_OPEN, square)[inside, inside]
    return opened


def _small(water: Bits, frame: int) -> Bits:
    """The bodies of less than `SMALL_BODY` of the frame's pixels, 8-connected."""
    n, labels, stats, _ = cv2.connectedComponentsWithStats(water, connectivity=8)
    is_small = stats[:, cv2.CC_STAT_AREA] < SMALL_BODY * frame
    is_small[0] = False
    return _of_labels(labels, is_small[:n])


def _touching(found: Bits, water: Bits) -> Bits:
    """The predicted bodies, 8-connected, with at least one pixel of true water."""
    n, labels = cv2.connectedComponents(found, connectivity=8)
    touches = np.bincount(labels[water.view(np.bool_)], minlength=n) > 0
    touches[0] = False
    return _of_labels(labels, touches)


def _of_labels(labels: Labels, wanted: npt.NDArray[np.bool_]) -> Bits:
    return wanted.astype(np.uint8)[labels]
