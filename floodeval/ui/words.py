"""Text for the screen: names from disk made harmless, numbers made even, protocols in plain words."""

import math
import re

from floodeval.pictures.palette import METRIC_LABELS
from floodeval.sam.prompts import PromptSpec

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"

QUADRANT_TITLES = {
    "fixed": "Fixed",
    "regressed": "Regressed",
    "both_fail": "Both fail",
    "both_good": "Both good",
}
SINGLE_TITLES = {"both_fail": "Fails", "both_good": "Good"}
_BADGE_COLOURS = {"fixed": "green", "regressed": "orange", "both_fail": "gray", "both_good": "blue"}
SIDE_WORDS = {"gap": "gap", "a": "of A", "b": "of B"}
ORDER_WORDS = {
    True: {"low": "Losses first", "high": "Gains first"},
    False: {"low": "Lowest first", "high": "Highest first"},
}


def plain(text: object) -> str:
    """A text from outside for places that read Markdown: shown letter by letter, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(str(text).split()))


def code(text: object) -> str:
    """A name from outside as a Markdown code span, whatever backticks it holds."""
    name = " ".join(str(text).split()) or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def number(value: float | None) -> str:
    """A score with three decimals; a dash where it is missing."""
    return NO_VALUE if value is None or math.isnan(value) else f"{value:.3f}"


def signed(value: float | None) -> str:
    """A gap with its sign and three decimals; a dash where it is missing."""
    if value is None or math.isnan(value):
        return NO_VALUE
    return f"{value:+.3f}".replace("-", MINUS)


def counted(n: int, noun: str) -> str:
    """`1 photograph`, `2 photographs`."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def protocol(prompt: PromptSpec) -> str:
    """What SAM is told with this prompt, in a sentence without its full stop."""
    said = {
        "box": "a tight box round the true water",
        "point": "one click in the middle of the largest water body",
        "points": counted(prompt.n or 1, "click") + " drawn at random from the true water",
        "full": "a box round the whole frame",
    }[prompt.kind]
    if prompt.jitter:
        said += f", each side moved at random by up to {prompt.jitter:g} px"
    if prompt.multimask:
        said += "; of SAM's three masks the one that it scores highest"
    return said


def truth_use(prompt: PromptSpec) -> str:
    """Whether the prompt was made from the ground truth, and what that means."""
    if prompt.uses_ground_truth:
        return "made from the ground truth, so no such prompt exists in the field"
    return "made without the ground truth, as in the field"


def quadrant_title(quadrant: object, single: bool) -> str:
    """A quadrant's name; where no IoU is, the image has none."""
    titles = SINGLE_TITLES if single else QUADRANT_TITLES
    return titles.get(str(quadrant), "No IoU")


def quadrant_badge(quadrant: object, single: bool) -> str:
    """A quadrant's name as a badge, in Markdown."""
    return f":{_BADGE_COLOURS.get(str(quadrant), 'gray')}-badge[{quadrant_title(quadrant, single)}]"


def ranking_words(metric: str, of: str, order: str) -> str:
    """An order of the images in words: `IoU gap, losses first`."""
    label = METRIC_LABELS[metric]
    return f"{label} {SIDE_WORDS[of]}, {ORDER_WORDS[of == 'gap'][order].lower()}"
