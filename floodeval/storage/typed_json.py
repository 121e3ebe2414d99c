"""JSON read from disk as typed values: what is not of the expected type is refused in one line."""

import json
import re
from typing import Any, TypeVar

import msgspec

from floodeval.errors import FloodevalError

T = TypeVar("T")
_PLACED = re.compile(r"(?P<why>.*) - at `(?:key in )?\$\.?(?P<place>.*)`", re.DOTALL)


def parse_json(text: str) -> Any:
    """Parse JSON; raises ValueError where it is none, also where it is nested too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def convert_json(content: Any, kind: type[T]) -> T:
    """Convert parsed JSON to a type.

    Args:
        content: dictionaries, lists, text, numbers, booleans and None.
        kind: a dataclass, a TypedDict or another type that msgspec converts to. Keys that it has no field for
            are ignored.

    Raises:
        ValueError: one line that names the field, what was expected and what came, for example
            ``variants[0].name: expected `str`, got `int```.
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise ValueError(_readable(str(error))) from None
    except FloodevalError as error:  # a dataclass that checks its own fields
        raise ValueError(str(error)) from None


def _readable(complaint: str) -> str:
    """Put the field first in what msgspec says."""
    found = _PLACED.fullmatch(complaint)
    why = found["why"] if found else complaint
    why = " ".join((why[:1].lower() + why[1:]).split())
    return f"{found['place']}: {why}" if found and found["place"] else why
