"""What users of the drawn demo data rely on: exact masks, equal bytes, factors that do what they say."""

from dataclasses import asdict, replace
from functools import cache

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.errors import FloodevalError
from floodeval.synthetic.demo import demo_scenes, draw_dataset, draw_scene
from floodeval.synthetic.scene import Scene

pytestmark = pytest.mark.heavy
BARE = Scene(
    seed=3,
    water_share=0.4,
    buildings=0,
    trees=0,
    setting="fields",
    turbidity=0.7,
    width=256,
    height=192,
)

draw = cache(draw_scene)


def steepness(photograph):
    smooth = cv2.GaussianBlur(photograph, (0, 0), 1.0).astype(np.float32)
    return np.hypot(cv2.Sobel(smooth, -1, 1, 0), cv2.Sobel(smooth, -1, 0, 1)).sum(axis=2)


def edge_contrast(steep, mask, right=0, down=0):
    """Mean change of color along the mask's edge, when the mask is moved by some pixels."""
    edge = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    moved = np.roll(edge, (down, right), axis=(0, 1)).astype(bool)
    return float(steep[10:-10, 10:-10][moved[10:-10, 10:-10]].mean())


def far_from(mask, pixels):
    return cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5) > pixels


def test_a_photograph_and_its_mask_have_the_asked_size_and_types():
    photograph, mask = draw(replace(BARE, width=96, height=160))
    assert photograph.shape == (160, 96, 3)
    assert photograph.dtype == np.uint8
    assert mask.shape == (160, 96)
    assert mask.dtype == bool


def test_equal_scenes_are_equal_bit_for_bit():
    scene = replace(BARE, buildings=6, trees=30, glare=0.5, shadow=0.6)
    (photograph, mask), (again, mask_again) = draw_scene(scene), draw_scene(scene)
    assert np.array_equal(photograph, again)
    assert np.array_equal(mask, mask_again)


def test_another_seed_is_another_place():
    assert (draw(BARE)[1] != draw(replace(BARE, seed=4))[1]).mean() > 0.1


@pytest.mark.parametrize(
    ("share", "setting"), [(0.0, "fields"), (0.1, "woods"), (0.4, "fields"), (0.9, "village")]
)
def test_without_occluders_the_mask_has_the_wanted_share(share, setting):
    _, mask = draw(replace(BARE, water_share=share, setting=setting))
    assert mask.mean() == pytest.approx(share, abs=0.01)


def test_rising_water_drowns_land_and_uncovers_none():
    low, high = (draw(replace(BARE, water_share=share))[1] for share in (0.4, 0.6))
    assert not (low & ~high).any()


def test_the_masks_edge_is_where_the_colors_change():
    photograph, mask = draw(BARE)
    steep = steepness(photograph)
    contrasts = {
        (right, down): edge_contrast(steep, mask, right, down)
        for right in range(-4, 5)
        for down in range(-4, 5)
    }
    best = max(contrasts, key=contrasts.__getitem__)
    assert max(map(abs, best)) <= 1


@pytest.mark.parametrize(("turbidity", "setting"), [(0.7, "fields"), (0.0, "village"), (0.7, "woods")])
def test_water_and_land_differ_in_color(turbidity, setting):
    photograph, mask = draw(replace(BARE, turbidity=turbidity, setting=setting))
    wet, dry = photograph[mask].astype(float), photograph[~mask].astype(float)
    apart = np.abs(wet.mean(axis=0) - dry.mean(axis=0)) / np.hypot(wet.std(axis=0), dry.std(axis=0))
    assert apart.max() > 0.7


def test_muddy_water_is_brown_and_brighter_than_clear_water():
    (muddy, mask), (dark, same) = draw(BARE), draw(replace(BARE, turbidity=0.0))
    assert np.array_equal(mask, same)
    red, _, blue = muddy[mask].mean(axis=0)
    assert red > blue + 15
    assert muddy[mask].mean() > dark[mask].mean() + 30


def test_glare_brightens_the_water_and_leaves_mask_and_land_alone():
    (plain, mask), (bright, same) = draw(BARE), draw(replace(BARE, glare=1.0))
    assert np.array_equal(mask, same)
    assert bright[mask].mean() > plain[mask].mean() + 5
    land = far_from(mask, 12)
    assert (bright[land] != plain[land]).mean() < 0.001


def test_shadow_darkens_the_photograph_and_leaves_the_mask_alone():
    furnished = replace(BARE, trees=40)
    (plain, mask), (dim, same) = draw(furnished), draw(replace(furnished, shadow=1.0))
    assert np.array_equal(mask, same)
    assert dim.mean() < plain.mean() - 5


def test_a_diffuse_shore_softens_colors_and_leaves_the_mask_alone():
    (sharp, mask), (soft, same) = draw(BARE), draw(replace(BARE, diffuse_shore=1.0))
    assert np.array_equal(mask, same)
    assert edge_contrast(steepness(soft), mask) < 0.75 * edge_contrast(steepness(sharp), mask)


