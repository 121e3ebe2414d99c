"""Pictures as the bytes that a browser, or a report, takes."""

import io
from base64 import b64encode

import cv2
import numpy as np
from PIL import Image

from floodeval.viz.palette import Rgb


def jpeg(picture: Rgb, quality: int = 88) -> bytes:
    """Encode a photograph; colour at full resolution, so that thin coloured lines keep their colour."""
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return _encoded(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality, *sampling])


def png(picture: Rgb) -> bytes:
    """Encode a map of flat colours, exactly."""
    return _encoded(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def _encoded(extension: str, picture: Rgb, options: list[int]) -> bytes:
    ok, encoded = cv2.imencode(extension, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)
    if not ok:
        raise ValueError(f"a picture of shape {picture.shape} could not be encoded as {extension}")
    return np.asarray(encoded).tobytes()


def small_png(picture: Rgb) -> bytes:
    """Encode a map of flat colours small: the nearest of 64 colours for every pixel."""
    image = Image.fromarray(picture).quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def data_url(encoded: bytes) -> str:
    """A JPEG or PNG as a data URL: a page that holds it need not ask the server, which may have let it go."""
    kind = "png" if encoded.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(encoded).decode()}"
