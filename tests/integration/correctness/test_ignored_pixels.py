"""Ignored pixels count nowhere: not in counts, borders, error kinds, prompts, clicks or agreement."""

import math

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from floodeval.datasets.inventory import truth_sha256
from floodeval.metrics.borders import border, border_distances
from floodeval.metrics.boundary import boundary, boundary_iou
from floodeval.metrics.error_types import count_errors
from floodeval.metrics.measures import measure
from floodeval.metrics.overlap import Counts, count
from floodeval.sam.clicks import Click, corrections, next_click
from floodeval.sam.inference import Embedding, input_size
from floodeval.sam.prompts import make_prompt, parse_prompt

masks = arrays(bool, (9, 13))


def drawn(*rows: str) -> np.ndarray:
    """A mask of rows of text: # is true."""
    return np.array([[sign == "#" for sign in row] for row in rows])


# By hand: of 4 x 5 pixels, 6 are ignored and 14 count.
TRUTH = drawn("##...", "##...", "##...", ".....")
PREDICTED = drawn("#.#..", "#.#..", "#.#..", "....#")
IGNORED = drawn("#....", "..#..", "..#..", "#.#.#")


def test_counts_leave_ignored_pixels_out_of_all_four():
    # Water that counts: (0,1) (1,0) (1,1) (2,0) (2,1); predicted: (0,2) (1,0) (2,0).
    assert count(TRUTH, PREDICTED, ignored=IGNORED) == Counts(tp=2, fp=1, fn=3, tn=8)
    measures = measure(TRUTH, PREDICTED, ignored=IGNORED)
    assert measures.overlap.iou == pytest.approx(2 / 6)
    assert measures.overlap.precision == pytest.approx(2 / 3)
    assert measures.overlap.accuracy == pytest.approx(10 / 14)


def test_where_every_pixel_is_ignored_nothing_is_measured():
    everywhere = np.ones_like(TRUTH)
    measures = measure(TRUTH, PREDICTED, ignored=everywhere)
    assert measures.counts == Counts(0, 0, 0, 0)
    assert set(vars(measures.overlap).values()) == {None}
    assert set(vars(measures.boundary).values()) == {None}


@given(masks, masks)
def test_no_ignored_pixel_gives_the_very_same_numbers_as_none(truth, predicted):
    nowhere = np.zeros_like(truth)
    assert measure(truth, predicted, ignored=nowhere) == measure(truth, predicted)
    assert count_errors(truth, predicted, ignored=nowhere) == count_errors(truth, predicted)
    assert next_click(truth, predicted, [], ignored=nowhere) == next_click(truth, predicted, [])
    assert truth_sha256(truth, nowhere) == truth_sha256(truth)


@given(masks, masks, masks, masks)
def test_what_either_mask_says_below_ignored_pixels_changes_no_number(truth, predicted, ignored, below):
    other_truth, other_predicted = truth ^ (ignored & below), predicted ^ (ignored & below)
    wanted = measure(truth, predicted, ignored=ignored)
    assert measure(other_truth, other_predicted, ignored=ignored) == wanted
    assert count_errors(other_truth, other_predicted, ignored=ignored) == count_errors(
        truth, predicted, ignored=ignored
    )
    clicks = [
        next_click(one & ~ignored, other, [], ignored=ignored)
        for one, other in ((truth, predicted), (other_truth, other_predicted))
    ]
    assert clicks[0] == clicks[1]
    assert truth_sha256(other_truth, ignored) == truth_sha256(truth, ignored)


def test_a_border_between_water_and_ignored_is_no_border():
    water = drawn(".......", ".####..", ".####..", ".####..", ".......")
    ignored = drawn(".......", ".....#.", ".....#.", ".....#.", ".......")
    # The last column of the water has ignored to its right; its upper and lower ends still meet land.
    wanted = drawn(".......", ".####..", ".#.....", ".####..", ".......")
    assert (border(water, ignored=ignored) == wanted).all()
    assert (border(water) == drawn(".......", ".####..", ".#..#..", ".####..", ".......")).all()


