"""Names from disk are shown letter by letter; outcomes are badges."""

import math
import re

import pytest

from floodeval.dashboard.widgets.markdown import code, gap_badge, outcome_badge, plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

HOSTILE = [
    "*bold*",
    "[x](javascript:1)",
    "<img src=x onerror=alert(1)>",
    ":red[hi]",
    "$x^2$",
    "`tick`",
    "a_b",
    "# h",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_every_sign_that_markdown_could_read_is_escaped(name):
    shown = plain(name)
    assert re.sub(r"\\(.)", r"\1", shown) == name
    assert not re.search(r"(?<!\\)[*_`<\[\]:$#]", shown)


def test_lines_are_joined():
    assert plain("a\n\n# b") == "a \\# b" and code("a\nb") == "`a b`"


@pytest.mark.parametrize(
    ("name", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a``", "``` `a`` ```"), ("", "` `")]
)
def test_a_code_span_holds_whatever_backticks_a_name_has(name, shown):
    assert code(name) == shown


def test_an_outcome_is_a_badge_in_its_color_with_an_icon():
    for badge, color, words in (
        (outcome_badge("fixed", single=False), "green", say("outcomes.fixed")),
        (outcome_badge("both_fail", single=True), "gray", say("outcomes.single_both_fail")),
        (outcome_badge(math.nan, single=False), "gray", say("outcomes.none")),
    ):
        assert badge.startswith(f":{color}-badge[:material/") and badge.endswith(f" {words}]")


@pytest.mark.parametrize(
    ("gap", "color", "words"),
    [
        (0.25, "green", say("worst_cases.gain", gap=formats.gap(0.25))),
        (-0.25, "orange", say("worst_cases.loss", gap=formats.gap(-0.25))),
        (0.0, "gray", say("worst_cases.same")),
        (math.nan, "gray", say("worst_cases.no_gap")),
    ],
)
def test_a_gap_is_a_badge_that_says_gain_or_loss_in_words_and_color(gap, color, words):
    badge = gap_badge(gap)
    assert badge.startswith(f":{color}-badge[") and badge.endswith(f"{words}]")
