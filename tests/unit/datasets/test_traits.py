"""What a sample is like, on pictures whose traits are known."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from floodeval.datasets.traits import Traits, channel_width_px, count_bodies, describe, shore_length_px

GREY = np.full((300, 400, 3), 128, np.uint8)


def band(shape: tuple[int, int], width: int, degrees: float = 0.0) -> np.ndarray:
    """A channel through the middle of the frame, so many pixels wide, turned by that angle."""
    y, x = np.indices(shape)
    angle = np.radians(degrees)
    across = (x - shape[1] / 2) * np.cos(angle) + (y - shape[0] / 2) * np.sin(angle)
    return np.abs(across) < width / 2


@pytest.mark.parametrize("degrees", [0, 15, 45, 70, 90])
@pytest.mark.parametrize("width", [6, 21, 80])
def test_a_channels_width_is_that_of_the_channel_whichever_way_it_runs(width, degrees):
    assert channel_width_px(band((600, 800), width, degrees)) == pytest.approx(width, abs=1.6)


def test_the_frame_is_no_shore():
    half = np.zeros((300, 400), bool)
    half[:, :100] = True
    assert shore_length_px(half) == pytest.approx(300, rel=0.06)
    assert channel_width_px(half) > 150  # its one shore is 100 pixels from the frame, where water goes on
    assert channel_width_px(np.ones((40, 40), bool)) is None
    assert channel_width_px(np.zeros((40, 40), bool)) is None


@pytest.mark.parametrize("degrees", range(0, 180, 15))
def test_the_length_of_a_straight_shore_is_right_in_every_direction(degrees):
    y, x = np.indices((401, 401))
    angle = np.radians(degrees)
    disc = np.hypot(x - 200, y - 200) < 190
    shore = (x - 200) * np.cos(angle) + (y - 200) * np.sin(angle) > 0
    length = shore_length_px(disc & shore) - shore_length_px(disc) / 2
    assert length == pytest.approx(380, rel=0.07)


def test_specks_are_no_bodies_of_water():
    water = np.zeros((300, 400), bool)
    water[20:60, 20:60] = water[100:140, 20:60] = True
    water[200, 300] = True  # 1 of 120,000 pixels
    assert count_bodies(water) == 2


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((150, 120, 80), "brown"),
        ((90, 130, 80), "green"),
        ((70, 110, 170), "blue"),
        ((140, 142, 144), "grey"),
        ((30, 34, 30), "dark"),
    ],
)
def test_the_waters_color_is_named(rgb, name):
    photograph, water = GREY.copy(), band((300, 400), 100)
    photograph[water] = rgb
    assert describe(photograph, water).water_colour == name


def test_glare_shadow_brightness_and_haze_are_told_apart():
    photograph, water = GREY.copy(), band((300, 400), 100)
    plain = describe(photograph, water)
    photograph[:150][water[:150]] = 253  # half of the water shines
    photograph[:60][~water[:60]] = 10  # a fifth of the land lies in shadow
    found = describe(photograph, water)
    assert plain.glare_share == plain.shadow_share == 0
    assert found.glare_share == pytest.approx(0.5)
    assert found.shadow_share == pytest.approx(0.2)
    assert found.contrast > plain.contrast
    veiled = describe((photograph * 0.5 + 110).astype(np.uint8), water)
    assert veiled.haze > found.haze + 0.15
    assert veiled.brightness > found.brightness


def test_without_water_or_without_land_the_traits_of_either_are_missing_and_the_rest_known():
    dry, wet = describe(GREY, np.zeros((300, 400), bool)), describe(GREY, np.ones((300, 400), bool))
    assert (dry.water_share, dry.n_bodies, dry.shoreline) == (0, 0, 0)
    assert dry.water_colour is dry.glare_share is dry.channel_width is None
    assert (wet.water_share, wet.n_bodies, wet.shoreline, wet.shadow_share) == (1, 1, 0, None)
    assert wet.channel_width is None


def test_a_large_photograph_has_the_traits_of_its_small_copy():
    small, water = np.repeat(GREY, 2, axis=1), band((300, 800), 40, 30)
    photograph = np.kron(small, np.ones((4, 4, 1), np.uint8))
    large, alike = describe(photograph, np.kron(water, np.ones((4, 4), bool))), describe(small, water)
    assert large.channel_width == pytest.approx(alike.channel_width, rel=0.05)
    assert large.channel_width_px == pytest.approx(4 * alike.channel_width_px, rel=0.05)
    assert large.shoreline == pytest.approx(alike.shoreline, rel=0.05)
    assert large.megapixels == pytest.approx(16 * alike.megapixels)


@settings(max_examples=40, deadline=None)
@given(st.tuples(st.integers(1, 40), st.integers(1, 40)), st.data())
def test_any_photograph_with_any_truth_has_traits_without_a_warning(shape, data):
    photograph = data.draw(arrays.arrays(np.uint8, (*shape, 3)))
    truth = data.draw(arrays.arrays(np.bool_, shape))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = describe(photograph, truth)
    assert isinstance(found, Traits)
    assert all(0 <= value <= 1 for value in (found.water_share, found.haze))
    assert 0 <= found.brightness <= 100.01
