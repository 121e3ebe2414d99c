import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from floodeval.datasets.dataset import Dataset, load_dataset
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.scenes import store as kept
from tests.support.datasets import make_pairs


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """Two photographs of one view and a third, with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"], (120, 90))
    noise = np.random.default_rng(0).integers(0, 255, (23, 30, 3), dtype=np.uint8)
    view = cv2.resize(noise, (120, 90), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(folder / "images" / "a.png"), view)
    cv2.imwrite(str(folder / "images" / "b.png"), np.ascontiguousarray(view[:, ::-1]))
    return load_dataset(folder)


def the_file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "cache" / "floodeval" / "scenes").iterdir()
    return path


def test_scenes_are_found_once_and_then_read_back(dataset, tmp_path, monkeypatch):
    found = kept_scenes(dataset)
    assert found.groups == (("a", "b"),)
    monkeypatch.setattr(kept, "find_scenes", lambda *_: pytest.fail("searched again"))
    assert kept_scenes(dataset) == found


@pytest.mark.parametrize(
    "damage",
    [
        lambda links: "[{",
        lambda links: json.dumps({"links": links}),
        lambda links: json.dumps([1, 2]),
        lambda links: json.dumps([links[0] | {"b": "stranger"}]),
        lambda links: json.dumps([links[0] | {"kind": "same town"}]),
        lambda links: json.dumps([links[0] | {"transform": [[1, 0, 0], [0, 1, 0]]}]),
        lambda links: json.dumps([links[0] | {"likeness": float("nan")}]),
        lambda links: json.dumps([links[0] | {"transform": [[1, 0, 0], [0, 1, 0], [0, 0, "x"]]}]),
        lambda links: json.dumps([links[0], links[0]]),
        lambda links: json.dumps([links[0] | {"a": "b", "b": "a"}]),
        lambda links: json.dumps([{"a": "a", "b": "b"}]),
    ],
)
def test_a_kept_file_that_is_not_sound_counts_as_none(dataset, tmp_path, damage):
    found = kept_scenes(dataset)
    path = the_file(tmp_path)
    links = json.loads(path.read_text())
    path.write_text(damage(links))
    assert kept_scenes(dataset) == found
    assert json.loads(path.read_text()) == links


def test_another_data_set_or_another_version_of_the_search_is_searched_anew(dataset, tmp_path, monkeypatch):
    kept_scenes(dataset)
    (tmp_path / "floods" / "images" / "b.png").write_bytes(dataset["c"].photograph.read_bytes())
    assert kept_scenes(load_dataset(tmp_path / "floods")).groups == (("b", "c"),)
    calls = []
    monkeypatch.setattr(kept, "find_scenes", lambda *_: calls.append(1) or kept.Scenes(()))
    monkeypatch.setattr(kept, "VERSION", kept.VERSION + 1)
    kept_scenes(dataset)
    assert calls == [1]


def test_a_cache_that_cannot_be_written_costs_time_only(dataset, tmp_path):
    (tmp_path / "cache").write_bytes(b"a file where the folder should be")
    assert kept_scenes(dataset).groups == (("a", "b"),)
