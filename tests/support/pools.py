"""What tests of the dashboard share: a run of drawn pools."""

import pytest

from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture
def pools(results, tmp_path, monkeypatch):
    """A drawn data set of six photographs, and a results folder without runs."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return draw_dataset(tmp_path / "pools", list("abcdef"))


@pytest.fixture
def run(results, pools):
    """A run over those photographs."""
    return write_run(results / "runs" / "mine", pools)
