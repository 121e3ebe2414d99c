"""Where a reference mask is stored: in a picture of values or of colors, or in an annotation file."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from floodeval.datasets.annotations import Annotation
from floodeval.datasets.bands import Header, read_header
from floodeval.datasets.image_files import Source
from floodeval.datasets.sample_names import printable, shown


@dataclass(frozen=True)
class Palette:
    """The class that each color of a color-coded mask stands for.

    Attributes:
        values: the mask value of each color (red, green, blue).
        source: the file or the layout that declares them.
    """

    values: tuple[tuple[tuple[int, int, int], int], ...]
    source: str = ""

    @property
    def is_gray(self) -> bool:
        """Whether every color is a gray, so that a gray mask is the same picture."""
        return all(red == green == blue for (red, green, blue), _ in self.values)

    @cached_property
    def by_code(self) -> Mapping[int, int]:
        """The values by color, as red times 65536 plus green times 256 plus blue."""
        return {(red << 16) + (green << 8) + blue: value for (red, green, blue), value in self.values}


@dataclass(frozen=True)
class MaskSource:
    """A reference mask on disk: its file, and how the file stores it where it is no picture of values."""

    path: Path
    coding: Palette | Annotation | None = None

    @property
    def annotation(self) -> Annotation | None:
        """The annotated shapes, where the file is no picture."""
        return self.coding if isinstance(self.coding, Annotation) else None

    @property
    def shown(self) -> str:
        """What messages call it: no two masks of a data set have the same name."""
        if self.annotation is None or self.annotation.is_alone:
            return shown(self.path)
        return printable(f"{shown(self.path)} ({shown(self.annotation.photograph)})")

    @property
    def key(self) -> str:
        """A text that differs for every mask, and for every annotation and palette of it."""
        if isinstance(self.coding, Palette):
            return f"{self.path} {hashlib.sha256(repr(self.coding.values).encode()).hexdigest()}"
        return f"{self.path} {self.coding.digest}" if self.coding else str(self.path)

    def header(self, exif: str = "apply") -> Header:
        """Read format and size, without decoding pixels.

        Raises:
            FloodevalError: the file is absent, is no picture, or is too large to be decoded.
        """
        if self.annotation is None:
            return read_header(Source(self.path), exif)
        width, height = self.annotation.size_px(exif)
        return Header(self.annotation.format, width, height, n_bands=1)
