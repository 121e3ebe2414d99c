"""Sentences of the catalogue in the language of the moment.

A sentence is named by its file and its key: `say("home.undecided", b=..., gap=...)` is `undecided` in
`floodeval/language/<language>/home.toml`. What stands in braces is filled in. Where a sentence depends on a
number, the catalogue has a table of its forms: `one` where `n` is 1, `other` elsewhere.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from floodeval.errors import FloodevalError

LANGUAGES = {"en": "English", "es": "Español"}
DEFAULT = "en"

Sentence = str | dict[str, str]

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language of the moment: a key of `LANGUAGES`."""
    return _language.get()


def speak(language: str) -> None:
    """Say every sentence from here on in this language, in this thread.

    Raises:
        FloodevalError: there is no catalogue of it.
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise FloodevalError(f"floodeval has no sentences in '{language}'; it speaks {known}")
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within a `with` block."""
    before = _language.get()
    speak(language)
    try:
        yield
    finally:
        _language.set(before)


def say(key: str, **values: object) -> str:
    """A sentence in the language of the moment, with its values filled in.

    Args:
        key: `<file>.<key>` of the catalogue.
        values: what the sentence names in braces; `n` chooses the form where it has several.
    """
    sentence = catalogue(language())[key]
    if isinstance(sentence, dict):
        sentence = sentence["one" if values["n"] == 1 else "other"]
    return sentence.format(**values)


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
def catalogue(language: str) -> dict[str, Sentence]:
    """All sentences of a language by their keys."""
    folder = files("floodeval.language") / language
    return {
        f"{file.name.removesuffix('.toml')}.{key}": sentence
        for file in folder.iterdir()
        if file.name.endswith(".toml")
        for key, sentence in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }
