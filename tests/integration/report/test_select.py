import re
from dataclasses import replace

import pytest

from floodeval.analysis.run_findings import collect_findings
from floodeval.errors import FloodevalError
from floodeval.evaluation.reviews import MarkedCase
from floodeval.evaluation.run import load_run
from floodeval.report.select import MARKED, NAMED, CaseRule, choose_cases
from tests.support.wording import said


@pytest.fixture
def run(drawn):
    return load_run(drawn / "runs" / "two")


@pytest.fixture
def table(run):
    return collect_findings(run, "pretrained", "finetuned", "box").table


def chosen(run, rule, marked=()):
    findings = collect_findings(run, "pretrained", "finetuned", "box")
    return choose_cases(findings, rule, {one: MarkedCase(one) for one in marked})


def test_the_worst_by_the_gap_lose_most(run, table):
    ids = chosen(run, CaseRule(n=4, by="gap")).ids
    gaps = table.set_index("id")["iou_gap"]
    assert list(gaps[list(ids)]) == sorted(gaps)[:4]


def test_the_worst_of_a_variant_have_its_lowest_iou(run, table):
    for side in ("a", "b"):
        ids = chosen(run, CaseRule(n=4, by=side)).ids
        scores = table.set_index("id")[f"iou_{side}"]
        assert list(scores[list(ids)]) == sorted(scores)[:4]


def test_failures_come_first_then_losses_then_at_most_two_gains(run, table):
    ids = chosen(run, CaseRule(n=99)).ids
    rows = table.set_index("id").loc[list(ids)]
    failing, losing = rows["iou_b"] < 0.5, rows["iou_gap"] < 0
    kinds = [0 if fails else 1 if loses else 2 for fails, loses in zip(failing, losing, strict=True)]
    assert kinds == sorted(kinds) and kinds.count(2) <= 2
    assert kinds.count(0) == (table["iou_b"] < 0.5).sum()
    assert list(rows.loc[failing, "iou_b"]) == sorted(rows.loc[failing, "iou_b"])
    assert chosen(run, CaseRule(n=2)).ids == ids[:2]


def test_a_outcome_holds_nothing_else(run, table):
    ids = chosen(run, CaseRule(n=99, outcome="regressed")).ids
    assert set(ids) == set(table.loc[table["outcome"] == "regressed", "id"])


def test_a_slice_holds_the_samples_with_the_trait(run, table):
    traits = run.table("traits").set_index("id")["water_share"]
    low, high = (
        list(chosen(run, CaseRule(n=99, subgroup=f"water_share={part}")).ids) for part in ("low", "high")
    )
    assert low and high and len(low) + len(high) <= len(table)
    assert traits[low].max() < traits[high].min()


def test_the_marked_come_in_the_order_of_marking_and_the_gone_are_named(run, table):
    found = chosen(run, CaseRule(MARKED), ["i5", "gone", "i2"])
    assert found.ids == ("i5", "i2") and found.gone == ("gone",)


def test_named_ids_keep_their_order_and_come_once(run, table):
    assert chosen(run, CaseRule(NAMED, ids=("i3", "i1", "i3"))).ids == ("i3", "i1")


def test_none_is_a_choice(run, table):
    assert chosen(run, CaseRule(n=0)).ids == ()


@pytest.mark.parametrize(
    ("rule", "marked", "why"),
    [
        (
            CaseRule(NAMED, ids=("i1", "nope")),
            (),
            said("report_errors.no_photograph", ids="nope", prompt="box"),
        ),
        (CaseRule(MARKED), (), said("report_errors.unmarked")),
        (CaseRule(MARKED), ("x", "y"), said("report_errors.others_marked", count=2, ids="x, y")),
        (
            CaseRule(outcome="bad"),
            (),
            said(
                "report_errors.no_outcome", outcome="bad", known=re.compile("fixed, regressed, both_fail.*")
            ),
        ),
        (
            CaseRule(subgroup="bad"),
            (),
            said("report_errors.no_subgroup", slice="bad", known=re.compile("water_share=low.*")),
        ),
    ],
)
def test_a_choice_that_comes_to_nothing_says_why(run, rule, marked, why):
    with pytest.raises(FloodevalError, match=why):
        chosen(run, rule, marked)


def test_an_empty_outcome_is_said(run, table):
    gone = table.loc[table["outcome"] == "fixed", "id"]
    rest = replace(run, metrics=run.metrics[~run.metrics["id"].isin(gone)])
    with pytest.raises(FloodevalError, match=said("report_errors.none", outcome="fixed", prompt="box")):
        chosen(rest, CaseRule(outcome="fixed"))
