"""Groups of runs: the name of a group stands for its runs, and a run comes before a group of its name."""

import pytest

from floodeval.evaluation.run_groups import list_groups, runs_of_groups
from floodeval.evaluation.run_parts import Group
from tests.support.set_runs import write_set_run

SCORES = {"pretrained": {"box": [0.5, 0.6]}}
BOTH = Group("both", ("a", "b"), "a")


@pytest.fixture
def grouped(results):
    """The runs a and b of the group `both`, of which a is in domain, and a run of its own."""
    for name in ("a", "b"):
        write_set_run(results / "runs" / name, SCORES, group=BOTH)
    write_set_run(results / "runs" / "alone", SCORES)
    return results / "runs"


def names(runs):
    return [run.folder.name for run in runs]


def test_the_name_of_a_group_stands_for_its_runs(grouped):
    assert list_groups() == [BOTH]
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


def test_a_run_that_cannot_be_read_hides_no_group(grouped):
    (grouped / "alone" / "run.json").write_text("{")
    assert list_groups() == [BOTH]
