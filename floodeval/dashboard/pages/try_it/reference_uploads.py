"""Reference masks that a person uploads with photographs: matched by name, read by stated values."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from floodeval.dashboard.pages.try_it.encoded_photographs import MOST_PIXELS
from floodeval.datasets.label_scheme import BLACK_AND_WHITE, LabelScheme
from floodeval.datasets.layout_table import SUFFIXES
from floodeval.datasets.path_pairs import stems_of
from floodeval.datasets.reference_masks import Truth, decode_reference
from floodeval.datasets.sample_names import normal, printable
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

_VALUES = re.compile(r"\s*[0-9]{1,5}\s*(,\s*[0-9]{1,5}\s*)*", re.ASCII)


@dataclass(frozen=True)
class MatchedMasks:
    """The mask of each photograph that has one, and what could not be matched.

    Attributes:
        of: the place of the mask's file in the list of masks, by the place of the photograph.
        problems: a sentence for each mask or photograph that could not be matched.
    """

    of: Mapping[int, int]
    problems: tuple[FloodevalError, ...] = ()


def match_masks_by_name(photographs: list[str], masks: list[str]) -> MatchedMasks:
    """Match masks to photographs: `a.png` or `a_mask.png` belongs to `a.jpg`.

    A mask that could belong to two photographs, and a second mask of one photograph, belong to none.

    Examples:
        >>> match_masks_by_name(["a.jpg", "b.jpg"], ["b_mask.png", "a.png"]).of
        {1: 0, 0: 1}
    """
    stems = [normal(PurePath(name).stem) for name in photographs]
    found: dict[int, list[int]] = {}
    problems = []
    for place, mask in enumerate(masks):
        owners = _owners(mask, stems)
        shown = printable(mask)
        if not owners:
            problems.append(FloodevalError(saying("try_it.mask_without_photograph", mask=shown)))
        elif len(owners) > 1:
            name = printable(photographs[owners[0]])
            problems.append(FloodevalError(saying("try_it.mask_of_two", mask=shown, photograph=name)))
        else:
            found.setdefault(owners[0], []).append(place)
    for owner, places in found.items():
        if len(places) > 1:
            both = ", ".join(printable(masks[place]) for place in places)
            named = {"photograph": printable(photographs[owner]), "masks": both}
            problems.append(FloodevalError(saying("try_it.two_masks", **named)))
    of = {owner: places[0] for owner, places in found.items() if len(places) == 1}
    return MatchedMasks(of, tuple(problems))


def _owners(mask: str, stems: list[str]) -> list[int]:
    """The places of the photographs that a mask may belong to, by the likeliest reading of its name."""
    for stem in stems_of(PurePath(mask).stem, SUFFIXES):
        owners = [place for place, one in enumerate(stems) if one == normal(stem)]
        if owners:
            return owners
    return []


def stated_water(text: str, of_run: LabelScheme = BLACK_AND_WHITE) -> LabelScheme:
    """The label scheme that a person states by the values of water, such as `1` or `3, 5`.

    Args:
        text: empty for black and white masks.
        of_run: the scheme of the run, whose ignored values are used where the values of water are the same.

    Raises:
        FloodevalError: the text is not a list of values.
    """
    if not text.strip():
        return BLACK_AND_WHITE
    if not _VALUES.fullmatch(text):
        raise FloodevalError(saying("try_it.water_values_wrong", given=printable(text)))
    stated = LabelScheme(tuple(int(value) for value in text.split(",")))
    return of_run if of_run.water == stated.water else replace(stated, ignore=())


def values_text(labels: LabelScheme) -> str:
    """The values of water as `stated_water` reads them; empty for black and white masks."""
    return ", ".join(map(str, labels.water or ()))


def read_uploaded_reference(name: str, content: bytes, labels: LabelScheme) -> Truth:
    """Read an uploaded reference mask.

    Raises:
        FloodevalError: it is no picture, too large, or its values do not say which of them are water.
    """
    try:
        return decode_reference(content, name, labels, MOST_PIXELS)
    except FloodevalError as error:
        if not _is_ambiguous(error):
            raise
        raise FloodevalError(saying("try_it.reference_ambiguous", mask=printable(name))) from error


def _is_ambiguous(error: FloodevalError) -> bool:
    """Whether an error says that nobody declared which values are water."""
    keys: Iterable[str] = ("label_scheme.gray", "label_scheme.class_ids", "label_scheme.many_class_ids")
    return bool(error.args) and getattr(error.args[0], "key", "") in keys
