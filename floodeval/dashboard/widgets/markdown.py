"""Text for places that read Markdown: harmless names, errors, badges, and legends with swatches."""

import math
import re
from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from floodeval.dashboard.state.selection import Selection
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import Saying, say
from floodeval.sam.prompts import PromptSpec
from floodeval.viz.style import FALSE_ALARM, FOUND, IGNORED, IN_BOTH, MISSED, Style
from floodeval.viz.svg.svg_canvas import swatch
from floodeval.viz.wording import outcome_title

PAGE_WORDS = {  # sentences of the command line that name options, and what a page says instead
    "runs.no_table": "runs.no_table_here",
    "sides.no_table": "sides.no_table_here",
    "runs.table_lacks": "runs.table_lacks_here",
    "runs.no_errors": "runs.no_errors_here",
    "runs.no_stress": "runs.no_stress_here",
    "thresholds.no_table": "thresholds.no_table_here",
    "thresholds.no_logits": "thresholds.no_logits_here",
    "models.no_checkpoint": "models.no_checkpoint_here",
    "models.none": "models.none_here",
    "models.other_type": "models.other_type_here",
    "models.absent": "models.absent_here",
    "models.no_device": "models.no_device_here",
}
_BADGES = {
    "fixed": ("green", "trending_up"),
    "regressed": ("orange", "trending_down"),
    "both_fail": ("gray", "close"),
    "both_good": ("blue", "check"),
}  # color and icon, as the edges of cards in looks.css
_GAPS = {
    1: ("gain", "green", "arrow_upward"),
    -1: ("loss", "orange", "arrow_downward"),
    0: ("same", "gray", "equal"),
}  # word, color and icon, by sign


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
    color, icon = _BADGES.get(str(outcome), ("gray", "remove"))
    return f":{color}-badge[:material/{icon}: {outcome_title(outcome, single)}]"


def gap_badge(gap: float) -> str:
    """The gap of IoU as a badge whose color, arrow and word say whether it is a gain or a loss."""
    if math.isnan(gap):
        return f":gray-badge[{say('worst_cases.no_gap')}]"
    kind, color, icon = _GAPS[(gap > 0) - (gap < 0)]
    return f":{color}-badge[:material/{icon}: {say(f'worst_cases.{kind}', gap=formats.gap(gap))}]"


def truth_badge(prompt: PromptSpec) -> str:
    """A badge that says whether the prompt uses the ground truth."""
    if prompt.uses_ground_truth:
        return f":orange-badge[:material/visibility: {say('heading.uses_truth')}]"
    return f":green-badge[:material/visibility_off: {say('heading.no_truth')}]"


def draw_error_legend(selection: Selection, note: str = "") -> None:
    """Draw the classes of an error map, with a note (Markdown) after them."""
    draw_legend((FOUND, FALSE_ALARM, MISSED, *ignored_styles(selection.run.info.labels)), note)


def draw_against_legend(selection: Selection) -> None:
    """Draw the classes of a map of A against B; of one variant its own."""
    if selection.b is None:
        draw_legend([selection.styles[selection.a]])
        return
    a, b = selection.styles[selection.a], selection.styles[selection.b]
    only = (Style(say("styles.alone", name=style.label), style.color, style.hatch) for style in (a, b))
    draw_legend([IN_BOTH, *only])


def draw_legend(styles: Iterable[Style], note: str = "") -> None:
    """Draw swatches with their words, in a line that wraps between entries and never within one."""
    entries = [f"![]({swatch(style)}) {plain(style.label)}" for style in styles]
    with st.container(horizontal=True, gap="small"):
        for entry in [*entries, *([note] if note else [])]:
            st.markdown(entry, width="content")


def ignored_styles(labels: LabelScheme) -> tuple[Style, ...]:
    """How ignored pixels are drawn, where a label scheme has any."""
    return (IGNORED,) if labels.ignore else ()
