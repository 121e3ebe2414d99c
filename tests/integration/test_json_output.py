"""`--json`: always a list, with the keys and types that the reference documents."""

import json

import pytest

from floodeval.cli import main
from tests.support.commands import refused
from tests.support.datasets import make_pairs
from tests.support.documented_json import check
from tests.support.fake_run import draw_dataset, write_run
from tests.support.logit_runs import write_logit_run


@pytest.fixture
def runs(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", [f"i{n}" for n in range(6)])
    for name in ("monday", "friday"):
        write_run(results / "runs" / name, pools, with_samples=True)
    return results / "runs"


def printed(arguments, capsys):
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_compare(runs, tmp_path, capsys):
    entries = printed(["compare", "monday"], capsys)
    assert [entry["prompt"] for entry in entries] == ["box", "full"]
    entries += printed(["compare", "monday:finetuned:box", "friday:finetuned:full"], capsys)
    for entry in entries:
        check(entry, "floodeval compare")
        for metric in entry["metrics"].values():
            check(metric, "A metric")
        check(entry["side_a"], "A side")
        check(entry["side_b"], "A side")
    assert main(["compare", "monday", "--prompt", "box", "--json", str(tmp_path / "one.json")]) == 0
    assert json.loads((tmp_path / "one.json").read_text()) == entries[:1]


def test_compare_thresholds(results, tmp_path, capsys):
    pools = draw_dataset(tmp_path / "pools", [f"i{n}" for n in range(6)])
    write_logit_run(results / "runs" / "both", pools)
    write_logit_run(results / "runs" / "tested", pools, splits=("test",))
    for name in ("both", "tested"):
        entries = printed(["compare", name, "--thresholds", "--prompt", "box"], capsys)
        assert [entry["variant"] for entry in entries] == ["pretrained", "finetuned"]
        for entry in entries:
            check(entry, "floodeval compare --thresholds")
    assert main(["compare", "both", "--thresholds"]) == 0
    said = capsys.readouterr().out
    assert "pretrained" in said and "gain" in said
    assert main(["compare", "tested", "--thresholds"]) == 0
    assert "no validation subset" in capsys.readouterr().out
    assert "leave out side B" in refused(["compare", "both", "both:finetuned", "--thresholds"], capsys)
    assert "no rows with the prompt" in refused(["compare", "both", "--thresholds", "--prompt", "x"], capsys)


def test_runs(runs, capsys):
    (runs / "begun").mkdir()
    (runs / "begun" / "run.json").write_bytes((runs / "monday" / "run.json").read_bytes())
    (runs / "torn").mkdir()
    (runs / "torn" / "run.json").write_text("{")
    entries = printed(["runs"], capsys)
    for entry in entries:
        check(entry, "floodeval runs")
    states = [(entry["run"], entry["variant"], entry["prompt"], entry["state"]) for entry in entries]
    every = [(variant, prompt) for variant in ("pretrained", "finetuned") for prompt in ("box", "full")]
    assert states == [
        *(("begun", *one, "resumable") for one in every),
        *(("friday", *one, "complete") for one in every),
        *(("monday", *one, "complete") for one in every),
        ("torn", None, None, "unreadable"),
    ]


def test_audit(tmp_path, capsys):
    [entry] = printed(["audit", str(make_pairs(tmp_path / "pairs", ["a", "b"]))], capsys)
    check(entry, "floodeval audit")


def test_without_runs_the_list_is_empty(results, capsys):
    assert printed(["runs"], capsys) == []
    assert main(["runs"]) == 0
    assert "no runs in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare", "monday:finetuned:box"], "is one side; name the other one too"),
        (["compare", "monday:finetuned:box", "friday"], "name one of them, such as friday:pretrained"),
        (["compare", "monday::box", "friday"], "'monday::box' has an empty part"),
        (["compare", "monday:finetuned:box", "gone:finetuned"], "no run 'gone' (known: "),
    ],
)
def test_a_wrong_side_is_refused_in_one_line(runs, capsys, arguments, says):
    assert says in refused(arguments, capsys)


def test_the_verdict_says_that_only_one_prompt_uses_the_reference_mask(runs, capsys):
    assert main(["compare", "monday:finetuned:box", "friday:finetuned:full"]) == 0
    said = capsys.readouterr().out
    assert "box (A), full (B): A's prompt (box) uses the reference mask, B's (full) does not" in said
    assert "A is monday:finetuned:box, B is friday:finetuned:full" in said
    assert main(["compare", "monday:finetuned:box", "friday:pretrained:box"]) == 0
    assert "uses the reference mask" not in capsys.readouterr().out


def test_names_are_printed_as_they_are(runs, capsys):
    (runs / "monday").rename(runs / "[x] :b: z")
    assert main(["runs"]) == 0
    assert "[x] :b: z" in capsys.readouterr().out
    command = ["compare", str(runs / "[x] :b: z:pretrained:box"), str(runs / "friday:pretrained:box")]
    assert main(command) == 0
    assert "A is [x] :b: z:pretrained:box, B is friday:pretrained:box" in capsys.readouterr().out
