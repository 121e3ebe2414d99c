"""How steady a variant is when its prompt moves."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from floodeval import LabelScheme, ReadingOptions, load_dataset
from floodeval.analysis.prompt_sensitivity import families, mask_agreement, sensitivity
from floodeval.evaluation.run import load_run
from floodeval.sam.prompts import parse_prompt
from tests.support.datasets import make_pairs
from tests.support.fake_run import draw_dataset, write_run

SPECS = ["points:n=1", "points:n=1,seed=1", "points:n=3", "points:n=5"]
CLICKS = families([parse_prompt(spec) for spec in SPECS])[0]


def table_of(values):
    """Rows of one variant: IoU by photograph (rows) and spec of `SPECS` (columns)."""
    rows = [
        (f"i{i}", f"s{i}", "a", spec, value)
        for i, row in enumerate(values)
        for spec, value in zip(SPECS, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["id", "scene", "variant", "prompt", "iou"])


def test_a_family_is_of_one_kind_and_differs_in_one_option_and_the_seed():
    prompts = [parse_prompt(spec) for spec in (*SPECS, "box:jitter=40", "box", "point", "full")]
    clicks, jitter = families(prompts)
    assert (clicks.kind, clicks.option) == ("points", "n")
    assert clicks.values == {1: tuple(SPECS[:2]), 3: ("points:n=3",), 5: ("points:n=5",)}
    assert jitter.values == {0: ("box",), 40: ("box:jitter=40",)}


@pytest.mark.parametrize("specs", [["box", "point", "full"], ["box", "box:multimask=1"], ["points:n=5"], []])
def test_where_nothing_moves_there_is_no_family(specs):
    assert families([parse_prompt(spec) for spec in specs]) == []


@settings(max_examples=15)
@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=2, max_size=5))
def test_a_curve_starts_unchanged_and_lies_between_its_seeds(values):
    curve = sensitivity(table_of(values), CLICKS)
    assert list(curve["value"]) == [1, 3, 5] and list(curve["n_seeds"]) == [2, 1, 1]
    assert curve["change"].iloc[0] == 0
    assert (curve["seed_low"] <= curve["mean"] + 1e-9).all()
    assert (curve["mean"] <= curve["seed_high"] + 1e-9).all()
    means = np.array(values).mean(axis=0)
    assert curve["mean"].iloc[0] == pytest.approx(means[:2].mean())
    assert curve["change"].iloc[2] == pytest.approx(means[3] - means[:2].mean())
    assert curve["seed_range"].isna().tolist() == [False, True, True]
    assert curve["seed_range"].iloc[0] == pytest.approx(np.abs(np.subtract(*np.array(values).T[:2])).mean())


def test_a_photograph_counts_where_it_has_a_value_with_every_seed():
    table = table_of([[0.5, np.nan, 0.6, 0.7], [0.4, 0.6, 0.8, 0.9], [0.3, 0.3, 0.3, 0.3]])
    curve = sensitivity(table, CLICKS)
    assert list(curve["n"]) == [2, 3, 3]
    assert curve["mean"].iloc[0] == pytest.approx(0.4)


def test_masks_that_the_prompt_does_not_change_agree_fully(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", ["i0", "i1", "i2"])
    same = write_run(tmp_path / "same", dataset, predict=lambda truth, *_: truth)
    found = mask_agreement(load_run(same), "finetuned", ["box", "full"], ["i0", "i1", "i2"])
    assert found.to_dict("records") == [{"first": "box", "second": "full", "iou": 1.0, "n": 3}]

    def other(truth, variant, prompt, sample_id):
        return truth if prompt == "box" else ~truth

    moved = write_run(tmp_path / "moved", dataset, predict=other)
    (moved / "masks" / "finetuned" / "box" / "i0.png").unlink()
    found = mask_agreement(load_run(moved), "finetuned", ["box", "full"], ["i0", "i1", "i2"])
    assert found["iou"].iloc[0] == 0 and found["n"].iloc[0] == 2


def test_masks_are_compared_without_the_pixels_that_the_labels_ignore(tmp_path, monkeypatch):
    folder = make_pairs(tmp_path / "data" / "floods", ["a"], (48, 32))
    values = np.zeros((32, 48), np.uint8)
    values[:, :24], values[:, 40:] = 1, 255
    Image.fromarray(values).save(folder / "masks" / "a.png")
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))

    def box_floods_what_is_ignored(truth, variant, prompt, sample_id):
        return truth | (values == 255) if prompt == "box" else truth

    run = load_run(write_run(tmp_path / "run", dataset, predict=box_floods_what_is_ignored))
    run = replace(run, info=replace(run.info, labels=dataset.reading.labels))
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    found = mask_agreement(run, "finetuned", ["box", "full"], ["a"])
    assert found["iou"].iloc[0] == 1 and not found.attrs["counts_ignored"]
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    found = mask_agreement(run, "finetuned", ["box", "full"], ["a"])
    assert found["iou"].iloc[0] == pytest.approx(24 / 32) and found.attrs["counts_ignored"]
