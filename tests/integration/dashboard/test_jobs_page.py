"""The page Jobs: off unless allowed; forms that show their command; the list of jobs and its buttons."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from floodeval.dashboard.pages.jobs import page as jobs_page
from floodeval.dashboard.pages.jobs.job_inputs import PRESETS
from floodeval.dashboard.pages.jobs.job_list import stage_words
from floodeval.dashboard.widgets.markdown import plain
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.jobs.job import Job, JobFolder, new_id
from floodeval.jobs.job_progress import JobProgress
from floodeval.jobs.job_queue import JobQueue
from floodeval.training import config
from tests.support.datasets import make_pairs
from tests.support.fake_runner import RUNNER
from tests.support.pages import open_page, says, words


@pytest.fixture
def floods(results, tmp_path, monkeypatch):
    """A data set `floods` of four pairs, no run, and permission to start jobs."""
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "1")
    monkeypatch.delenv("FLOODEVAL_READ_ONLY", raising=False)
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return make_pairs(tmp_path / "data" / "floods", ["a", "b", "c", "d"])


@pytest.fixture
def queue(floods, results, monkeypatch):
    """The page's queue, whose jobs are the short programs of `results/programs`."""
    (results / "programs").mkdir(parents=True)
    model = results / "models" / "flood-area-vit_t"
    model.mkdir(parents=True)
    (model / "checkpoint.safetensors").touch()
    found = JobQueue(results.absolute() / "jobs", RUNNER)
    monkeypatch.setattr(jobs_page, "_queue", lambda: found)
    return found


def write_job(queue, state, **fields):
    """A job as if it had been run."""
    folder = JobFolder(queue.folder / new_id())
    made = Job(folder.id, ("demo", "--scenes", "4"), "demo", working=str(Path.cwd()))
    return folder.write(replace(made, state=state, **fields))


def choose_floods(page):
    return page.selectbox(key="jobs_dataset_choice").select("floods").run()


def typed(text):
    """A command in one line."""
    return " ".join(text.replace("\\\n", " ").split())


