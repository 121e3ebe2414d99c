"""The report's section on other data sets: asked for by name, with sentence, chart and table."""

import re
from html import unescape

import numpy as np
import pytest

from floodeval.cli import main
from floodeval.evaluation.run_parts import Group
from tests.support.fake_run import say
from tests.support.set_runs import write_set_run

NOISE = np.linspace(-0.02, 0.02, 8)


def scores(pretrained, finetuned, prompt="full"):
    return {"pretrained": {prompt: pretrained + NOISE}, "finetuned": {prompt: finetuned + 2 * NOISE}}


@pytest.fixture
def place(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    write_set_run(results / "runs" / "aerial", scores(0.4, 0.8), trained_here=["finetuned"])
    objects = {"display_name": "<b>objects</b>"}
    write_set_run(results / "runs" / "objects", scores(0.9, 0.3, "box"), dataset=objects)
    return tmp_path


def report(place, *options):
    assert main(["report", "aerial", "--worst", "0", "--out", "r.html", *options]) == 0
    text = (place / "r.html").read_text()
    found = re.search(r'<h2 id="generalization".*?</section>', text, re.DOTALL)
    return text, found and found[0]


def test_the_section_has_the_sentence_the_chart_and_a_row_per_data_set(place):
    text, section = report(place, "--generalization", "objects")
    assert "<b>objects</b>" not in section
    words = unescape(re.sub(r"<[^>]+>", " ", section))
    assert "Fine-tuning gains 0.400 on aerial and costs 0.600 on <b>objects</b>." in words
    assert "<svg" in section and "tolerated loss: 0.05" in section
    for cell in ("0.900", "0.300", "−0.600", "worse", "box (no field prompt)", "33% ("):
        assert cell in words
    assert "--generalization objects" in text  # among the commands that repeat it


def test_without_other_data_sets_there_is_no_section(place):
    assert report(place)[1] is None


def test_the_other_runs_of_its_group_are_taken_without_being_asked_for(place, results):
    for name in ("aerial", "objects"):
        say(results / "runs" / name, group=Group("both", ("aerial", "objects"), "aerial"))
    assert "costs 0.600 on" in report(place)[1]


def test_a_group_that_cannot_be_compared_is_noted_and_left_out(place, results, capsys):
    say(results / "runs" / "aerial", group=Group("both", ("aerial", "gone"), "aerial"))
    assert report(place)[1] is None
    assert "no run 'gone'" in capsys.readouterr().err


def test_markdown_has_it_too_with_its_chart(place):
    assert main(["report", "aerial", "--worst", "0", "--markdown", "md", "--generalization", "objects"]) == 0
    assert "costs 0.600" in (place / "md" / "index.md").read_text()
    assert list((place / "md").rglob("generalization-1.svg"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--generalization", "gone"], "no run 'gone'"),
        (["--generalization", "objects", "--in-domain", "gone"], "'gone' is none of the runs"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_line(place, capsys, options, says):
    assert main(["report", "aerial", "--out", "r.html", *options]) == 2
    said = capsys.readouterr().err
    assert says in said and said.count("\n") == 1
    assert not (place / "r.html").exists()
