"""How the files of one data set are read: its label scheme and what is done to its photographs' values."""

from dataclasses import dataclass
from typing import Any, Self

from floodeval.data.label_scheme import BLACK_AND_WHITE, LabelScheme

EXIF = ("apply", "ignore")


@dataclass(frozen=True)
class PhotographReading:
    """What is done to the values and the orientation of photographs.

    Attributes:
        stretch: for each of three channels the value that becomes 0 and the one that becomes 255, from
            percentiles over the data set; None leaves 8-bit values as they are and scales 16 bits by 1/256.
        exif: `apply` turns photographs as their orientation tag says, `ignore` leaves the stored pixels.
        bands: which bands, counted from 0, are red, green and blue, where a file has more than three;
            None takes the first three.
    """

    stretch: tuple[tuple[float, float], ...] | None = None
    exif: str = "apply"
    bands: tuple[int, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """The treatment as `run.json` keeps it."""
        stretch = None if self.stretch is None else [list(ends) for ends in self.stretch]
        return {"stretch": stretch, "exif": self.exif, "bands": self.bands and list(self.bands)}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `to_json` wrote; raises TypeError, KeyError or ValueError where it is no treatment."""
        stretch, exif, bands = content["stretch"], content["exif"], content["bands"]
        if exif not in EXIF:
            raise ValueError(f"exif is {exif!r}; expected one of {', '.join(EXIF)}")
        ends = None if stretch is None else tuple((float(low), float(high)) for low, high in stretch)
        return cls(ends, exif, None if bands is None else tuple(int(band) for band in bands))


UNTOUCHED = PhotographReading()


@dataclass(frozen=True)
class Reading:
    """How every file of a data set is read, decided once for all of them."""

    labels: LabelScheme = BLACK_AND_WHITE
    photographs: PhotographReading = UNTOUCHED


AS_STORED = Reading()
