"""What tests of exports share: a small run with its data set, and what was exported of it."""

import shutil

import pytest

from tests.support.fake_run import draw_dataset, shifted, write_run


def ponds(truth, variant, prompt, sample_id):
    """A prediction with a hole, islands and pixels that touch by a corner alone."""
    found = shifted(truth, variant, prompt, sample_id)
    height, width = found.shape
    found[height // 2, width // 3] = False
    found[2, 2] = found[3, 3] = found[height - 1, width - 1] = True
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A results folder with the run `made`, and its data set."""
    root = tmp_path_factory.mktemp("exports")
    dataset = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(6)])
    write_run(root / "results" / "runs" / "made", dataset, predict=ponds)
    return root


@pytest.fixture(autouse=True)
def at_hand(place, monkeypatch):
    """Let the code under test use these results and their data set."""
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(place / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(place / "data"))


@pytest.fixture
def own(place, tmp_path):
    """A copy of the run, to change what it says."""
    return shutil.copytree(place / "results" / "runs" / "made", tmp_path / "own")
