"""Annotation files: drawn as pycocotools draws them, and refused in one line where they are wrong."""

import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as reference

from floodeval import load_dataset
from floodeval.datasets.annotations import Annotation, Shape, draw
from floodeval.datasets.audit.audit import audit
from floodeval.datasets.coco_annotations import decoded_runs
from floodeval.datasets.dataset import read_pair
from floodeval.errors import FloodevalError
from tests.support.laid_out import HEIGHT, INSIDE, RING, WIDTH, coco, labelme, photograph, text, yolo


@pytest.mark.parametrize("seed", range(8))
def test_polygons_are_the_pixels_of_pycocotools(seed):
    rng = np.random.default_rng(seed)
    ring = tuple((rng.random((7, 2)) * [WIDTH, HEIGHT]).ravel().tolist())
    expected = reference.decode(reference.frPyObjects([list(ring)], HEIGHT, WIDTH))[..., 0]
    drawn = draw(Annotation.of("COCO", None, [Shape(3, (ring,))], (WIDTH, HEIGHT)))
    assert (drawn == 3 * expected).all()


@pytest.mark.parametrize("seed", range(8))
def test_compressed_and_plain_runs_are_those_of_pycocotools(seed):
    rng = np.random.default_rng(seed)
    mask = np.asfortranarray(rng.random((HEIGHT, WIDTH)) < (0.001, 0.3, 0.7)[seed % 3], np.uint8)
    encoded = reference.encode(mask)["counts"].decode()
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff([0, *([0] if flat[0] else []), *changes, flat.size]).tolist()
    assert list(decoded_runs(encoded)) == runs
    drawn = draw(Annotation.of("COCO", None, [Shape(1, runs=decoded_runs(encoded))], (WIDTH, HEIGHT)))
    assert (drawn == mask).all()


def test_an_area_of_several_polygons_and_one_of_runs_are_both_water(tmp_path):
    photograph(tmp_path / "a.jpg")
    photograph(tmp_path / "b.jpg", seed=1)
    content = coco(
        ["a.jpg", "b.jpg"], segmentation=[[0, 0, 4, 0, 4, 4, 0, 4], [30, 20, 34, 20, 34, 24, 30, 24]]
    )
    runs = reference.encode(np.asfortranarray(INSIDE.astype(np.uint8)))
    content["annotations"][1]["segmentation"] = {"size": runs["size"], "counts": runs["counts"].decode()}
    text(tmp_path / "labels.json", content)
    dataset = load_dataset(tmp_path)
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[:4, :4] = expected[20:24, 30:34] = True
    assert (read_pair(dataset["a"]).truth == expected).all()
    assert (read_pair(dataset["b"]).truth == INSIDE).all()


def test_photographs_with_equal_areas_in_one_file_have_masks_of_their_own(tmp_path):
    for number, name in enumerate(("a", "b")):
        photograph(tmp_path / f"{name}.jpg", seed=number)
    text(tmp_path / "labels.json", coco(["a.jpg", "b.jpg"]))
    found = audit(tmp_path)
    assert (found.n_photographs, found.n_masks, found.n_pairs) == (2, 2, 2)
    assert found.issues == ()
    sources = [sample.source for sample in load_dataset(tmp_path).samples]
    assert len({source.shown for source in sources}) == 2


def test_a_small_area_on_a_large_one_stays_visible_whatever_the_order(tmp_path):
    photograph(tmp_path / "a.jpg")
    content = coco(["a.jpg"])
    boat = {"id": 9, "image_id": 1, "category_id": 2, "segmentation": [[12, 7, 16, 7, 16, 9, 12, 9]]}
    content["annotations"].insert(0, boat)
    text(tmp_path / "labels.json", content)
    truth = read_pair(load_dataset(tmp_path)["a"]).truth
    assert not truth[7:9, 12:16].any()
    assert truth.sum() == INSIDE.sum() - 8


def test_the_class_0_leaves_the_rest_of_the_photograph_another_value(tmp_path):
    photograph(tmp_path / "a.jpg")
    content = coco(["a.jpg"], categories=[{"id": 0, "name": "flood"}, {"id": 1, "name": "boat"}])
    content["annotations"][0]["category_id"] = 0
    text(tmp_path / "labels.json", content)
    assert (read_pair(load_dataset(tmp_path)["a"]).truth == INSIDE).all()


