"""What the prompt does to the scores: paired on the same photographs, whatever the run holds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floodeval.analysis.prompt_comparison import (
    plainest,
    prompt_gains,
    prompt_gaps,
    prompt_scores,
    prompt_spreads,
)
from floodeval.sam.prompts import parse_prompt

PROMPTS = ["box", "point", "full"]
scores = st.one_of(st.none(), st.floats(0, 1))


@st.composite
def tables(draw):
    """Rows of a run of 2 to 6 photographs; any may lack a value, or its row for a prompt."""
    n = draw(st.integers(2, 6))
    rows = [
        (f"i{i}", f"s{i // 2}", variant, prompt, value)
        for i in range(n)
        for prompt in PROMPTS
        for variant in ("a", "b")
        if (value := draw(scores)) is not None or i == 0
    ]
    table = pd.DataFrame(rows, columns=["id", "scene", "variant", "prompt", "iou"])
    return table.astype({"iou": "float64"})


@settings(max_examples=15)
@given(tables())
def test_every_prompt_and_variant_has_its_mean_over_those_with_a_value(table):
    found = prompt_scores(table).set_index(["prompt", "variant"])
    assert len(found) == 6
    for key, rows in table.groupby(["prompt", "variant"]):
        assert found.loc[key, "n"] == rows["iou"].notna().sum()
        assert found.loc[key, "mean"] == pytest.approx(rows["iou"].mean(), nan_ok=True)


@settings(max_examples=15)
@given(tables())
def test_an_interval_holds_its_mean_and_needs_two_scenes(table):
    found = prompt_scores(table)
    for row in found.itertuples():
        assert np.isnan(row.low) == (row.n_scenes < 2)
        assert np.isnan(row.low) or row.low - 1e-9 <= row.mean <= row.high + 1e-9


@settings(max_examples=15)
@given(tables())
def test_holding_a_prompt_against_another_is_the_mirror_of_the_other_way(table):
    there = prompt_gaps(table, "full").set_index(["prompt", "variant"])
    back = prompt_gaps(table, "box").set_index(["prompt", "variant"])
    for variant in ("a", "b"):
        one, other = there.loc[("box", variant)], back.loc[("full", variant)]
        assert one["n"] == other["n"]
        for first, second in (("gap", "gap"), ("low", "high"), ("high", "low")):
            assert one[first] == pytest.approx(-other[second], abs=1e-9, nan_ok=True)


@settings(max_examples=15)
@given(tables())
def test_gaps_and_gains_are_of_photographs_that_have_both(table):
    wide = table.pivot(index="id", columns=["prompt", "variant"], values="iou")
    for row in prompt_gaps(table, "full").itertuples():
        pairs = (wide[row.prompt, row.variant] - wide["full", row.variant]).dropna()
        assert row.n == len(pairs) and row.gap == pytest.approx(pairs.mean(), nan_ok=True)
    for row in prompt_gains(table, "a", "b").itertuples():
        pairs = (wide[row.prompt, "b"] - wide[row.prompt, "a"]).dropna()
        assert row.n == len(pairs) and row.gap == pytest.approx(pairs.mean(), nan_ok=True)


@settings(max_examples=15)
@given(tables())
def test_a_spread_is_the_best_minus_the_worst_and_the_widest_comes_first(table):
    found = prompt_spreads(table, "b", PROMPTS)
    assert (found["spread"] >= 0).all() and found["spread"].is_monotonic_decreasing
    values = table[table["variant"] == "b"].set_index(["id", "prompt"])["iou"]
    for row in found.itertuples():
        assert values[row.id, row.best_prompt] == row.best
        assert values[row.id, row.worst_prompt] == row.worst
        assert row.spread == row.best - row.worst


def test_a_reference_that_the_run_lacks_gives_no_gaps():
    table = pd.DataFrame([("i", "s", "a", "box", 0.5)], columns=["id", "scene", "variant", "prompt", "iou"])
    assert prompt_gaps(table, "full").empty and prompt_gains(table, "a", "b").empty
    assert prompt_spreads(table, "a", ["box", "full"]).empty


@pytest.mark.parametrize(
    ("specs", "chosen"),
    [
        (["box", "box:jitter=20", "full"], ["box", "full"]),
        (["points:n=1", "points:n=5,seed=1", "points:n=5", "point"], ["points:n=5", "point"]),
        (["points:n=3,seed=2", "points:n=1"], ["points:n=1"]),
        (["box:jitter=40", "box:jitter=20"], ["box:jitter=20"]),
        ([], []),
    ],
)
def test_one_prompt_of_each_kind_is_the_plainest(specs, chosen):
    kept = plainest([parse_prompt(spec) for spec in specs])
    assert [prompt.spec for prompt in kept] == chosen
    assert plainest(kept) == kept
