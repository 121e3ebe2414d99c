"""What the values of a folder's masks mean: decided for all files together, never by guess."""

from pathlib import Path

import numpy as np
import pytest

from floodeval.errors import FloodevalError
from floodeval.evaluation.mask_files import PredictedMask
from floodeval.evaluation.mask_scheme import ValueSummary, apply, decide
from floodeval.sam.sources import MaskFolderSource
from tests.support.mask_folders import water

PREDS = Path("preds")
WATER = water(10)
SOFT = np.where(WATER, 0.75, 0.25)
IDS = np.where(WATER, 5, 2).astype(np.uint8)


def decided(*values, threshold=None, water=None):
    files = {Path(f"{n}.png"): ValueSummary.of(PredictedMask(one)) for n, one in enumerate(values)}
    return decide(MaskFolderSource(PREDS, water, threshold), files)


@pytest.mark.parametrize(
    ("values", "options", "kind"),
    [
        (WATER, {}, "zero_and_one"),
        (WATER.astype(np.uint8), {}, "zero_and_one"),
        (WATER.astype(np.int64), {}, "zero_and_one"),
        (WATER.astype(np.float32), {}, "zero_and_one"),
        (WATER.astype(np.uint8) * 255, {}, "black_and_white"),
        (IDS, {"water": (5,)}, "class_ids"),
        (IDS.astype(np.float32), {"water": (5, 7)}, "class_ids"),
        (WATER, {"water": (255,)}, "class_ids"),
        (WATER.astype(np.uint8) * 255, {"water": (255,)}, "class_ids"),
        (SOFT, {"threshold": 0.5}, "probabilities"),
        (SOFT.astype(np.float16), {"threshold": 0.5}, "probabilities"),
        ((SOFT * 255).astype(np.uint8), {"threshold": 0.5}, "probabilities"),
        (WATER, {"threshold": 0.5}, "probabilities"),
    ],
)
def test_each_kind_of_value_gives_the_water_that_was_meant(values, options, kind):
    scheme = decided(values, **options)
    assert (scheme.values, scheme.folder) == (kind, "preds")
    mask, probability = apply(scheme, PredictedMask(values))
    assert mask.dtype == bool and np.array_equal(mask, WATER)
    assert (probability is None) == (kind != "probabilities")


def test_a_pixel_is_water_above_the_threshold_and_not_at_it():
    for values in (np.array([[0.2, 0.5, 0.50001]]), np.array([[50, 51, 52]], np.uint8)):
        threshold = 0.5 if values.dtype.kind == "f" else 0.2  # 51 / 255
        mask, probability = apply(decided(values, threshold=threshold), PredictedMask(values))
        assert mask.tolist() == [[False, False, True]]
        expected = values / (1 if values.dtype.kind == "f" else 255)
        assert np.allclose(probability, expected)


def test_dry_and_flooded_files_are_read_as_the_others():
    ones, dry = np.ones((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
    assert decided(dry, WATER.astype(np.uint8)).values == "zero_and_one"
    assert decided(dry, WATER.astype(np.uint8) * 255).values == "black_and_white"
    assert apply(decided(dry, ones), PredictedMask(ones))[0].all()
    assert not apply(decided(dry), PredictedMask(dry))[0].any()
    assert decided(np.zeros((2, 2), np.float32), SOFT, threshold=0.5).values == "probabilities"


@pytest.mark.parametrize(
    ("values", "options", "complaint"),
    [
        ([SOFT], {}, r"0.png in preds has values from 0.25 to 0.75 .* masks:preds\?threshold=0.5"),
        ([IDS], {}, r"have the values 2, 5, .* \?water=IDS, as in masks:preds\?water=1,2, or a threshold"),
        ([WATER.astype(np.uint8), WATER.astype(np.uint8) * 255], {}, "have the values 0, 1, 255"),
        (
            [np.arange(256, dtype=np.uint8)[None]],
            {},
            r"many values from 0 to 255; .*\?threshold=0.5; .*\?water",
        ),
        ([np.array([[0, 128, 255]], np.uint8)], {}, "have the values 0, 128, 255"),
        ([SOFT * 9 - 4], {"threshold": 0.5}, r"from .* expected probabilities from 0 to 1 \(apply a sigmoid"),
        ([SOFT, (SOFT * 255).astype(np.uint8)], {"threshold": 0.5}, "two scales: 0.png and 1.png"),
        ([WATER.astype(np.uint8)], {"threshold": 0.5}, r"leave \?threshold out"),
        ([(SOFT * 65535).astype(np.uint16)], {"threshold": 0.5}, "whole numbers of 16 bits"),
        ([SOFT], {"water": (1,)}, r"not whole numbers; \?water is for class ids"),
    ],
)
def test_what_does_not_say_its_meaning_is_refused_with_the_option(values, options, complaint):
    with pytest.raises(FloodevalError, match=complaint) as error:
        decided(*values, **options)
    assert "\n" not in str(error.value)


def test_a_lossy_format_holds_black_and_white_or_probabilities_and_no_labels():
    ones = PredictedMask(WATER.astype(np.uint8), is_lossy=True)
    with pytest.raises(FloodevalError, match=r"a.jpg in preds .* is not black and white; save labels as PNG"):
        decide(MaskFolderSource(PREDS), {Path("a.jpg"): ValueSummary.of(ones)})
    noisy = np.where(WATER, 250, 3).astype(np.uint8)
    white = PredictedMask(noisy, is_lossy=True, is_black_and_white=True)
    scheme = decide(MaskFolderSource(PREDS), {Path("a.jpg"): ValueSummary.of(white)})
    assert (scheme.values, scheme.is_lossy) == ("black_and_white", True)
    assert np.array_equal(apply(scheme, white)[0], WATER)
    soft = decide(MaskFolderSource(PREDS, threshold=0.99), {Path("a.jpg"): ValueSummary.of(white)})
    assert not apply(soft, white)[0].any()  # 250 of 255 is below 0.99


def test_class_ids_in_a_lossy_format_are_refused():
    files = {Path("a.jpg"): ValueSummary.of(PredictedMask(IDS, is_lossy=True))}
    with pytest.raises(FloodevalError, match=r"a.jpg in preds is in a format that changes values"):
        decide(MaskFolderSource(PREDS, (5,)), files)
