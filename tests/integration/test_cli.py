"""The command line's manners: exit statuses, and one line for every wrong input."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.cli.commands import demo_command
from floodeval.evaluation.finished import OtherRunError
from floodeval.evaluation.reviews import MarkedCase
from tests.support.commands import refused
from tests.support.datasets import make_pairs


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--name", "a/b"], "'a/b' is not a valid name of a run"),
        (["--name", "r", "--prompt", "circle"], "unknown prompt 'circle'"),
        (["--name", "r", "--variant", "x=none"], "no checkpoint 'none'"),
        (["--name", "r", "--variant", "x", "--model", "vit_x"], "unknown model 'vit_x'"),
        (["--name", "r", "--variant", "../x"], "is not a valid name of a variant"),
        (["--name", "r", "--variant", "x", "--variant", "x"], "given twice"),
        (["--name", "r", "--variant", "x", "--subset", "test"], "needs --split"),
        (["--name", "r", "--split", "none.csv"], "no split none.csv"),
        (["--name", "r", "--variant", "x", "--device", "nonsense"], "device 'nonsense' is not available"),
        (["--name", "r", "--variant", "x", "--device", "cuda:99"], "use --device cpu"),
        (["--name", "r", "--nonsense"], "unrecognized arguments"),
        ([], "required: --name"),
    ],
)
def test_a_wrong_option_of_evaluate_is_said_in_one_line(results, pair_folder, capsys, options, complaint):
    assert complaint in refused(["evaluate", str(pair_folder), *options], capsys)
    assert not results.exists()


def test_a_missing_data_set_is_said_in_one_line(results, capsys):
    assert "no data set 'nowhere'" in refused(["evaluate", "nowhere", "--name", "r"], capsys)


def test_a_photograph_set_without_pairs_is_refused_with_the_first_reason(tmp_path, results, capsys):
    folder = make_pairs(tmp_path / "floods", ["a"])
    (folder / "masks" / "a.png").unlink()
    assert "images/a.png has no mask" in refused(["evaluate", str(folder), "--name", "r"], capsys)


@pytest.mark.parametrize("option", [["--learning-rate", "-1"], ["--learning-rate", "nan"], ["--seed", "-1"]])
def test_a_wrong_number_of_finetune_is_said_in_one_line(results, pair_folder, tmp_path, capsys, option):
    command = ["finetune", str(pair_folder), "--split", str(tmp_path / "s.csv"), "--name", "m", *option]
    assert "number" in refused(command, capsys)


def test_an_unknown_preset_is_said_in_one_line_with_those_that_there_are(results, pair_folder, capsys):
    command = ["finetune", str(pair_folder), "--split", "s.csv", "--name", "m", "--preset", "huge"]
    known = "plain, decoder, encoder, retain, study, segmenter"
    assert f"unknown preset 'huge'; expected one of {known}" in refused(command, capsys)


def test_an_unwritable_split_is_said_in_one_line(pair_folder, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert "file" in refused(["split", str(pair_folder), "--out", str(tmp_path / "file" / "s.csv")], capsys)


def test_split_writes_the_table_and_says_the_counts(pair_folder, tmp_path, capsys):
    assert main(["split", str(pair_folder), "--out", str(tmp_path / "split.csv")]) == 0
    assert "scenes)" in capsys.readouterr().out
    assert (tmp_path / "split.csv").read_text().startswith("id,scene,split\n")


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_evaluate_prints_the_table_and_strict_turns_a_skip_into_status_1(results, tmp_path, capsys):
    folder = make_pairs(tmp_path / "floods", ["good", "bad"])
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(folder / "masks" / "bad.png")
    command = ["evaluate", str(folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "pretrained" in said
    assert "IoU pooled" in said
    assert "skipped 1 sample;" in said
    assert main([*command, "--strict"]) == 1


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_weights_says_in_one_line_where_they_lie(capsys):
    assert main(["weights", "vit_t"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("vit_t: MobileSAM")


def test_audit_prints_what_was_found_and_writes_the_same_as_json_and_html(pair_folder, tmp_path, capsys):
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(pair_folder / "masks" / "a.png")
    out, page = tmp_path / "out" / "audit.json", tmp_path / "out" / "audit.html"
    assert main(["audit", str(pair_folder), "--json", str(out), "--html", str(page)]) == 0
    said = capsys.readouterr().out
    assert "size_mismatch" in said
    assert "1 flagged pair" in said
    [audit] = json.loads(out.read_text())
    assert [issue["kind"] for issue in audit["issues"]] == [
        "size_mismatch",
        "empty_mask",
    ]
    assert "Size mismatch" in page.read_text()


def test_audit_of_a_clean_data_set_says_that_nothing_was_found(pair_folder, capsys):
    assert main(["audit", str(pair_folder)]) == 0
    assert "pairs: no findings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "complaint"),
    [(["--split", "none.csv"], "no split none.csv"), (["--jsom", "x"], "unrecognized arguments")],
)
def test_a_wrong_option_of_audit_is_said_in_one_line(pair_folder, capsys, options, complaint):
    assert complaint in refused(["audit", str(pair_folder), *options], capsys)


def test_audit_of_what_is_no_data_set_is_said_in_one_line(tmp_path, capsys):
    assert "no data set 'nowhere'" in refused(["audit", "nowhere"], capsys)
    assert "is not a data set" in refused(["audit", str(tmp_path)], capsys)
    (tmp_path / "metadata.csv").write_text("photo,mask\n")
    assert "expected Image and Mask" in refused(["audit", str(tmp_path)], capsys)
    (tmp_path / "metadata.csv").write_text("Image,Mask\n0.jpg,0.png\n")
    assert "contains no photograph" in refused(["audit", str(tmp_path)], capsys)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--bases", "0"], "'0' is not valid; expected a whole number of at least 1"),
        (["--seed", "-1"], "'-1' is not valid; expected a whole number of at least 0"),
        (["--model", "vit_x"], "unknown model 'vit_x'"),
        (["--nonsense"], "unrecognized arguments"),
    ],
)
def test_a_wrong_option_of_stress_is_said_in_one_line(tmp_path, monkeypatch, capsys, options, complaint):
    monkeypatch.chdir(tmp_path)
    assert complaint in refused(["stress", *options], capsys)
    assert not (tmp_path / "data").exists()


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--name", "a/b"], "'a/b' is not a valid name of a run"),
        (["--variant", "x", "--prompt", "circle"], "unknown prompt 'circle'"),
        (["--variant", "x=none"], "no checkpoint 'none'"),
        (["--variant", "x", "--variant", "x"], "given twice"),
    ],
)
def test_a_wrong_request_of_stress_is_refused_before_anything_is_drawn(
    tmp_path, monkeypatch, capsys, options, complaint
):
    monkeypatch.chdir(tmp_path)
    assert complaint in refused(["stress", *options], capsys)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("differing", "status", "runs"), [("variants", 0, 2), ("dataset", 2, 1), ("marks", 2, 1)]
)
def test_a_demo_of_other_weights_is_evaluated_again_but_never_what_is_somebodys(
    differing, status, runs, tmp_path, monkeypatch
):
    (tmp_path / "data" / "demo").mkdir(parents=True)
    (tmp_path / "data" / "demo" / "metadata.csv").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path))
    forced = []

    def evaluate_once_forced(given, force):
        forced.append(force)
        if not force:
            raise OtherRunError(tmp_path / "demo", [differing])

    marked = {"1": MarkedCase("other", "")} if differing == "marks" else {}
    monkeypatch.setattr(demo_command, "read_cases", lambda run: marked)
    monkeypatch.setattr(demo_command, "obtain_weights", lambda *_, **__: SimpleNamespace(summary=""))
    monkeypatch.setattr(demo_command, "_evaluate", evaluate_once_forced)
    monkeypatch.setattr(demo_command, "show_run", lambda run: None)
    assert main(["demo"]) == status and forced == [False, True][:runs]
