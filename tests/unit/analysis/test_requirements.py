"""Requirements: defaults, what is refused, and the file that is kept with a run."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.analysis.requirements import KEYS, REQUIREMENTS, Requirements
from floodeval.analysis.requirements_file import (
    read_requirements,
    requirements_file,
    requirements_toml,
    write_requirements,
)
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from tests.support.set_runs import write_set_run


@pytest.fixture
def run(tmp_path):
    return load_run(write_set_run(tmp_path / "made", {"pretrained": {"full": [0.5, 0.6]}}))


def test_the_defaults_are_stated():
    found = Requirements()
    limits = {name: found.limit(name) for name in REQUIREMENTS}
    assert limits == {
        "iou": 0.7,
        "failures": 0.05,
        "missed_water": 0.2,
        "false_water": 0.15,
        "seconds": 2.0,
        "scenes": 20,
        "retention": 0.9,
    }
    assert (found.failure_iou, found.reviewed) == (0.5, 0.25)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"iou": 1.1}, 'requirement iou is 1.1; expected a number from 0 to 1, or "not required"'),
        ({"iou": -0.1}, "from 0 to 1"),
        ({"failures": float("nan")}, "requirement failures is nan; expected a number from 0 to 1"),
        ({"seconds": float("inf")}, "requirement seconds is inf; expected a number from 0 to 1000000"),
        ({"iou": True}, "requirement iou is True"),
        ({"iou": "0.5"}, "requirement iou is 0.5"),
        ({"scenes": 2.5}, "requirement scenes is 2.5; expected a whole number from 1"),
        ({"scenes": 0}, "requirement scenes is 0"),
        ({"scenes": 10**400}, "requirement scenes is 1000"),
        ({"failure_iou": None}, "failure_iou is None; expected a number from 0.01 to 0.99"),
        ({"failure_iou": 0}, "failure_iou is 0; expected"),
        ({"failure_iou": 1.0}, "failure_iou is 1.0; expected"),
        (dict.fromkeys(REQUIREMENTS), "nothing is required; state at least one of iou"),
    ],
)
def test_a_value_that_is_no_limit_is_refused_in_one_line(wrong, why):
    with pytest.raises(FloodevalError, match=r"^[^\n]*$") as refused:
        Requirements(**wrong)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (["iou"], "requirement 'iou' is not valid; expected NAME=VALUE"),
        (["=1"], "expected NAME=VALUE"),
        (["iou=high"], "requirement iou is high; expected a number"),
        (["dice=0.5"], "there is no requirement 'dice'; expected one of iou, failures"),
        (["iou=0.5", "iou=0.6"], "requirement 'iou' is given twice"),
        (["scenes=2.5"], "requirement scenes is 2.5; expected a whole number"),
        (["reviewed=none"], "reviewed is None; expected a number"),
        (["iou\x1b[31m=1"], "there is no requirement ''iou\\x1b[31m''"),
    ],
)
def test_a_typed_requirement_that_is_wrong_is_refused(texts, why):
    with pytest.raises(FloodevalError) as refused:
        Requirements().with_texts(texts)
    assert why in str(refused.value)


def test_typed_requirements_replace_the_others():
    found = Requirements().with_texts(["iou=0.75", "seconds=none", "scenes=5"])
    assert (found.iou, found.seconds, found.scenes, found.failures) == (0.75, None, 5, 0.05)


def test_without_a_file_a_run_has_the_defaults_with_its_own_failure_threshold(run, tmp_path):
    assert read_requirements(run) == Requirements(failure_iou=0.5)
    strict = write_set_run(tmp_path / "strict", {"pretrained": {"full": [0.5]}})
    text = (strict / "run.json").read_text().replace('"failure_threshold": 0.5', '"failure_threshold": 0.6')
    (strict / "run.json").write_text(text)
    assert read_requirements(load_run(strict)).failure_iou == 0.6


LIMIT = st.none() | st.floats(0, 1)


@given(LIMIT, LIMIT, st.none() | st.integers(1, 10**6), st.floats(0, 1))
def test_what_is_written_is_read_back(iou, missed, scenes, reviewed):
    stated = Requirements(iou=iou, missed_water=missed, scenes=scenes, reviewed=reviewed)
    assert Requirements().changed(tomllib.loads(requirements_toml(stated))) == stated


def test_requirements_are_kept_with_the_run(run):
    stated = Requirements(iou=0.8, seconds=None)
    assert write_requirements(run, stated) == run.folder / "requirements.toml"
    assert read_requirements(run) == stated


def test_a_missing_key_has_its_default(run):
    requirements_file(run.folder).write_text('iou = 0.8\nseconds = "not required"\n')
    assert read_requirements(run) == Requirements(iou=0.8, seconds=None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"iou = ", "cannot be read"),
        (b"iou = nan", "requirement iou is nan"),
        (b"iou = 2", "requirement iou is 2"),
        (b"[iou]\nleast = 1", "requirement iou is {'least': 1}"),
        (b"dice = 0.5", "there is no requirement 'dice'"),
        (b'"a\\nb" = 0.5', "there is no requirement"),
        (b"iou = 1979-05-27", "requirement iou is 1979-05-27"),
        (b"\xff\xfe", "cannot be read"),
        (b"#" * 2**17, "it is larger than 65,536 bytes"),
        (b"a = " + b"[" * 5000, "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_in_one_line_that_names_it(run, content, why):
    requirements_file(run.folder).write_bytes(content)
    with pytest.raises(FloodevalError) as refused:
        read_requirements(run)
    said = str(refused.value)
    assert "requirements.toml" in said
    assert why in said
    assert said.endswith("correct the file or remove it")
    assert "\n" not in said


@pytest.mark.parametrize("name", KEYS)
def test_every_key_is_in_the_guide(name):
    guide = Path(__file__).parents[3] / "docs" / "how-to" / "decide.md"
    assert f"`{name}`" in guide.read_text(encoding="utf-8")