@pytest.mark.parametrize("occluders", [{"trees": 120}, {"buildings": 20}])
def test_trees_and_houses_in_the_water_are_not_water(occluders):
    scene = replace(BARE, water_share=0.7, setting="village")
    (empty, water), (full, seen) = draw(scene), draw(replace(scene, **occluders))
    hidden = water & ~seen
    assert hidden.sum() > 50
    assert not (seen & ~water).any()
    changed = np.abs(full.astype(int) - empty).sum(axis=2) > 30
    assert changed[hidden].mean() > 0.9


@pytest.mark.parametrize("occluder", ["trees", "buildings"])
def test_one_more_occluder_hides_more_and_moves_no_other(occluder):
    scene = replace(BARE, water_share=0.7, setting="village")
    some, more = (draw(replace(scene, **{occluder: count}))[1] for count in (12, 18))
    assert not (more & ~some).any()


@pytest.mark.parametrize(("width", "height"), [(64, 64), (64, 400), (400, 64)])
def test_unusual_sizes_are_drawn(width, height):
    photograph, mask = draw_scene(replace(BARE, width=width, height=height, trees=5, buildings=3))
    assert photograph.shape == (height, width, 3)
    assert mask.any()


@pytest.mark.parametrize(
    ("factor", "wrong"),
    [
        ("water_share", -0.1),
        ("water_share", 1.01),
        ("water_share", float("nan")),
        ("glare", 2.0),
        ("shadow", -1.0),
        ("diffuse_shore", 1.5),
        ("turbidity", 1.01),
        ("haze", -0.5),
        ("night", float("inf")),
        ("setting", "city"),
        ("width", 63),
        ("height", 0),
        ("seed", -1),
        ("buildings", -1),
        ("trees", -2),
    ],
)
def test_a_wrong_factor_is_named_with_what_was_expected_and_what_came(factor, wrong):
    with pytest.raises(FloodevalError) as error:
        replace(BARE, **{factor: wrong})
    message = str(error.value)
    assert factor in message
    assert "expected" in message
    assert repr(wrong) in message
    assert "\n" not in message


def test_demo_scenes_are_the_same_each_time_and_vary_in_every_factor():
    scenes = demo_scenes(12, seed=1)
    assert scenes == demo_scenes(12, seed=1)
    assert scenes != demo_scenes(12, seed=2)
    for factor, values in pd.DataFrame([asdict(scene) for scene in scenes]).items():
        assert values.nunique() > 1, factor
    assert any(scene.height > scene.width for scene in scenes)


def test_every_demo_mask_has_water_and_land():
    for scene in demo_scenes(12):
        small = replace(scene, width=scene.width // 8, height=scene.height // 8, buildings=0, trees=0)
        _, mask = draw_scene(small)
        assert 0.02 < mask.mean() < 0.98


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "demo"
    scenes = [replace(BARE, trees=10), replace(BARE, seed=8, width=96, height=128, turbidity=0.0)]
    draw_dataset(folder, scenes)
    return folder, scenes


def test_a_drawn_data_set_has_kaggles_layout_and_declares_its_factors(drawn):
    folder, scenes = drawn
    table = pd.read_csv(folder / "metadata.csv")
    assert list(table["Image"]) == ["scene-00.jpg", "scene-01.jpg"]
    assert list(table["Mask"]) == ["scene-00.png", "scene-01.png"]
    assert [Scene(**row) for row in table.drop(columns=["Image", "Mask"]).to_dict("records")] == scenes


def test_drawn_files_hold_the_photographs_and_their_exact_masks(drawn):
    folder, scenes = drawn
    for k, scene in enumerate(scenes):
        photograph, water = draw(scene)
        with Image.open(folder / "Image" / f"scene-{k:02d}.jpg") as stored:
            assert (stored.format, stored.mode, stored.size) == ("JPEG", "RGB", (scene.width, scene.height))
            assert np.abs(np.asarray(stored).astype(int) - photograph).mean() < 6
        with Image.open(folder / "Mask" / f"scene-{k:02d}.png") as stored:
            assert (stored.format, stored.mode) == ("PNG", "L")
            assert np.array_equal(np.asarray(stored), np.where(water, 255, 0))


def test_a_drawn_data_set_loads_like_any_other(drawn):
    folder, scenes = drawn
    dataset = load_dataset(folder)
    assert [sample.id for sample in dataset.samples] == ["scene-00", "scene-01"]
    assert np.array_equal(read_pair(dataset.samples[1]).truth, draw(scenes[1])[1])


def test_the_files_of_two_drawings_are_equal_byte_for_byte(drawn, tmp_path):
    folder, scenes = drawn
    draw_dataset(tmp_path, scenes)
    first, second = (
        {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*")}
        for place in (folder, tmp_path)
    )
    assert first == second and len(first) > len(scenes)
