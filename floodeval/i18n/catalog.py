"""Sentences of the catalog in the language of the moment.

A sentence is named by its file and its key: `say("home.undecided", b=..., gap=...)` is `undecided` in
`floodeval/i18n/<language>/home.toml`. What stands in braces is filled in. Where a sentence depends on a
number, the catalog has a table of its forms, named after the plural categories of the Unicode CLDR: `one`
and `other`.

A parameter is written `[[water]]`, or with a value `[[device=cpu]]`, and said as the surface writes it:
`water=...` in Python, `--water` on the command line, and in the dashboard's own words there (see
`floodeval.i18n.parameters`).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from numbers import Integral

from floodeval.i18n.formats import count, plural_form
from floodeval.i18n.language import DEFAULT, LANGUAGES, language, speak, speaking
from floodeval.i18n.parameters import SPELLINGS, Surface, surface

__all__ = [  # with the language of the moment, which whoever speaks chooses too
    "DEFAULT",
    "LANGUAGES",
    "NOUNS",
    "PHOTOGRAPHS_ALONE",
    "Joined",
    "Saying",
    "Sentence",
    "catalog",
    "counted",
    "language",
    "say",
    "saying",
    "speak",
    "speak_of_synthetic_scenes",
    "speaking",
    "speaking_of_synthetic_scenes",
]

Sentence = str | dict[str, str]

NOUNS = ("photograph", "photographs")  # keys of the catalog's `nouns`, which also has their `drawn_` forms
PHOTOGRAPHS_ALONE = ("try_it", "welcome", "loading", "runs", "layouts", "images", "training")  # catalogs

PARAMETER = re.compile(r"\[\[(\w+)(?:=([^\]]*))?\]\]")
_drawn: ContextVar[bool] = ContextVar("drawn", default=False)


def speak_of_synthetic_scenes(drawn: bool) -> None:
    """Call photographs drawn scenes from here on, in this thread, or photographs again.

    What was measured on pictures that floodeval drew must never be read as measured on photographs. The noun
    is exchanged in the sentences themselves, so that none is written twice.
    """
    _drawn.set(drawn)


@contextmanager
def speaking_of_synthetic_scenes(drawn: bool) -> Iterator[None]:
    """Call photographs drawn scenes within a `with` block, where they were drawn."""
    before = _drawn.get()
    speak_of_synthetic_scenes(drawn)
    try:
        yield
    finally:
        speak_of_synthetic_scenes(before)


def say(key: str, **values: object) -> str:
    """A sentence in the language of the moment, with its values filled in.

    Args:
        key: `<file>.<key>` of the catalog.
        values: what the sentence names in braces; `n` chooses the form where it has several.
    """
    sentence = catalog(language())[key]
    if isinstance(sentence, dict):
        form = plural_form(values["n"], language())
        sentence = sentence.get(form, sentence["other"])
    if _drawn.get() and key.partition(".")[0] not in PHOTOGRAPHS_ALONE:
        sentence = _of_drawn_scenes(sentence, language())
    if PARAMETER.search(sentence):
        sentence = _with_parameters(sentence, surface(), language())
    return sentence.format(**{name: _written(value) for name, value in values.items()})


def counted(n: int, noun: str) -> str:
    """`1 photograph`, `2 photographs`; the noun is a key of the catalog's `counts`."""
    return say(f"counts.{noun}", n=n)


def _written(value: object) -> object:
    """A whole number as a count; what else a sentence is given is text, or formatted already."""
    return count(int(value)) if isinstance(value, Integral) and not isinstance(value, bool) else value


@cache
def _of_drawn_scenes(sentence: str, language: str) -> str:
    """A sentence of the catalog with drawn scenes in place of photographs; not within its braces."""
    words = catalog(language)
    drawn = {str(words[f"nouns.{noun}"]): str(words[f"nouns.synthetic_{noun}"]) for noun in NOUNS}

    def exchanged(found: re.Match[str]) -> str:
        noun = drawn[found[0].lower()]
        return noun[0].upper() + noun[1:] if found[0][0].isupper() else noun

    return re.sub(rf"(?<![{{\w])(?:{'|'.join(drawn)})(?![}}\w])", exchanged, sentence, flags=re.IGNORECASE)


@cache
def _with_parameters(sentence: str, surface: Surface, language: str) -> str:
    """A sentence of the catalog with its parameters spelled for the surface; not yet filled in."""
    return PARAMETER.sub(lambda found: _spelled(found[1], found[2] or "", surface, language), sentence)


def _spelled(name: str, value: str, surface: Surface, language: str) -> str:
    spelling = SPELLINGS[name]
    if surface == "cli":
        return spelling.as_option(value)
    if surface == "python":
        return spelling.as_argument(value)
    return str(catalog(language)[spelling.dashboard]).replace("{name}", spelling.as_entry(value))


@dataclass(frozen=True)
class Parameter:
    """A parameter in a sentence outside the catalog, or as a value: `str` spells it for the surface."""

    name: str
    value: str = ""

    def __str__(self) -> str:
        return _spelled(self.name, self.value, surface(), language())


@dataclass(frozen=True)
class Saying:
    """A sentence for later: `str` says it, in the language of the moment at which it is read.

    Findings and errors are made of these, so that what was found once, and kept, is read in any language.
    """

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return say(self.key, **self.values)

    def about(self, **values: object) -> "Saying":
        """The same with other values."""
        return Saying(self.key, {**self.values, **values})


@dataclass(frozen=True)
class Joined:
    """Sayings, or names, one after the other; `str` says them."""

    parts: Sequence[object]
    between: object = ", "

    def __str__(self) -> str:
        return str(self.between).join(map(str, self.parts))


def saying(key: str, **values: object) -> Saying:
    """What `say` says, for later; a value may be a saying too."""
    return Saying(key, values)


@cache
def catalog(language: str) -> dict[str, Sentence]:
    """All sentences of a language by their keys."""
    folder = files("floodeval.i18n") / language
    return {
        f"{file.name.removesuffix('.toml')}.{key}": sentence
        for file in folder.iterdir()
        if file.name.endswith(".toml")
        for key, sentence in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
