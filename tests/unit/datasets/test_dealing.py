"""The dealing of scenes, for any data set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.datasets.splitting import deal

SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}

data_sets = st.dictionaries(
    st.text("abcdefghij0123456789", min_size=1, max_size=4),
    st.tuples(st.integers(0, 30), st.floats(0, 1)),
    min_size=1,
    max_size=120,
)


def dealt(photographs: dict[str, tuple[int, float]], seed: int = 0) -> dict[str, str]:
    scenes = {name: f"s{scene}" for name, (scene, _) in photographs.items()}
    return deal(scenes, {name: water for name, (_, water) in photographs.items()}, SHARES, seed)


@given(data_sets, st.integers(0, 3))
def test_not_one_scene_straddles_two_subsets_and_every_photograph_is_dealt(photographs, seed):
    found = dealt(photographs, seed)
    assert set(found) == set(photographs)
    subsets: dict[int, set[str]] = {}
    for name, (scene, _) in photographs.items():
        subsets.setdefault(scene, set()).add(found[name])
    assert all(len(of) == 1 for of in subsets.values())


@given(data_sets, st.randoms())
def test_the_order_of_the_files_does_not_matter(photographs, random):
    names = list(photographs)
    random.shuffle(names)
    assert dealt({name: photographs[name] for name in names}) == dealt(photographs)


@given(st.integers(40, 400), st.integers(0, 9))
def test_each_subset_gets_its_share_where_scenes_are_small(n, seed):
    rng = np.random.default_rng(n)
    photographs = {f"p{i}": (i // 2, float(rng.random())) for i in range(n)}
    found = list(dealt(photographs, seed).values())
    for subset, share in SHARES.items():
        assert abs(found.count(subset) - share * n) <= 3


def test_the_subsets_are_alike_in_how_much_water_they_show():
    rng = np.random.default_rng(0)
    water = {f"p{i}": float(rng.random() ** 2) for i in range(240)}
    scenes = {name: name for name in water}
    by_chance, ours = [], []
    for seed in range(40):
        found = deal(scenes, water, SHARES, seed)
        test = [water[name] for name in water if found[name] == "test"]
        ours.append(np.mean(test))
        by_chance.append(np.mean(np.random.default_rng(seed).choice(list(water.values()), len(test), False)))
    assert np.std(ours) < np.std(by_chance) / 2
    assert np.mean(ours) == pytest.approx(np.mean(list(water.values())), abs=0.02)


def test_another_seed_deals_another_split():
    photographs = {f"p{i}": (i, i / 100) for i in range(100)}
    assert dealt(photographs, 0) != dealt(photographs, 1)
    assert dealt(photographs, 1) == dealt(photographs, 1)