def until(holds, seconds=30.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_without_permission_the_page_says_how_to_allow_it_and_what_to_type(floods, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "0")
    page = open_page("Jobs")
    assert not page.exception
    assert says(page, "jobs_page.off")
    assert "floodeval dashboard --allow-jobs" in words(page) and "floodeval evaluate" in words(page)
    assert not page.button and not page.selectbox


def test_a_read_only_dashboard_starts_nothing_even_if_jobs_are_allowed(floods, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page = open_page("Jobs")
    assert says(page, "jobs_page.off_read_only") and not page.button


def test_an_evaluation_shows_what_is_recognized_and_its_command(queue, floods):
    page = open_page("Jobs")
    assert not page.exception and says(page, "jobs_page.no_dataset")
    choose_floods(page)
    assert says(page, "description.layout", name="floods")
    assert typed(page.code[0].value) == (
        f"floodeval evaluate {floods} --name floods --variant pretrained --variant "
        "finetuned=flood-area-vit_t --prompt box --prompt point --prompt full"
    )


def test_a_form_starts_its_command_and_the_list_shows_its_end(queue, results):
    (results / "programs" / "floods.py").write_text("print('evaluated')")
    page = choose_floods(open_page("Jobs"))
    page.button(key="jobs_start").click().run()
    assert not page.exception
    until(lambda: queue.jobs()[0].state == "finished")
    page.run()
    (job,) = queue.jobs()
    assert job.command[0] == "evaluate" and job.needs_bytes > 0
    assert say("jobs_page.state_finished") in words(page)
    assert page.button(key=f"job_remove/{job.id}").click().run() and not queue.jobs()


def test_what_was_allowed_when_a_form_was_opened_is_refused_afterwards(queue, monkeypatch):
    page = choose_floods(open_page("Jobs"))
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    page.button(key="jobs_start").click().run()
    assert not queue.jobs()


@pytest.mark.parametrize("kind", ["finetune", "split", "stress", "demo"])
def test_each_form_shows_a_command_or_what_is_missing(queue, results, kind):
    (results / "splits").mkdir(parents=True)
    rows = ["id,scene,split", "a,1,train", "b,2,validation", "c,3,test", "d,4,train"]
    (results / "splits" / "mine.csv").write_text("\n".join(rows))
    page = open_page("Jobs")
    page.pills(key="jobs_kind").set_value(kind).run()
    if kind in ("finetune", "split"):
        choose_floods(page)
    assert not page.exception
    assert page.code[0].value.startswith(f"floodeval {kind} ")
    assert page.button(key="jobs_start").label == say(f"jobs_page.start_{kind}")


def test_a_subset_of_a_split_is_evaluated(queue, results):
    (results / "splits").mkdir(parents=True)
    (results / "splits" / "mine.csv").write_text("id,scene,split\na,1,train\nb,2,test\n")
    page = choose_floods(open_page("Jobs"))
    page.selectbox(key="jobs_split").select("mine").run()
    assert f"--split {results.absolute()}/splits/mine.csv --subset test" in typed(page.code[0].value)


@pytest.mark.parametrize("text", ["../nowhere", "/nowhere", "--force", "a\0b", "$(id)", "~root/x", "*"])
def test_a_hostile_data_set_is_refused_in_one_line(queue, text):
    page = open_page("Jobs")
    page.session_state["_jobs_asked"] = {
        "dataset": text
    }  # as another page hands it over; AppTest enters no new option
    page.run()
    assert not page.exception and not page.code and page.button(key="jobs_start").disabled


@pytest.mark.parametrize("name", ["../up", "a/b", "--force", "", "a b"])
def test_a_hostile_name_is_refused_in_one_line(queue, name):
    page = choose_floods(open_page("Jobs"))
    page.text_input(key="jobs_name_evaluate/floods").set_value(name).run()
    assert not page.exception and not page.code and page.button(key="jobs_start").disabled


def test_a_running_job_shows_its_progress_and_is_canceled(queue, results):
    program = "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(60)"
    (results / "programs" / "demo.py").write_text(program)
    job = queue.add(["demo"], "demo")
    until(Path("begun").exists)
    progress = JobFolder(queue.folder / job.id).progress
    progress.write_text('{"what": "evaluating", "done": 3, "total": 12, "seconds": 9.0}')
    page = open_page("Jobs")
    assert not page.exception
    assert says_progress(page, JobProgress("evaluating", 3, 12))
    page.button(key=f"job_cancel/{job.id}").click().run()
    until(lambda: queue.jobs()[0].state == "canceled")
    page.run()
    assert page.button(key=f"job_resume/{job.id}")


def says_progress(page, progress):
    text = say(
        "jobs_page.progress", stage=stage_words(progress.what), done=progress.done, total=progress.total
    )
    return any(text in element.proto.text for element in page.get("progress"))


def test_the_error_of_a_failed_job_is_in_the_language_of_the_page(queue):
    errors = {"en": "no such data set", "es": "no existe"}
    write_job(queue, "failed", error=errors["en"], errors=errors, ended="2026-01-01T00:00:00")
    assert [one.value for one in open_page("Jobs", lang="es").error] == [errors["es"]]
    assert [one.value for one in open_page("Jobs", lang="en").error] == [errors["en"]]


def test_a_failed_and_a_damaged_job_are_shown_and_can_be_removed(queue):
    failed = write_job(queue, "failed", error="no <b>such</b> data set", ended="2026-01-01T00:00:00")
    damaged = JobFolder(queue.folder / new_id())
    damaged.path.mkdir()
    page = open_page("Jobs")
    assert not page.exception
    assert "such" in page.error[0].value and say("jobs_page.state_unreadable") in words(page)
    for job_id in (failed.id, damaged.id):
        page.button(key=f"job_remove/{job_id}").click().run()
    assert not queue.jobs() and says(page, "jobs_page.none")


def test_what_a_job_printed_is_shown_on_demand_without_its_control_characters(queue):
    job = write_job(queue, "finished")
    JobFolder(queue.folder / job.id).log.write_text("a line\x1b[31m\n```<script>\n")
    page = open_page("Jobs")
    page.session_state[f"job_log/{job.id}"] = True
    page.run()
    assert not page.exception
    assert [element.value for element in page.code if "a line" in element.value] == [
        "a line[31m\n```<script>"
    ]


def test_the_page_data_set_leads_to_the_evaluation_of_its_folder(dashboard_files, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "1")
    page = open_page("Dataset", run="two")
    page.button(key="dataset_evaluate").click().run()
    assert not page.exception
    assert page.title[0].value == say("pages.jobs")
    assert typed(page.code[0].value).startswith(f"floodeval evaluate {dashboard_files}/data/")


def test_without_permission_the_page_data_set_offers_no_evaluation(dashboard_files, monkeypatch):
    monkeypatch.delenv("FLOODEVAL_ALLOW_JOBS", raising=False)
    page = open_page("Dataset", run="two")
    assert not [button for button in page.button if button.key == "dataset_evaluate"]


def test_a_data_set_is_checked_before_anything_runs(queue, floods):
    page = open_page("Jobs")
    page.pills(key="jobs_kind").set_value("dataset").run()
    assert not page.exception and says(page, "jobs_page.no_dataset")
    choose_floods(page)
    page.button(key="jobs_check").click().run()
    assert not page.exception
    assert page.expander[0].label == plain("floods: layout folders, 4 pairs")
    assert page.success or says(page, "dataset.audit_made")
    page.button(key="jobs_evaluate").click().run()
    assert typed(page.code[0].value).startswith(f"floodeval evaluate {floods}")


def test_an_uploaded_archive_becomes_a_data_set_and_is_checked(queue, floods, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "new floods"), "zip", floods)
    page = open_page("Jobs")
    page.pills(key="jobs_kind").set_value("dataset").run()
    page.file_uploader(key="jobs_archive").set_value(
        ("new floods.zip", Path(archive).read_bytes(), "application/zip")
    )
    page.run()
    page.button(key="jobs_add").click().run()
    assert not page.exception
    assert (floods.parent / "new-floods" / "images" / "a.png").is_file()
    assert page.selectbox(key="jobs_dataset_choice").value == "new-floods"
    assert page.expander[0].label == plain("new-floods: layout folders, 4 pairs")


def test_the_views_of_each_preset_are_those_of_its_recipe():
    assert {
        name: recipe.views if not recipe.trains_encoder or recipe.things else 0
        for name, recipe in config.PRESETS.items()
    } == PRESETS


def test_a_stage_is_named_in_the_language_of_the_page_and_an_unknown_one_as_it_is():
    with speaking("es"):
        assert stage_words("evaluating") == "Evaluando"
        assert stage_words("evaluating flood-area") == f"Evaluando {plain('flood-area')}"
        assert stage_words("evaluations *x*") == plain("evaluations *x*")
