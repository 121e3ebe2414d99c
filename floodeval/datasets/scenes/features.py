"""Local features of photographs, their matches, and the transform that matched features agree on."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.images import read_reduced

N_PIXELS = 180_000  # every photograph is brought to this size, so that copies meet at one scale
N_FEATURES = 600
MAX_ENLARGEMENT = 4.0
CONTRAST = 0.02  # half of SIFT's usual threshold: muddy water and haze have little
EDGE = 12
DESCRIPTOR_SCALE = 255  # a RootSIFT descriptor of unit length, times this, in bytes
THUMBNAIL_STEP = 2  # of the reduced picture
_CELLS, _BINS = 4, 8  # a SIFT descriptor: 4 x 4 cells of 8 directions
MIRROR = np.arange(_CELLS * _CELLS * _BINS).reshape(_CELLS, _CELLS, _BINS)[::-1, :, -np.arange(_BINS)].ravel()
NEAREST_TO_SECOND = 0.85  # a match is at most this much as far as the second best
MAX_DISTANCE = 0.9  # between descriptors of unit length
ROWS, COLUMNS = 32, 64  # of a product at a time: BLAS would spread a larger one over threads
MAX_ERROR_PX = 4.0
MIN_INLIERS = 10  # of an affine map
MIN_INLIERS_OF_HOMOGRAPHY = 15  # with less, its freedom fits rows of trees to any shore
MAX_ROUNDS = 2000
CONFIDENCE = 0.999
MAX_AREA_RATIO = 64.0
MAX_STRETCH = 6.0  # of one direction over another
AFFINE_SLACK, AFFINE_SLACK_PX = 1.5, 0.25  # how much worse than a homography an affine map may fit

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Size = tuple[int, int]  # height, width


@dataclass(frozen=True)
class Description:
    """A photograph brought to about 180,000 pixels, and its local features.

    Attributes:
        points: N x 2, (x, y) of the features in pixels of the reduced picture.
        descriptors: N x 128 bytes, RootSIFT (Arandjelovic and Zisserman 2012) times 255.
        thumbnail: grey, at half the width and height of the reduced picture.
        reduced: height and width of the reduced picture.
        size: height and width of the photograph itself.
    """

    points: Floats
    descriptors: Bytes
    thumbnail: Bytes
    reduced: Size
    size: Size

    @property
    def mirrored(self) -> "Description":
        """The description of the photograph mirrored left to right, made from this one."""
        points = self.points * (-1, 1) + (self.reduced[1] - 1, 0)
        thumbnail = np.ascontiguousarray(self.thumbnail[:, ::-1])
        return Description(points, self.descriptors[:, MIRROR], thumbnail, self.reduced, self.size)


@dataclass(frozen=True)
class Alignment:
    """A transform of a's points to b's, 3 x 3, and how many matched features agree with it."""

    transform: Floats
    n_inliers: int
    affine: bool


def describe(path: Path, reading: PhotographReading | None = None) -> Description:
    """Read a photograph, as its data set's are read, and describe it.

    Raises:
        FloodevalError: it cannot be read.
    """
    photograph, size = read_reduced(path, _enough, reading)
    grey = cv2.cvtColor(_resized(photograph), cv2.COLOR_RGB2GRAY)
    height, width = grey.shape
    half = max(1, width // THUMBNAIL_STEP), max(1, height // THUMBNAIL_STEP)
    thumbnail = cv2.resize(grey, half, interpolation=cv2.INTER_AREA)
    points, descriptors = local_features(grey)
    return Description(points, descriptors, thumbnail, (height, width), size)


def _enough(height: int, width: int) -> Size:
    scale = _scale(height, width)
    return ceil(height * scale), ceil(width * scale)


def _scale(height: int, width: int) -> float:
    """The factor that brings a picture to `N_PIXELS`."""
    return float((N_PIXELS / (height * width)) ** 0.5)


def _resized(photograph: Bytes) -> Bytes:
    height, width = photograph.shape[:2]
    scale = min(_scale(height, width), MAX_ENLARGEMENT)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized: Bytes = cv2.resize(photograph, size, interpolation=how)
    return resized


def local_features(grey: Bytes) -> tuple[Floats, Bytes]:
    """Find the strongest SIFT features of a grey picture: N x 2 points and N x 128 RootSIFT bytes."""
    sift = cv2.SIFT.create(nfeatures=N_FEATURES, contrastThreshold=CONTRAST, edgeThreshold=EDGE)
    keypoints, descriptors = sift.detectAndCompute(grey, None)
    if not keypoints:
        return np.empty((0, 2)), np.empty((0, MIRROR.size), np.uint8)
    shares = descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1)
    points = np.array([keypoint.pt for keypoint in keypoints])
    return points, np.round(np.sqrt(shares) * DESCRIPTOR_SCALE).astype(np.uint8)


def match(a: Bytes, b: Bytes) -> tuple[Indices, Indices]:
    """Match descriptors a, N x 128, with b, M x 128: the rows of each that belong together.

    Each of a takes its nearest of b if the second nearest is clearly farther, and each of b keeps the nearest
    of those that took it.
    """
    if len(a) < MIN_INLIERS or len(b) < MIN_INLIERS:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    squared = squared_distances(a, b)
    rows, nearest = np.arange(len(a)), squared.argmin(axis=1)
    first = squared[rows, nearest]
    squared[rows, nearest] = np.inf
    second = squared.min(axis=1)
    clear = (first < NEAREST_TO_SECOND**2 * second) & (first < (MAX_DISTANCE * DESCRIPTOR_SCALE) ** 2)
    chosen = np.flatnonzero(clear)
    chosen = chosen[np.argsort(first[chosen], kind="stable")]
    _, unique = np.unique(nearest[chosen], return_index=True)
    chosen = chosen[np.sort(unique)]
    return chosen, nearest[chosen]


def squared_distances(a: Bytes, b: Bytes) -> npt.NDArray[np.float32]:
    """Squared Euclidean distances of descriptors a, N x 128, to descriptors b, M x 128: N x M.

    Sums of whole numbers under 2**24, so they are exact and every machine finds the same.
    """
    left, right = _blocks(a, ROWS), _blocks(b, COLUMNS)
    products = left[:, None] @ np.ascontiguousarray(right.transpose(0, 2, 1))
    flat = products.transpose(0, 2, 1, 3).reshape(len(left) * ROWS, len(right) * COLUMNS)
    return _squared_lengths(a)[:, None] + _squared_lengths(b) - 2 * flat[: len(a), : len(b)]


def _blocks(descriptors: Bytes, size: int) -> npt.NDArray[np.float32]:
    """Descriptors in blocks of that size, the last filled up with zeros."""
    n_blocks, width = -(-len(descriptors) // size), descriptors.shape[1]
    padded = np.zeros((n_blocks * size, width), np.float32)
    padded[: len(descriptors)] = descriptors
    return padded.reshape(n_blocks, size, width)


def _squared_lengths(descriptors: Bytes) -> npt.NDArray[np.float32]:
    lengths: npt.NDArray[np.float32] = (descriptors.astype(np.float32) ** 2).sum(axis=1)
    return lengths


def align(a: Floats, b: Floats) -> Alignment | None:
    """Fit the transform of matched points a, N x 2, to points b; None where no plausible one is agreed on.

    A homography by MAGSAC++ (Barath et al. 2020), and where an affine map fits about as well, that map: it
    has fewer ways to be wrong, and a copy of a photograph (cut, scaled, mirrored) is affine.
    """
    if len(a) < MIN_INLIERS:
        return None
    homography, mask = cv2.findHomography(
        a, b, cv2.USAC_MAGSAC, MAX_ERROR_PX, maxIters=MAX_ROUNDS, confidence=CONFIDENCE
    )
    if homography is None or int(mask.sum()) < MIN_INLIERS:
        return None
    inliers = mask.ravel().astype(bool)
    a, b = a[inliers], b[inliers]
    affine = _affine(a, b)
    is_affine = _error_px(affine, a, b) <= AFFINE_SLACK * _error_px(homography, a, b) + AFFINE_SLACK_PX
    if not is_affine and len(a) < MIN_INLIERS_OF_HOMOGRAPHY:
        return None
    return Alignment(affine if is_affine else homography, len(a), is_affine)


def _affine(a: Floats, b: Floats) -> Floats:
    """The affine map of least squared error."""
    linear = np.linalg.lstsq(np.column_stack([a, np.ones(len(a))]), b, rcond=None)[0]
    return np.vstack([linear.T, (0, 0, 1)])


def _error_px(transform: Floats, a: Floats, b: Floats) -> float:
    return float(np.sqrt(((moved(a, transform) - b) ** 2).sum(axis=1).mean()))


def is_plausible(transform: Floats, a: Size, b: Size) -> bool:
    """Whether a transform keeps a picture in one piece, unmirrored, and roughly in shape and scale.

    Args:
        transform: of the picture's pixel coordinates to another's, 3 x 3.
        a: height and width of the picture.
        b: height and width of the other.
    """
    height, width = a
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64)
    depth = corners @ transform[2, :2] + transform[2, 2]
    if not np.isfinite(transform).all() or depth.min() * depth.max() <= 0:
        return False
    laid = moved(corners, transform)
    across = (laid[1] + laid[2] - laid[0] - laid[3]) / width
    down = (laid[2] + laid[3] - laid[0] - laid[1]) / height
    largest, least = np.linalg.svd(np.array([across, down]), compute_uv=False)
    outline = laid.astype(np.float32)
    ratio = cv2.contourArea(outline, oriented=True) / (b[0] * b[1])  # negative where it is mirrored
    in_shape = bool(cv2.isContourConvex(outline)) and largest < MAX_STRETCH * least
    return in_shape and 1 / MAX_AREA_RATIO < ratio < MAX_AREA_RATIO


def moved(points: Floats, transform: Floats) -> Floats:
    """Apply a 3 x 3 transform to points, N x 2."""
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ transform.T
    return homogeneous[:, :2] / homogeneous[:, 2:]


def rescaling(a: Size, b: Size) -> Floats:
    """The transform of pixel coordinates of a picture of height and width `a` resized to `b`.

    Whole numbers are pixels' centers, as everywhere in OpenCV.
    """
    y, x = b[0] / a[0], b[1] / a[1]
    return np.array([(x, 0, (x - 1) / 2), (0, y, (y - 1) / 2), (0, 0, 1)])


def mirroring(width: int) -> Floats:
    """The transform of pixel coordinates of a picture of that width mirrored left to right."""
    return np.array([(-1.0, 0, width - 1), (0, 1, 0), (0, 0, 1)])


def inverse(transform: Floats) -> Floats:
    """The transform back."""
    return np.asarray(np.linalg.inv(transform), dtype=np.float64)
