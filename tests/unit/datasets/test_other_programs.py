"""Files as other programs write them: byte order marks, accents, paths, class names and shapes."""

import base64
import io
import json
import unicodedata

import numpy as np
import pytest
from PIL import Image

from floodeval import load_dataset
from floodeval.datasets.dataset import read_pair
from floodeval.errors import FloodevalError
from tests.support.laid_out import (
    HEIGHT,
    INSIDE,
    RING,
    WIDTH,
    coco,
    colors,
    labelme,
    mask,
    photograph,
    text,
    yolo,
)

LABELMAP = "background:0,0,0::\nwater:0,0,200::\n"
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "inundación") for form in ("NFC", "NFD"))


def water(dataset, sample_id="a"):
    return read_pair(dataset[sample_id]).truth


def with_mark(path, content):
    """Write text as some editors on Windows do: a byte order mark, and two signs at the end of a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(("\ufeff" + content.replace("\n", "\r\n")).encode())


def test_text_files_may_have_a_byte_order_mark_and_the_line_ends_of_windows(tmp_path):
    places = {name: tmp_path / name for name in ("toml", "coco", "labelme", "yolo", "voc")}
    photograph(places["toml"] / "photos" / "a.jpg")
    mask(places["toml"] / "gt" / "a.png")
    files = '[files]\nimages = "photos/{stem}.jpg"\nmasks = "gt/{stem}.png"\n'
    with_mark(places["toml"] / "dataset.toml", files)
    photograph(places["coco"] / "a.jpg")
    with_mark(places["coco"] / "labels.json", json.dumps(coco(["a.jpg"])))
    photograph(places["labelme"] / "a.jpg")
    with_mark(places["labelme"] / "a.json", json.dumps(labelme()))
    photograph(places["yolo"] / "images" / "a.jpg")
    with_mark(places["yolo"] / "labels" / "a.txt", yolo())
    with_mark(places["yolo"] / "data.yaml", "names: [water]\n")
    photograph(places["voc"] / "JPEGImages" / "a.jpg")
    colors(places["voc"] / "SegmentationClass" / "a.png", (0, 0, 200), (0, 0, 0))
    with_mark(places["voc"] / "labelmap.txt", LABELMAP)
    with_mark(places["voc"] / "ImageSets" / "Segmentation" / "train.txt", "a\n")
    for place in places.values():
        assert (water(load_dataset(place)) == INSIDE).all(), place.name
    assert load_dataset(places["voc"]).listing.subset_of == {"a": "train"}


def test_a_name_that_yaml_gives_two_numbers_is_one_class(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", yolo(0))
    text(tmp_path / "data.yaml", "names: [water, water, boat]\n")
    dataset = load_dataset(tmp_path)
    assert dataset.listing.classes.values == {"water": (0, 1), "boat": (2,)}
    assert (water(dataset) == INSIDE).all()


def test_masks_dir_may_be_a_folder_in_a_folder(tmp_path):
    photograph(tmp_path / "images" / "train" / "a.jpg")
    mask(tmp_path / "labels" / "semantic" / "train" / "a.png", 1)
    text(tmp_path / "data.yaml", "masks_dir: labels/semantic/\nnames: [land, water]\n")
    dataset = load_dataset(tmp_path)
    assert dataset.listing.subset_of == {"a": "train"}
    assert (water(dataset) == INSIDE).all()


def test_files_that_windows_leaves_are_no_photographs(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    for place in ("images/Thumbs.db", "masks/desktop.ini"):
        text(tmp_path / place, "x")
    assert load_dataset(tmp_path).skipped == ()


@pytest.mark.parametrize("place", ["classes.txt", "labels/classes.txt", "labels/Classes.txt", "obj.names"])
def test_yolo_names_its_classes_in_a_text_file_too(tmp_path, place):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", yolo(1))
    text(tmp_path / place, "land\nwater\n")
    dataset = load_dataset(tmp_path)
    assert dataset.skipped == ()
    assert dataset.listing.classes.values == {"land": (0,), "water": (1,)}
    assert (water(dataset) == INSIDE).all()


@pytest.mark.parametrize("second", ["1, road\n2, water\n", "1, water\n"])
def test_folders_of_a_split_that_name_other_classes_are_refused(tmp_path, second):
    for subset, classes in (("train", "1, water\n2, road\n"), ("valid", second)):
        photograph(tmp_path / subset / f"{subset}.jpg")
        mask(tmp_path / subset / f"{subset}_mask.png", 1)
        text(tmp_path / subset / "_classes.csv", f"Pixel Value, Class\n0, land\n{classes}")
    with pytest.raises(
        FloodevalError, match=r"valid/_classes.csv names other classes than train/_classes.csv; "
    ):
        load_dataset(tmp_path)


def test_two_yaml_files_with_other_names_are_refused(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", yolo(1))
    text(tmp_path / "data.yaml", "names: [land, water]\n")
    text(tmp_path / "old.yaml", "names: [water, land]\n")
    with pytest.raises(FloodevalError, match=r"old.yaml names other classes than"):
        load_dataset(tmp_path)


def test_a_yaml_file_of_another_program_does_not_hide_masks_next_to_photographs(tmp_path):
    photograph(tmp_path / "a.jpg")
    mask(tmp_path / "a_mask.png")
    text(tmp_path / "ci.yml", "a: !tag b\nnames: x\n")
    assert (water(load_dataset(tmp_path)) == INSIDE).all()


@pytest.mark.parametrize("there", [COMPOSED, DECOMPOSED])
def test_coco_finds_a_photograph_whichever_way_its_accents_are_written(tmp_path, there):
    photograph(tmp_path / there / f"{there}.jpg")
    listed = COMPOSED if there == DECOMPOSED else DECOMPOSED
    text(tmp_path / "labels.json", coco([f"{listed}/{listed}.jpg"]))
    dataset = load_dataset(tmp_path)
    assert dataset.skipped == ()
    assert (water(dataset, f"{COMPOSED}/{COMPOSED}") == INSIDE).all()


def test_coco_may_name_a_photograph_from_its_own_folder(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    photograph(tmp_path / "other" / "images" / "a.jpg", seed=1)
    text(tmp_path / "annotations" / "labels.json", coco(["..\\images\\a.jpg"]))
    dataset = load_dataset(tmp_path)
    assert dataset["a"].photograph == (tmp_path / "images" / "a.jpg").resolve()
    assert (water(dataset) == INSIDE).all()


def test_coco_files_whose_photographs_are_absent_say_so(tmp_path):
    photograph(tmp_path / "a.JPG")
    text(tmp_path / "labels.json", coco(["a.jpg"]))
    with pytest.raises(FloodevalError, match=r"labels.json lists a.jpg, which is missing; "):
        load_dataset(tmp_path)


def test_a_photograph_that_two_coco_files_annotate_is_reported_with_both(tmp_path):
    photograph(tmp_path / "a.jpg")
    for name in ("boats", "water"):
        text(tmp_path / f"{name}.json", coco(["a.jpg"]))
    (gap,) = load_dataset(tmp_path).skipped
    assert "water.json annotates a again; keep one of the two (" in gap.reason
    assert "/boats.json is used)" in gap.reason


def shape(kind, points, **more):
    return {"label": "water", "points": points, "shape_type": kind} | more


def drawn(folder, *shapes):
    photograph(folder / "a.jpg")
    text(folder / "a.json", labelme(*shapes))
    return water(load_dataset(folder))


def test_labelme_shapes_without_a_type_and_rectangles_of_four_corners_are_polygons(tmp_path):
    corners = [RING[n : n + 2] for n in range(0, len(RING), 2)]
    for n, kind in enumerate((None, "rectangle")):
        assert (drawn(tmp_path / str(n), shape(kind, corners)) == INSIDE).all()


def test_a_labelme_mask_is_drawn_at_its_box(tmp_path):
    inside = np.random.default_rng(0).random((15, 20)) > 0.5
    content = io.BytesIO()
    Image.fromarray(inside).save(content, "PNG")
    encoded = base64.b64encode(content.getvalue()).decode()
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[15:30, 20:40] = inside
    found = drawn(tmp_path, shape("mask", [[20.0, 15.0], [39.0, 29.0]], mask=encoded))
    assert (found == expected).all()
    with pytest.raises(FloodevalError, match=r"of a.jpg do not fill the photograph"):
        drawn(tmp_path, shape("mask", [[21.0, 15.0], [40.0, 29.0]], mask=encoded))
    with pytest.raises(FloodevalError, match=r"cannot be read as LabelMe \(mask\)"):
        drawn(tmp_path, shape("mask", [[1, 1], [2, 2]], mask="bm8gcGljdHVyZQ=="))


def test_a_circle_that_leaves_the_photograph_is_cut_off(tmp_path):
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    for n, (center, edge) in enumerate([((5, 6), (15, 6)), ((35, 25), (35, 12))]):
        radius = np.hypot(center[0] - edge[0], center[1] - edge[1])
        expected = np.hypot(x - center[0], y - center[1]) <= radius
        found = drawn(tmp_path / str(n), shape("circle", [center, edge]))
        assert (found != expected).mean() < 0.02


def test_lists_of_subsets_have_names_with_spaces_in_any_capitalization(tmp_path):
    for name in ("my photo 1", "b"):
        photograph(tmp_path / "JPEGImages" / f"{name}.jpg", seed=len(name))
        mask(tmp_path / "SegmentationClass" / f"{name}.png")
    text(tmp_path / "imagesets" / "segmentation" / "Train.txt", "my photo 1\n")
    text(tmp_path / "imagesets" / "segmentation" / "Val.txt", "b\n\n")
    assert load_dataset(tmp_path).listing.subset_of == {"my photo 1": "train", "b": "validation"}
    text(tmp_path / "imagesets" / "segmentation" / "Test.txt", "b\n")
    with pytest.raises(FloodevalError, match=r"lists b in the subset validation, another file in test; "):
        load_dataset(tmp_path)


def test_aliases_of_yaml_are_not_written_out(tmp_path):
    photograph(tmp_path / "images" / "a.jpg")
    mask(tmp_path / "masks" / "a.png")
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10))]
    text(tmp_path / "data.yaml", "\n".join([*lines, "masks_dir: *a9", "names: [land, water]"]))
    assert (water(load_dataset(tmp_path)) == INSIDE).all()


def test_a_photograph_without_a_yolo_file_is_reported_with_the_file_that_it_needs(tmp_path):
    for name in ("a", "b"):
        photograph(tmp_path / "images" / f"{name}.jpg", seed=ord(name))
    text(tmp_path / "labels" / "a.txt", yolo())
    text(tmp_path / "data.yaml", "names: [water]\n")
    (gap,) = load_dataset(tmp_path).skipped
    assert gap.reason == "images/b.jpg has no mask; add labels/b.txt"