def refusal(folder):
    with pytest.raises(FloodevalError) as refused:
        load_dataset(folder)
    said = str(refused.value)
    assert "\n" not in said
    assert "; " in said
    return said


def area(**changes):
    return [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [RING]} | changes]


def image(**changes):
    return [{"id": 1, "file_name": "a.jpg", "width": WIDTH, "height": HEIGHT} | changes]


WRONG_COCO = {
    "states 50 × 30 px for a.jpg, which is 40 × 30 px": {"images": image(width=50)},
    "annotates the image '7', which it does not list": {"annotations": area(image_id=7)},
    "uses the class '7', which it does not list": {"annotations": area(category_id=7)},
    "lists the image '1' twice": {"images": image() + image(file_name="b.jpg")},
    "lists the image 'a.jpg' twice": {"images": image() + image(id=2)},
    "lists the class '1' twice": {"categories": [{"id": 1, "name": "water"}, {"id": 1, "name": "boat"}]},
    "leaves the photograph (40 × 30 px) at (90, 5)": {
        "annotations": area(segmentation=[[1, 1, 90, 5, 4, 9]])
    },
    "at (1, -3)": {"annotations": area(segmentation=[[1, -3, 30, 5, 4, 9]])},
    "fewer than three points": {"annotations": area(segmentation=[[1, 1, 3, 3]])},
    "has a box, but no outline": {"annotations": area(segmentation=[])},
    "do not fill the photograph": {
        "annotations": area(segmentation={"size": [HEIGHT, WIDTH], "counts": [10, 20]})
    },
    "run lengths of an area of a.jpg": {
        "annotations": area(segmentation={"size": [HEIGHT, WIDTH], "counts": "\x7f\x7f"})
    },
    "is outside the data set's folder": {"images": image(file_name="../a.jpg")},
    "a photograph of 0 × 30 pixels": {"images": image(width=0)},
    "cannot be read as COCO": {"images": [{"id": 1}]},
    "Expected `int` <= 65535": {"categories": [{"id": 10**12, "name": "water"}]},
}


@pytest.mark.parametrize("complaint", WRONG_COCO)
def test_a_wrong_coco_file_is_refused(tmp_path, complaint):
    photograph(tmp_path / "a.jpg")
    text(tmp_path / "labels.json", coco(["a.jpg"]) | WRONG_COCO[complaint])
    said = refusal(tmp_path)
    assert complaint in said
    assert "labels.json" in said


def test_a_truncated_coco_file_is_refused(tmp_path):
    photograph(tmp_path / "a.jpg")
    text(tmp_path / "labels.json", json.dumps(coco(["a.jpg"]))[:-1])
    assert "labels.json cannot be read as COCO (Input data was truncated); export it again" in refusal(
        tmp_path
    )


def test_coco_files_that_number_classes_differently_are_refused(tmp_path):
    for name, classes in (("a", ("water", "boat")), ("b", ("boat", "water"))):
        photograph(tmp_path / f"{name}.jpg", seed=ord(name))
        categories = [{"id": n, "name": one} for n, one in enumerate(classes, start=1)]
        text(tmp_path / f"labels_{name}.json", coco([f"{name}.jpg"], categories=categories))
    assert "the class 'boat' has another number than in" in refusal(tmp_path)


def test_photographs_that_no_file_annotates_and_files_that_are_missing_are_named(tmp_path):
    photograph(tmp_path / "a.jpg")
    photograph(tmp_path / "extra.jpg", seed=1)
    text(tmp_path / "labels.json", coco(["a.jpg", "gone.jpg"]))
    skipped = {one.id: one.reason for one in load_dataset(tmp_path).skipped}
    assert "labels.json lists gone.jpg, which is missing" in skipped["gone"]
    assert "extra.jpg is in no annotation file" in skipped["extra"]


