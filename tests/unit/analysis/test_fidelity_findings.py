"""Findings on prompt fidelity: means over photographs, the worst of them, and where they are said."""

import json

import pytest

from floodeval.analysis.fidelity_findings import fidelity_by_variant, fidelity_of_runs, worst_followed
from floodeval.cli import main
from floodeval.evaluation.run import load_run
from floodeval.report.sections.generalization_section import generalization_section
from tests.support.documented_json import check
from tests.support.fake_run import say as say_in
from tests.support.set_runs import made_fidelity, write_set_run

N = 8
SENTENCE = (
    "On aerial, finetuned's answers to prompts on dry land are 80% water on average (pretrained: 2.0%)."
)


def test_means_are_over_photographs_and_the_worst_come_first():
    table = made_fidelity(N, special=(0.2, 0.8))
    table.loc[table["id"] == "p003", "agreement"] = [0.0, 0.1]
    table = table.drop(index=table.index[0])  # p000 has one answer
    found = fidelity_by_variant(table)["special"]
    assert found.agreement.value == pytest.approx((0.05 + 0.2 * (N - 1)) / N)
    assert (found.n, found.n_scenes) == (N, N)
    assert found.agreement.low < found.agreement.value < found.agreement.high
    assert worst_followed(table, "special", 3)[0] == "p003"


def test_missing_measures_count_nowhere():
    table = made_fidelity(2, special=(0.2, 0.8))
    table.loc[table["id"] == "p000", "water_share"] = None
    table["sameness"] = float("nan")
    found = fidelity_by_variant(table)["special"]
    assert found.water_share.value == pytest.approx(0.8) and found.sameness.value is None


@pytest.fixture
def aerial(results):
    """A run whose fine-tuned variant answers with water."""
    folder = results / "runs" / "aerial"
    ious = [0.4 + i / 100 for i in range(N)]
    scores = {"pretrained": {"full": ious}, "finetuned": {"full": [2 * one for one in ious]}}
    write_set_run(folder, scores, trained_here=["finetuned"])
    made_fidelity(N, pretrained=(1, 0.02), finetuned=(0.2, 0.8)).to_parquet(folder / "fidelity.parquet")
    return folder


def test_the_command_says_it_and_its_json_has_the_measures(aerial, capsys):
    assert main(["generalization", "aerial"]) == 0
    assert SENTENCE in " ".join(capsys.readouterr().out.split())
    assert main(["generalization", "aerial", "--json"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    [of_set] = entry["fidelity"]
    check(of_set, "Prompt fidelity")
    assert of_set["agreement"] == pytest.approx(0.2) and of_set["n"] == N


def test_the_report_says_it_and_photographs_of_the_training_do_not_count(aerial):
    from floodeval.analysis.generalization import generalization

    run = load_run("aerial")
    section = generalization_section(generalization([run]), "finetuned", fidelity_of_runs([run]))
    assert any(SENTENCE in getattr(block, "items", ()) for block in section.blocks)
    say_in(aerial, leaks={"finetuned": ["p000"]})
    assert fidelity_of_runs([load_run("aerial")])[0].variants["finetuned"].n == N - 1
