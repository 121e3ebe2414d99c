"""The decision: what each requirement's value is, its state, and the verdict that follows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from floodeval.analysis.decision import VERDICTS, decide
from floodeval.analysis.requirements import AT_LEAST, REQUIREMENTS, Requirements
from floodeval.analysis.statistics import share_interval
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_parts import Group
from tests.support.set_runs import write_set_run

N = 24
GOOD = [0.8] * N
EASY = Requirements(iou=0.5, failures=0.1, missed_water=0.3, false_water=0.3, seconds=None, retention=None)
ORDER = {verdict: place for place, verdict in enumerate(VERDICTS[:3])} | {"too_few_scenes": 3}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A run on disk, of which every made table is a variation."""
    folder = tmp_path_factory.mktemp("runs") / "made"
    return load_run(write_set_run(folder, {"pretrained": {"full": GOOD}, "finetuned": {"full": GOOD}}))


def made(drawn, ious, scenes=None, **columns):
    """The run with these IoUs of the fine-tuned variant; recall is the IoU, precision 1, unless stated."""
    ious = np.asarray(ious, float)
    n = len(ious)
    rows = drawn.metrics[drawn.metrics["variant"] == "finetuned"].iloc[[0] * n].reset_index(drop=True)
    ids = [f"p{i:03d}" for i in range(n)]
    given = {"id": ids, "scene": scenes or ids, "iou": ious, "recall": ious, "precision": 1.0}
    return replace(
        drawn, metrics=rows.assign(**(given | {"encode_ms": 1000.0, "decode_ms": 200.0} | columns))
    )


def states(decision):
    return {one.name: one.state for one in decision.results}


def test_a_run_that_keeps_every_limit_meets_all(drawn):
    found = decide(made(drawn, GOOD), Requirements(retention=None))
    assert found.verdict == "meets_all"
    assert found.is_met
    assert set(states(found).values()) == {"holds"}
    assert (found.variant, found.prompt, found.n, found.n_scenes) == ("finetuned", "full", N, N)


def test_failures_that_a_person_can_check_are_met_with_review_and_named(drawn):
    found = decide(made(drawn, [0.2, 0.1, 0.3, *GOOD]), EASY)
    assert found.verdict == "meets_with_review"
    assert found.cases == ("p001", "p000", "p002")  # the lowest IoU first
    assert states(found)["failures"] == "after_review"
    assert found.result("failures").measured.value == pytest.approx(3 / 27)
    assert found.result("failures").reviewed == 0.0


def test_missed_and_false_water_after_review_leave_out_the_errors_of_the_failures(drawn):
    run = made(drawn, [0.1, *[0.8] * 19], recall=[0.1, *[0.8] * 19], precision=[0.2, *[0.9] * 19])
    found = decide(run, replace(EASY, missed_water=0.2, false_water=0.1))
    missed, false = found.result("missed_water"), found.result("false_water")
    assert missed.measured.value == pytest.approx((0.9 + 19 * 0.2) / 20)
    assert missed.reviewed == pytest.approx(19 * 0.2 / 20)
    assert false.measured.value == pytest.approx((0.8 + 19 * 0.1) / 20)
    assert false.reviewed == pytest.approx(19 * 0.1 / 20)
    assert (missed.state, false.state, found.verdict) == ("after_review", "after_review", "meets_with_review")


def test_review_rescues_no_mean_iou(drawn):
    found = decide(made(drawn, [0.1, *[0.6] * N]), replace(EASY, iou=0.6))
    assert states(found)["iou"] == "fails"
    assert found.verdict == "does_not_meet"


def test_more_failures_than_a_person_may_check_do_not_meet(drawn):
    run = made(drawn, [0.1] * 5 + [0.9] * 15)
    assert decide(run, replace(EASY, reviewed=0.25)).verdict == "meets_with_review"
    refused = decide(run, replace(EASY, reviewed=0.2))
    assert refused.verdict == "does_not_meet"
    assert refused.exceeds_review


