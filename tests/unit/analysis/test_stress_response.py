"""The stress suite's findings on made tables, whose falls are known."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.stress_response import fall_gaps, stress_curves, stress_ranks
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.synthetic.scene import FACTORS
from floodeval.synthetic.stress import Condition


def made_run(iou, n_bases=4, variants=("a", "b"), prompts=("box",)):
    """A run of the suite whose IoU is `iou(prompt, variant, base number, factor, severity)`."""
    base = "base{:02d}"
    conditions = [Condition(base)] + [Condition(base, f, s) for f in FACTORS for s in (1, 2, 3)]
    rows = [
        {
            "id": one.id.format(number),
            "variant": variant,
            "prompt": prompt,
            "iou": iou(prompt, variant, number, one.factor, one.severity),
        }
        for prompt in prompts
        for variant in variants
        for number in range(n_bases)
        for one in conditions
    ]
    return Run(Path("made"), SimpleNamespace(is_synthetic=True), pd.DataFrame(rows), pd.DataFrame())


def steady(prompt, variant, base, factor, severity):
    """Bases start at 0.9, 0.8, ...; glare takes 0.1 a step from b, haze 0.05 from both, others nothing."""
    loss = {"glare": 0.1 if variant == "b" else 0.0, "haze": 0.05}.get(factor, 0.0)
    return 0.9 - 0.1 * base - loss * severity


def at(curves, factor, severity, variant="b"):
    keys = (curves["factor"] == factor) & (curves["variant"] == variant) & (curves["severity"] == severity)
    return curves[keys].squeeze()


def test_there_is_a_row_for_every_prompt_variant_factor_and_severity():
    curves = stress_curves(made_run(steady, prompts=("box", "full")))
    assert len(curves) == 2 * 2 * len(FACTORS) * 4
    assert not curves.duplicated(["prompt", "variant", "factor", "severity"]).any()


def test_a_known_fall_is_found_with_no_width_where_all_bases_fall_alike():
    row = at(stress_curves(made_run(steady)), "glare", 2)
    assert row["n"] == 4
    assert row["mean"] == pytest.approx(0.75 - 0.2)
    assert [row["fall"], row["fall_ci_low"], row["fall_ci_high"]] == pytest.approx([0.2, 0.2, 0.2])
    assert row["ci_low"] < row["mean"] < row["ci_high"]  # the bases themselves differ


def test_severity_0_is_the_same_base_for_every_factor_and_no_fall():
    curves = stress_curves(made_run(steady))
    plain = curves[curves["severity"] == 0]
    assert plain["mean"].round(9).nunique() == 1
    assert (plain["fall"] == 0).all()


def test_a_missing_picture_is_missing_from_its_own_point_alone():
    run = made_run(steady)
    gone = (run.metrics["id"] == "glare-2-base00") & (run.metrics["variant"] == "b")
    curves = stress_curves(Run(run.folder, run.info, run.metrics[~gone], run.skipped))
    assert at(curves, "glare", 2)["n"] == 3
    assert at(curves, "glare", 2)["fall"] == pytest.approx(0.2)
    assert at(curves, "glare", 1)["n"] == 4


def test_a_fall_is_paired_so_a_base_without_its_plain_picture_counts_in_no_fall():
    run = made_run(steady)
    gone = run.metrics["id"] == "base00"
    row = at(stress_curves(Run(run.folder, run.info, run.metrics[~gone], run.skipped)), "glare", 3)
    assert row["n"] == 4
    assert row["fall"] == pytest.approx(0.3)


def test_an_iou_without_a_value_is_left_out():
    run = made_run(lambda *keys: np.nan if keys[2] == 0 and keys[4] == 1 else steady(*keys))
    assert at(stress_curves(run), "haze", 1)["n"] == 3


def test_one_base_has_means_and_no_intervals():
    curves = stress_curves(made_run(steady, n_bases=1))
    assert curves["mean"].notna().all()
    assert curves[["ci_low", "ci_high", "fall_ci_low", "fall_ci_high"]].isna().all().all()


def test_the_factor_that_hurts_most_ranks_first_by_its_loss_per_step():
    ranks = stress_ranks(made_run(steady)).set_index(["variant", "factor"])
    assert ranks.loc[("b", "glare"), "slope"] == pytest.approx(0.1)
    assert ranks.loc[("b", "glare"), "rank"] == 1
    assert ranks.loc[("b", "haze"), "rank"] == 2
    assert ranks.loc[("a", "haze"), "rank"] == 1


def test_b_falls_more_than_a_where_it_does_and_no_verdict_is_given_where_it_does_not():
    run = made_run(steady, n_bases=9)
    gaps = fall_gaps(run, "a", "b").set_index("factor")
    assert gaps.loc["glare", "gap"] == pytest.approx(0.3)
    assert gaps.loc["glare", "verdict"] == "more"
    assert fall_gaps(run, "b", "a").set_index("factor").loc["glare", "verdict"] == "less"
    assert gaps.loc["haze", "verdict"] == "undecided"


def test_among_nine_factors_fewer_than_nine_bases_decide_nothing_and_fewer_than_six_are_too_few():
    eight = fall_gaps(made_run(steady, n_bases=8), "a", "b").set_index("factor")
    assert eight.loc["glare", "verdict"] == "undecided"
    five = fall_gaps(made_run(steady, n_bases=5), "a", "b").set_index("factor")
    assert five.loc["glare", "verdict"] == "too_few_scenes"


def test_a_run_of_other_pictures_and_an_unknown_variant_are_refused():
    run = made_run(steady)
    other = Run(run.folder, run.info, run.metrics.assign(id="scene-00"), run.skipped)
    with pytest.raises(FloodevalError, match="floodeval stress"):
        stress_curves(other)
    with pytest.raises(FloodevalError, match="no variant 'c'"):
        fall_gaps(run, "a", "c")
