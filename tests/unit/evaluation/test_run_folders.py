"""Runs are renamed and deleted whole, and never while they are written, packaged or elsewhere."""

import json

import pandas as pd
import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.evaluation.run import list_runs, load_run
from floodeval.evaluation.run_folders import delete_run, is_being_written, rename_run
from floodeval.storage import paths
from floodeval.storage.locks import hold
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture
def runs(results, tmp_path):
    pools = draw_dataset(tmp_path / "pools", ["i0", "i1"])
    for name in ("monday", "friday"):
        write_run(results / "runs" / name, pools)
    return results / "runs"


def test_a_renamed_run_keeps_everything_but_its_name(runs):
    mark_case(runs / "monday", "i1", "shadow")
    before, text = load_run("monday"), json.loads((runs / "monday" / "run.json").read_text())
    assert rename_run("monday", "tuesday") == runs / "tuesday"
    after = load_run("tuesday")
    assert sorted(list_runs()) == ["friday", "tuesday"]
    pd.testing.assert_frame_equal(after.metrics, before.metrics)
    assert json.loads((runs / "tuesday" / "run.json").read_text()) == text | {"name": "tuesday"}
    assert read_cases(runs / "tuesday")["i1"].tag == "shadow"
    assert after.mask("finetuned", "box", "i0").any()


def test_a_deleted_run_is_gone_and_others_stay(runs):
    delete_run("monday")
    assert [path.name for path in runs.iterdir()] == ["friday"]
    assert load_run("friday").metrics["id"].nunique() == 2


def test_a_run_that_is_being_written_is_left_alone(runs):
    with hold(runs / "monday", "run monday"):
        assert is_being_written(runs / "monday")
        for change in (lambda: delete_run("monday"), lambda: rename_run("monday", "tuesday")):
            with pytest.raises(FloodevalError, match="monday"):
                change()
    assert not is_being_written(runs / "monday")
    assert load_run("monday").metrics["id"].nunique() == 2


def test_a_packaged_run_is_read_only(runs, tmp_path, monkeypatch):
    package = tmp_path / "bundled"
    (package / "runs").mkdir(parents=True)
    (runs / "monday").rename(package / "runs" / "monday")
    monkeypatch.setattr(paths, "packaged_results", lambda: package)
    for change in (lambda: delete_run("monday"), lambda: rename_run("monday", "tuesday")):
        with pytest.raises(FloodevalError, match="part of the installed package, which is read-only"):
            change()
    assert load_run("monday").metrics["id"].nunique() == 2


@pytest.mark.parametrize("name", ["", ".", "..", "../runs/monday", "a/b", "gone", "\0"])
def test_only_runs_of_the_results_folder_are_deleted(runs, name):
    with pytest.raises(FloodevalError, match="that can be changed"):
        delete_run(name)
    assert len(list_runs()) == 2


def test_a_link_to_elsewhere_is_not_followed(runs, tmp_path):
    (runs / "monday").rename(tmp_path / "outside")
    (runs / "monday").symlink_to(tmp_path / "outside")
    with pytest.raises(FloodevalError, match="that can be changed"):
        delete_run("monday")
    assert (tmp_path / "outside" / "metrics.parquet").is_file()


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ("friday", "a run 'friday' already exists"),
        ("Friday", "a run 'friday' already exists"),
        ("monday", "a run 'monday' already exists"),
        ("../x", "x"),
        ("..", "'..'"),
        ("", "''"),
    ],
)
def test_a_name_that_is_taken_or_not_allowed_is_refused(runs, new, says):
    with pytest.raises(FloodevalError, match=says):
        rename_run("monday", new)
    assert sorted(list_runs()) == ["friday", "monday"]


def test_a_name_may_be_changed_in_case(runs):
    assert rename_run("monday", "Monday") == runs / "Monday"
    assert sorted(list_runs()) == ["Monday", "friday"]
