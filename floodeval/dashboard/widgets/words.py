"""Text for places that read Markdown: names from disk made harmless, quadrants as badges."""

import re
from dataclasses import replace

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying
from floodeval.viz.quadrants import quadrant_title

_BADGE_COLOURS = {"fixed": "green", "regressed": "orange", "both_fail": "gray", "both_good": "blue"}

HERE = {  # what the command line says with options to give, and what a page says instead
    "runs.no_table": "runs.no_table_here",
    "runs.table_lacks": "runs.table_lacks_here",
    "runs.no_errors": "runs.no_errors_here",
    "runs.no_stress": "runs.no_stress_here",
    "models.no_checkpoint": "models.no_checkpoint_here",
    "models.none": "models.none_here",
    "models.other_type": "models.other_type_here",
    "models.absent": "models.absent_here",
    "models.no_device": "models.no_device_here",
}


def plain(text: object) -> str:
    """A text from outside for places that read Markdown: shown letter by letter, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split()))


def here(said: object) -> str:
    """An error, or a saying, for a page, as `plain`: in the words of `HERE` where it has any."""
    saying = said.args[0] if isinstance(said, FloodevalError) and said.args else said
    if isinstance(saying, Saying) and saying.key in HERE:
        return plain(replace(saying, key=HERE[saying.key]))
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
