import json
import os
import shutil
import subprocess
from collections import namedtuple
from hashlib import sha256

import numpy as np
import pytest
from PIL import Image

from floodeval.datasets.audit.audit import audit
from floodeval.datasets.audit.findings import DOUBTFUL, KINDS
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.errors import FloodevalError
from tests.support.datasets import kaggle, make_pairs

pytestmark = pytest.mark.heavy  # audits whole data sets

Link = namedtuple("Link", "a b kind")
Scenes = namedtuple("Scenes", "links groups")


def found(folder, **options):
    """The kinds of issue and the samples each is about."""
    return {(issue.kind, issue.ids) for issue in audit(folder, **options).issues}


def save_mask(path, values):
    Image.fromarray(np.asarray(values, np.uint8)).save(path)


def test_a_clean_drawn_data_set_has_no_issue(drawn):
    result = audit(drawn)
    assert result.issues == ()
    assert (result.n_photographs, result.n_masks, result.n_pairs) == (12, 12, 12)
    assert result.summary["n_scenes"] == 12


def test_every_gap_is_named(tmp_path):
    folder = kaggle(tmp_path / "floods", ("0", "1", "2"))
    (folder / "Image" / "1.png").unlink()
    (folder / "Mask" / "2.png").unlink()
    shutil.copy(folder / "Image" / "0.png", folder / "Image" / "9.png")
    with (folder / "metadata.csv").open("a") as table:
        table.write("0.png,0.png\n../../out.png,0.png\n")
    gaps = {
        ("missing_photograph", ("1",)),
        ("missing_mask", ("2",)),
        ("unlisted_file", ("9",)),
        ("repeated_id", ("0",)),
        ("outside_file", ("out",)),
    }
    assert found(folder) == gaps | {("duplicate_bytes", ("0", "9"))}


def test_a_pair_that_lacks_both_files_is_named_for_both(tmp_path):
    folder = kaggle(tmp_path / "floods", ("0", "1"))
    for place in ("Image", "Mask"):
        (folder / place / "1.png").unlink()
    assert found(folder) == {("missing_photograph", ("1",)), ("missing_mask", ("1",))}


def test_a_wrong_extension_is_named_with_the_format_of_the_content(pair_folder):
    image = pair_folder / "images" / "a.png"
    Image.open(image).save(pair_folder / "images" / "a.jpg", "WEBP", lossless=True)
    image.unlink()
    (issue,) = audit(pair_folder).issues
    assert (issue.kind, issue.ids) == ("format_mismatch", ("a",))
    assert "images/a.jpg has WEBP content" in issue.detail


def test_masks_of_one_value_are_named(pair_folder):
    save_mask(pair_folder / "masks" / "a.png", np.zeros((32, 48)))
    save_mask(pair_folder / "masks" / "b.png", np.full((32, 48), 255))
    assert found(pair_folder) == {("empty_mask", ("a",)), ("full_mask", ("b",))}


def test_a_mask_whose_water_depends_on_the_threshold_is_grey_and_smooth_edges_are_not(pair_folder):
    values = np.zeros((32, 48))
    values[:, 20], values[:, [19, 21]] = 255, 90
    save_mask(pair_folder / "masks" / "a.png", values)
    values[:, :20] = 255
    save_mask(pair_folder / "masks" / "b.png", values)
    result = audit(pair_folder)
    assert [(issue.kind, issue.ids) for issue in result.issues] == [("grey_mask", ("a",))]
    assert "IoU of 0.33" in result.issues[0].detail
    assert result.summary["smooth_edges"]["n_grey"] == 2


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_audited(pair_folder):
    (pair_folder / "images" / "a.png").write_bytes(b"no picture")
    save_mask(pair_folder / "masks" / "b.png", np.zeros((32, 48)))
    result = audit(pair_folder)
    assert [(issue.kind, issue.ids) for issue in result.issues] == [
        ("empty_mask", ("b",)),
        ("unreadable", ("a",)),
    ]
    assert str(pair_folder) not in result.issues[1].detail


def test_photographs_of_the_same_bytes_are_one_scene(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["1", "2", "10"])
    shutil.copy(folder / "images" / "1.png", folder / "images" / "10.png")
    result = audit(folder)
    assert [(issue.kind, issue.ids) for issue in result.issues] == [("duplicate_bytes", ("1", "10"))]
    assert result.scenes == (("1", "10"),)
    assert result.summary["n_scenes"] == 2


