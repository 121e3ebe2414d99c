"""The classes of a data set: their names, the mask values and colors that store them, and which are water."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from floodeval.datasets.label_scheme import LabelScheme, StatedLabels
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, saying

Color = tuple[int, int, int]

WATER_NAMES = frozenset(
    ("water", "flood", "floods", "flooded", "floodwater", "floodedarea", "floodarea", "waterbody")
) | {"waterbodies", "inundation", "inundated", "agua", "inundacion", "inundación"}
"""Names, without spaces and hyphens, of a class that is water where no other class may be."""

WATERY = re.compile("water|flood|inund|agua")
MOST_LISTED = 30  # classes in a message


@dataclass(frozen=True)
class Classes:
    """The classes that a data set declares; empty where it declares none.

    Attributes:
        values: the mask values of each class, by its name, in the order of the declaration.
        ignore: values that the format itself defines as "no label".
        colors: the value of each color, for masks that store classes as colors.
        source: the file or the layout that declares them, for messages.
    """

    values: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ignore: tuple[int, ...] = ()
    colors: Mapping[Color, int] = field(default_factory=dict)
    source: str = ""

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def known_values(self) -> frozenset[int]:
        """Every value that a mask may have."""
        return frozenset(value for values in self.values.values() for value in values) | {*self.ignore}

    def name_of(self, value: int) -> str:
        """The name of the class of a value; empty where it has none."""
        return next((name for name, values in self.values.items() if value in values), "")

    def word_of(self, value: int) -> str:
        """A value with the name of its class, if it has one."""
        name = self.name_of(value)
        return f"{name} ({value})" if name else str(value)

    def values_of(self, stated: Sequence[int | str], dataset: str) -> tuple[int, ...]:
        """The mask values of classes that are stated by name or by value.

        Args:
            stated: names, in any capitalization, with `-`, `_` or a space between words; or values.
            dataset: the data set's name, for errors.

        Raises:
            FloodevalError: a name is no class; lists the classes.
        """
        found: list[int] = []
        for one in stated:
            same = [values for name, values in self.values.items() if _plain(name) == _plain(str(one))]
            if isinstance(one, str) and len(same) == 1:
                found += same[0]
            elif re.fullmatch(r"-?[0-9]{1,10}", str(one)):
                found.append(int(one))
            elif not self.values:
                raise FloodevalError(saying("classes.no_names", name=dataset, word=one))
            else:
                raise FloodevalError(saying("classes.unknown", name=dataset, word=one, classes=self.listed()))
        return tuple(found)

    def listed(self) -> str:
        """The classes with their values, in one line."""
        words = [f"{name} ({', '.join(map(str, values))})" for name, values in self.values.items()]
        return ", ".join(words[:MOST_LISTED]) + (", ..." if len(words) > MOST_LISTED else "")

    @property
    def water_by_name(self) -> str:
        """The one class that is named as water, where no other class may be water too; else empty."""
        named = [name for name in self.values if _plain(name).replace(" ", "") in WATER_NAMES]
        watery = [name for name in self.values if WATERY.search(_plain(name))]
        return named[0] if len(named) == 1 and watery == named else ""


NO_CLASSES = Classes()


def chosen_labels(
    classes: Classes, stated: Iterable[StatedLabels | None], dataset: str
) -> LabelScheme | None:
    """The label scheme of a data set; None where neither a statement nor a class determines it.

    Args:
        classes: that the data set declares.
        stated: what is stated about water and ignored values, the most important statement first.
        dataset: the data set's name, for errors.

    Raises:
        FloodevalError: a name is no class, the classes do not say which of them is water, or the statements
            contradict each other.
    """
    given = [one for one in stated if one]
    water = next((one.water for one in given if one.water is not None), None)
    ignore = next((one.ignore for one in given if one.ignore is not None), None)
    if water is None and classes:
        name = classes.water_by_name
        if not name:
            raise FloodevalError(undecided(classes, dataset))
        water = classes.values[name]
    if water is None and ignore is None:
        return None
    wanted = None if water is None else classes.values_of(water, dataset)
    if ignore is not None:
        return LabelScheme(wanted, classes.values_of(ignore, dataset))
    return LabelScheme(wanted, tuple(value for value in classes.ignore if value not in (wanted or ())))


def undecided(classes: Classes, dataset: str) -> Saying:
    """Say that nothing determines which classes are water."""
    return saying("classes.undecided", name=dataset, classes=classes.listed())


def numbered(names: Iterable[str], first: int = 0) -> dict[str, tuple[int, ...]]:
    """Classes whose values count from `first`."""
    return {name: (value,) for value, name in enumerate(names, start=first)}


def _plain(name: str) -> str:
    """A class's name without the differences in writing that do not matter."""
    return " ".join(re.split(r"[\s_\-]+", name.strip().casefold()))
