"""A results folder with one run of every kind that the dashboard must be able to show."""

import pytest

from tests.ui.fake_run import write_every_kind


@pytest.fixture(scope="session")
def all_runs(tmp_path_factory):
    """The folder that holds `results` and `data`."""
    return write_every_kind(tmp_path_factory.mktemp("dashboard"))


@pytest.fixture
def dashboard_files(all_runs, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(all_runs / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(all_runs / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(all_runs / "cache"))
    return all_runs
