"""`floodeval generalization`: tables, JSON as documented, and what is refused in one line."""

import json

import numpy as np
import pytest

from floodeval.cli import main
from tests.support.commands import refused
from tests.support.documented_json import check
from tests.support.set_runs import write_set_run

N = 8


def scores(pretrained, finetuned, prompt="full"):
    noise = np.linspace(-0.02, 0.02, N)
    return {"pretrained": {prompt: pretrained + noise}, "finetuned": {prompt: finetuned + 2 * noise}}


@pytest.fixture
def runs(results):
    folder = results / "runs"
    write_set_run(folder / "aerial", scores(0.4, 0.8), trained_here=["finetuned"])
    write_set_run(folder / "street", scores(0.5, 0.6))
    write_set_run(folder / "objects", scores(0.9, 0.3, "box"), dataset={"class_name": "object"})
    return folder


def test_the_tables_say_what_is_gained_and_what_it_costs(runs, capsys):
    assert main(["generalization", "objects", "street", "aerial"]) == 0
    said = capsys.readouterr().out
    assert "Fine-tuning gains 0.400 on aerial and costs 0.600 on objects.\n" in said
    for words in ("full (best field prompt)", "box (no field prompt)", "33% (", "120% (", "Pareto front"):
        assert words in said
    assert "aerial: water, objects: object, street: water" in said
    assert "None is recommended: no variant gains in domain and loses at most 0.05" in said
    assert main(["generalization", "objects", "street", "aerial", "--tolerance", "0.65"]) == 0
    assert "Recommended: finetuned, +0.400 in domain and −0.600" in capsys.readouterr().out


def test_json_has_what_the_reference_says(runs, tmp_path, capsys):
    command = ["generalization", "objects", "street", "aerial"]
    assert main([*command, "--json"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    check(entry, "floodeval generalization")
    for one in entry["sets"]:
        check(one, "A data set")
    assert [one["run"] for one in entry["sets"]] == ["aerial", "objects", "street"]
    assert entry["gain"] == pytest.approx(0.4) and entry["worst_run"] == "objects"
    assert main([*command, "--json", str(tmp_path / "found.json")]) == 0
    assert json.loads((tmp_path / "found.json").read_text()) == [entry]


def test_json_of_one_run_has_null_for_what_is_not_known(runs, capsys):
    assert main(["generalization", "aerial", "--json"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    check(entry, "floodeval generalization")
    assert entry["worst"] is None and entry["on_front"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["street", "objects"],
            "name the run on the in-domain set with --in-domain (one of street, objects)",
        ),
        (["aerial", "gone"], "no run 'gone' (known: "),
        (["aerial", "street", "--in-domain", "gone"], "'gone' is none of the runs that are compared"),
        (["aerial", "--tolerance", "2"], "the tolerance 2 is not valid"),
        (["aerial", "--tolerance", "much"], "invalid float value: 'much'"),
        (["aerial", "--baseline", "nobody"], "no variant 'nobody'"),
        (["aerial", "--prompt", "box"], "--prompt 'box' is not valid; expected RUN=SPEC"),
        (["aerial", "--prompt", "aerial=box"], "has no prompt 'box'"),
        (["aerial", "--prompt", "aerial=full", "--prompt", "aerial=box"], "names run 'aerial' twice"),
    ],
)
def test_wrong_input_is_refused_in_one_line(runs, capsys, arguments, says):
    assert says in refused(["generalization", *arguments], capsys)
