"""Ignored pixels in pictures, galleries and viewers."""

import re

import numpy as np
import pytest
from PIL import Image

from floodeval.dashboard.widgets.markdown import plain
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.evaluation.run import StoredMasks
from floodeval.viz.case_pictures import error_panel, read_case
from floodeval.viz.dataset_pictures import labeled
from floodeval.viz.style import IGNORED
from tests.support import fake_run
from tests.support.fake_run import write_run
from tests.support.pages import open_page, words
from tests.support.pools import pools as pools


@pytest.fixture
def partly_ignored(results, pools):
    """A run whose reference masks ignore their upper third; every variant calls all of it water."""
    for name in list("abcdef"):
        mask = np.asarray(Image.open(pools[name].mask).convert("L"))
        classes = (mask > 127).astype(np.uint8)
        classes[: len(classes) // 3] = 255
        Image.fromarray(classes).save(pools[name].mask)
    scheme = LabelScheme((1,), (255,))
    dataset = load_dataset(pools.folder, ReadingOptions(labels=scheme))
    folder = write_run(results / "runs" / "partly", dataset, predict=lambda truth, *_: np.ones_like(truth))
    return fake_run.say(folder, labels=scheme), dataset


def gray(picture):
    """Where a picture has no color: the photographs drawn here are green and blue."""
    values = picture.astype(int)
    return np.ptp(values, axis=-1) < 30


def test_ignored_pixels_are_hatched_gray_in_error_maps_and_in_no_class(partly_ignored):
    folder, dataset = partly_ignored
    case = read_case({"pretrained": StoredMasks(folder, "pretrained", "box")}, "a", dataset["a"], 400)
    drawn = error_panel(case, "pretrained", 1.0)
    third = drawn.shape[0] // 3
    assert gray(drawn[: third - 1]).all() and not gray(drawn[third + 1 :]).any()
    assert len(np.unique(drawn[: third - 1].reshape(-1, 3), axis=0)) == 2  # the style, and its hatch
    parts = case.errors["pretrained"]
    assert not any(part[: third - 1].any() for part in (parts.both, parts.first_only, parts.second_only))


def test_ignored_pixels_are_hatched_gray_in_the_galleries_of_the_data_set(partly_ignored):
    _, dataset = partly_ignored
    plain, drawn = np.asarray(Image.open(dataset["a"].photograph)), labeled(dataset["a"], 400)
    assert (drawn[:10] != plain[:10]).all(axis=-1).any() and (drawn[-5:] == plain[-5:]).all()


def test_ignored_pixels_have_a_class_of_their_own_in_the_viewer_and_a_legend(partly_ignored):
    page = open_page("Compare", run="partly", id="a")
    assert not page.exception
    (viewer,) = page.get("bidi_component")
    import json

    panes = {layer["key"]: layer for layer in json.loads(viewer.proto.json)["layers"]}
    for key in ("truth", "errors:pretrained", "mask:finetuned", "against"):
        assert panes[key]["styles"][-1]["color"] == IGNORED.color, key
        assert any(IGNORED.label in entry["text"] for entry in panes[key]["key_entries"]), key
    shares = [entry["text"] for entry in panes["errors:pretrained"]["key_entries"]]
    assert sum(float(re.search(r"([\d.]+)%", text)[1]) for text in shares[:2]) <= 100.1
    assert plain(IGNORED.label) in words(open_page("Worst cases", run="partly"))
    assert plain(IGNORED.label) in words(open_page("Dataset", run="partly"))