def test_distances_near_ignored_pixels_go_between_the_borders_that_count():
    """Truth is columns 0 to 3, the prediction 0 to 5, of 1 row of 12; columns 8 on are ignored.

    Beyond the row is outside, so every water pixel is border: distances are by hand. Then an ignored band
    covers columns 4 and 5: what was predicted there is in no mask, and both are the same.
    """
    row = np.arange(12)[None]
    truth, predicted = row < 4, row < 6
    found = border_distances(truth, predicted, ignored=row >= 8)
    assert sorted(found.from_truth) == [0, 0, 0, 0]
    assert sorted(found.from_predicted) == [0, 0, 0, 0, 1, 2]
    same = boundary(truth, predicted, ignored=(row == 4) | (row == 5))
    assert (same.boundary_iou, same.nsd, same.hd95_px, same.assd_px) == (1, 1, 0, 0)


def test_a_shore_below_ignored_pixels_is_neither_missed_nor_found():
    """A lake of 20 x 20 whose right part is ignored; the prediction ends two pixels within the ignored."""
    truth = np.zeros((40, 60), bool)
    truth[10:30, 10:30] = True
    predicted = truth.copy()
    predicted[10:30, 24:30] = False
    ignored = np.zeros_like(truth)
    ignored[5:35, 22:60] = True
    found = boundary(truth, predicted, ignored=ignored, width_px=2, tolerance_px=0)
    assert (found.boundary_iou, found.nsd, found.hd95_px, found.assd_px) == (1, 1, 0, 0)
    assert boundary(truth, predicted, width_px=2, tolerance_px=0).nsd < 1


def test_the_band_of_the_boundary_iou_ends_where_the_ignored_begins():
    """Water is rows 3 to 8 of 12 x 12, of full width but for the ignored columns at both sides.

    Width 1: the band is rows 3 and 8 of columns 2 to 9 (the ignored columns 0, 1, 10 and 11 are no land).
    The prediction has row 3 wrong: its band is rows 4 and 8, so 8 pixels are common and 24 in either.
    """
    truth, predicted, ignored = (np.zeros((12, 12), bool) for _ in range(3))
    truth[3:9], predicted[4:9] = True, True
    ignored[:, [0, 1, 10, 11]] = True
    assert boundary_iou(truth, predicted, ignored=ignored, width_px=1) == pytest.approx(8 / 24)


def test_missed_water_that_meets_nothing_but_ignored_is_still_a_miss():
    truth, ignored = np.zeros((10, 10), bool), np.zeros((10, 10), bool)
    truth[4:6, 4:6] = True
    ignored[2:8, 2:8] = True
    ignored &= ~truth
    nothing = boundary(truth, np.zeros_like(truth), ignored=ignored)
    assert (nothing.boundary_iou, nothing.nsd) == (0, 0)
    assert nothing.hd95_px == nothing.assd_px == pytest.approx(math.hypot(10, 10))
    whole = boundary(truth, truth, ignored=ignored)  # there is no shore to follow
    assert (whole.nsd, whole.hd95_px, whole.assd_px) == (None, None, None)


@given(masks, masks, masks)
def test_boundary_metrics_agree_with_their_definition_read_out_by_another_library(truth, predicted, ignored):
    wet, found = truth & ~ignored, predicted & ~ignored
    if not wet.any() or not found.any():
        return
    edges = [one & ~ndimage.binary_erosion(one | ignored) for one in (wet, found)]
    measured = boundary(truth, predicted, ignored=ignored, width_px=1, tolerance_px=1)
    diagonal = math.hypot(*truth.shape)
    distances = []
    for here, there in (edges, edges[::-1]):
        away = ndimage.distance_transform_edt(~there) if there.any() else np.full(here.shape, diagonal)
        distances.append(away[here])
    together = np.concatenate(distances)
    if not len(together):
        assert measured.nsd is measured.assd_px is None
        return
    near = sum((one <= 1).sum() for one in distances)
    assert measured.nsd == pytest.approx(near / len(together))
    assert measured.assd_px == pytest.approx(together.mean())
    square = np.ones((3, 3), bool)
    bands = [one & ~ndimage.binary_erosion(one | ignored, square) for one in (wet, found)]
    either = (bands[0] | bands[1]).sum()
    wanted = (bands[0] & bands[1]).sum() / either if either else None
    assert measured.boundary_iou == (None if wanted is None else pytest.approx(wanted))


