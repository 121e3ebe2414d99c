"""Results in several folders: the writable one first, then what the installed package contains."""

import shutil

import pytest

from floodeval.analysis.trainings import list_trainings, read_training
from floodeval.dashboard.queries import unfinished_runs
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case, read_cases, unmark_case
from floodeval.evaluation.run import find_run, list_runs, load_run
from floodeval.report.rerun_commands import run_argument
from floodeval.storage import paths
from floodeval.storage.paths import find_checkpoint, locate, model_folder, result_folders, run_folder
from tests.support.serving import ROOT

NAME = "flood-area-vit_t"


@pytest.fixture
def packaged(tmp_path, monkeypatch, results):
    """The bundled model and run as an installed package contains them, in folders that cannot be written."""
    folder = tmp_path / "bundled"
    for kind in ("runs", "models"):
        shutil.copytree(
            ROOT / "results" / kind / NAME, folder / kind / NAME, ignore=shutil.ignore_patterns("masks")
        )
    monkeypatch.setattr(paths, "packaged_results", lambda: folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    yield folder
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}, (
        "the package was written to"
    )


def test_packaged_runs_and_models_are_found_by_name(packaged, results):
    assert list_runs() == [NAME] and list_trainings() == [NAME] and unfinished_runs() == []
    assert find_run(NAME) == run_folder(NAME) == packaged / "runs" / NAME
    assert find_checkpoint(NAME) == packaged / "models" / NAME / "checkpoint.safetensors"
    assert model_folder(NAME) == packaged / "models" / NAME
    assert load_run(NAME).metrics["id"].nunique() and read_training(NAME).best_epoch > 0
    assert run_argument(run_folder(NAME)) == NAME
    assert not results.exists()


def test_new_runs_and_models_are_written_to_the_writable_results(packaged, results):
    assert run_folder("new") == results / "runs" / "new"
    assert model_folder("new") == results / "models" / "new"
    assert paths.writable_run_folder(NAME) == results / "runs" / NAME


def test_a_written_run_hides_the_packaged_one(packaged, results):
    shutil.copytree(packaged / "runs" / NAME, results / "runs" / NAME)
    assert run_folder(NAME) == find_run(NAME) == results / "runs" / NAME
    assert list_runs() == [NAME]
    assert run_argument(packaged / "runs" / NAME) == str(packaged / "runs" / NAME)


def test_an_unfinished_run_of_the_same_name_is_not_replaced_by_the_packaged_one(packaged, results):
    (results / "runs" / NAME).mkdir(parents=True)
    shutil.copy(packaged / "runs" / NAME / "run.json", results / "runs" / NAME)
    assert list_runs() == [] and unfinished_runs() == [NAME]
    with pytest.raises(FloodevalError, match="finished"):
        find_run(NAME)


def test_notes_on_a_packaged_run_are_kept_in_the_writable_results(packaged, results):
    run = find_run(NAME)
    mark_case(run, "1", "glare", "the sky's reflection")
    assert (results / "runs" / NAME / "cases.csv").is_file()
    assert find_run(NAME) == run and list_runs() == [NAME] and unfinished_runs() == []
    assert read_cases(run)["1"].tag == "glare"
    unmark_case(run, "1")
    assert read_cases(run) == {}


def test_notes_on_other_runs_stay_next_to_their_tables(packaged, results, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(packaged / "runs" / NAME, elsewhere)
    mark_case(elsewhere, "1")
    assert (elsewhere / "cases.csv").is_file()


def test_in_a_clone_nothing_is_packaged(results):
    assert not paths.packaged_results().exists()
    assert result_folders("runs") == [] and locate("runs", NAME) == results / "runs" / NAME