def test_scenes_that_were_found_are_near_duplicates_with_the_kinds_of_their_links(pair_folder):
    scenes = Scenes([Link("a", "b", "same view")], [("b", "a"), ("c",)])
    (issue,) = audit(pair_folder, scenes=scenes).issues
    assert (issue.kind, issue.ids) == ("near_duplicate", ("a", "b"))
    assert "same view" in issue.detail


def test_a_scene_in_two_subsets_leaks_whatever_the_split_calls_its_scenes(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    shutil.copy(folder / "images" / "a.png", folder / "images" / "b.png")
    split = tmp_path / "split.csv"
    split.write_text("id,scene,split\na,a,train\nb,a,test\nc,c,train\n")
    assert ("leak", ("a", "b")) in found(folder, split=split)
    scenes = Scenes([], [("a", "c")])
    assert not [kind for kind, _ in found(folder, split=split, scenes=scenes) if kind == "leak"]


def test_flags_are_the_pairs_in_doubt_and_json_holds_everything(pair_folder):
    save_mask(pair_folder / "masks" / "a.png", np.zeros((10, 10)))
    result = audit(pair_folder, agreement={"mean_iou": 0.8})
    assert result.flags() == {"a": ("size_mismatch", "empty_mask")}
    assert set(DOUBTFUL) < set(KINDS)
    content = json.loads(result.to_json())
    assert set(content) == {
        "dataset",
        "n_photographs",
        "n_masks",
        "n_pairs",
        "issues",
        "scenes",
        "summary",
        "notes",
    }
    assert set(content["issues"][0]) == {"kind", "ids", "detail", "suggestion"}
    assert content["summary"]["label_agreement"] == {"mean_iou": 0.8}


def test_an_audit_changes_nothing_on_disk(pair_folder):
    def state():
        return {path: path.stat().st_mtime_ns for path in pair_folder.rglob("*")}

    before = state()
    audit(pair_folder)
    assert state() == before


def test_a_folder_without_photographs_is_refused(tmp_path):
    for place in ("images", "masks"):
        (tmp_path / place).mkdir()
    with pytest.raises(FloodevalError, match="contains no photograph"):
        audit(tmp_path)


@pytest.fixture(scope="module")
def audited(real_dataset):
    """What an audit finds in the real data set."""
    return audit(real_dataset.folder)


@pytest.mark.slow
@pytest.mark.real
def test_no_real_photograph_is_flagged_for_its_values_or_orientation(real_dataset, audited):
    assert real_dataset.reading.photographs == PhotographReading()
    new = ("orientation", "black_photograph", "white_photograph", "constant_photograph", "dropped_band")
    assert [issue for kind in new for issue in audited.of_kind(kind)] == []


@pytest.mark.slow
@pytest.mark.real
def test_the_real_data_sets_defects_are_found_and_no_sound_mask_is_accused(real_dataset, audited):
    issues = {(issue.kind, issue.ids) for issue in audited.issues}
    assert {ids for kind, ids in issues if kind == "swapped_masks"} == {("14", "15"), ("2052", "2053")}
    assert {ids for kind, ids in issues if kind == "foreign_mask"} == {
        ("1061", "1032"),
        ("1079", "1038"),
        ("3059", "3034"),
    }
    assert {ids for kind, ids in issues if kind == "missing_photograph"} == {
        ("1024",),
        ("1084",),
        ("2021",),
        ("3074",),
    }
    assert set(audited.flags()) == {"14", "15", "2052", "2053", "1061", "1079", "3059"}
    assert audited.repairs() == {"14": "15", "15": "14", "2052": "2053", "2053": "2052"}
    assert {ids for kind, ids in issues if kind == "duplicate_bytes"} == by_bytes(real_dataset.samples)
    if shutil.which("file"):
        assert {ids for kind, ids in issues if kind == "format_mismatch"} == by_file(real_dataset.samples)


def by_bytes(samples):
    """The ids of photographs of the same bytes, found another way."""
    digests = {}
    for sample in samples:
        digests.setdefault(sha256(sample.photograph.read_bytes()).hexdigest(), []).append(sample.id)
    return {tuple(ids) for ids in digests.values() if len(ids) > 1}


def by_file(samples):
    """The ids of photographs that `file` does not call JPEG."""
    paths = [os.fspath(sample.photograph) for sample in samples]
    kinds = subprocess.run(
        ["file", "--brief", "--mime-type", *paths], capture_output=True, text=True, check=True
    )
    said = zip(samples, kinds.stdout.splitlines(), strict=True)
    return {(sample.id,) for sample, kind in said if kind != "image/jpeg"}
