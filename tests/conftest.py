"""What many tests share: the models, the data, and what is demanded rather than skipped."""

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores; so would their threads
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.progress import Progress, silent
from floodeval.sam.checkpoints import ENCODER, sha256_of_tensors
from floodeval.sam.loading import Model, load_model
from tests.support.absent import MARK_OF, demand, why_no_pdf, why_no_weights
from tests.support.datasets import make_pairs
from tests.support.serving import browsing, find_chromium
from tests.support.small_frames import use_small_frames, with_small_frame
from tests.support.training import make_tiny

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NO_CHROMIUM = "the browser tests: install Chromium (on Debian: apt-get install chromium)"

settings.register_profile("floodeval", deadline=None)  # a loaded machine is no failure
settings.load_profile("floodeval")


@pytest.hookimpl(tryfirst=True)  # before marks choose among the tests
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by what its fixtures need, so that none is taken for a unit test by mistake."""
    for item in items:
        for name in MARK_OF.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARK_OF[name])
    keep_a_sample_of_the_slow(items)
    items.sort(key=is_quick)  # what takes long comes first, so that no worker is left alone with it


def is_quick(item: pytest.Item) -> bool:
    return not any(item.get_closest_marker(mark) for mark in ("browser", "weights", "real", "heavy", "slow"))


def keep_a_sample_of_the_slow(items: list[pytest.Item]) -> None:
    """Where FLOODEVAL_SLOW_SAMPLE gives a number, keep as many of the slow tests, always the same ones."""
    n = int(os.environ.get("FLOODEVAL_SLOW_SAMPLE", 0))
    slow = [item for item in items if item.get_closest_marker("slow")]
    if n and len(slow) > n:
        kept = random.Random(0).sample(sorted(item.nodeid for item in slow), n)
        items[:] = [item for item in items if item not in slow or item.nodeid in kept]


@pytest.hookimpl(tryfirst=True)  # before fixtures are made
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser, or weights that cannot be fetched, where they are absent."""
    if item.get_closest_marker("browser"):
        demand(bool(find_chromium()), NO_CHROMIUM)
    if item.get_closest_marker("weights"):
        demand(not why_no_weights(), why_no_weights())


@pytest.fixture
def pdf_tools() -> None:
    """For a test that lays out a PDF: the libraries that WeasyPrint needs."""
    demand(not why_no_pdf(), why_no_pdf())


@pytest.fixture(scope="session")
def real_dataset() -> Dataset:
    place = os.environ.get("FLOODEVAL_DATA")
    found = bool(place) and (Path(str(place)) / "flood-area").is_dir()
    demand(found, "the real photographs: set FLOODEVAL_DATA to the folder that holds flood-area/")
    return load_dataset(Path(str(place)) / "flood-area")


@pytest.fixture(scope="session")
def vit_t() -> Model:
    """MobileSAM as published, fetched as a user would fetch it."""
    return load_model("vit_t")


@pytest.fixture(scope="session")
def small_vit_t(vit_t: Model) -> Model:
    """MobileSAM's published weights, for a small frame."""
    return with_small_frame(vit_t)


@pytest.fixture
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every vit_t that is loaded have a small frame: an evaluation in a moment, with the real weights."""
    use_small_frames(monkeypatch.setattr)


@pytest.fixture
def pair_folder(tmp_path: Path) -> Path:
    """A data set of two small pairs in the layout `images/` and `masks/`."""
    return make_pairs(tmp_path / "pairs", ["a", "b"])


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty results folder that the code under test uses."""
    folder = tmp_path / "results"
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    return str(find_chromium())


@pytest.fixture(scope="session")
def browser(chromium: str) -> "Iterator[Browser]":
    """The one Chromium of all tests: Playwright starts only once in a process."""
    with browsing(chromium) as opened:
        yield opened


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let trainings take a model with a tiny encoder and a coarse decoder, and keep their views apart."""

    def load(model_type: str, device: str = "cpu", progress: Progress = silent):
        model = load_model(model_type, device=device)
        make_tiny(model.sam)
        return replace(model, encoder_sha256=sha256_of_tensors(model.sam.state_dict(), ENCODER))

    monkeypatch.setattr("floodeval.training.finetune.load_model", load)
    monkeypatch.setattr("floodeval.training.fitted_domain.load_model", load)
    monkeypatch.setattr("floodeval.training.examples.cache_folder", lambda: tmp_path / "kept")
