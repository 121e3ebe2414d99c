"""Text for places that read Markdown: names from outside made harmless, errors, swatches and badges."""

import re
from dataclasses import replace

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Saying, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import Style, swatch
from floodeval.viz.wording import outcome_title

PAGE_WORDS = {  # sentences of the command line that name options, and what a page says instead
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
_BADGE_COLORS = {"fixed": "green", "regressed": "orange", "both_fail": "gray", "both_good": "blue"}


def plain(text: object) -> str:
    """Escape a text from outside, so that Markdown shows it letter by letter on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A name from outside as a Markdown code span, whatever backticks it holds."""
    name = " ".join(str(text).split()) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def error_text(error: object) -> str:
    """An error or a sentence of the catalog, escaped; in the words of `PAGE_WORDS` where it has any."""
    saying = error.args[0] if isinstance(error, FloodevalError) and error.args else error
    if isinstance(saying, Saying) and saying.key in PAGE_WORDS:
        return plain(replace(saying, key=PAGE_WORDS[saying.key]))
    return plain(error)


def chip(style: Style) -> str:
    """A variant's swatch and name."""
    return f"![]({swatch(style)})\N{NO-BREAK SPACE}**{plain(style.label)}**"


def outcome_badge(outcome: object, single: bool) -> str:
    """An outcome's name as a badge; `single` where the run has one variant."""
    return f":{_BADGE_COLORS.get(str(outcome), 'gray')}-badge[{outcome_title(outcome, single)}]"


def truth_badge(prompt: PromptSpec) -> str:
    """A badge that says whether the prompt uses the ground truth."""
    if prompt.uses_ground_truth:
        return f":orange-badge[:material/visibility: {say('heading.uses_truth')}]"
    return f":green-badge[:material/visibility_off: {say('heading.no_truth')}]"