def test_fewer_scenes_than_required_decide_nothing(drawn):
    run = made(drawn, GOOD, scenes=["one", "two"] * (N // 2))
    found = decide(run, EASY)
    assert found.verdict == "too_few_scenes"
    assert found.n_scenes == 2
    assert decide(run, replace(EASY, scenes=2)).verdict == "meets_all"


def test_what_a_run_does_not_show_counts_neither_as_met_nor_as_failed(drawn):
    untimed = made(drawn, GOOD, encode_ms=np.nan)
    found = decide(untimed, Requirements(seconds=0.001))
    assert states(found)["seconds"] == states(found)["retention"] == "not_shown"
    assert found.verdict == "meets_all"
    assert decide(untimed, replace(EASY, iou=0.9, seconds=0.1)).verdict == "does_not_meet"
    only = dict.fromkeys(REQUIREMENTS, None) | {"seconds": 1.0}
    assert decide(untimed, Requirements(**only)).verdict == "too_few_scenes"


def test_a_photograph_without_water_in_either_mask_has_no_iou_and_is_no_failure(drawn):
    run = made(drawn, [np.nan, *GOOD], recall=[np.nan, *GOOD], precision=[np.nan, *GOOD])
    found = decide(run, EASY)
    assert (found.n, found.cases) == (N, ())


def test_time_is_the_median_of_encoding_plus_that_of_decoding_in_seconds(drawn):
    run = made(drawn, GOOD, encode_ms=[1000.0] * 20 + [9000.0] * 4, decode_ms=500.0)
    found = decide(run, Requirements(seconds=1.5))
    assert found.result("seconds").measured.value == pytest.approx(1.5)
    assert states(found)["seconds"] == "holds"
    assert states(decide(run, Requirements(seconds=1.49)))["seconds"] == "fails"


def test_a_limit_within_the_interval_is_not_certain(drawn):
    run = made(drawn, np.linspace(0.55, 0.95, N))
    assert decide(run, replace(EASY, iou=0.74)).result("iou").certain is False
    assert decide(run, replace(EASY, iou=0.3)).result("iou").certain is True
    assert decide(run, replace(EASY, iou=0.99)).result("iou").certain is True
    assert decide(made(drawn, GOOD), replace(EASY, failures=0.05)).result("failures").certain is False


def test_photographs_that_the_variant_was_trained_on_count_nowhere(drawn):
    run = made(drawn, [0.1, *GOOD])
    leaked = replace(run, info=replace(run.info, leaks={"finetuned": ["p000"]}))
    found = decide(leaked, EASY)
    assert (found.n, found.n_leaked, found.cases) == (N, 1, ())


def test_the_best_field_prompt_is_judged_even_if_prompts_from_the_reference_mask_score_higher(tmp_path):
    scores = {"finetuned": {"box": [0.9] * N, "full": [0.6] * N, "none": [0.7] * N}}
    run = load_run(write_set_run(tmp_path / "prompts", {"pretrained": scores["finetuned"], **scores}))
    assert decide(run, EASY).prompt == "none"
    assert not decide(run, EASY).uses_ground_truth
    assert decide(run, EASY, prompt="box").uses_ground_truth
    with pytest.raises(FloodevalError, match="expected one of the prompts box, full, none"):
        decide(run, EASY, prompt="point")
    with pytest.raises(FloodevalError, match="has no variant 'other'"):
        decide(run, EASY, "other")


def test_retention_is_that_of_the_worst_other_set_of_the_group(tmp_path):
    group = Group("all", ("aerial", "street", "objects"), "aerial")
    noise = np.linspace(-0.02, 0.02, N)

    def write(name, pretrained, finetuned):
        scores = {"pretrained": {"full": pretrained + noise}, "finetuned": {"full": finetuned + noise}}
        return load_run(write_set_run(tmp_path / name, scores, group=group))

    aerial, street, objects = write("aerial", 0.4, 0.8), write("street", 0.5, 0.6), write("objects", 0.8, 0.6)
    found = decide(aerial, Requirements(retention=0.7), group=[street, objects]).result("retention")
    assert found.measured.value == pytest.approx(0.6 / 0.8)
    assert (found.measured.where, found.state) == ("objects", "holds")
    strict = decide(aerial, Requirements(retention=0.8), group=[street, objects])
    assert (states(strict)["retention"], strict.verdict) == ("fails", "does_not_meet")
    alone = decide(aerial, Requirements(), "pretrained", group=[street, objects])
    assert states(alone)["retention"] == "not_shown"  # the baseline keeps itself
    assert states(decide(street, Requirements(), group=[aerial, objects]))["retention"] == "not_shown"


LIMITS = st.fixed_dictionaries(
    {
        "iou": st.floats(0.3, 0.95),
        "failures": st.floats(0, 0.5),
        "missed_water": st.floats(0, 0.6),
        "false_water": st.floats(0, 0.6),
        "seconds": st.floats(0.5, 3),
        "scenes": st.integers(1, 30),
        "reviewed": st.floats(0, 1),
    }
)


@given(LIMITS, st.sampled_from([*REQUIREMENTS[:6], "reviewed"]), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_a_stricter_requirement_never_improves_the_verdict(drawn, limits, name, by, seed):
    random = np.random.default_rng(seed)
    ious = random.beta(3, 1, N)
    run = made(drawn, ious, recall=random.beta(4, 1, N), precision=random.beta(4, 1, N))
    before = Requirements(**limits, retention=None)
    if name == "scenes":
        stricter = limits[name] + round(10 * by)
    else:
        stricter = limits[name] + by * (1 - limits[name]) if name in AT_LEAST else limits[name] * (1 - by)
    after = replace(before, **{name: stricter})
    assert ORDER[decide(run, after).verdict] >= ORDER[decide(run, before).verdict]


@given(st.lists(st.booleans(), min_size=2, max_size=60))
def test_the_interval_of_a_share_is_the_exact_one_where_each_photograph_is_a_scene(hits):
    found = share_interval(pd.Series(hits, dtype=float), pd.Series(range(len(hits))))
    exact = binomtest(sum(hits), len(hits)).proportion_ci(method="exact")
    assert (found.low, found.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_a_scene_of_many_photographs_counts_as_one_observation_of_a_share():
    hits = pd.Series([0.0] * 40)
    by_scene = share_interval(hits, pd.Series([f"s{i // 10}" for i in range(40)]))
    assert by_scene.high == pytest.approx(binomtest(0, 4).proportion_ci(method="exact").high)
    assert share_interval(hits, pd.Series(["s"] * 40)).high is None


def test_the_decision_is_plain_data_for_json(drawn):
    found = decide(made(drawn, [0.1, *GOOD]), Requirements()).to_dict()
    assert found["verdict"] == "meets_with_review" or found["verdict"] == "meets_all"
    assert [one["name"] for one in found["results"]] == list(REQUIREMENTS)
    assert found["requirements"]["iou"] == 0.7
