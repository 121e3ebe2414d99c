"""What users of the stress suite rely on: one factor at a time, harder by degrees, exact masks."""

import hashlib
from dataclasses import asdict, replace
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
import pandas as pd
import pytest

from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.synthetic.demo import draw_scene
from floodeval.synthetic.scene import FACTORS, LIGHT_FACTORS, Scene
from floodeval.synthetic.stress import (
    Condition,
    condition_of,
    draw_stress,
    stress_scenes,
    stress_split,
    variations,
)

pytestmark = pytest.mark.heavy  # draws stress suites

BASE = Scene(
    seed=7, water_share=0.45, buildings=6, trees=25, setting="village", turbidity=0.0, width=256, height=192
)
CHECKSUM = "90bc37682a17ef79e46b45a8be84440730c768f77598c942711f8257e5ded45c"


@cache
def drawn(factor):
    """Photographs and masks of one base, at the severities 0 to 3 of a factor."""
    scenes = {condition: scene for scene, condition in variations("base00", BASE)}
    keys = [Condition("base00"), *(Condition("base00", factor, severity) for severity in (1, 2, 3))]
    return [draw_scene(scenes[key]) for key in keys]


def bare_masks(factor):
    """Masks at the severities 1 to 3 where no house or tree hides water."""
    scenes = [
        scene for scene, one in variations("b", replace(BASE, buildings=0, trees=0)) if one.factor == factor
    ]
    return [draw_scene(scene)[1] for scene in scenes]


def rising(values, by=0.0):
    return all(later > earlier + by for earlier, later in pairwise(values))


def falling(values, by=0.0):
    return rising([-value for value in values], by)


def light(photograph):
    return photograph.astype(float).mean(axis=2)


def shore_contrast(photograph, mask):
    steep = np.abs(cv2.Laplacian(cv2.GaussianBlur(light(photograph), (0, 0), 1.5), -1))
    edge = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return steep[edge.astype(bool)].mean()


def sampled(factors):
    """The factors, of which every other one is left to `make test-slow`."""
    return [pytest.param(one, marks=[pytest.mark.slow] * (i % 2)) for i, one in enumerate(factors)]


def widest(mask):
    return cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5).max()


@pytest.mark.parametrize("factor", sampled(LIGHT_FACTORS))
def test_a_factor_of_the_light_changes_the_photograph_and_never_the_mask(factor):
    (plain, truth), *others = drawn(factor)
    for photograph, mask in others:
        assert np.array_equal(mask, truth)
        assert (photograph != plain).any()


@pytest.mark.parametrize("factor", sampled(FACTORS))
def test_every_step_of_severity_changes_the_photograph(factor):
    pictures = [photograph.astype(float) for photograph, _ in drawn(factor)]
    apart = [np.abs(picture - pictures[0]).mean() for picture in pictures]
    assert apart[0] == 0
    assert rising(apart[:2], by=0.1)
    for before, after in pairwise(pictures):
        assert np.abs(after - before).mean() > 0.1


def test_more_glare_washes_out_more_of_the_water_and_no_land():
    pictures = drawn("glare")
    truth = pictures[0][1]
    water = [light(photograph)[truth] for photograph, _ in pictures]
    assert rising([(one > water[0] + 8).mean() for one in water])
    land = cv2.distanceTransform((~truth).astype(np.uint8), cv2.DIST_L2, 5) > 12
    assert (pictures[3][0][land] != pictures[0][0][land]).mean() < 0.001


def test_more_shadow_darkens_more_of_the_picture():
    pictures = [light(photograph) for photograph, _ in drawn("shadow")]
    assert rising([(picture < 0.8 * pictures[0]).mean() for picture in pictures])


def test_more_turbidity_brings_the_water_nearer_to_the_color_of_the_land():
    apart = []
    for photograph, mask in drawn("turbidity"):
        water, land = photograph[mask].mean(axis=0), photograph[~mask].mean(axis=0)
        apart.append(np.linalg.norm((water - land) - (water - land).mean()))
    assert apart[3] < apart[0]


def test_a_more_diffuse_shore_has_less_of_an_edge():
    assert falling([shore_contrast(photograph, mask) for photograph, mask in drawn("diffuse_shore")])


def test_more_haze_leaves_less_contrast():
    assert falling([light(photograph).std() for photograph, _ in drawn("haze")], by=1)


