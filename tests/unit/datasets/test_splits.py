import json
from dataclasses import replace

import pandas as pd
import pytest

from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.splits import Split, SplitRecord, read_split, write_split
from floodeval.errors import FloodevalError

GHOST = {"x": "y"}
PLAIN = {"dataset": "d", "fingerprint": "", "seed": 0, "shares": {}}


def made(dataset, **record) -> Split:
    table = pd.DataFrame([(s.id, s.id, "test") for s in dataset.samples], columns=["id", "scene", "split"])
    shares = {"train": 0.7, "validation": 0.15, "test": 0.15}
    return Split("split.csv", table, SplitRecord(dataset.name, dataset.fingerprint, 3, shares, **record))


def test_a_split_is_read_back_as_it_was_written_with_its_record(pair_folder, tmp_path):
    dataset = load_dataset(pair_folder)
    a, b = (sample.id for sample in dataset.samples)
    split = made(dataset, repaired={a: b, b: a}, excluded={"9": ["foreign_mask"]}, flagged={a: ["grey_mask"]})
    write_split(split, tmp_path / "split.csv")
    again = read_split(tmp_path / "split.csv", dataset)
    assert (again.text, again.sha256, again.record) == (split.text, split.sha256, split.record)
    assert again.repaired(dataset)[a].mask == dataset[b].mask
    assert again.repaired(dataset).fingerprint == dataset.fingerprint


def test_a_split_without_a_record_is_a_split(pair_folder, tmp_path):
    dataset = load_dataset(pair_folder)
    (tmp_path / "split.csv").write_text(made(dataset).text)
    split = read_split(tmp_path / "split.csv", dataset)
    assert split.record is None
    assert split.repaired(dataset) == dataset


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is not the record of a split"),
        ("[1]", "is not the record of a split"),
        ('{"dataset": "d"}', "is not the record of a split"),
        (
            json.dumps({"dataset": "d", "fingerprint": "f", "seed": 0, "shares": {}, "repaired": {"x": "y"}}),
            "'x'",
        ),
    ],
)
def test_a_broken_record_is_refused_in_one_line(pair_folder, tmp_path, content, complaint):
    dataset = load_dataset(pair_folder)
    write_split(made(dataset), tmp_path / "split.csv")
    (tmp_path / "split.record.json").write_text(content)
    with pytest.raises(FloodevalError, match=complaint) as refused:
        read_split(tmp_path / "split.csv", dataset)
    assert "\n" not in str(refused.value)


def test_repairs_of_another_data_set_are_refused(pair_folder, tmp_path):
    dataset = load_dataset(pair_folder)
    a, b = (sample.id for sample in dataset.samples)
    write_split(made(replace(dataset, fingerprint="other"), repaired={a: b}), tmp_path / "split.csv")
    with pytest.raises(FloodevalError, match="repairs masks of another data set"):
        read_split(tmp_path / "split.csv", dataset)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("id,split\na,train\n", "expected id, scene, split"),
        ("id,scene,split\na,a,training\n", "other than train, validation, test"),
        ("id,scene,split\na,a,train\na,a,train\n", "an id twice"),
        ("id,scene,split\nghost,g,train\n", "that are not in the data set"),
        ("id,scene,split\na,s,train\nb,s,test\n", "one scene in two subsets"),
        ("", "is not a valid CSV file"),
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
