"""A results folder with one run of every kind that the dashboard must be able to show."""

import pytest

from floodeval.i18n import catalog as sentences
from tests.support.fake_run import write_every_kind


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


@pytest.fixture
def marked(monkeypatch):
    """Spanish whose every sentence is the English one between marks."""
    real = sentences.catalog

    def between_marks(language):
        def mark(sentence):
            if isinstance(sentence, dict):
                return {form: mark(text) for form, text in sentence.items()}
            return f"⟦{sentence}⟧"

        return {key: mark(sentence) for key, sentence in real("en").items()}

    monkeypatch.setattr(sentences, "catalog", between_marks)
