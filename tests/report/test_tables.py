import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from floodeval.data.rasters import read_mask
from floodeval.evaluation.run import load_run
from floodeval.report.choice import MARKED, Choice
from floodeval.report.coco import rle
from floodeval.report.forms import write_form
from floodeval.spreadsheet import as_meant, harmless
from tests.support.fake_run import HOSTILE_IDS


def decoded(counts, height, width):
    """A mask from COCO's letters, as pycocotools' `rleFrString` and `rleDecode` make it."""
    runs, place = [], 0
    while place < len(counts):
        value, shift, more = 0, 0, True
        while more:
            letter = ord(counts[place]) - 48
            value |= (letter & 31) << shift
            more, place, shift = bool(letter & 32), place + 1, shift + 5
            if not more and letter & 16:
                value |= -1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return flat.reshape((height, width), order="F")


@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_run_lengths_hold_the_mask(mask):
    assert (decoded(rle(mask), *mask.shape) == mask).all()


@pytest.mark.parametrize(
    ("mask", "letters"),
    [
        (np.zeros((2, 3), bool), "6"),
        (np.ones((2, 3), bool), "06"),
        (np.eye(3, dtype=bool), "013000"),
        (np.arange(6000).reshape(60, 100) % 7 == 0, None),
    ],
)
def test_run_lengths_are_written_as_pycocotools_writes_them(mask, letters):
    assert letters in (None, rle(mask))
    assert (decoded(rle(mask), *mask.shape) == mask).all()


def test_outlines_go_round_the_mask():
    mask = np.zeros((20, 30), bool)
    mask[5:15, 4:24] = True
    (shore,) = outlines(mask)
    assert (min(shore[::2]), max(shore[::2]), min(shore[1::2]), max(shore[1::2])) == (4, 23, 5, 14)
    assert outlines(np.zeros((5, 5), bool)) == []


def test_coco_holds_every_mask_of_the_cases(make, drawn, tmp_path):
    material = make("two", Choice(n=2))
    write_form("coco", tmp_path / "c.json", material)
    content = json.loads((tmp_path / "c.json").read_text())
    assert [image["file_name"] for image in content["images"]] == list(material.ids)
    assert [one["source"] for one in content["annotations"]] == ["truth", "pretrained", "finetuned"] * 2
    run, dataset = load_run(drawn / "runs" / "two"), material.dataset
    for one in content["annotations"]:
        sample = content["images"][one["image_id"] - 1]["file_name"]
        mask = (
            read_mask(dataset[sample].mask)
            if one["source"] == "truth"
            else run.mask(one["source"], "box", sample)
        )
        assert (decoded(one["segmentation"]["counts"], *one["segmentation"]["size"]) == mask).all()
        assert one["area"] == mask.sum()


def test_without_photographs_coco_holds_no_truth(make, tmp_path):
    write_form("coco", tmp_path / "c.json", make("two", photographs=False))
    sources = {one["source"] for one in json.loads((tmp_path / "c.json").read_text())["annotations"]}
    assert sources == {"pretrained", "finetuned"}


def test_the_summary_has_nnunets_shape_and_the_runs_numbers(make, drawn, tmp_path):
    write_form("summary", tmp_path / "s.json", make("two"))
    content = json.loads((tmp_path / "s.json").read_text())
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[rows["prompt"] == "box"]
    for part, variant in ((content, "finetuned"), (content["baseline"], "pretrained")):
        own = rows[rows["variant"] == variant]
        assert part["foreground_mean"]["IoU"] == pytest.approx(own["iou"].mean())
        assert part["mean"]["1"]["Dice"] == pytest.approx(own["dice"].mean())
        assert [case["metrics"]["1"]["TP"] for case in part["metric_per_case"]] == list(own["tp"])
        for case in part["metric_per_case"]:
            assert (drawn / "runs" / "two" / case["prediction_file"]).is_file()
            assert (drawn / "data" / "pools" / case["reference_file"]).is_file()


def test_the_csv_has_the_runs_numbers_in_full(make, drawn, tmp_path):
    material = make("two", Choice(n=4))
    write_form("csv", tmp_path / "c.csv", material)
    found = pd.read_csv(tmp_path / "c.csv", dtype={"id": str}).set_index("id")
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[(rows["prompt"] == "box") & (rows["variant"] == "finetuned")].set_index("id")
    assert list(found.index) == list(material.ids)
    assert list(found["iou_b"]) == list(rows["iou"][list(material.ids)])


def test_no_text_of_the_csv_is_a_formula(make, tmp_path):
    write_form("csv", tmp_path / "c.csv", make("odd", Choice(MARKED)))
    found = pd.read_csv(tmp_path / "c.csv", dtype=str, keep_default_na=False)
    assert list(found["id"]) == HOSTILE_IDS and set(found["tag"]) == {"'=tag|<b>"}


@given(st.text())
def test_harmless_text_begins_with_no_sign_of_a_formula(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_meant(harmless(text)) == text
