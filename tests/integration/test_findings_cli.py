"""The verbs that print findings, on a finished run."""

import json

import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture
def run(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(9)])
    return write_run(tmp_path / "run", dataset, ("pretrained", "finetuned", "other"))


def test_slices_prints_slices_weakest_and_errors_and_keeps_the_table(run, tmp_path, capsys):
    assert main(["slices", str(run), "--csv", str(tmp_path / "slices.csv"), "--b", "other"]) == 0
    said = capsys.readouterr().out
    assert "A = pretrained, B = other" in said
    assert "weakest subgroups of other" in said
    assert "false shore" in said
    assert {"trait", "part", "gap", "gap_low", "n_scenes"} <= set(pd.read_csv(tmp_path / "slices.csv"))


def test_suspects_and_cost_are_printed_and_kept(run, tmp_path, capsys):
    assert main(["suspects", str(run), "--csv", str(tmp_path / "suspects.csv")]) == 0
    assert main(["cost", str(run), "--csv", str(tmp_path / "cost.csv")]) == 0
    said = capsys.readouterr().out
    assert "total" in said
    assert "decode ms" in said
    assert len(pd.read_csv(tmp_path / "cost.csv")) == 6


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["slices", "none"], "no run 'none'"),
        (["slices", "RUN", "--prompt", "circle"], "no rows of variant 'pretrained' with prompt 'circle'"),
        (["slices", "RUN", "--b", "x"], "no rows of variant 'x'"),
        (["suspects", "RUN", "--prompt", "circle"], "has no prompt 'circle'"),
        (["cost", "none"], "no run 'none'"),
    ],
)
def test_what_a_run_has_not_is_said_in_one_line(run, capsys, arguments, complaint):
    assert main([str(run) if word == "RUN" else word for word in arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert complaint in said
    assert "\n" not in said


def test_the_failure_threshold_of_a_comparison_and_of_a_report_can_be_set(run, tmp_path, capsys):
    asked = ["--failure-threshold", "0.9"]
    assert main(["compare", str(run), "--prompt", "box", "--json", str(tmp_path / "at.json"), *asked]) == 0
    assert "at IoU 0.9:" in capsys.readouterr().out
    found = json.loads((tmp_path / "at.json").read_text())[0]
    rows = load_run(run).metrics.query("prompt == 'box'").pivot(index="id", columns="variant", values="iou")
    both = ((rows["pretrained"] < 0.9) & (rows["finetuned"] < 0.9)).sum()
    assert found["threshold"] == 0.9 and found["quadrants"]["both_fail"] == both
    assert main(["report", str(run), "--summary", str(tmp_path / "s.json"), *asked]) == 0
    assert json.loads((tmp_path / "s.json").read_text())["floodeval"]["failure_threshold"] == 0.9


@pytest.mark.parametrize("value", ["0", "1", "x", "nan", "-0.5"])
def test_a_failure_threshold_that_is_none_is_refused(run, capsys, value):
    with pytest.raises(SystemExit):
        main(["compare", str(run), f"--failure-threshold={value}"])
    assert "expected an IoU from 0.01 to 0.99" in capsys.readouterr().err
