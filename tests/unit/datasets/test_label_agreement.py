import json

import cv2
import numpy as np
import pytest

from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import write_record
from floodeval.datasets.images import encode_mask
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.reference_masks import read_mask
from floodeval.datasets.scenes import Link, Scenes
from floodeval.datasets.scenes.matching import IDENTITY
from tests.support.datasets import make_pairs

MIRRORED = ((-1.0, 0.0, 47.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
HALF = ((0.5, 0.0, -0.25), (0.0, 0.5, -0.25), (0.0, 0.0, 1.0))
RIGHT_PART = ((1.0, 0.0, -12.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))  # 12 pixels are cut off at the left


def link(a, b, kind="same photograph", transform=IDENTITY):
    return Link(a, b, kind, transform, 100, 0.99)


@pytest.fixture
def folder(tmp_path):
    """Photographs a to d of 48 x 32 pixels whose left half is water."""
    return make_pairs(tmp_path / "floods", ["a", "b", "c", "d"])


def agreement(folder, *links):
    return label_agreement(load_dataset(folder), Scenes(links))


def write_mask(folder, name, mask):
    (folder / "masks" / f"{name}.png").write_bytes(encode_mask(mask))


def replace_photograph(folder, name, size):
    cv2.imwrite(str(folder / "images" / f"{name}.png"), np.zeros((size[1], size[0], 3), np.uint8))


def test_equal_masks_agree_and_different_ones_by_their_iou(folder):
    mask = read_mask(folder / "masks" / "b.png")
    mask[:, 12:] = False
    write_mask(folder, "b", mask)
    found = agreement(folder, link("a", "b", "same bytes"), link("a", "c"))
    assert [(pair.a, pair.b, pair.iou) for pair in found.pairs] == [("a", "b", 0.5), ("a", "c", 1.0)]
    assert (found.copies.n, found.copies.mean, found.copies.low, found.copies.high) == (2, 0.75, 0.5, 1.0)
    assert found.copies.sd == pytest.approx(np.sqrt(0.125))
    assert (found.identical.n, found.identical.mean, found.identical.sd) == (1, 0.5, None)


def test_a_mirrored_a_smaller_and_a_cut_copy_are_compared_where_they_show_the_same(folder):
    mask = read_mask(folder / "masks" / "a.png")
    write_mask(folder, "b", mask[:, ::-1])
    write_mask(folder, "c", mask[::2, ::2])
    write_mask(folder, "d", mask[:, 12:])
    replace_photograph(folder, "c", (24, 16))
    replace_photograph(folder, "d", (36, 32))
    links = (
        link("a", "b", transform=MIRRORED),
        link("a", "c", transform=HALF),
        link("a", "d", transform=RIGHT_PART),
    )
    assert [pair.iou for pair in agreement(folder, *links).pairs] == [1.0, 1.0, 1.0]


def test_two_frames_of_a_view_a_foreign_mask_and_a_dry_pair_are_left_out(folder):
    write_mask(folder, "b", np.ones((10, 10), bool))
    for name in "cd":
        write_mask(folder, name, np.zeros((32, 48), bool))
    found = agreement(folder, link("a", "b"), link("a", "c", "same view"), link("c", "d"))
    assert found.pairs == ()
    assert (found.copies.n, found.copies.mean, found.identical.low) == (0, None, None)


def test_it_goes_into_json(folder):
    found = json.loads(json.dumps(agreement(folder, link("a", "b", "same bytes")).as_dict()))
    assert found["pairs"] == [{"a": "a", "b": "b", "kind": "same bytes", "iou": 1.0}]
    assert found["identical"] == {"n": 1, "mean": 1.0, "sd": None, "low": 1.0, "high": 1.0}


def test_drawn_scenes_are_no_annotations_whatever_they_are_called(folder):
    ids = ("a", "b")
    drawn = make_pairs(folder.parent / "drawn", list(ids))
    write_record(drawn)
    assert agreement(drawn, link(*ids)).copies.n == 0


def test_photographs_that_are_called_as_drawn_scenes_are_annotated_all_the_same(folder):
    ids = ("base00", "haze-3-base00")
    assert agreement(make_pairs(folder.parent / "real", list(ids)), link(*ids)).copies.n == 1
