import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floodeval.data.samples import Dataset, Sample, load_dataset
from floodeval.data.splits import SUBSETS, read_split, scenes_of, split_dataset, write_split
from floodeval.errors import FloodevalError
from tests.conftest import make_pairs


@settings(max_examples=30, deadline=None)
@given(contents=st.lists(st.integers(0, 20), min_size=1, max_size=60), seed=st.integers(0, 5))
def test_a_scene_never_straddles_a_split(tmp_path_factory, contents, seed):
    folder = tmp_path_factory.mktemp("photographs")
    samples = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.bin"
        path.write_bytes(bytes([content]))
        samples.append(Sample(str(number), path, path))
    split = split_dataset(Dataset("d", folder, tuple(samples)), seed).table
    assert (split.groupby("scene")["split"].nunique() == 1).all()
    assert split["scene"].nunique() == len(set(contents))
    reverse = split_dataset(Dataset("d", folder, tuple(reversed(samples))), seed).table
    dealt = dict(zip(reverse["id"], reverse["split"], strict=True))
    assert len(split) == len(samples)
    if len(set(contents)) == len(contents):
        assert dealt == dict(zip(split["id"], split["split"], strict=True))


def test_the_shares_are_70_15_15_and_the_seed_changes_who_is_where(tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", [str(i) for i in range(40)], (8, 8)))
    split = split_dataset(dataset, seed=0)
    assert [len(split.ids(subset)) for subset in SUBSETS] == [28, 6, 6]
    assert split_dataset(dataset, seed=0).text == split.text
    assert split_dataset(dataset, seed=1).text != split.text


def test_photographs_with_the_same_bytes_are_one_scene_named_by_its_first(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["1", "2", "3"])
    shutil.copy(folder / "images" / "1.png", folder / "images" / "3.png")
    assert scenes_of(load_dataset(folder).samples) == {"1": "1", "2": "2", "3": "1"}


def test_a_split_is_read_back_as_it_was_written(pair_folder, tmp_path):
    dataset = load_dataset(pair_folder)
    split = split_dataset(dataset)
    write_split(split, tmp_path / "split.csv")
    again = read_split(tmp_path / "split.csv", dataset)
    assert (again.text, again.sha256) == (split.text, split.sha256)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id,split\na,train\n", "expected id, scene, split"),
        ("id,scene,split\na,a,training\n", "other than train, validation, test"),
        ("id,scene,split\na,a,train\na,a,train\n", "an id twice"),
        ("id,scene,split\nghost,g,train\n", "that the data set lacks"),
        ("id,scene,split\na,s,train\nb,s,test\n", "a scene in two subsets"),
        ("", "cannot be read"),
    ],
)
def test_a_wrong_split_is_refused_in_one_line(pair_folder, tmp_path, content, complaint):
    path = tmp_path / "split.csv"
    path.write_text(content)
    with pytest.raises(FloodevalError, match=complaint) as refused:
        read_split(path, load_dataset(pair_folder))
    assert "\n" not in str(refused.value)


def test_an_absent_split_and_an_empty_subset_say_what_to_do(pair_folder, tmp_path):
    dataset = load_dataset(pair_folder)
    with pytest.raises(FloodevalError, match="floodeval split"):
        read_split(tmp_path / "none.csv", dataset)
    (tmp_path / "split.csv").write_text("id,scene,split\na,a,train\n")
    with pytest.raises(FloodevalError, match="no samples in 'test'"):
        read_split(tmp_path / "split.csv", dataset).ids("test")
