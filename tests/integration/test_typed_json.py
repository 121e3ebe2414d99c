"""JSON as typed values: what is wrong is named by its field, in one line."""

from dataclasses import dataclass
from typing import Any

import pytest

from floodeval.errors import FloodevalError
from floodeval.storage.typed_json import convert_json, parse_json


@dataclass(frozen=True)
class Part:
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.sizes:
            raise FloodevalError("no size")


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    name: str = "a"


def test_content_of_the_expected_types_is_converted_and_other_keys_are_ignored():
    content = parse_json('{"parts": [{"sizes": [1, 2], "new": null}], "name": "b"}')
    assert convert_json(content, Whole) == Whole((Part((1, 2)),), "b")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "object missing required field `parts`"),
        ([], "expected `object`, got `array`"),
        ({"parts": [{"sizes": [1, "2"]}]}, "parts[0].sizes[1]: expected `int`, got `str`"),
        ({"parts": [{"sizes": [True]}]}, "parts[0].sizes[0]: expected `int`, got `bool`"),
        ({"parts": [{"sizes": []}]}, "no size"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(content, said):
    with pytest.raises(ValueError) as refused:
        convert_json(content, Whole)
    assert str(refused.value) == said


@pytest.mark.parametrize("text", ["", "{", "[" * 1_000_000, "1" * 5000])
def test_text_that_cannot_be_parsed_is_refused(text):
    with pytest.raises(ValueError):
        parse_json(text)


def test_values_of_any_type_stay_as_they_are():
    content = {"a": [1, 2.5, None, {"b": "c"}]}
    assert convert_json(content, dict[str, Any]) == content
