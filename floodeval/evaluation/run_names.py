"""How a run is named to people: its group, display names, and the class that its masks call water.

No number of a run depends on these, so a finished run takes those that are stated when it is asked for again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_info import WATER, RunInfo
from floodeval.evaluation.run_parts import Group
from floodeval.i18n.catalog import saying

LONGEST = 80  # letters of a display name
_OF_DATASET = ("class_name", "display_name")


@dataclass(frozen=True)
class RunNames:
    """What a person states about names; empty where nothing is stated.

    Attributes:
        group: the runs that one command makes.
        display_names: what people read, by the name of a variant or of the data set.
        class_name: the class that is measured, where that is not water.
    """

    group: Group | None = None
    display_names: Mapping[str, str] = field(default_factory=dict)
    class_name: str | None = None


def check_names(names: Mapping[str, str], variants: Collection[str], datasets: Collection[str]) -> None:
    """Refuse display names that are of nothing, of two things, or no single line of text.

    Args:
        names: by the name of a variant or of a data set.
        variants: the names of the variants.
        datasets: the names of the data sets.

    Raises:
        FloodevalError: names the display name.
    """
    for name, text in names.items():
        if name in variants and name in datasets:
            raise FloodevalError(saying("groups.two_of_name", name=name))
        if name not in (*variants, *datasets):
            known = ", ".join((*variants, *datasets))
            raise FloodevalError(saying("groups.nothing_of_name", name=name, known=known))
        check_line(text)


def check_line(text: str) -> None:
    """Refuse a display name or the name of a class that is not one short line of text."""
    if not text.strip() or not text.isprintable() or len(text) > LONGEST:
        raise FloodevalError(saying("groups.no_line", text=printable(text[:LONGEST]), most=LONGEST))


def named(info: RunInfo, names: RunNames) -> RunInfo:
    """The record with the names that are stated; what nothing is stated about stays."""
    shown = names.display_names
    dataset: Any = dict(info.dataset)
    if info.dataset["name"] in shown:
        dataset["display_name"] = shown[info.dataset["name"]]
    if names.class_name is not None:
        dataset["class_name"] = names.class_name
    variants = tuple(
        replace(one, display_name=shown.get(one.name, one.display_name)) for one in info.variants
    )
    return replace(info, dataset=dataset, variants=variants, group=names.group or info.group)


def without_names(key: str, value: Any) -> Any:
    """A field of `RunInfo` without what `named` sets, so that two runs are compared by what was evaluated."""
    if key == "dataset" and value is not None:
        return {name: one for name, one in value.items() if name not in _OF_DATASET}
    if key == "variants" and value is not None:
        return tuple(replace(one, display_name=None) for one in value)
    return value


def names_of(info: RunInfo) -> RunNames:
    """The names that a run has."""
    shown = {one.name: one.display_name for one in info.variants if one.display_name is not None}
    if "display_name" in info.dataset:
        shown[info.dataset["name"]] = info.dataset["display_name"]
    return RunNames(info.group, shown, None if info.class_name == WATER else info.class_name)
