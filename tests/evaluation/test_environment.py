"""The commit that a run says it was made with."""

import subprocess
from pathlib import Path

import pytest

from floodeval.evaluation.environment import commit_of

WHO = ("-c", "user.name=a", "-c", "user.email=a@b")


@pytest.fixture
def package(tmp_path) -> Path:
    """A folder with one file, committed."""
    folder = tmp_path / "checkout" / "package"
    folder.mkdir(parents=True)
    (folder / "code.py").write_text("1")
    for words in (("init", "-q"), ("add", "."), (*WHO, "commit", "-qm", "first")):
        subprocess.run(["git", *words], cwd=folder.parent, check=True)
    return folder


def test_code_as_committed_is_named_by_its_commit_alone(package):
    (package / "new.txt").write_text("not tracked")
    (package.parent / "notes.txt").write_text("beside the code")
    commit = commit_of(package)
    assert commit is not None
    assert len(commit) == 40


def test_changed_code_is_said(package):
    commit = commit_of(package)
    (package / "code.py").write_text("2")
    assert commit_of(package) == f"{commit}-dirty"


def test_outside_of_a_checkout_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert commit_of(tmp_path) is None
