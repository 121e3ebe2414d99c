"""Sentences of the catalog as tests look for them, so that a reworded sentence breaks no test."""

import re
from string import Formatter

from floodeval.i18n.catalog import catalog, say
from floodeval.i18n.language import language

ANYTHING = re.compile(r"[^\n]+?")
MARKUP = re.compile(r"[*`\\\[\]]|:[a-z-]+\[|\(#\w+\)")


def said(key: str, **known: object) -> re.Pattern[str]:
    """What matches a sentence wherever it stands in a text.

    Args:
        key: of the catalog.
        known: values that must stand in it as they are; a pattern as a value must match there. The other
            values of the sentence may be anything on one line. A sentence with forms needs `n`.
    """
    return re.compile(_pattern(key, known))


def holds(text: str, key: str, **known: object) -> bool:
    """Whether a text, or Markdown whose names are escaped, holds a sentence; values as for `said`."""
    sentence = said(key, **known)
    return any(sentence.search(form) for form in (text, unescaped(text)))


def unescaped(text: str) -> str:
    """Markdown without the backslashes before the signs that it could read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def within(key: str, text: str, **known: object) -> dict[str, str]:
    """The values of the first such sentence that a text holds.

    Raises:
        AssertionError: there is none.
    """
    found = re.search(_pattern(key, known, named=True) + r"(?=$|\n)", text)
    assert found, f"no {key} in {text!r}"
    return found.groupdict()


def fragment(key: str) -> str:
    """The longest part of a sentence that has neither values nor markup, for where its values are unknown."""
    sentence = catalog(language())[key]
    if isinstance(sentence, dict):
        sentence = sentence["other"]
    literals = [literal for literal, *_ in Formatter().parse(sentence)]
    parts = [part.strip() for literal in literals for part in MARKUP.split(literal)]
    return max(parts, key=len)


def _pattern(key: str, known: dict[str, object], named: bool = False) -> str:
    """A sentence as a regular expression, with groups by the names of the unknown values if asked for."""
    marks = {f"\x00{at}\x00": name for at, name in enumerate(sorted(_placeholders(key)))}
    given = {name: mark for mark, name in marks.items() if _is_open(known.get(name))}
    text = re.escape(say(key, **{**known, **given}))
    seen: set[str] = set()
    for mark, name in marks.items():
        value = known.get(name, ANYTHING)
        inside = value.pattern if isinstance(value, re.Pattern) else ""
        for _ in range(text.count(re.escape(mark))):
            group = f"(?P<{name}>{inside})" if named and name not in seen else f"(?:{inside})"
            text = text.replace(re.escape(mark), group, 1)
            seen.add(name)
    return text


def _is_open(value: object) -> bool:
    return value is None or isinstance(value, re.Pattern)


def _placeholders(key: str) -> set[str]:
    sentence = catalog(language())[key]
    forms = sentence.values() if isinstance(sentence, dict) else [sentence]
    return {name for form in forms for _, name, *_ in Formatter().parse(form) if name}
