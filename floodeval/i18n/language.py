"""The languages there are, and the one of the moment in this thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from floodeval.errors import FloodevalError

LANGUAGES = {"en": "English", "es": "Español"}
DEFAULT = "en"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language of the moment: a key of `LANGUAGES`."""
    return _language.get()


def speak(language: str) -> None:
    """Say every sentence from here on in this language, in this thread.

    Raises:
        FloodevalError: there is no catalog of it.
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
