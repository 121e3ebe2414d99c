"""What many tests share: the models, the data, and what is demanded rather than skipped."""

import os
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores; so would their threads
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from floodeval.data.samples import Dataset, load_dataset
from floodeval.sam.models import Model, load_model
from tests.browser.serving import find_chromium

settings.register_profile("floodeval", deadline=None)  # a loaded machine is no failure
settings.load_profile("floodeval")


def demand(found: bool, what: str) -> None:
    """Skip where something is absent, or fail where FLOODEVAL_REQUIRE_ALL says that it must be there."""
    if not found:
        (pytest.fail if os.environ.get("FLOODEVAL_REQUIRE_ALL") else pytest.skip)(what)


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


@pytest.fixture
def pair_folder(tmp_path: Path) -> Path:
    """A data set of two small pairs in the layout `images/` and `masks/`."""
    return make_pairs(tmp_path / "pairs", ["a", "b"])


def make_pairs(folder: Path, ids: list[str], size: tuple[int, int] = (48, 32)) -> Path:
    """Write photographs (width x height of noise) whose left half is water."""
    width, height = size
    for kind in ("images", "masks"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for number, sample_id in enumerate(ids):
        noise = np.random.default_rng(number).integers(0, 255, (height, width, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{sample_id}.png")
        water = np.zeros((height, width), np.uint8)
        water[:, : width // 2] = 255
        Image.fromarray(water).save(folder / "masks" / f"{sample_id}.png")
    return folder


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty results folder that the code under test uses."""
    folder = tmp_path / "results"
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(folder))
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    found = find_chromium()
    demand(bool(found), "the browser tests: install Chromium (on Debian: apt-get install chromium)")
    return str(found)
