"""What the package's metadata, its lists of requirements and its locks promise."""

import re
import tomllib

import pytest

import floodeval
from tests.support.serving import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lines_of(name):
    lines = (
        line.partition("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line]


def pins_of(name):
    return {one.split("==")[0]: one for one in lines_of(name) if re.match(r"\S+==", one)}


def test_requirements_list_the_package_s_own_dependencies():
    project = PROJECT["project"]
    assert lines_of("requirements.txt") == [
        *project["dependencies"],
        *project["optional-dependencies"]["report"],
    ]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_release_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    for block in re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block
    assert not [pin for pin in pins_of(name) if re.match(r"torch|nvidia|cuda|triton", pin)]


def test_the_locks_hold_every_dependency_and_agree():
    normal = {re.sub(r"[-_.]+", "-", name) for name in pins_of("requirements.lock")} | {
        "torch",
        "torchvision",
    }
    for dependency in lines_of("requirements.txt"):
        assert re.match(r"[\w.-]+", dependency)[0].lower() in normal
    both, run = pins_of("requirements-dev.lock"), pins_of("requirements.lock")
    assert {name: both[name].split()[0] for name in run} == {
        name: pin.split()[0] for name, pin in run.items()
    }


def test_everything_that_a_wheel_bundles_is_in_the_source_archive():
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    for path in PROJECT["tool"]["floodeval"]["bundled"]:
        assert (ROOT / path).exists() and f"/{path}" in included


def test_the_citation_names_the_version():
    assert f"version: {floodeval.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
