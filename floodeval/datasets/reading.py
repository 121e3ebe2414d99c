"""How the files of one data set are read: its label scheme and what is done to its photographs' values."""

from dataclasses import dataclass, field
from typing import Any, Self

from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.storage.typed_json import convert_json

EXIF = ("apply", "ignore")


@dataclass(frozen=True)
class PhotographReading:
    """What is done to the values and the orientation of photographs.

    Attributes:
        stretch: for each of three channels the value that becomes 0 and the one that becomes 255, from
            percentiles over the data set; None leaves 8-bit values as they are and scales 16 bits by 1/256.
        exif: `apply` turns photographs as their orientation tag says, `ignore` leaves the stored pixels.
            Masks are turned alike, by their own tags.
        bands: which bands, counted from 0, are red, green and blue (one band alone is grey), where a file
            has more than one; None takes all of three, and lays transparency on black.
        exif_stated: whether someone decided about orientation tags, so that nobody has to be asked.
        stretch_stated: the same of the stretch, or that there is to be none.
    """

    stretch: tuple[tuple[float, float], ...] | None = None
    exif: str = "apply"
    bands: tuple[int, ...] | None = None
    exif_stated: bool = field(default=False, compare=False)
    stretch_stated: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.exif not in EXIF:
            raise ValueError(f"exif is {self.exif!r}; expected one of {', '.join(EXIF)}")

    @property
    def options(self) -> dict[str, str]:
        """The values of `exif` and `stretch` that were stated, by which photographs are read so again."""
        stated = {}
        if self.exif_stated:
            stated["exif"] = self.exif
        if self.stretch_stated or self.stretch is not None:
            stated["stretch"] = "none" if self.stretch is None else "percentiles"
        return stated

    def to_json(self) -> dict[str, Any]:
        """The treatment as `run.json` keeps it."""
        stretch = None if self.stretch is None else [list(ends) for ends in self.stretch]
        bands = None if self.bands is None else list(self.bands)
        stated = {"exif_stated": self.exif_stated, "stretch_stated": self.stretch_stated}
        return {"stretch": stretch, "exif": self.exif, "bands": bands, **stated}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `to_json` wrote; raises ValueError where it is no treatment."""
        return convert_json(content, cls)


UNTOUCHED = PhotographReading()


@dataclass(frozen=True)
class Reading:
    """How every file of a data set is read, decided once for all of them."""

    labels: LabelScheme = BLACK_AND_WHITE
    photographs: PhotographReading = UNTOUCHED


AS_STORED = Reading()
