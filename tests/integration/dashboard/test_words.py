"""Prompts and orders in words."""

import pytest

from floodeval.analysis.ranking import Ranking
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.wording import protocol, ranking_words, truth_use


@pytest.mark.parametrize(
    "spec", ["box", "box:jitter=20", "point", "points:n=1", "points:n=5,seed=1", "full:multimask=1"]
)
def test_every_prompt_says_what_it_is_and_whether_it_uses_the_ground_truth(spec):
    prompt = parse_prompt(spec)
    assert protocol(prompt)
    key = "from_truth" if prompt.uses_ground_truth else "without_truth"
    assert truth_use(prompt) == say(f"prompts.{key}")


def test_an_order_in_words():
    gap = say("rankings.by", metric=say("metrics.iou"), side=say("rankings.of_gap"))
    assert ranking_words(Ranking()) == say("rankings.whole", by=gap, order=say("rankings.gap_worst"))
    of_b = say("rankings.by", metric=say("metrics.dice"), side=say("rankings.of_b"))
    best = say("rankings.whole", by=of_b, order=say("rankings.score_best"))
    assert ranking_words(Ranking("dice", "b", "best")) == best
    worst = say("rankings.whole", by=say("metrics.dice"), order=say("rankings.score_worst"))
    assert ranking_words(Ranking("dice", "a"), alone=True) == worst
