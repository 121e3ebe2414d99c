"""`floodeval decide`: the table, the verdict, the exit status, and JSON as documented."""

import json

import pytest

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from tests.support.commands import refused
from tests.support.documented_json import check
from tests.support.set_runs import write_set_run

N = 24


@pytest.fixture
def run(results):
    scores = {"pretrained": {"full": [0.4] * N}, "finetuned": {"full": [0.3, 0.4, *[0.9] * (N - 2)]}}
    return write_set_run(results / "runs" / "made", scores)


def test_the_exit_status_follows_the_verdict(run, capsys):
    assert main(["decide", "made", "--set", "failures=0.1"]) == 0
    assert "finetuned meets all requirements" in capsys.readouterr().out
    assert main(["decide", "made"]) == 1
    said = capsys.readouterr().out
    assert "finetuned meets the requirements once a person has checked 2 photographs" in said
    assert "failures, lowest IoU first: p000, p001\n" in said
    assert "In use, the photographs to check are not known beforehand" in said
    assert main(["decide", "made", "--accept-review"]) == 0
    assert main(["decide", "made", "--accept-review", "--variant", "pretrained"]) == 1
    assert "pretrained does not meet the requirements (fails: mean IoU, failures" in capsys.readouterr().out
    assert main(["decide", "made", "--set", "scenes=30", "--accept-review"]) == 1
    assert "too few scenes to decide (24 scenes, at least 30 are required)" in capsys.readouterr().out


def test_what_is_not_shown_is_said(run, capsys):
    main(["decide", "made"])
    said = capsys.readouterr().out
    assert "Not shown: missed water, false water, time per photograph, retention out of domain." in said
    assert "neither as met nor as failed" in said


def test_requirements_are_kept_only_if_asked(run, capsys):
    assert main(["decide", "made", "--set", "failures=0.1"]) == 0
    assert not (run / "requirements.toml").exists()
    assert main(["decide", "made", "--set", "failures=0.1", "--save"]) == 0
    assert main(["decide", "made"]) == 0  # as kept
    (run / "requirements.toml").write_text("iou = nan\n")
    assert "requirements.toml cannot be read (requirement iou is nan" in refused(["decide", "made"], capsys)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--set", "iou"], "expected NAME=VALUE"),
        (["--set", "dice=1"], "there is no requirement 'dice'"),
        (["--variant", "other"], "has no variant 'other'"),
        (["--prompt", "box"], "has no rows of variant 'finetuned' with prompt 'box'"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(run, options, why, capsys):
    assert why in refused(["decide", "made", *options], capsys)


def test_the_json_is_as_documented(run, capsys):
    capsys.readouterr()
    assert main(["decide", "made", "--json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)
    check(entry, "floodeval decide")
    for one in entry["results"]:
        check(one, "A requirement")
    assert entry["verdict"] == "meets_with_review"
    assert load_run(run).info.name == entry["run"]
