"""Text for places that read Markdown: names from disk made harmless, quadrants as badges."""

import re

from floodeval.errors import FloodevalError
from floodeval.language.sentences import DEFAULT, Saying, catalogue, say
from floodeval.wording.quadrants import quadrant_title

_BADGE_COLOURS = {"fixed": "green", "regressed": "orange", "both_fail": "gray", "both_good": "blue"}


def plain(text: object) -> str:
    """A text from outside for places that read Markdown: shown letter by letter, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split()))


def here(said: object) -> str:
    """An error, or a saying, for a page, as `plain`: a page has buttons and no options to name.

    The catalogue's `<key>_here` is said where there is one, in place of `<key>` that the command line says.
    """
    saying = said.args[0] if isinstance(said, FloodevalError) and said.args else said
    if isinstance(saying, Saying) and f"{saying.key}_here" in catalogue(DEFAULT):
        return plain(say(f"{saying.key}_here", **saying.values))
    return plain(said)


def code(text: object) -> str:
    """A name from outside as a Markdown code span, whatever backticks it holds."""
    name = " ".join(str(text).split()) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def quadrant_badge(quadrant: object, single: bool) -> str:
    """A quadrant's name as a badge, in Markdown."""
    return f":{_BADGE_COLOURS.get(str(quadrant), 'gray')}-badge[{quadrant_title(quadrant, single)}]"
