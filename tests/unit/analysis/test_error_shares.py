"""The share of each error type."""

import pytest

from floodeval.analysis.subgroups import error_table
from floodeval.metrics.error_types import ERROR_KINDS


def test_errors_are_summed_by_kind_and_their_shares_add_up(run):
    found = error_table(run)
    assert list(found["kind"][:6]) == list(ERROR_KINDS)
    of = found[(found["variant"] == "pretrained") & (found["prompt"] == "box")]
    assert of["share"].sum() == pytest.approx(1)
    rows = run.metrics.query("variant == 'pretrained' and prompt == 'box'")
    wrong = ((rows["fp"] + rows["fn"]) / (rows["width"] * rows["height"])).mean()
    assert of["frame"].sum() == pytest.approx(wrong)
    assert set(error_table(run, "full")["prompt"]) == {"full"}
