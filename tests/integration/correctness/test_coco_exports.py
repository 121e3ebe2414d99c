"""COCO exports: pycocotools reads what was measured."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_truth
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.report.render import coco
from floodeval.report.render.coco import polygon_list, rle
from tests.support.exports import at_hand as at_hand
from tests.support.exports import own as own
from tests.support.exports import place as place
from tests.support.fake_run import draw_dataset, write_run

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def exported(folder, *options):
    """The ground truth of an exported data set, as pycocotools reads it."""
    assert main(["report", "made", "--prompt", "box", *options]) == 0
    return COCO(folder / "instances.json")


def average_precision(truth, results):
    """AP, AP50 and AP75 of masks, as COCOeval computes them."""
    found = COCOeval(truth, truth.loadRes(results), "segm")
    found.evaluate()
    found.accumulate()
    found.summarize()
    return found.stats[:3]


def test_coco_truth_and_each_variants_predictions_are_files_of_their_own(tmp_path):
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    names = {path.name for path in (tmp_path / "c").iterdir()}
    assert names == {"instances.json", "results-pretrained-box.json", "results-finetuned-box.json"}


def test_coco_annotations_are_no_crowds_and_files_are_named_with_their_endings(tmp_path, place):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    assert {one["iscrowd"] for one in truth.dataset["annotations"]} == {0}
    assert len(truth.dataset["images"]) == 6
    for image in truth.dataset["images"]:
        assert (place / "data" / "pools" / image["file_name"]).is_file()


@pytest.mark.parametrize("option", ["--coco", "--coco-polygons"])
def test_coco_holds_the_masks_themselves(tmp_path, place, option):
    truth = exported(tmp_path / "c", option, str(tmp_path / "c"))
    dataset, run = load_dataset(place / "data" / "pools"), load_run("made")
    ids = {image["id"]: image["floodeval_id"] for image in truth.dataset["images"]}
    for one in truth.dataset["annotations"]:
        water = read_truth(dataset[ids[one["image_id"]]]).water
        assert (truth.annToMask(one) == water).all() and one["area"] == water.sum()
    for variant in ("pretrained", "finetuned"):
        results = json.loads((tmp_path / "c" / f"results-{variant}-box.json").read_text())
        assert len(results) == 6
        for one in results:
            found = coco_mask.decode(one["segmentation"])
            assert (found == run.mask(variant, "box", ids[one["image_id"]])).all()


@pytest.mark.parametrize("option", ["--coco", "--coco-polygons"])
def test_a_perfect_prediction_scores_ap_1(tmp_path, option):
    truth = exported(tmp_path / "c", option, str(tmp_path / "c"))
    perfect = [
        {"image_id": one["image_id"], "category_id": 1, "score": 1.0, "segmentation": truth.annToRLE(one)}
        for one in truth.dataset["annotations"]
    ]
    assert average_precision(truth, perfect) == pytest.approx([1, 1, 1])


def test_ap_equals_what_cocoeval_computes_from_the_masks(tmp_path, place):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    run, dataset = load_run("made"), load_dataset(place / "data" / "pools")
    scores = run.metrics[run.metrics["prompt"] == "box"].set_index(["variant", "id"])["score"]
    encode = lambda mask: coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))  # noqa: E731
    own = COCO()
    own.dataset = {"images": [], "categories": [{"id": 1, "name": "water"}], "annotations": [], "info": {}}
    masks = {"pretrained": [], "finetuned": []}
    for number, sample in enumerate(dataset.samples, start=1):
        water = read_truth(sample).water
        own.dataset["images"].append({"id": number, "height": water.shape[0], "width": water.shape[1]})
        of_truth = {"area": int(water.sum()), "iscrowd": 0, "segmentation": encode(water)}
        key = {"image_id": number, "category_id": 1}
        own.dataset["annotations"].append({"id": number, **key, **of_truth, "bbox": [0, 0, 1, 1]})
        for variant, found in masks.items():
            mask = encode(run.mask(variant, "box", sample.id))
            found.append({**key, "segmentation": mask, "score": scores[variant, sample.id]})
    own.createIndex()
    for variant, found in masks.items():
        expected = average_precision(own, found)
        assert 0 < expected[0] < 1
        written = str(tmp_path / "c" / f"results-{variant}-box.json")
        assert average_precision(truth, written) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["two floods", "inundación", "洪水", "d'eau"])
def test_a_data_set_of_any_folder_name_is_found_for_the_report(place, tmp_path, name):
    dataset = draw_dataset(place / "data" / name, ["a", "b"])
    run = write_run(tmp_path / "run", dataset)
    assert main(["report", str(run), "--prompt", "box", "--coco", str(tmp_path / "c")]) == 0
    assert len(json.loads((tmp_path / "c" / "instances.json").read_text())["annotations"]) == 2


@pytest.mark.parametrize("name", ["../pools", "..", "a/../pools", "C:\\pools"])
def test_a_run_names_no_data_set_outside_of_the_places_for_data(name):
    made = load_run("made")
    elsewhere = replace(made, info=replace(made.info, dataset=made.info.dataset | {"name": name}))
    with pytest.raises(FloodevalError, match="is not a valid name of a data set"):
        elsewhere.dataset()


def test_a_photograph_without_water_has_no_annotation_and_an_empty_mask_no_result(tmp_path, place):
    dry = draw_dataset(place / "data" / "dry", ["d1", "d2"], water=False)
    run = write_run(tmp_path / "dry", dry, predict=lambda truth, *_: np.zeros_like(truth))
    assert main(["report", str(run), "--prompt", "full", "--coco", str(tmp_path / "c")]) == 0
    content = json.loads((tmp_path / "c" / "instances.json").read_text())
    assert len(content["images"]) == 2 and content["annotations"] == []
    (only,) = json.loads((tmp_path / "c" / "results-finetuned-full.json").read_text())
    assert only["score"] == 0 and not coco_mask.decode(only["segmentation"]).any()


def test_a_variant_that_finds_nothing_anywhere_is_read_by_pycocotools_and_scores_ap_0(tmp_path, place):
    def timid(truth, variant, *_):
        return np.zeros_like(truth) if variant == "pretrained" else truth

    run = write_run(tmp_path / "timid", load_dataset(place / "data" / "pools"), predict=timid)
    assert main(["report", str(run), "--prompt", "full", "--coco", str(tmp_path / "c")]) == 0
    truth = COCO(tmp_path / "c" / "instances.json")
    for variant, expected in (("pretrained", 0), ("finetuned", 1)):
        found = average_precision(truth, str(tmp_path / "c" / f"results-{variant}-full.json"))
        assert found == pytest.approx([expected] * 3)


def test_ignored_pixels_are_in_neither_the_truth_nor_a_prediction(tmp_path, monkeypatch):
    ignored = np.zeros((60, 96), bool)
    ignored[:, 40:] = True

    def read(sample):
        truth = read_truth(sample)
        nowhere = np.resize(ignored, truth.water.shape)
        return replace(truth, water=truth.water & ~nowhere, ignored=nowhere)

    monkeypatch.setattr(coco, "read_truth", read)
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    results = json.loads((tmp_path / "c" / "results-finetuned-box.json").read_text())
    assert results and truth.dataset["annotations"]
    for one in (*results, *truth.dataset["annotations"]):
        mask = coco_mask.decode(one["segmentation"]).astype(bool)
        assert not (mask & np.resize(ignored, mask.shape)).any()


def test_without_the_data_set_coco_says_that_it_holds_no_truth(tmp_path):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"), "--no-photographs")
    assert truth.dataset["annotations"] == [] and "none" in truth.dataset["info"]["annotations"]
    assert json.loads((tmp_path / "c" / "results-finetuned-box.json").read_text())


def test_an_exported_data_set_is_kept_unless_forced(tmp_path, capsys):
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    (tmp_path / "c" / "results-old-box.json").write_text("[]")
    assert main(["report", "made", "--coco", str(tmp_path / "c")]) == 2
    assert "instances.json exists; " in capsys.readouterr().err
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"), "--force")
    assert not (tmp_path / "c" / "results-old-box.json").exists()


@given(MASKS)
def test_run_lengths_are_written_as_pycocotools_writes_them(mask):
    expected = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    assert rle(mask) == expected


@given(MASKS)
def test_polygons_with_holes_fill_to_the_same_mask(mask):
    found = polygon_list(mask)
    if not found:
        assert not mask.any()
        return
    assert all(len(one) >= 8 for one in found)
    encoded = coco_mask.frPyObjects([list(map(float, one)) for one in found], *mask.shape)
    assert (coco_mask.decode(coco_mask.merge(encoded)) == mask).all()
