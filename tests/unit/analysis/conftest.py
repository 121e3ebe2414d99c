"""A small run in which both variants contradict one reference mask."""

import pytest

from floodeval.evaluation.run import load_run
from tests.support.fake_run import draw_dataset, write_run


def right_but_for_i3(truth, variant, prompt, sample_id):
    """Both variants find the whole pool; the truth of i3 is taken to lack its lower half (or the reverse)."""
    found = truth.copy()
    if sample_id == "i3":
        found[: len(found) // 2] = True
    if sample_id == "i4" and variant == "pretrained":
        found[:] = False
    return found


@pytest.fixture
def run(tmp_path):
    dataset = draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(6)])
    return load_run(write_run(tmp_path / "run", dataset, predict=right_but_for_i3))
