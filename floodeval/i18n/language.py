"""The languages of the product, and the current one of this thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from floodeval.errors import FloodevalError

LANGUAGES = {"en": "English", "es": "Español"}
DEFAULT = "en"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The current language, a key of `LANGUAGES`."""
    return _language.get()


def speak(language: str) -> None:
    """Set the language of this thread.

    Raises:
        FloodevalError: floodeval has no catalog in this language.
    """
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise FloodevalError(f"unknown language '{language}'; expected one of {known}")
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Set the language within a `with` block."""
    before = _language.get()
    speak(language)
    try:
        yield
    finally:
        _language.set(before)
