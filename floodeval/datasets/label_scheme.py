"""A label scheme: which values of a reference mask mean water, land and ignored."""

from dataclasses import dataclass
from typing import Any, Self

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.typed_json import convert_json

WATER_ABOVE = 127  # without a declared scheme, an 8-bit mask value over this is water


@dataclass(frozen=True)
class LabelScheme:
    """Which values of the reference masks of one data set mean water, land and ignored.

    Attributes:
        water: the values that mean water; None where masks are plain black and white (0 is land, 255 is
            water, and anti-aliased edges are cut at `WATER_ABOVE`).
        ignore: the values that count nowhere: not in metrics, prompts, training or error maps. All values
            in neither list are land.

    Raises:
        FloodevalError: no water value, a value in both lists, or values to ignore without any for water.
    """

    water: tuple[int, ...] | None = None
    ignore: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.water is not None:
            object.__setattr__(self, "water", tuple(sorted(set(self.water))))
        object.__setattr__(self, "ignore", tuple(sorted(set(self.ignore))))
        if self.water is None and self.ignore:
            raise FloodevalError(saying("label_scheme.ignore_alone"))
        if self.water is not None and not self.water:
            raise FloodevalError(saying("label_scheme.no_water"))
        both = sorted({*(self.water or ())} & {*self.ignore})
        if both:
            raise FloodevalError(saying("label_scheme.both", values=", ".join(map(str, both))))

    @property
    def is_declared(self) -> bool:
        """Whether someone stated the values, rather than leaving masks to be black and white."""
        return self.water is not None

    def to_json(self) -> dict[str, Any]:
        """The scheme as `run.json` keeps it."""
        return {"water": None if self.water is None else list(self.water), "ignore": list(self.ignore)}

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """Read what `to_json` wrote; raises ValueError where it is no scheme."""
        return convert_json(content, cls)


BLACK_AND_WHITE = LabelScheme()


@dataclass(frozen=True)
class StatedLabels:
    """What someone states about reference masks, by class name or value; None where nothing is stated.

    Attributes:
        water: the classes that are water, such as `("water", "road-flooded")` or `(5, 3)`.
        ignore: the classes that count nowhere.

    Raises:
        FloodevalError: no class for water, or a class in both.
    """

    water: tuple[int | str, ...] | None = None
    ignore: tuple[int | str, ...] | None = None

    def __post_init__(self) -> None:
        if self.water is not None and not self.water:
            raise FloodevalError(saying("label_scheme.no_water"))
        both = [one for one in self.water or () if one in (self.ignore or ())]
        if both:
            raise FloodevalError(saying("label_scheme.both", values=", ".join(map(str, both))))


NOTHING_STATED = StatedLabels()
