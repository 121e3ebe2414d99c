"""The JSON of `--json` as the reference documents it: its keys, in order, and their types."""

import re

from tests.support.reference_pages import section

TYPES = {
    "text": str,
    "whole number": int,
    "number": (int, float),
    "list": list,
    "object": dict,
    "true or false": bool,
    "null": type(None),
}


def schema(heading):
    """The documented keys with their types, in their order."""
    rows = re.findall(r"^\| `(\w+)` \| ([a-z ]+?) \|", section("json.md", heading), re.MULTILINE)
    assert rows, heading
    return dict(rows)


def fits(value, types):
    names = types.replace("true or false", "truth").split(" or ")
    allowed = [TYPES["true or false" if name == "truth" else name] for name in names]
    if isinstance(value, bool):
        return bool in allowed
    return any(isinstance(value, one) for one in allowed)


def check(entry, heading):
    known = schema(heading)
    assert list(entry) == list(known), heading
    for key, types in known.items():
        assert fits(entry[key], types), (heading, key, entry[key])
