"""Names from disk are shown letter by letter; outcomes are badges."""

import math
import re

import pytest

from floodeval.dashboard.widgets.markdown import code, outcome_badge, plain
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


def test_an_outcome_is_a_badge_in_its_color():
    assert outcome_badge("fixed", single=False) == f":green-badge[{say('outcomes.fixed')}]"
    assert outcome_badge("both_fail", single=True) == f":gray-badge[{say('outcomes.single_both_fail')}]"
    assert outcome_badge(math.nan, single=False) == f":gray-badge[{say('outcomes.none')}]"
