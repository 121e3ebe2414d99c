"""LZW-compressed TIFFs of many bands, compressed here with codes of 9 bits alone, and by other programs."""

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from floodeval.datasets.bands import read_bands
from floodeval.datasets.image_files import Source
from floodeval.datasets.lzw import read_lzw
from floodeval.errors import FloodevalError

CLEAR, END = 256, 257
RNG = np.random.default_rng(0)


def compressed(content):
    """LZW that starts its table again before it needs longer codes."""
    parts = (content[n : n + 200] for n in range(0, len(content), 200))
    codes = [code for part in parts for code in (CLEAR, *part)]
    bits = "".join(f"{code:09b}" for code in [*codes, END])
    return int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")


def write(path, values, **layout):
    """Write a TIFF with tifffile, and compress its strips or tiles."""
    tifffile.imwrite(path, values, photometric="minisblack", **layout)
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tiff:
        tags, page = tiff.pages.first.tags, tiff.pages.first
        places = list(zip(page.dataoffsets, page.databytecounts, strict=True))
        order = "little" if tiff.byteorder == "<" else "big"
    offsets, counts = (324, 325) if 324 in tags else (273, 279)
    for n, (start, length) in enumerate(places):
        segment = compressed(bytes(content[start : start + length]))
        for code, number in ((offsets, len(content)), (counts, len(segment))):
            size = 4 if tags[code].dtype == 4 else 2
            place = tags[code].valueoffset + n * size
            content[place : place + size] = number.to_bytes(size, order)
        content += segment
    content[tags[259].valueoffset : tags[259].valueoffset + 2] = (5).to_bytes(2, order)
    path.write_bytes(content)


@pytest.mark.parametrize("dtype", ["<u2", ">u2", "<i2", "<f4", "<u1"])
@pytest.mark.parametrize(
    "layout",
    [
        {"planarconfig": "contig"},
        {"planarconfig": "contig", "rowsperstrip": 7},
        {"planarconfig": "contig", "tile": (16, 16)},
        {"planarconfig": "separate", "rowsperstrip": 7},
    ],
)
def test_many_bands_are_those_that_were_written(tmp_path, layout, dtype):
    values = RNG.integers(0, 120, (30, 40, 12)).astype(dtype)
    stored = np.moveaxis(values, -1, 0) if layout["planarconfig"] == "separate" else values
    byte_order = ">" if dtype.startswith(">") else "<"
    write(tmp_path / "a.tif", stored, byteorder=byte_order, **layout)
    found = read_bands(Source(tmp_path / "a.tif"))[0]
    assert found.header.n_bands == 12
    assert (found.values == values).all()


@pytest.mark.parametrize("predictor", [1, 2])
def test_files_of_other_programs_with_and_without_a_predictor(tmp_path, predictor):
    path = tmp_path / "a.tif"
    gray = np.cumsum(RNG.integers(0, 9, (300, 257)), axis=1).astype(np.uint16)
    options = [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, predictor]
    assert cv2.imwrite(str(path), gray, options)
    assert (read_lzw(path.read_bytes(), tifffile) == gray).all()
    rgba = RNG.integers(0, 4, (300, 257, 4)).cumsum(axis=1).astype(np.uint8)
    Image.fromarray(rgba).save(path, compression="tiff_lzw", tiffinfo={317: predictor})
    assert (read_lzw(path.read_bytes(), tifffile) == rgba).all()


def test_a_truncated_file_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    write(path, RNG.integers(0, 4000, (30, 40, 12)).astype(np.uint16), planarconfig="contig")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(FloodevalError, match=r"a.tif: a TIFF with an unsupported compression; save it"):
        read_bands(Source(path))
