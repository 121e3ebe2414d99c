"""The verbs that print findings, on a finished run."""

import pandas as pd
import pytest

from floodeval.cli import main
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
