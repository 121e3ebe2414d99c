"""`floodeval describe`, and class names, own splits and layouts in other commands."""

import json

import pytest

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.preparation import select_samples
from floodeval.errors import FloodevalError
from tests.support.commands import refused
from tests.support.laid_out import coco, mask, photograph, text


@pytest.fixture
def floodnet(tmp_path):
    for subset, number in (("train", 1), ("val", 2), ("test", 3)):
        photograph(tmp_path / "floods" / f"{subset}-org-img" / f"{number}.jpg", seed=number)
        mask(tmp_path / "floods" / f"{subset}-label-img" / f"{number}_lab.png", 5, 9)
    return tmp_path / "floods"


def test_describe_prints_what_was_recognized(floodnet, tmp_path, capsys):
    assert main(["describe", str(floodnet), "--water", "water", "--json", str(tmp_path / "d.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "floods: layout FloodNet, 3 pairs" in lines
    assert "Split by folders: train 1, validation 1, test 1" in lines
    assert "  grass (9): 75% of the pixels, land" in lines
    assert "  water (5): 25% of the pixels, water" in lines
    assert any(line.startswith("Doubt: the folders are those of FloodNet and of RescueNet") for line in lines)
    (entry,) = json.loads((tmp_path / "d.json").read_text())
    assert main(["describe", str(floodnet), "--water", "water", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [entry]
    assert entry["labels"] == {"water": [5], "ignore": []}
    assert entry["split"] == {"train": 1, "validation": 1, "test": 1}


def test_describe_writes_a_declaration_once(floodnet, capsys):
    assert main(["describe", str(floodnet), "--water", "water,road-flooded", "--write"]) == 0
    written = (floodnet / "dataset.toml").read_text()
    assert 'layout = "FloodNet"' in written
    assert 'water = ["road-flooded", "water"]' in written
    assert load_dataset(floodnet).reading.labels.water == (3, 5)
    capsys.readouterr()
    said = refused(["describe", str(floodnet), "--write"], capsys)
    assert said.endswith("dataset.toml exists; edit it, or replace it with --force")
    assert (floodnet / "dataset.toml").read_text() == written
    assert main(["describe", str(floodnet), "--water", "water", "--write", "--force"]) == 0
    assert load_dataset(floodnet).reading.labels.water == (5,)


def test_describe_shows_the_tree_of_an_unknown_layout(tmp_path, capsys):
    photograph(tmp_path / "data" / "pictures" / "a.jpg")
    status = main(["describe", str(tmp_path / "data")])
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out.splitlines() == ["data/", "  pictures/  1 .jpg"]
    assert printed.err.count("\n") == 1
    assert "found: pictures/ (1 .jpg)" in printed.err


@pytest.mark.parametrize("command", [["audit"], ["split", "--out", "split.csv"], ["evaluate", "--name", "r"]])
def test_every_command_asks_which_classes_are_water(
    floodnet, tmp_path, monkeypatch, results, capsys, command
):
    monkeypatch.chdir(tmp_path)
    said = refused([command[0], str(floodnet), *command[1:]], capsys)
    assert "--water" in said
    said = refused([command[0], str(floodnet), *command[1:], "--water", "lake"], capsys)
    assert "has no class 'lake'; its classes are background (0), building-flooded (1)" in said


def test_audit_takes_names_and_searches_the_own_split_for_leaks(floodnet, capsys):
    twin = floodnet / "test-org-img" / "4.jpg"
    twin.write_bytes((floodnet / "train-org-img" / "1.jpg").read_bytes())
    mask(floodnet / "test-label-img" / "4_lab.png", 5, 9)
    assert main(["audit", str(floodnet), "--water", "water"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "leak" in printed
    assert "labels: water is water (5)" in printed


def test_a_subset_needs_no_split_file_where_folders_name_it(floodnet):
    text(floodnet / "dataset.toml", '[labels]\nwater = ["water"]\n')
    dataset = load_dataset(floodnet)
    selected = select_samples(dataset, None, "test")
    assert [sample.id for sample in selected.samples] == ["3"]
    assert selected.subset_of == {"1": "train", "2": "validation", "3": "test"}
    assert [sample.id for sample in select_samples(dataset).samples] == ["1", "2", "3"]
    assert select_samples(dataset).split.is_own


def test_a_subset_of_a_data_set_without_one_is_refused(tmp_path):
    photograph(tmp_path / "a.jpg")
    text(tmp_path / "labels.json", coco(["a.jpg"]))
    with pytest.raises(FloodevalError, match="needs split"):
        select_samples(load_dataset(tmp_path), None, "test")
