import numpy as np
import pytest
import scipy.ndimage
import skimage.measure
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from floodeval.errors import FloodevalError
from floodeval.sam.prompts import folder_name, make_prompt, middle, parse_prompt

truths = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=20)).filter(np.any)
SPECS = [
    "box",
    "box:jitter=20",
    "point",
    "points:n=5",
    "points:n=3,seed=1",
    "full",
    "point:multimask=1",
    "clicks:max=3",
]


def pond() -> np.ndarray:
    truth = np.zeros((40, 60), bool)
    truth[10:21, 30:51] = True  # the larger body: its middle is (40, 15)
    truth[30:33, 2:8] = True
    return truth


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_is_read_and_written_the_same(spec):
    assert parse_prompt(spec).spec == spec


def test_options_come_in_one_order_and_defaults_are_left_out():
    assert parse_prompt("points:seed=2,n=5").spec == "points:n=5,seed=2"
    assert parse_prompt("points").spec == "points:n=5"
    assert parse_prompt("box:jitter=0").spec == "box"


@pytest.mark.parametrize(
    "spec", ["", "circle", "box:n=5", "points:n=0", "points:n=x", "box:jitter=-1", "point:seed"]
)
def test_a_wrong_spec_is_refused_in_one_line_that_says_what_is_known(spec):
    with pytest.raises(FloodevalError, match=r"expected|takes") as refused:
        parse_prompt(spec)
    assert "\n" not in str(refused.value)


def test_every_prompt_but_full_declares_that_it_uses_the_ground_truth():
    declared = {spec: parse_prompt(spec).to_json()["uses_ground_truth"] for spec in SPECS}
    assert [spec for spec, uses in declared.items() if not uses] == ["full"]


def test_the_folder_name_of_a_spec_has_no_character_that_a_file_system_minds():
    assert folder_name("points:n=5,seed=1") == "points-n-5-seed-1"


def test_the_box_is_tight_with_exclusive_ends():
    assert make_prompt(parse_prompt("box"), pond(), "a").box.tolist() == [2, 10, 51, 33]


def test_the_point_lies_in_the_middle_of_the_largest_water_body():
    assert make_prompt(parse_prompt("point"), pond(), "a").points.tolist() == [[40, 15]]


def test_full_looks_at_the_frame_alone():
    assert make_prompt(parse_prompt("full"), np.zeros((40, 60), bool), "a").box.tolist() == [0, 0, 60, 40]


@pytest.mark.parametrize("spec", ["box", "point", "points:n=5"])
def test_no_water_gives_no_prompt_that_needs_water(spec):
    assert make_prompt(parse_prompt(spec), np.zeros((4, 4), bool), "a") is None


@given(truths)
def test_clicks_are_on_water(truth):
    for spec in ("point", "points:n=5"):
        prompt = make_prompt(parse_prompt(spec), truth, "a")
        x, y = prompt.points.astype(int).T
        assert truth[y, x].all()
        assert (prompt.labels == 1).all()


@given(truths)
def test_the_middle_is_nearly_as_far_from_the_shore_as_any_pixel_of_its_body(truth):
    x, y = middle(truth)
    body = skimage.measure.label(truth, connectivity=2)
    largest = np.bincount(body[truth]).max()
    assert (body == body[y, x]).sum() == largest
    depth = scipy.ndimage.distance_transform_edt(np.pad(body == body[y, x], 1))[1:-1, 1:-1]
    assert depth[y, x] > depth.max() - 0.51


@given(truths, st.sampled_from(SPECS))
def test_a_prompt_is_the_same_every_time_and_lies_within_the_frame(truth, spec):
    first, second = (make_prompt(parse_prompt(spec), truth, "a") for _ in range(2))
    for name in ("box", "points", "labels"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    if first.box is not None:
        x0, y0, x1, y1 = first.box
        assert 0 <= x0 < x1 <= truth.shape[1] + 1
        assert 0 <= y0 < y1 <= truth.shape[0] + 1


def test_seed_and_sample_change_what_is_drawn():
    truth = np.ones((50, 50), bool)
    drawn = {
        make_prompt(parse_prompt(spec), truth, sample_id).points.tobytes()
        for spec in ("points:n=5", "points:n=5,seed=1")
        for sample_id in ("a", "b")
    }
    assert len(drawn) == 4


def test_jitter_scales_with_the_photograph():
    small, large = np.zeros((256, 256), bool), np.zeros((2048, 2048), bool)
    small[64:192, 64:192], large[512:1536, 512:1536] = True, True
    moved = [make_prompt(parse_prompt("box:jitter=20"), truth, "a").box for truth in (small, large)]
    shifts = [moved[0] - (64, 64, 192, 192), moved[1] - (512, 512, 1536, 1536)]
    assert np.abs(shifts[1]).max() <= 40
    assert np.allclose(shifts[1], shifts[0] * 8)
