"""The catalog of sentences that people read, in every language.

A sentence is named by its file and its key: `say("home.undecided", b=..., gap=...)` is `undecided` in
`floodeval/i18n/<language>/home.toml`. The values in braces are filled in. Where a sentence depends on a
number `n`, the catalog has a table of its forms, named after the plural categories of the Unicode CLDR: `one`
and `other`.

A parameter is written `[[water]]`, or with a value `[[device=cpu]]`, and spelled as the surface writes it:
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

__all__ = [  # includes the current language, for callers that set it
    "DEFAULT",
    "LANGUAGES",
    "NOUNS",
    "PHOTOGRAPHS_ONLY",
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

NOUNS = ("photograph", "photographs")  # keys of the catalog's `nouns`, which has `synthetic_` forms too
PHOTOGRAPHS_ONLY = ("try_it", "welcome", "loading", "runs", "layouts", "images", "training")  # catalogs

PARAMETER = re.compile(r"\[\[(\w+)(?:=([^\]]*))?\]\]")
_synthetic: ContextVar[bool] = ContextVar("synthetic", default=False)


def speak_of_synthetic_scenes(synthetic: bool) -> None:
    """Call photographs synthetic scenes from now on, in this thread, or photographs again.

    Results on scenes that floodeval drew must not read as results on photographs. The noun is replaced in the
    sentences, so that no sentence is written twice.
    """
    _synthetic.set(synthetic)


@contextmanager
def speaking_of_synthetic_scenes(synthetic: bool) -> Iterator[None]:
    """Call photographs synthetic scenes within a `with` block, if they are synthetic."""
    before = _synthetic.get()
    speak_of_synthetic_scenes(synthetic)
    try:
        yield
    finally:
        speak_of_synthetic_scenes(before)


def say(key: str, **values: object) -> str:
    """A sentence in the current language, with its values filled in.

    Args:
        key: `<file>.<key>` of the catalog.
        values: the names in braces; `n` selects the form where the sentence has several.
    """
    sentence = catalog(language())[key]
    if isinstance(sentence, dict):
        form = plural_form(values["n"], language())
        sentence = sentence.get(form, sentence["other"])
    if _synthetic.get() and key.partition(".")[0] not in PHOTOGRAPHS_ONLY:
        sentence = _of_synthetic_scenes(sentence, language())
    if PARAMETER.search(sentence):
        sentence = _with_parameters(sentence, surface(), language())
    return sentence.format(**{name: _written(value) for name, value in values.items()})


def counted(n: int, noun: str) -> str:
    """`1 photograph`, `2 photographs`; the noun is a key of the catalog's `counts`."""
    return say(f"counts.{noun}", n=n)


def _written(value: object) -> object:
    """A whole number as a count; other values are text, or already formatted."""
    return count(int(value)) if isinstance(value, Integral) and not isinstance(value, bool) else value


@cache
def _of_synthetic_scenes(sentence: str, language: str) -> str:
    """A sentence of the catalog with synthetic scenes instead of photographs; braces stay as they are."""
    words = catalog(language)
    synthetic = {str(words[f"nouns.{noun}"]): str(words[f"nouns.synthetic_{noun}"]) for noun in NOUNS}

    def replaced(found: re.Match[str]) -> str:
        noun = synthetic[found[0].lower()]
        return noun[0].upper() + noun[1:] if found[0][0].isupper() else noun

    return re.sub(rf"(?<![{{\w])(?:{'|'.join(synthetic)})(?![}}\w])", replaced, sentence, flags=re.IGNORECASE)


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
    """A parameter as a value of a sentence; `str` spells it for the current surface."""

    name: str
    value: str = ""

    def __str__(self) -> str:
        return _spelled(self.name, self.value, surface(), language())


@dataclass(frozen=True)
class Saying:
    """A sentence with its values; `str` returns it in the language that is current then.

    Findings and errors consist of these, so that a stored finding can be read in any language.

    Attributes:
        key: `<file>.<key>` of the catalog.
        values: to fill in; a value may be a `Saying` too.
    """

    key: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return say(self.key, **self.values)

    def about(self, **values: object) -> "Saying":
        """The same sentence with some values replaced."""
        return Saying(self.key, {**self.values, **values})


@dataclass(frozen=True)
class Joined:
    """Several values in one text, with `between` between them; `str` returns it in the current language."""

    parts: Sequence[object]
    between: object = ", "

    def __str__(self) -> str:
        return str(self.between).join(map(str, self.parts))


def saying(key: str, **values: object) -> Saying:
    """The sentence of `say`, to be put into words later; a value may be a `Saying` too."""
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
