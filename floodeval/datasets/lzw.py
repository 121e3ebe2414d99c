"""LZW-compressed TIFFs of more bands than Pillow and OpenCV read; tifffile alone knows no LZW."""

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from floodeval.datasets.image_files import Source, load, opened

LZW = 5  # the compression, as TIFF numbers it
NO_COMPRESSION, NO_PREDICTOR, DIFFERENCES = 1, 1, 2  # from the pixel to the left
CONTIGUOUS = 1  # all bands of a pixel together
_SHORT, _LONG = 3, 4  # types of TIFF tags


def read_lzw(content: bytes, tifffile: Any) -> npt.NDArray[Any]:
    """Read the values of the first page of an LZW-compressed TIFF, H x W or H x W x C as stored.

    Each strip or tile is decoded by Pillow, as a gray picture of one row. tifffile reads the result as a file
    without compression, so that strips and tiles get to their places.

    Raises:
        Exception: of many kinds, where the file is broken or has another compression or predictor.
    """
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        page = tiff.pages.first
        if page.compression != LZW or page.predictor not in (NO_PREDICTOR, DIFFERENCES):
            raise ValueError("another compression")
        places = zip(page.dataoffsets, page.databytecounts, _shapes(page), strict=True)
        stored = np.dtype(page.dtype).newbyteorder(tiff.byteorder)
        segments = []
        for start, length, shape in places:
            n_bytes = int(np.prod(shape)) * stored.itemsize
            values = np.frombuffer(_decoded(content[start : start + length], n_bytes), stored).reshape(shape)
            if page.predictor == DIFFERENCES:
                values = np.cumsum(values, axis=1, dtype=values.dtype.newbyteorder("=")).astype(stored)
            segments.append(values.tobytes())
    lengths = [len(segment) for segment in segments]
    starts = np.cumsum([len(content), *lengths])[:-1].tolist()
    with tifffile.TiffFile(io.BytesIO(b"".join([content, *segments]))) as tiff:
        page = tiff.pages.first
        page.compression, page.predictor = NO_COMPRESSION, NO_PREDICTOR
        page.dataoffsets, page.databytecounts = tuple(starts), tuple(lengths)
        values = np.asarray(page.asarray())
        return np.moveaxis(values, 0, -1) if page.axes.startswith("S") else values


def _shapes(page: Any) -> list[tuple[int, int, int]]:
    """Rows, columns and bands of each strip or tile."""
    together = page.planarconfig == CONTIGUOUS
    bands, planes = (page.samplesperpixel, 1) if together else (1, page.samplesperpixel)
    if page.is_tiled:
        return [(page.tilelength, page.tilewidth, bands)] * len(page.dataoffsets)
    height, rows = page.imagelength, min(page.rowsperstrip, page.imagelength)
    return [(min(rows, height - top), page.imagewidth, bands) for top in range(0, height, rows)] * planes


def _decoded(segment: bytes, n_bytes: int) -> bytes:
    """A strip or tile without compression, of that many bytes."""
    tags = (
        (256, _LONG, n_bytes),  # width
        (257, _LONG, 1),  # height
        (258, _SHORT, 8),  # bits
        (259, _SHORT, LZW),
        (262, _SHORT, 1),  # 0 is black
        (273, _LONG, 0),  # where the strip starts: behind the tags
        (277, _SHORT, 1),  # bands
        (278, _LONG, 1),  # rows
        (279, _LONG, len(segment)),
    )
    start = 8 + 2 + 12 * len(tags) + 4
    entries = [
        struct.pack("<HHII", code, kind, 1, start if code == 273 else value) for code, kind, value in tags
    ]
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + b"".join(entries) + bytes(4)
    with opened(Source(Path("strip.tif"), head + segment)) as image:
        load(image, "ignore")
        return image.tobytes()