def test_a_name_that_fits_two_photographs_is_refused(tmp_path):
    photograph(tmp_path / "north" / "a.jpg")
    photograph(tmp_path / "south" / "a.jpg", seed=1)
    text(tmp_path / "labels.json", coco(["a.jpg"]))
    assert "'a.jpg' may be north/a.jpg or south/a.jpg" in refusal(tmp_path)


line = {"label": "shore", "points": [[1, 1], [5, 5]], "shape_type": "line"}
far = {"label": "water", "points": [[1, 1], [5, 5], [400, 2]], "shape_type": "polygon"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (labelme(line), "'shore' is a line, which has no area"),
        (labelme(far), "leaves the photograph (40 × 30 px) at (400, 2)"),
        (labelme(width=WIDTH + 1), "states 41 × 30 px for a.jpg"),
        ('{"shapes": [', "cannot be read as LabelMe"),
        ({"shapes": []}, "cannot be read as LabelMe"),
    ],
)
def test_a_wrong_labelme_file_is_refused(tmp_path, content, complaint):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.json", content)
    assert complaint in refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("0 0.5 0.5 0.2 0.2\n", "line 1 is a box"),
        (yolo() + "0 0.1 0.1 0.2\n", "line 2 is not a polygon"),
        ("water 0.1 0.1 0.2 0.2 0.3 0.3\n", "line 1 is not a polygon"),
        ("0 0.1 0.1 1.2 0.2 0.3 0.3\n", "line 1 has coordinates outside 0 to 1"),
        ("0 nan 0.1 0.2 0.2 0.3 0.3\n", "line 1 has coordinates outside 0 to 1"),
        (yolo(5), "uses the class '5', which"),
    ],
)
def test_a_wrong_yolo_file_is_refused(tmp_path, content, complaint):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", content)
    text(tmp_path / "data.yaml", "names: [water]\n")
    assert complaint in refusal(tmp_path)


def test_an_empty_yolo_file_is_a_photograph_without_water_and_a_missing_one_is_named(tmp_path):
    for number, name in enumerate(("a", "b", "c")):
        photograph(tmp_path / "images" / f"{name}.jpg", seed=number)
    text(tmp_path / "labels" / "a.txt", yolo())
    text(tmp_path / "labels" / "b.txt", "")
    text(tmp_path / "data.yaml", "names: [water]\n")
    dataset = load_dataset(tmp_path)
    assert [sample.id for sample in dataset.samples] == ["a", "b"]
    assert not read_pair(dataset["b"]).truth.any()
    assert "images/c.jpg has no mask" in dataset.skipped[0].reason


def test_yolo_shares_are_of_the_photograph_as_it_is_displayed(tmp_path):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (WIDTH, HEIGHT, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[274] = 6  # a quarter turn
    (tmp_path / "images").mkdir()
    noise.save(tmp_path / "images" / "a.jpg", exif=exif)
    text(tmp_path / "labels" / "a.txt", yolo())
    text(tmp_path / "data.yaml", "names: [water]\n")
    pair = read_pair(load_dataset(tmp_path)["a"])
    assert pair.photograph.shape == (HEIGHT, WIDTH, 3)
    assert (pair.truth == INSIDE).all()


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("labelmap.txt", "background:0,0\n", "line 1 is not valid"),
        ("labelmap.txt", "background:0,0,0::\nwater:0,0,0::\n", "line 2 is not valid"),
        ("labelmap.txt", "", "line 1 is not valid"),
    ],
)
def test_a_wrong_labelmap_is_refused(tmp_path, name, content, complaint):
    photograph(tmp_path / "JPEGImages" / "a.jpg")
    Image.fromarray(INSIDE).save(photograph(tmp_path / "SegmentationClass" / "a.png"))
    text(tmp_path / name, content)
    assert complaint in refusal(tmp_path)


@pytest.mark.parametrize(
    "content", ["names: [water", "names: water\n", "names: {x: water}\n", "a: &a [x]\nnames: [*a]\n"]
)
def test_a_wrong_yaml_file_is_refused(tmp_path, content):
    photograph(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labels" / "a.txt", yolo())
    text(tmp_path / "data.yaml", content)
    assert "data.yaml" in refusal(tmp_path)
