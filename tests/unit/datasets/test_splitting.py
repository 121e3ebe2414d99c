"""Splits made from a data set: whole scenes, doubtful pairs left out or repaired."""

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.splits import SUBSETS
from floodeval.datasets.splitting import deal, split_dataset
from floodeval.errors import FloodevalError
from tests.support.fake_run import draw_dataset

SHARES = {"train": 0.7, "validation": 0.15, "test": 0.15}

data_sets = st.dictionaries(
    st.text("abcdefghij0123456789", min_size=1, max_size=4),
    st.tuples(st.integers(0, 30), st.floats(0, 1)),
    min_size=1,
    max_size=120,
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    draw_dataset(tmp_path / "pools", [f"i{i}" for i in range(20)])
    return tmp_path / "pools"


def test_every_pair_is_dealt_by_scene_and_the_record_says_how(folder):
    shutil.copy(folder / "images" / "i3.png", folder / "images" / "i17.png")
    dataset = load_dataset(folder)
    split = split_dataset(dataset, seed=5)
    assert set(split.table["id"]) == {sample.id for sample in dataset.samples}
    assert split.column("scene")["i17"] == "i3"
    assert split.column("split")["i17"] == split.column("split")["i3"]
    assert {split.column("split")[i] for i in split.table["id"]} <= set(SUBSETS)
    assert (split.record.seed, split.record.fingerprint) == (5, dataset.fingerprint)
    assert split_dataset(dataset, seed=5).text == split.text
    assert split_dataset(dataset, seed=6).text != split.text


def test_shares_are_those_asked_for(folder):
    split = split_dataset(load_dataset(folder), shares=(50, 50, 0))
    counts = split.table["split"].value_counts()
    assert counts["train"] + counts["validation"] == 20
    assert abs(counts["train"] - 10) <= 4


def test_flagged_pairs_are_dealt_and_named_or_left_out_by_rule(folder):
    Image.fromarray(np.zeros((60, 96), np.uint8)).save(folder / "masks" / "i0.png")
    dataset = load_dataset(folder)
    kept = split_dataset(dataset)
    assert kept.record.flagged == {"i0": ["empty_mask"]}
    assert kept.record.excluded == {}
    without = split_dataset(dataset, exclude=["empty_mask"])
    assert "i0" not in set(without.table["id"])
    assert without.record.excluded == {"i0": ["empty_mask"]}
    assert without.record.flagged == {}


def test_a_mask_that_cannot_be_read_is_left_out(folder):
    (folder / "masks" / "i4.png").write_bytes(b"no picture")
    split = split_dataset(load_dataset(folder))
    assert split.record.excluded == {"i4": ["unreadable"]}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"exclude": ["ugly"]}, "cannot exclude 'ugly'; expected one of swapped_masks"),
        ({"repair": ["grey_mask"]}, "cannot repair 'grey_mask'; expected one of swapped_masks"),
        ({"shares": (1, 2)}, "shares 1,2; expected three"),
        ({"shares": (-1, 1, 1)}, "expected three"),
        ({"shares": (float("nan"), 1, 1)}, "expected three"),
    ],
)
def test_a_wrong_rule_is_refused_in_one_line(folder, options, complaint):
    with pytest.raises(FloodevalError, match=complaint) as refused:
        split_dataset(load_dataset(folder), **options)
    assert "\n" not in str(refused.value)


@pytest.mark.slow
@pytest.mark.real
def test_the_real_split_repairs_swaps_and_leaves_strangers_out(real_dataset):
    split = split_dataset(real_dataset, exclude=["size_mismatch", "foreign_mask"], repair=["swapped_masks"])
    record = split.record
    assert record.repaired == {"14": "15", "15": "14", "2052": "2053", "2053": "2052"}
    assert set(record.excluded) == {"1061", "1079", "3059"}
    assert {"14", "15", "2052", "2053"} <= set(split.table["id"])
    shares = split.table["split"].value_counts(normalize=True)
    assert shares["train"] == pytest.approx(0.7, abs=0.03)
    assert shares["test"] == pytest.approx(0.15, abs=0.03)
    assert (split.table.groupby("scene")["split"].nunique() == 1).all()


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
