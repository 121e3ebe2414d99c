"""A photograph as local features: what the search for scenes compares instead of pixels."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import cv2
import numpy as np

from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.images import read_reduced
from floodeval.datasets.scenes.geometry import Bytes, Floats

Size = tuple[int, int]  # height, width

N_PIXELS = 180_000  # every photograph is brought to this size, so that copies meet at one scale
N_FEATURES = 600
MAX_ENLARGEMENT = 4.0
CONTRAST = 0.02  # half of SIFT's usual threshold: muddy water and haze have little
EDGE = 12
DESCRIPTOR_SCALE = 255  # a RootSIFT descriptor of unit length, times this, in bytes
THUMBNAIL_STEP = 2  # of the reduced picture
_CELLS, _BINS = 4, 8  # a SIFT descriptor: 4 x 4 cells of 8 directions
MIRROR = np.arange(_CELLS * _CELLS * _BINS).reshape(_CELLS, _CELLS, _BINS)[::-1, :, -np.arange(_BINS)].ravel()


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


def local_features(grey: Bytes) -> tuple[Floats, Bytes]:
    """Find the strongest SIFT features of a grey picture: N x 2 points and N x 128 RootSIFT bytes."""
    sift = cv2.SIFT.create(nfeatures=N_FEATURES, contrastThreshold=CONTRAST, edgeThreshold=EDGE)
    keypoints, descriptors = sift.detectAndCompute(grey, None)
    if not keypoints:
        return np.empty((0, 2)), np.empty((0, MIRROR.size), np.uint8)
    shares = descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1)
    points = np.array([keypoint.pt for keypoint in keypoints])
    return points, np.round(np.sqrt(shares) * DESCRIPTOR_SCALE).astype(np.uint8)


def _enough(height: int, width: int) -> tuple[int, int]:
    scale = (N_PIXELS / (height * width)) ** 0.5
    return ceil(height * scale), ceil(width * scale)


def _resized(photograph: Bytes) -> Bytes:
    height, width = photograph.shape[:2]
    scale = min((N_PIXELS / (height * width)) ** 0.5, MAX_ENLARGEMENT)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized: Bytes = cv2.resize(photograph, size, interpolation=how)
    return resized
