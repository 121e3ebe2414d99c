import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.evaluation.run import load_run
from floodeval.report.render.score_files import write_form
from floodeval.report.select import MARKED, CaseRule
from floodeval.storage.spreadsheet import as_meant, harmless
from tests.support.fake_run import HOSTILE_IDS


def test_the_summary_has_nnunets_shape_and_the_runs_numbers(make, drawn, tmp_path):
    write_form("summary", tmp_path / "s.json", make("two"))
    content = json.loads((tmp_path / "s.json").read_text())
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[rows["prompt"] == "full"]
    assert content["floodeval"]["decision"] == json.loads(json.dumps(make("two").decision.to_dict()))
    assert content["floodeval"]["decision"]["prompt"] == "full"
    for part, variant in ((content, "finetuned"), (content["baseline"], "pretrained")):
        own = rows[rows["variant"] == variant]
        assert part["foreground_mean"]["IoU"] == pytest.approx(own["iou"].mean())
        assert part["mean"]["1"]["Dice"] == pytest.approx(own["dice"].mean())
        assert [case["metrics"]["1"]["TP"] for case in part["metric_per_case"]] == list(own["tp"])
        for case in part["metric_per_case"]:
            assert (drawn / "runs" / "two" / case["prediction_file"]).is_file()
            assert (drawn / "data" / "pools" / case["reference_file"]).is_file()


def test_the_csv_has_the_runs_numbers_in_full(make, drawn, tmp_path):
    prepared = make("two", CaseRule(n=4))
    write_form("csv", tmp_path / "c.csv", prepared)
    found = pd.read_csv(tmp_path / "c.csv", dtype={"id": str}).set_index("id")
    rows = load_run(drawn / "runs" / "two").metrics
    rows = rows[(rows["prompt"] == "full") & (rows["variant"] == "finetuned")].set_index("id")
    assert list(found.index) == list(prepared.cases.ids)
    assert list(found["iou_b"]) == list(rows["iou"][list(prepared.cases.ids)])


def test_no_text_of_the_csv_is_a_formula(make, tmp_path):
    write_form("csv", tmp_path / "c.csv", make("odd", CaseRule(MARKED)))
    found = pd.read_csv(tmp_path / "c.csv", dtype=str, keep_default_na=False)
    assert list(found["id"]) == HOSTILE_IDS and set(found["tag"]) == {"'=tag|<b>"}


@given(st.text())
def test_harmless_text_begins_with_no_sign_of_a_formula(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_meant(harmless(text)) == text
