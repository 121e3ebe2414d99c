"""Types of wrong pixels: false water by where it is, missed water by what was missed."""

from dataclasses import asdict, dataclass, fields

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.metrics.borders import Bits, bits
from floodeval.metrics.boundary import boundary_width_px
from floodeval.metrics.overlap import Mask, check_pair, without_ignored

SMALL_BODY = 0.01  # of the frame
THIN_WIDTH = 0.02  # of the longer side

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ErrorKinds:
    """Wrong pixels by type. The first three add up to false water, the last three to missed water.

    - `false_shore`: near water of the reference mask, at most the width of the boundary IoU (2% of the
      diagonal) away in rows and in columns: the predicted shoreline is too wide
    - `false_detached`: farther away, in a predicted body that touches no water of the reference mask
    - `false_spill`: farther away, in a predicted body that touches some: the prediction spreads over land
    - `missed_thin`: where the water of the reference mask is narrower than about 2% of the longer side. It is
      removed by an opening with a square of that width (an odd number of pixels), so thin arms of a large
      body are thin as well
    - `missed_small`: of the rest, in bodies of the reference mask of less than 1% of the frame
    - `missed_large`: of the rest, in larger bodies

    Bodies are 8-connected. Ignored pixels are no errors, are in no body and do not count for the size of the
    frame. Water may continue below them, as it may continue outside the frame: water that is narrow only
    because it meets them is not thin.
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
    """Parts of a reference mask that determine the type of an error, each H x W of 0 and 1.

    All predictions for a photograph share them.

    Attributes:
        water: the reference mask.
        shore_band: dry pixels near the water.
        thin: water in narrow places.
        small: water in small bodies.
        ignored: pixels that do not count; None if every pixel counts.
    """

    water: Bits
    shore_band: Bits
    thin: Bits
    small: Bits
    ignored: Bits | None = None


def truth_parts(truth: Mask, *, ignored: Mask | None = None) -> TruthParts:
    """Compute the parts of a reference mask once, for the errors of many predictions.

    Args:
        truth: H x W, true for water in the reference mask.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.

    Examples:
        >>> import numpy as np
        >>> truth = np.zeros((20, 30), bool)
        >>> truth[5:15, 5:15] = True
        >>> int(truth_parts(truth).shore_band.sum())  # one pixel wide in an image of this size
        44
    """
    truth, _, ignored = without_ignored(truth, truth, ignored)
    water, nowhere = bits(truth), None if ignored is None else bits(ignored)
    reach, open_water = boundary_width_px(truth.shape), water if nowhere is None else water | nowhere
    thin = water & (1 - _opened(open_water, round(THIN_WIDTH / 2 * max(truth.shape))))
    frame = water.size - (0 if nowhere is None else cv2.countNonZero(nowhere))
    return TruthParts(water, _dilated(water, reach) & (1 - water), thin, _small(water, frame), nowhere)


def error_kinds(parts: TruthParts, predicted: Mask) -> ErrorKinds:
    """Count the wrong pixels of a predicted mask by type; `ErrorKinds` defines the types.

    Args:
        parts: of the reference mask, from `truth_parts`.
        predicted: H x W, true for predicted water.

    Raises:
        ValueError: the prediction is not a boolean mask of the shape of the reference mask.

    Examples:
        >>> import numpy as np
        >>> truth = np.zeros((20, 30), bool)
        >>> truth[5:15, 5:15] = True
        >>> predicted = np.zeros((20, 30), bool)
        >>> predicted[5:15, 4:15] = predicted[0:2, 25:28] = True
        >>> found = error_kinds(truth_parts(truth), predicted)
        >>> found.false_shore, found.false_detached, found.missed_large
        (10, 6, 0)
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
    """Count the wrong pixels of one pair of masks by type, with the names `ERROR_KINDS`.

    Args:
        truth: H x W, true for water in the reference mask.
        predicted: H x W, true for predicted water.
        ignored: H x W, true for pixels that do not count; None if every pixel counts.

    Raises:
        ValueError: the arrays are not boolean masks of one shape.

    Examples:
        >>> import numpy as np
        >>> truth = np.zeros((20, 30), bool)
        >>> truth[5:15, 5:15] = True
        >>> count_errors(truth, np.zeros((20, 30), bool))["missed_large"]
        100
    """
    return asdict(error_kinds(truth_parts(truth, ignored=ignored), predicted))


def _dilated(mask: Bits, reach: int) -> Bits:
    """The mask dilated by a square of 2 x reach + 1; a sum over it costs the same for any reach."""
    square = (2 * reach + 1,) * 2
    near = cv2.boxFilter(mask, cv2.CV_8U, square, normalize=False, borderType=cv2.BORDER_CONSTANT)
    grown: Bits = (near > 0).view(np.uint8)
    return grown


def _opened(mask: Bits, reach: int) -> Bits:
    """The parts of the mask in which a square of 2 x reach + 1 fits; water continues outside the frame."""
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
    """The predicted bodies, 8-connected, with at least one pixel of water in the reference mask."""
    n, labels = cv2.connectedComponents(found, connectivity=8)
    touches = np.bincount(labels[water.view(np.bool_)], minlength=n) > 0
    touches[0] = False
    return _of_labels(labels, touches)


def _of_labels(labels: Labels, wanted: npt.NDArray[np.bool_]) -> Bits:
    return wanted.astype(np.uint8)[labels]
