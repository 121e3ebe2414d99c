"""Groups of runs: the name of a group stands for its runs, and a run comes before a group of its name."""

from dataclasses import dataclass

import pytest

from floodeval.evaluation import run_groups
from floodeval.evaluation.run_groups import RunGroup, group_of, list_groups, runs_of_groups
from floodeval.evaluation.run_info import RunInfo
from tests.support.set_runs import write_set_run

SCORES = {"pretrained": {"box": [0.5, 0.6]}}


@dataclass(frozen=True)
class Recorded:
    """A group as `run.json` has it."""

    name: str
    runs: tuple[str, ...]
    in_domain: str


@pytest.fixture
def grouped(results, monkeypatch):
    """The runs a and b of the group `both`, of which a is in domain, and a run of its own."""
    for name in ("a", "b", "alone"):
        write_set_run(results / "runs" / name, SCORES)

    def recorded(info: RunInfo):
        return RunGroup("both", ("a", "b"), "a") if info.name in ("a", "b") else None

    monkeypatch.setattr(run_groups, "group_of", recorded)
    return results / "runs"


def names(runs):
    return [run.folder.name for run in runs]


def test_the_group_of_a_run_is_what_it_records(results):
    folder = write_set_run(results / "runs" / "a", SCORES)
    info = RunInfo.from_json((folder / "run.json").read_text())
    assert group_of(info) is None
    object.__setattr__(info, "group", Recorded("both", ("a", "b"), "a"))
    assert group_of(info) == RunGroup("both", ("a", "b"), "a")


def test_the_name_of_a_group_stands_for_its_runs(grouped):
    assert list_groups() == [RunGroup("both", ("a", "b"), "a")]
    runs, in_domain = runs_of_groups(["both"])
    assert (names(runs), in_domain) == (["a", "b"], "a")
    runs, in_domain = runs_of_groups(["both", "alone", "a"])
    assert (names(runs), in_domain) == (["a", "b", "alone"], None)


def test_a_part_of_a_group_without_its_in_domain_run_has_none(grouped):
    assert runs_of_groups(["b"])[1] is None
    assert runs_of_groups(["a"])[1] == "a"


def test_a_run_comes_before_a_group_of_its_name(grouped):
    write_set_run(grouped / "both", SCORES)
    assert names(runs_of_groups(["both"])[0]) == ["both"]
