"""One sample as it is shown, with and without its photograph, and what is wrong with it said in words."""

import numpy as np
import pytest

from floodeval.datasets.images import encode_mask
from floodeval.datasets.reference_masks import read_mask
from floodeval.evaluation.run import StoredMasks, mask_path
from floodeval.viz.case_pictures import (
    PAIR_RATIO,
    THUMBNAIL_RATIO,
    against_panel,
    error_panel,
    mask_panel,
    photograph_panel,
    read_case,
    thumbnail,
    truth_panel,
)
from floodeval.viz.style import variant_styles
from tests.support.fake_run import draw_dataset, write_run

VARIANTS = ["pretrained", "finetuned"]
STYLES = variant_styles(VARIANTS)


def sources(run, variants=VARIANTS):
    return {name: StoredMasks(run, name, "box") for name in variants}


@pytest.fixture
def dataset(tmp_path):
    return draw_dataset(tmp_path / "pools", ["a", "b"], [(60, 96), (96, 60)])


@pytest.fixture
def run(tmp_path, dataset):
    return write_run(tmp_path / "run", dataset)


@pytest.mark.parametrize("sample_id", ["a", "b"])
def test_a_case_with_its_photograph_has_every_picture_at_the_photographs_size(run, dataset, sample_id):
    case = read_case(sources(run), sample_id, dataset[sample_id])
    height, width = case.size
    pictures = [
        photograph_panel(case, "pretrained"),
        truth_panel(case, 0.6),
        against_panel(case, *STYLES.values(), 0.6),
    ]
    pictures += [
        panel
        for name in VARIANTS
        for panel in (error_panel(case, name, 0.6), mask_panel(case, name, STYLES[name], 0.6))
    ]
    assert [picture.shape for picture in pictures] == [(height, width, 3)] * 7
    assert not case.problems


def test_error_pictures_show_the_counts_of_the_run(run, dataset):
    case = read_case(sources(run), "a", dataset["a"])
    truth = read_mask(dataset["a"].mask)
    predicted = read_mask(mask_path(run, "finetuned", "box", "a"))
    assert np.array_equal(case.errors["finetuned"].both == 255, truth & predicted)
    assert np.array_equal(case.errors["finetuned"].second_only == 255, predicted & ~truth)
    assert np.array_equal(case.errors["finetuned"].first_only == 255, truth & ~predicted)


def test_without_the_photograph_there_are_masks_and_their_difference(run):
    case = read_case(sources(run), "a", None)
    assert (
        photograph_panel(case, "pretrained") is None
        and truth_panel(case, 1) is None
        and error_panel(case, "finetuned", 1) is None
    )
    assert mask_panel(case, "finetuned", STYLES["finetuned"], 1).shape == (60, 96, 3)
    assert against_panel(case, *STYLES.values(), 1).shape == (60, 96, 3)
    assert not case.problems


def test_large_pictures_are_shrunk(run, dataset):
    case = read_case(sources(run), "b", dataset["b"], longest=48)
    assert case.shown == (48, 30) and case.photograph.shape == (48, 30, 3) and case.scale == 0.5


def test_a_mask_that_is_missing_is_named_and_the_rest_is_shown(run, dataset):
    mask_path(run, "pretrained", "box", "a").unlink()
    case = read_case(sources(run), "a", dataset["a"])
    assert list(case.errors) == ["finetuned"] and "pretrained" in str(case.problems[0])
    assert thumbnail(case, STYLES, 0.6) is not None


def test_a_mask_of_another_size_is_named_and_never_resized(run, dataset):
    mask_path(run, "pretrained", "box", "a").write_bytes(encode_mask(np.ones((10, 20), bool)))
    case = read_case(sources(run), "a", dataset["a"])
    assert list(case.predicted) == ["finetuned"]
    (problem,) = map(str, case.problems)
    assert "the mask of pretrained is 20 × 10 px" in problem and "96 × 60 px" in problem


@pytest.mark.parametrize("sample_id", ["../../run", "a\0b", "x" * 300, ""])
def test_an_id_that_no_file_has_is_a_problem_and_no_crash(run, sample_id):
    case = read_case(sources(run), sample_id, None)
    assert len(case.problems) == 2 and thumbnail(case, STYLES, 1) is None


def test_a_broken_photograph_leaves_the_masks(run, dataset):
    dataset["a"].photograph.write_bytes(b"no picture")
    case = read_case(sources(run), "a", dataset["a"])
    assert case.photograph is None and set(case.predicted) == set(VARIANTS) and len(case.problems) == 1


@pytest.mark.parametrize("sample_id", ["a", "b"])
def test_the_thumbnails_of_a_row_are_of_one_shape(run, dataset, sample_id):
    for sample, ratio in ((dataset[sample_id], PAIR_RATIO), (None, THUMBNAIL_RATIO)):
        picture = thumbnail(read_case(sources(run), sample_id, sample, 90), STYLES, 0.6)
        assert picture.shape[1] / picture.shape[0] == pytest.approx(ratio, rel=0.02)
    one = variant_styles(["pretrained"])
    picture = thumbnail(read_case(sources(run, ["pretrained"]), sample_id, dataset[sample_id], 90), one, 0.6)
    assert picture.shape[1] / picture.shape[0] == pytest.approx(THUMBNAIL_RATIO, rel=0.02)