def test_errors_below_ignored_pixels_are_of_no_kind():
    """200 x 200 with a lake; false water in the corner, missed water in the lake; half of each is ignored."""
    truth, predicted, ignored = (np.zeros((200, 200), bool) for _ in range(3))
    truth[100:180, 100:180] = True
    predicted[100:180, 100:170] = True  # misses 80 x 10
    predicted[10:30, 10:30] = True  # a false body of 400, far from the lake
    ignored[10:20, 10:30] = True  # of which 200
    ignored[100:140, 170:180] = True  # and of the missed 40 x 10
    kinds = count_errors(truth, predicted, ignored=ignored)
    assert kinds == {
        "false_shore": 0,
        "false_detached": 200,
        "false_spill": 0,
        "missed_thin": 0,
        "missed_small": 0,
        "missed_large": 400,
    }
    counts = count(truth, predicted, ignored=ignored)
    assert (counts.fp, counts.fn) == (200, 400)


def test_water_that_is_narrow_only_because_it_meets_ignored_is_not_thin():
    truth, ignored = np.zeros((200, 200), bool), np.zeros((200, 200), bool)
    truth[:, 100:103] = True  # three pixels wide
    nothing = np.zeros_like(truth)
    assert count_errors(truth, nothing)["missed_thin"] == 3 * 200
    ignored[:, 103:120] = True
    assert count_errors(truth, nothing, ignored=ignored)["missed_thin"] == 0


@given(masks, masks, st.sampled_from(["box", "point", "points:n=5", "clicks:max=3"]))
def test_prompts_are_made_of_water_that_counts(truth, ignored, text):
    prompt = make_prompt(parse_prompt(text), truth & ~ignored, "a")
    wet = truth & ~ignored
    if prompt is None:
        assert not wet.any()
        return
    if prompt.points is not None:
        assert all(wet[int(y), int(x)] for x, y in prompt.points)
    if prompt.box is not None:
        x0, y0, x1, y1 = (int(side) for side in prompt.box)
        assert wet[y0:y1, x0:x1].sum() == wet.sum()
        assert wet[y0].any() and wet[y1 - 1].any() and wet[:, x0].any() and wet[:, x1 - 1].any()


def test_a_click_keeps_away_from_ignored_as_from_right_pixels():
    """The whole row of 1 x 9 is missed but for an ignored pixel in the middle: two runs of four.

    Distances to the nearest right pixel, with the frame's edge, in a frame of 9 rows: by symmetry each run's
    middle is deepest; without the ignored pixel it is the middle of the row.
    """
    truth, ignored = np.ones((9, 9), bool), np.zeros((9, 9), bool)
    assert next_click(truth, ~truth, []) == Click(4, 4, True)
    ignored[:, 4] = True
    click = next_click(truth & ~ignored, ~truth, [], ignored=ignored)
    assert (click.x, click.water) in [(1.0, True), (2.0, True), (6.0, True), (7.0, True)]


@given(masks, masks, masks)
def test_no_click_corrects_an_ignored_pixel(truth, predicted, ignored):
    truth = truth & ~ignored
    click = next_click(truth, predicted, [], ignored=ignored)
    if click is None:
        assert not ((truth ^ predicted) & ~ignored).any()
        return
    assert not ignored[int(click.y), int(click.x)]


@pytest.mark.weights
@pytest.mark.parametrize("size", [(40, 60), (1500, 2300)])
def test_an_analyst_never_clicks_on_ignored_pixels_whatever_the_photographs_size(vit_t, size):
    rng = np.random.default_rng(0)
    coarse = rng.random((2, 8, 12)).astype(np.float32)
    fields = [cv2.resize(one, size[::-1]) for one in coarse]
    truth, ignored = fields[0] > 0.5, fields[1] > 0.6
    features = torch.randn((1, 256, 64, 64), generator=torch.manual_seed(0))
    seen = Embedding(features, size, input_size(size))
    spec = parse_prompt("clicks:max=8")
    clicks = [one.click for one in corrections(vit_t.sam, seen, truth & ~ignored, spec, "a", ignored=ignored)]
    assert len(clicks) > 3
    assert not any(ignored[round(one.y), round(one.x)] for one in clicks)


def test_a_mask_of_another_shape_is_no_mask_of_ignored_pixels():
    with pytest.raises(ValueError, match="ignored"):
        count(TRUTH, PREDICTED, ignored=IGNORED[:2])
    with pytest.raises(ValueError, match="ignored"):
        boundary(TRUTH, PREDICTED, ignored=IGNORED.astype(np.uint8))


def test_a_reference_with_other_ignored_pixels_is_another_reference():
    truth = TRUTH & ~IGNORED
    assert truth_sha256(truth, IGNORED) != truth_sha256(truth)
    assert truth_sha256(truth[:2]) != truth_sha256(truth)
    assert truth_sha256(truth.reshape(5, 4)) != truth_sha256(truth)
