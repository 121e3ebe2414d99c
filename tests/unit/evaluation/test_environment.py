"""The commit that a run says it was made with."""

import shutil
import subprocess
from pathlib import Path

import pytest

from floodeval.evaluation.environment import commit_of

WHO = ("-c", "user.name=a", "-c", "user.email=a@b")


@pytest.fixture
def package(tmp_path) -> Path:
    """A package at the root of its own repository, committed."""
    folder = tmp_path / "checkout" / "package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "code.py").write_text("1")
    (folder.parent / "pyproject.toml").write_text('[project]\nname = "package"\n')
    commit(folder.parent)
    return folder


def commit(repository: Path) -> None:
    for words in (("init", "-q"), ("add", "."), (*WHO, "commit", "-qm", "first")):
        subprocess.run(["git", *words], cwd=repository, check=True)


def test_code_as_committed_is_named_by_its_commit_alone(package):
    (package / "new.txt").write_text("not tracked")
    (package.parent / "notes.txt").write_text("beside the code")
    found = commit_of(package)
    assert found is not None
    assert len(found) == 40


def test_changed_code_is_said(package):
    found = commit_of(package)
    (package / "code.py").write_text("2")
    assert commit_of(package) == f"{found}-dirty"


@pytest.mark.parametrize("place", [".venv/lib/site-packages/package", "vendor/package", "package"])
def test_a_package_in_somebody_elses_repository_has_no_commit(tmp_path, package, place):
    theirs = tmp_path / "theirs"
    copy = theirs / place
    shutil.copytree(package, copy)
    (theirs / "pyproject.toml").write_text('[project]\nname = "flood-study"\n')
    commit(theirs)
    assert commit_of(copy) is None


def test_an_untracked_copy_next_to_its_pyproject_has_no_commit(tmp_path, package):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "pyproject.toml").write_text('[project]\nname = "package"\n')
    commit(theirs)
    shutil.copytree(package, theirs / "package")
    assert commit_of(theirs / "package") is None


def test_outside_of_a_checkout_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit_of(tmp_path) is None
