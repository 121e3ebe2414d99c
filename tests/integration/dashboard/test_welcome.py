"""Where there is no run yet, three buttons lead to one."""

import pytest

from floodeval.dashboard import welcome
from floodeval.errors import FloodevalError
from floodeval.evaluation.bundled_run import add_bundled_run, bundled_run
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say
from floodeval.jobs.job_queue import JobQueue
from tests.support.fake_runner import RUNNER
from tests.support.pages import open_page, says, words


@pytest.fixture
def allowed(results, tmp_path, monkeypatch):
    """Empty results, and a queue whose demo is a short program."""
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "1")
    monkeypatch.delenv("FLOODEVAL_READ_ONLY", raising=False)
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (results / "programs").mkdir(parents=True)
    (results / "programs" / "demo.py").write_text("print('drawn')")
    monkeypatch.setattr(welcome, "JobQueue", lambda: JobQueue(results.absolute() / "jobs", RUNNER))
    return results


def test_the_demo_is_started_once_and_its_job_is_shown(allowed):
    page = open_page("Home")
    assert says(page, "welcome.title")
    page.button(key="welcome_demo").click().run()
    assert not page.exception
    assert page.title[0].value == say("pages.jobs")
    (job,) = JobQueue(allowed.absolute() / "jobs").jobs()
    assert job.command == ("demo", "--scenes", "12", "--seed", "0")


def test_an_own_data_set_is_chosen_on_the_page_jobs(allowed):
    page = open_page("Home")
    page.button(key="welcome_own").click().run()
    assert not page.exception and says(page, "jobs_page.about_dataset")


def test_the_bundled_run_is_opened_in_the_writable_results(allowed):
    page = open_page("Home")
    page.button(key="welcome_bundled").click().run()
    assert not page.exception and not says(page, "welcome.title")
    assert load_run("flood-area-vit_t").metrics.equals(load_run(str(bundled_run())).metrics)
    with pytest.raises(FloodevalError, match="flood-area-vit_t"):
        add_bundled_run()
    assert sorted(path.name for path in (allowed / "runs").iterdir()) == ["flood-area-vit_t"]


def test_a_dashboard_that_may_not_start_jobs_shows_the_commands(allowed, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_ALLOW_JOBS", "0")
    page = open_page("Home")
    assert [button.key for button in page.button] == ["welcome_bundled"]
    assert "floodeval demo" in words(page)
    monkeypatch.setenv("FLOODEVAL_READ_ONLY", "1")
    assert not open_page("Home").button
