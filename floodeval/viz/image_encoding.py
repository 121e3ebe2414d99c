"""Pictures encoded as JPEG or PNG, for a browser or a report."""

import io
from base64 import b64encode

import cv2
import numpy as np
from PIL import Image

from floodeval.viz.style import Rgb


def jpeg(picture: Rgb, quality: int = 88) -> bytes:
    """Encode a photograph; without chroma subsampling, so that thin lines keep their color."""
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, *sampling])


def png(picture: Rgb) -> bytes:
    """Encode a map of flat colors, exactly."""
    return _encoded(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def _encoded(extension: str, picture: Rgb, options: list[int]) -> bytes:
    ok, encoded = cv2.imencode(extension, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    if not ok:
        raise ValueError(f"a picture of shape {picture.shape} could not be encoded as {extension}")
    return np.asarray(encoded).tobytes()


def small_png(picture: Rgb) -> bytes:
    """Encode a map of flat colors as a small file, with at most 64 colors."""
    image = Image.fromarray(picture).quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def data_url(encoded: bytes) -> str:
    """A JPEG or PNG as a data URL, so that a page does not depend on files that the server may drop."""
    kind = "png" if encoded.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(encoded).decode()}"
