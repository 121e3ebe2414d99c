"""Names from disk are shown letter by letter."""

import math
import re

import pytest

from floodeval.analysis.ranking import Ranking
from floodeval.dashboard.widgets.markdown import code, outcome_badge, plain
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.wording import protocol, ranking_words, truth_use

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


@pytest.mark.parametrize(
    "spec", ["box", "box:jitter=20", "point", "points:n=1", "points:n=5,seed=1", "full:multimask=1"]
)
def test_every_prompt_says_what_it_is_and_whether_it_uses_the_ground_truth(spec):
    prompt = parse_prompt(spec)
    assert protocol(prompt)
    key = "from_truth" if prompt.uses_ground_truth else "without_truth"
    assert truth_use(prompt) == say(f"prompts.{key}")


def test_an_order_and_a_outcome_in_words():
    gap = say("rankings.by", metric=say("metrics.iou"), side=say("rankings.of_gap"))
    assert ranking_words(Ranking()) == say("rankings.whole", by=gap, order=say("rankings.gap_worst"))
    of_b = say("rankings.by", metric=say("metrics.dice"), side=say("rankings.of_b"))
    best = say("rankings.whole", by=of_b, order=say("rankings.score_best"))
    assert ranking_words(Ranking("dice", "b", "best")) == best
    worst = say("rankings.whole", by=say("metrics.dice"), order=say("rankings.score_worst"))
    assert ranking_words(Ranking("dice", "a"), alone=True) == worst
    assert outcome_badge("fixed", single=False) == f":green-badge[{say('outcomes.fixed')}]"
    assert outcome_badge("both_fail", single=True) == f":gray-badge[{say('outcomes.single_both_fail')}]"
    assert outcome_badge(math.nan, single=False) == f":gray-badge[{say('outcomes.none')}]"
