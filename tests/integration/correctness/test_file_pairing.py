"""Names of photographs and masks: which files are a pair."""

import unicodedata

import numpy as np
import pytest

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import mask_path
from tests.support.photographs import dataset, left_half, noise, save

NFC, NFD = (unicodedata.normalize(form, "Köln é") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(("photograph", "mask"), [(NFC, NFD), (NFD, NFC), (NFD, NFD)])
def test_names_that_differ_only_in_unicode_normalization_pair(tmp_path, photograph, mask):
    save(tmp_path / "images" / f"{photograph}.png", noise(256, np.uint8))
    save(tmp_path / "masks" / f"{mask}.png", left_half())
    data = load_dataset(tmp_path)
    assert [sample.id for sample in data.samples] == [NFC]
    assert data.skipped == ()


def test_a_listed_name_of_another_normalization_is_found(tmp_path):
    save(tmp_path / "Image" / f"{NFD}.png", noise(256, np.uint8))
    save(tmp_path / "Mask" / f"{NFC}.png", left_half())
    (tmp_path / "metadata.csv").write_text(f"Image,Mask\n{NFC}.png,{NFD}.png\n", encoding="utf-8")
    data = load_dataset(tmp_path)
    assert [sample.id for sample in data.samples] == [NFC]
    assert data.skipped == ()


def test_files_in_subfolders_pair_and_their_ids_keep_the_path(tmp_path):
    folder = dataset(tmp_path, {name: noise(256, np.uint8) for name in ("a.png", "x/a.png", "x/y/b.png")})
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["a", "x/a", "x/y/b"]
    assert data.skipped == ()


def test_listed_files_in_subfolders_keep_their_path(tmp_path):
    for name in ("x/a", "y/a"):
        save(tmp_path / "Image" / f"{name}.png", noise(256, np.uint8))
        save(tmp_path / "Mask" / f"{name}.png", left_half())
    (tmp_path / "metadata.csv").write_text("Image,Mask\nx/a.png,x/a.png\ny/a.png,y/a.png\n")
    assert [sample.id for sample in load_dataset(tmp_path).samples] == ["x/a", "y/a"]


def test_a_subfolder_without_its_counterpart_is_one_finding(tmp_path):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    for number in range(5):
        save(folder / "images" / "more" / f"{number}.png", noise(256, np.uint8))
    (issue,) = audit(folder).of_kind("unpaired_folder")
    assert "images/more/ contains 5 photographs" in issue.detail
    assert [skipped.id for skipped in load_dataset(folder).skipped] == ["more/"]


@pytest.mark.parametrize("place", ["images", "masks"])
def test_two_files_with_one_stem_and_different_extensions_are_reported(tmp_path, place):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    save(folder / place / "a.tif", noise(256, np.uint8) if place == "images" else left_half())
    (issue,) = audit(folder).of_kind("repeated_id")
    assert issue.ids == ("a",)
    assert [sample.id for sample in load_dataset(folder).samples] == ["a"]


def test_ids_that_differ_in_case_only_are_refused_by_name(tmp_path):
    folder = dataset(tmp_path, {name: noise(256, np.uint8) for name in ("Flood.png", "flood.png")})
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["Flood"]
    assert "flood and Flood differ only in upper and lower case" in data.skipped[0].reason


def test_files_that_stand_next_to_a_geotiff_are_no_photographs(tmp_path):
    folder = dataset(tmp_path, {"a.tif": noise(256, np.uint8)})
    for name in ("a.tfw", "a.tif.aux.xml", "a.tif.ovr"):
        (folder / "images" / name).write_text("1.0")
    assert audit(folder).of_kind("repeated_id") == []
    assert load_dataset(folder).skipped == ()


@pytest.mark.parametrize("content", ["id,date\n1,2020\n", "", "Image,Mask\n", "\x00\xff"])
def test_a_metadata_table_that_means_something_else_is_no_obstacle(tmp_path, content):
    folder = dataset(tmp_path, {"a.png": noise(256, np.uint8)})
    (folder / "metadata.csv").write_text(content)
    data = load_dataset(folder)
    assert [sample.id for sample in data.samples] == ["a"]
    assert data.skipped == ()


def test_masks_of_ids_with_a_path_lie_in_subfolders_of_their_prompt_alone(tmp_path):
    assert mask_path(tmp_path, "v", "box", "x/a") == tmp_path / "masks" / "v" / "box" / "x" / "a.png"
    for escape in ("../point/a", "x/../../a", "/etc/a"):
        with pytest.raises(FloodevalError, match="is outside run"):
            mask_path(tmp_path, "v", "box", escape)