def test_a_later_night_is_darker_and_its_lamps_stay_bright():
    pictures = [light(photograph) for photograph, _ in drawn("night")]
    assert falling([np.median(picture) for picture in pictures], by=5)
    assert np.quantile(pictures[3], 0.999) > 150


def test_channels_get_thinner_and_lie_within_the_wider_ones():
    masks = bare_masks("thin_channels")
    assert falling([widest(mask) for mask in masks], by=1)
    for wide, thin in pairwise(masks):
        assert thin.any()
        assert not (thin & ~wide).any()


def test_ponds_get_smaller_and_lie_within_the_larger_ones():
    masks = bare_masks("small_ponds")
    assert falling([widest(mask) for mask in masks], by=1)
    for large, small in pairwise(masks):
        assert small.any()
        assert not (small & ~large).any()


def test_more_canopy_hides_more_water_and_uncovers_none():
    masks = [mask for _, mask in drawn("canopy")]
    assert falling([mask.mean() for mask in masks], by=0.01)
    assert all(not (after & ~before).any() for before, after in pairwise(masks))
    assert masks[3].any()  # water is seen between the crowns


def test_a_seed_gives_the_same_pictures_to_the_byte_on_every_machine():
    digest = hashlib.sha256()
    for factor in FACTORS:
        photograph, mask = drawn(factor)[2]
        digest.update(photograph.tobytes() + mask.tobytes())
    assert digest.hexdigest() == CHECKSUM


def test_the_suite_varies_one_factor_at_a_time():
    scenes = stress_scenes(2, seed=3)
    assert len(scenes) == 2 * (1 + 3 * len(FACTORS))
    bases = {condition.base: scene for scene, condition in scenes if condition.severity == 0}
    for scene, condition in scenes:
        plain, varied = asdict(bases[condition.base]), asdict(scene)
        differing = {name for name in plain if plain[name] != varied[name]}
        assert differing == ({condition.factor} if condition.severity else set())


def test_more_bases_keep_those_before_them_and_another_seed_is_another_suite():
    assert stress_scenes(3)[: len(stress_scenes(2))] == stress_scenes(2)
    assert stress_scenes(1, seed=1) != stress_scenes(1)


def test_an_id_names_its_condition():
    for _, condition in stress_scenes(1):
        assert condition_of(condition.id) == condition
    assert Condition("base03", "glare", 2).id == "glare-2-base03"


@pytest.mark.parametrize("other", ["scene-00", "base", "glare-4-base00", "mud-1-base00", "base00.x", ""])
def test_other_ids_name_no_condition(other):
    assert condition_of(other) is None


@pytest.fixture
def quick(monkeypatch):
    """Pictures of one color, in no time."""
    grey = np.full((8, 8, 3), 99, np.uint8), np.eye(8, dtype=bool)
    monkeypatch.setattr("floodeval.synthetic.demo.draw_scene", lambda scene: grey)


def test_the_suite_on_disk_names_base_factor_and_severity_of_every_picture(quick, tmp_path):
    assert draw_stress(tmp_path, 1)
    table = pd.read_csv(tmp_path / "metadata.csv")
    assert list(table.columns[:5]) == ["Image", "Mask", "base", "factor", "severity"]
    assert set(FACTORS) <= set(table.columns)
    assert table["factor"].value_counts().to_dict() == {"none": 1, **dict.fromkeys(FACTORS, 3)}
    dataset = load_dataset(tmp_path)
    assert len(dataset.samples) == 28
    assert not dataset.skipped
    assert not draw_stress(tmp_path, 1)  # it is there


def test_another_suite_is_drawn_over_one_only_when_forced_and_leaves_no_picture_of_it(quick, tmp_path):
    draw_stress(tmp_path, 2)
    with pytest.raises(FloodevalError, match="force=True") as error:
        draw_stress(tmp_path, 1)
    assert "\n" not in str(error.value)
    assert draw_stress(tmp_path, 1, force=True)
    assert not load_dataset(tmp_path).skipped


def test_the_variations_of_a_base_are_one_scene_for_statistics():
    split = stress_split([condition.id for _, condition in stress_scenes(2)])
    assert split.table["scene"].value_counts().to_dict() == {"base00": 28, "base01": 28}
    assert set(split.table["split"]) == {"test"}
