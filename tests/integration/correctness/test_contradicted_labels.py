"""Ignored pixels, flagged samples and contradicted labels in a run."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_checks import findings_of
from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.sam.inference import Prediction
from tests.support.datasets import make_pairs
from tests.support.quick_runs import BUNDLED, ask, ignoring
from tests.support.quick_runs import quick as quick

pytestmark = pytest.mark.weights


def test_ignored_pixels_are_in_no_count_and_no_share_of_a_run(quick, pair_folder, monkeypatch):
    def right_quarter(sample, water):
        ignored = np.zeros_like(water)
        ignored[:, 36:] = True
        return ignored

    ignoring(monkeypatch, right_quarter)
    run = ask(pair_folder, prompts=["box", "point", "points:n=3", "full", "clicks:max=4"])
    counted = run.metrics[["tp", "fp", "fn", "tn"]].sum(axis=1)
    assert (counted == 32 * 36).all()
    assert run.metrics["truth_share"].tolist() == [pytest.approx(24 / 36)] * len(run.metrics)
    errors = run.table("errors").merge(run.metrics, on=["id", "variant", "prompt"])
    assert (errors["false_shore"] + errors["false_detached"] + errors["false_spill"] == errors["fp"]).all()
    assert (run.table("clicks")["x"].round() < 36).all()


def test_a_reference_that_is_all_ignored_is_skipped_with_its_reason(quick, pair_folder, monkeypatch):
    ignoring(monkeypatch, lambda sample, water: np.full_like(water, sample.id == "b"))
    run = ask(pair_folder)
    assert run.skipped[["id", "stage"]].values.tolist() == [["b", "reading"]]
    assert "ignored" in run.skipped.iloc[0]["reason"]
    assert set(run.metrics["id"]) == {"a"}


def counts(tp: int, fp: int, fn: int, tn: int, n: int = 8, prompts=("full",), variants=("a", "b")):
    one = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    rows = [
        {"id": str(k), "prompt": prompt, "variant": variant, **one}
        for k in range(n)
        for prompt in prompts
        for variant in variants
    ]
    return pd.DataFrame(rows)


def test_labels_that_every_variant_contradicts_throughout_are_a_finding():
    agreeing, inverted = counts(40, 5, 5, 50), counts(5, 40, 50, 5)
    assert findings_of(inverted) == (CONTRADICTED,)
    assert findings_of(agreeing) == ()
    one_good = pd.concat([inverted[inverted["variant"] == "a"], agreeing[agreeing["variant"] == "b"]])
    assert findings_of(one_good) == ()
    prompted = counts(40, 5, 5, 50, prompts=("box",))  # led by the labels to what they call water
    assert findings_of(pd.concat([inverted, prompted])) == (CONTRADICTED,)
    assert findings_of(counts(0, 0, 50, 50)) == ()  # nothing found says nothing
    half = pd.concat([counts(5, 40, 50, 5, n=4), counts(40, 5, 5, 50, n=4).assign(id=list("ijklmnop"))])
    assert findings_of(half) == ()


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled run is not here")
def test_the_bundled_run_contradicts_its_labels_where_they_are_inverted_and_only_there():
    metrics = pd.read_parquet(BUNDLED / "metrics.parquet")
    assert findings_of(metrics) == ()
    swapped = metrics.rename(columns={"tp": "fp", "fp": "tp", "fn": "tn", "tn": "fn"})
    assert findings_of(swapped) == (CONTRADICTED,)


def test_evaluate_warns_of_contradicted_labels_and_the_run_keeps_the_finding(
    quick, tmp_path, monkeypatch, capsys
):
    folder = make_pairs(tmp_path / "floods", list("abcd"))

    def opposite(sam, embedding, prompt, multimask=False):
        mask = np.zeros(embedding.size, bool)
        mask[:, mask.shape[1] // 2 :] = True
        return Prediction(mask, 0.9)

    monkeypatch.setattr("floodeval.evaluation.sam_variants.decode", opposite)
    command = ["evaluate", str(folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    assert "WARNING" in capsys.readouterr().out
    assert load_run("r").info.findings == (CONTRADICTED,)
    assert main(command) == 0
    assert "WARNING" in capsys.readouterr().out  # also where it is finished


def test_flagged_samples_are_named_also_where_all_are_flagged(quick, pair_folder, capsys):
    for name in ("a", "b"):
        Image.fromarray(np.full((32, 48), 255, np.uint8)).save(pair_folder / "masks" / f"{name}.png")
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main([*command, "--variant", "again"]) == 0
    questioned = "the audit questions the reference masks of 2 of 2 photographs (full_mask 2"
    assert questioned in capsys.readouterr().out
