import os
import shutil

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.datasets.layouts import natural_key
from floodeval.errors import FloodevalError
from tests.support.datasets import kaggle, make_pairs


def reasons(dataset):
    return {skipped.id: skipped.reason for skipped in dataset.skipped}


def test_kaggles_layout_is_read_in_natural_order(tmp_path):
    dataset = load_dataset(kaggle(tmp_path / "floods"))
    assert dataset.name == "floods"
    assert [sample.id for sample in dataset.samples] == ["0", "2", "10"]
    assert dataset.skipped == ()


def test_images_and_masks_are_paired_by_stem(pair_folder):
    pair = read_pair(load_dataset(pair_folder)["b"])
    assert pair.photograph.shape == (32, 48, 3)
    assert pair.truth[:, :24].all()
    assert not pair.truth[:, 24:].any()


def test_a_data_set_is_found_by_name_under_the_data_folder(pair_folder, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(pair_folder.parent))
    assert load_dataset("pairs").folder == pair_folder.resolve()


def test_a_data_set_behind_a_link_is_named_by_the_link(pair_folder, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "flood-area").symlink_to(pair_folder)
    dataset = load_dataset(tmp_path / "data" / "flood-area")
    assert dataset.name == "flood-area"
    assert len(dataset.samples) == 2


def test_files_without_a_partner_are_named_and_the_others_kept(tmp_path):
    folder = kaggle(tmp_path / "floods")
    (folder / "Image" / "2.png").unlink()
    shutil.copy(folder / "Mask" / "0.png", folder / "Mask" / "extra.png")
    dataset = load_dataset(folder)
    assert [sample.id for sample in dataset.samples] == ["0", "10"]
    assert "photograph Image/2.png is missing" in reasons(dataset)["2"]
    assert "not in metadata.csv" in reasons(dataset)["extra"]


def test_unpaired_stems_are_named(pair_folder):
    (pair_folder / "masks" / "a.png").unlink()
    (pair_folder / "images" / "b.png").rename(pair_folder / "images" / "c.png")
    shutil.copy(pair_folder / "images" / "c.png", pair_folder / "images" / "d.png")
    shutil.copy(pair_folder / "masks" / "b.png", pair_folder / "masks" / "d.png")
    dataset = load_dataset(pair_folder)
    assert [sample.id for sample in dataset.samples] == ["d"]
    assert "has no mask" in reasons(dataset)["a"]
    assert "has no photograph" in reasons(dataset)["b"]


def test_two_photographs_of_one_id_are_not_both_used(tmp_path):
    folder = kaggle(tmp_path / "floods")
    Image.open(folder / "Image" / "0.png").save(folder / "Image" / "0.jpg")
    with (folder / "metadata.csv").open("a") as table:
        table.write("0.jpg,0.png\n")
    dataset = load_dataset(folder)
    assert [sample.id for sample in dataset.samples] == ["0", "2", "10"]
    assert "two photographs have the name 0" in reasons(dataset)["0"]


@pytest.mark.parametrize("escape", ["../../outside.png", "/etc/hostname"])
def test_a_listed_file_outside_the_folder_is_never_followed(tmp_path, escape):
    folder = kaggle(tmp_path / "floods")
    Image.new("RGB", (4, 4)).save(tmp_path / "outside.png")
    with (folder / "metadata.csv").open("a") as table:
        table.write(f"{escape},0.png\n")
    assert any("outside the data set" in reason for reason in reasons(load_dataset(folder)).values())


def test_a_link_out_of_the_folder_is_not_followed(pair_folder, tmp_path):
    Image.new("RGB", (48, 32)).save(tmp_path / "secret.png")
    (pair_folder / "images" / "a.png").unlink()
    (pair_folder / "images" / "a.png").symlink_to(tmp_path / "secret.png")
    dataset = load_dataset(pair_folder)
    assert [sample.id for sample in dataset.samples] == ["b"]
    assert "outside" in reasons(dataset)["a"]


def test_sizes_that_disagree_are_refused_and_never_resized(pair_folder):
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(pair_folder / "masks" / "a.png")
    with pytest.raises(FloodevalError, match=r"48 × 32 px and its mask a\.png is 10 × 10 px"):
        read_pair(load_dataset(pair_folder)["a"])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("photo,mask\n0.png,0.png\n", "expected Image and Mask"),
        ("", "is not a valid CSV file"),
        ("Image,Mask\n", "no photograph"),
    ],
)
def test_a_metadata_table_of_another_kind_is_refused(tmp_path, content, complaint):
    folder = kaggle(tmp_path / "floods")
    for place in ("Image", "Mask"):
        for file in (folder / place).iterdir():
            file.unlink()
    (folder / "metadata.csv").write_text(content)
    with pytest.raises(FloodevalError, match=complaint):
        load_dataset(folder)


def test_a_missing_folder_and_an_unknown_layout_say_what_is_expected(tmp_path):
    with pytest.raises(FloodevalError, match="no data set 'nowhere'"):
        load_dataset("nowhere")
    with pytest.raises(FloodevalError, match="is not a data set"):
        load_dataset(tmp_path)


def test_the_fingerprint_is_of_the_content_alone(tmp_path):
    first = load_dataset(make_pairs(tmp_path / "one" / "same", ["a", "b"]))
    second = load_dataset(make_pairs(tmp_path / "two" / "other", ["b", "a"][::-1]))
    os.utime(second["a"].photograph, (0, 0))
    assert load_dataset(second.folder).fingerprint == first.fingerprint
    Image.new("RGB", (48, 32)).save(second["a"].photograph)
    assert load_dataset(second.folder).fingerprint != first.fingerprint


def test_ids_sort_as_a_person_counts():
    assert sorted(["10", "2", "a10", "a9"], key=natural_key) == ["2", "10", "a9", "a10"]


@pytest.mark.real
def test_the_real_data_sets_known_defects_are_named(real_dataset):
    assert len(real_dataset.samples) == 240
    assert {skipped.id for skipped in real_dataset.skipped} == {"1024", "1084", "2021", "3074"}
    for sample_id in ("14", "15", "2052", "2053", "1061", "1079", "3059"):
        with pytest.raises(FloodevalError, match="pair the photograph with its own mask"):
            read_pair(real_dataset[sample_id])
