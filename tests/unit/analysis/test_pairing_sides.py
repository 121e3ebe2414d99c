"""Two sides of different runs or prompts: which samples are paired, and the numbers that come out."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from floodeval.analysis.compare import compare, compare_both, compare_sides, comparison_of
from floodeval.analysis.pairing import paired, paired_sides
from floodeval.analysis.requirements import Requirements
from floodeval.analysis.requirements_file import stated_failure_threshold, write_requirements
from floodeval.analysis.run_findings import collect_findings
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import PairedRun, pair_sides
from floodeval.evaluation.run import load_run
from floodeval.evaluation.sides import Side
from floodeval.sam.prompts import parse_prompt
from tests.support.fake_run import draw_dataset, say, shifted_or_nothing, write_run

BUNDLED = Path(__file__).parents[3] / "results" / "runs" / "flood-area-vit_t"
IDS = [f"i{n}" for n in range(8)]


@pytest.fixture
def pools(tmp_path):
    return draw_dataset(tmp_path / "pools", IDS)


def side(run, variant, prompt="box"):
    return Side(load_run(run), variant, parse_prompt(prompt))


def iou(run, variant, prompt):
    rows = load_run(run).metrics
    return rows[(rows["variant"] == variant) & (rows["prompt"] == prompt)].set_index("id")["iou"]


def test_one_run_and_one_prompt_is_compared_as_ever(tmp_path, pools):
    run = load_run(write_run(tmp_path / "run", pools, with_samples=True))
    both = pair_sides(
        Side(run, "pretrained", parse_prompt("box")), Side(run, "finetuned", parse_prompt("box"))
    )
    assert both.run is run
    found = comparison_of(both)
    assert found == compare_both(run, run.metrics, "pretrained", "finetuned", "box")
    assert found.side_a.prompt == found.side_b.prompt == "box"


def test_two_prompts_of_one_variant_are_paired_by_id(tmp_path, pools):
    run = write_run(tmp_path / "run", pools, predict=shifted_or_nothing)
    table = paired_sides(side(run, "finetuned", "box"), side(run, "finetuned", "full")).table.set_index("id")
    of_box, of_full = iou(run, "finetuned", "box"), iou(run, "finetuned", "full")
    assert table.index.tolist() == IDS
    np.testing.assert_array_equal(table["iou_a"], of_box[table.index])
    np.testing.assert_array_equal(table["iou_gap"], of_full[table.index] - of_box[table.index])


def test_the_failure_threshold_of_two_runs_is_that_of_b_like_the_requirements(tmp_path, pools):
    first = write_run(tmp_path / "first", pools, with_samples=True, threshold=0.3)
    second = write_run(tmp_path / "second", pools, with_samples=True, threshold=0.7)
    both = pair_sides(side(first, "pretrained"), side(second, "finetuned")).run
    assert both.info.failure_threshold == stated_failure_threshold(both) == 0.7
    write_requirements(load_run(second), Requirements(failure_iou=0.6))
    assert stated_failure_threshold(both) == 0.6
    assert pair_sides(side(second, "pretrained"), side(first, "finetuned")).run.info.failure_threshold == 0.3


def test_samples_without_a_partner_are_listed_and_average_into_nothing(tmp_path, pools):
    folder = draw_dataset(tmp_path / "same" / "pools", ["extra", "i7"]).folder
    for name in IDS[1:5]:  # but i7 has its pool elsewhere
        for source in (pools[name].photograph, pools[name].mask):
            shutil.copy(source, folder / source.parent.name / source.name)
    few = load_dataset(folder)
    a = side(write_run(tmp_path / "a", pools, with_samples=True), "pretrained")
    b = side(write_run(tmp_path / "b", few, with_samples=True), "finetuned")
    found = paired_sides(a, b)
    assert found.table["id"].tolist() == IDS[1:5]
    assert found.only_a == ("i0", "i5", "i6")
    assert found.only_b == ("extra",)
    assert found.other_reference == ("i7",)
    comparison = comparison_of(pair_sides(a, b))
    mean_a = iou(tmp_path / "a", "pretrained", "box")[IDS[1:5]].mean()
    mean_b = iou(tmp_path / "b", "finetuned", "box")[IDS[1:5]].mean()
    assert comparison.primary.mean_a == pytest.approx(mean_a, abs=1e-12)
    assert comparison.primary.gap == pytest.approx(mean_b - mean_a, abs=1e-12)
    assert (comparison.n_images, comparison.only_a) == (4, ("i0", "i5", "i6"))
    assert comparison.outcomes["both_good"] + comparison.outcomes["both_fail"] <= 4


def test_runs_without_digests_are_paired_by_fingerprint_and_counts(tmp_path, pools):
    older = write_run(tmp_path / "older", pools)
    newer = write_run(tmp_path / "newer", pools, with_samples=True)
    found = paired_sides(side(older, "pretrained"), side(newer, "finetuned", "full"))
    assert found.table["id"].tolist() == IDS
    rows = pd.read_parquet(older / "metrics.parquet")
    rows.loc[rows["id"] == "i2", "fn"] += 1  # the reference of i2 had another pixel of water
    rows.to_parquet(older / "metrics.parquet")
    found = paired_sides(side(older, "pretrained"), side(newer, "finetuned", "full"))
    assert found.other_reference == ("i2",)
    assert "i2" not in set(found.table["id"])


def test_runs_without_digests_on_other_data_are_refused(tmp_path, pools):
    older = write_run(tmp_path / "older", pools)
    other = write_run(tmp_path / "other", draw_dataset(tmp_path / "lakes", IDS[:4]), with_samples=True)
    with pytest.raises(FloodevalError, match=r"records no digests of its .*evaluate .*older again"):
        paired_sides(side(older, "pretrained"), side(other, "finetuned"))
    with pytest.raises(FloodevalError, match="records no digests"):
        paired_sides(side(other, "pretrained"), side(older, "finetuned"))


def test_runs_that_share_nothing_are_refused(tmp_path, pools):
    a = write_run(tmp_path / "a", pools, with_samples=True)
    b = write_run(tmp_path / "b", draw_dataset(tmp_path / "lakes", ["x", "y"]), with_samples=True)
    with pytest.raises(FloodevalError, match=r"no sample with the same id and the same reference mask"):
        paired_sides(side(a, "pretrained"), side(b, "finetuned"))


def test_the_masks_tables_and_records_of_a_pair_are_those_of_its_sides(tmp_path, pools):
    a = say(
        write_run(tmp_path / "a", pools, with_samples=True),
        flagged={"i1": ["grey_mask"]},
        leaks={"pretrained": ["i3"], "finetuned": ["i4"]},
        resources={"finetuned": {"parameters": 7, "peak_memory_mb": {"box": 10.0, "full": 20.0}}},
    )
    b = say(write_run(tmp_path / "b", pools, with_samples=True), flagged={"i1": ["duplicate"], "i2": ["x"]})
    both = pair_sides(side(a, "finetuned", "full"), side(b, "finetuned", "box"))
    run = both.run
    assert isinstance(run, PairedRun)
    assert (both.a, both.b) == ("finetuned (full)", "finetuned (box)")
    assert run.masks_of(both.b, both.prompt.spec).file("i3") == b / "masks" / "finetuned" / "box" / "i3.png"
    assert run.masks_of(both.a, both.prompt.spec).file("i3") == a / "masks" / "finetuned" / "full" / "i3.png"
    assert run.prompt_of(both.b, both.prompt).spec == "box"
    assert run.info.flagged == {"i1": ["grey_mask", "duplicate"], "i2": ["x"]}
    assert run.info.leaks == {both.a: ["i4"]}
    assert run.info.resources[both.a] == {"parameters": 7, "peak_memory_mb": {"full": 20.0}}
    errors = run.table("errors")
    expected = load_run(b).table("errors").query("variant == 'finetuned' and prompt == 'box'")
    mine = errors[errors["variant"] == both.b]
    assert set(errors["prompt"]) == {"full"}
    pd.testing.assert_series_equal(
        mine.set_index("id")["false_shore"], expected.set_index("id")["false_shore"]
    )
    with pytest.raises(FloodevalError, match=r"agreement\.parquet compares variants of one run"):
        run.table("agreement")


def test_names_tell_sides_apart_and_no_longer_than_needed(tmp_path, pools):
    a, b = (write_run(tmp_path / name, pools, with_samples=True) for name in ("monday", "friday"))

    def names(first, second):
        both = pair_sides(first, second)
        return both.a, both.b

    assert names(side(a, "pretrained", "box"), side(b, "finetuned", "full")) == ("pretrained", "finetuned")
    same = ("finetuned (monday)", "finetuned (friday)")
    assert names(side(a, "finetuned"), side(b, "finetuned")) == same


def test_findings_of_a_pair_are_computed_like_those_of_a_run(tmp_path, pools):
    """The same rows, once as two variants of one run and once as two runs of one variant each."""
    whole = write_run(tmp_path / "whole", pools, predict=shifted_or_nothing, with_samples=True)
    first = write_run(
        tmp_path / "first", pools, ("pretrained",), ("box",), shifted_or_nothing, with_samples=True
    )
    second = write_run(
        tmp_path / "second", pools, ("finetuned",), ("box",), shifted_or_nothing, with_samples=True
    )
    both = pair_sides(side(first, "pretrained"), side(second, "finetuned"))
    ours, theirs = collect_findings(both.run), collect_findings(load_run(whole), prompt="box")
    assert ours.comparison.metrics == theirs.comparison.metrics
    assert ours.outcomes == theirs.outcomes
    pd.testing.assert_frame_equal(ours.table, theirs.table)
    pd.testing.assert_frame_equal(ours.means, theirs.means)
    assert [one.name for one in ours.subgroups] == [one.name for one in theirs.subgroups]


def test_a_run_need_not_have_every_prompt_of_every_variant(tmp_path, pools):
    ragged = {"pretrained": ("box", "full"), "finetuned": ("full",), "unet": ("point",)}
    run = load_run(
        write_run(tmp_path / "run", pools, tuple(ragged), ("box", "full", "point"), prompts_of=ragged)
    )
    assert [one.prompts for one in compare(run)] == ["full", "full (A), point (B)"]
    assert [(one.a, one.b) for one in compare(run, "full")] == [("pretrained", "finetuned")]
    findings = collect_findings(run, "pretrained", "finetuned")
    assert findings.prompt.spec == "full"
    assert list(findings.comparisons) == ["full"]


def test_variants_with_one_prompt_each_are_compared_where_it_is_not_the_same_one(tmp_path, pools):
    apart = {"pretrained": ("box",), "unet": ("point",)}
    run = write_run(tmp_path / "apart", pools, tuple(apart), ("box", "point"), prompts_of=apart)
    [found] = compare(load_run(run))
    [wanted] = compare_sides(f"{run}:pretrained:box", f"{run}:unet:point")
    assert found == wanted
    apart = {"pretrained": ("box", "full"), "unet": ("point",)}  # which one is meant?
    alone = write_run(tmp_path / "more", pools, tuple(apart), ("box", "full", "point"), prompts_of=apart)
    with pytest.raises(FloodevalError, match="no two variants to compare"):
        compare(load_run(alone))


def test_the_json_says_what_the_sides_are(tmp_path, pools):
    a = write_run(tmp_path / "a", pools, with_samples=True)
    [found] = compare_sides(f"{a}:finetuned:box", f"{a}:finetuned:full")
    said = json.loads(found.to_json())
    assert said["side_a"] == {
        "run": "a",
        "folder": str(a),
        "variant": "finetuned",
        "prompt": "box",
        "uses_ground_truth": True,
    }
    assert said["side_b"]["uses_ground_truth"] is False
    assert (said["only_a"], said["only_b"], said["other_reference"]) == ([], [], [])


def test_paired_refuses_what_was_refused_before(tmp_path, pools):
    run = load_run(write_run(tmp_path / "run", pools))
    less = replace(run, metrics=run.metrics.iloc[1:])
    with pytest.raises(FloodevalError, match="different samples"):
        paired(less.metrics, "pretrained", "finetuned", "box")


def test_sides_of_the_bundled_run_of_schema_1_are_compared_with_those_of_another_run(tmp_path):
    """The same run under another name has no digests either: fingerprint, sizes and pixel counts decide."""
    again = tmp_path / "again"
    shutil.copytree(BUNDLED, again)
    [found] = compare_sides(f"{BUNDLED}:pretrained:full", f"{again}:finetuned:full")
    expected = next(one for one in compare(load_run(BUNDLED), "full"))
    assert found.n_images == 35
    assert found.metrics == expected.metrics
    assert found.outcomes == expected.outcomes


def test_a_copy_of_a_run_has_the_name_of_its_folder(tmp_path, pools):
    run = write_run(tmp_path / "monday", pools, with_samples=True)
    shutil.copytree(run, tmp_path / "copy")
    pair = pair_sides(side(run, "finetuned"), side(tmp_path / "copy", "finetuned"))
    assert pair.run.info.name == "monday, copy"
    found = comparison_of(pair)
    assert (found.primary.gap, found.primary.ties, found.verdict) == (0.0, len(IDS), "undecided")
