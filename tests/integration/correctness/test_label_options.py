"""The label scheme in options and in dataset.toml, the same for every command."""

import numpy as np
import pytest

from floodeval import LabelScheme, load_dataset
from floodeval.cli import main
from floodeval.datasets.dataset import read_truth
from floodeval.datasets.dataset_config import ReadingOptions
from floodeval.datasets.splits import read_split, write_split
from floodeval.datasets.splitting import split_dataset
from floodeval.errors import FloodevalError
from tests.support.label_files import OTHER, WATER, png, save

CONFIG = """
[labels]
water = [1]
ignore = [255]

[photographs]
exif = "ignore"
"""


def test_dataset_toml_declares_the_scheme_once_and_arguments_override_it(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(CONFIG)
    dataset = load_dataset(folder)
    assert dataset.reading.labels == LabelScheme((1,), (255,))
    assert dataset.reading.photographs.exif == "ignore"
    assert np.array_equal(read_truth(dataset.samples[0]).water, WATER)
    other = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (1,)), exif="apply"))
    assert np.array_equal(read_truth(other.samples[0]).water, OTHER)
    assert other.reading.photographs.exif == "apply"


def test_a_config_elsewhere_takes_the_place_of_the_one_in_the_folder(tmp_path):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(CONFIG)
    (tmp_path / "mine.toml").write_text("labels = { water = [255], ignore = [1] }")
    dataset = load_dataset(folder, ReadingOptions(config=tmp_path / "mine.toml"))
    assert dataset.reading.labels == LabelScheme((255,), (1,))
    assert dataset.reading.photographs.exif == "apply"
    with pytest.raises(FloodevalError, match="no such file"):
        load_dataset(folder, ReadingOptions(config=tmp_path / "absent.toml"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[labels]\nwater = [1]\nignored = [255]", "unknown entry 'labels.ignored'"),
        ("[label]\nwater = [1]", "unknown entry 'label'"),
        ("[labels]\nwater = 1", "'labels.water'"),
        ("[labels]\nwater = [1.5]", "'labels.water'"),
        ("[labels]\nwater = [true]", "'labels.water'"),
        ("[labels]\nignore = [255]", r"\[labels\] has no water"),
        ('[photographs]\nexif = "turn"', "'photographs.exif'"),
        ('[photographs]\nstretch = "max"', "'photographs.stretch'"),
        ("[photographs]\nbands = [3, 2]", "'photographs.bands'"),
        ("[labels\n", "is not valid TOML"),
    ],
)
def test_a_config_that_says_something_else_is_refused_by_name(tmp_path, content, said):
    folder = save(tmp_path / "floods", png(0, 1, 255))
    (folder / "dataset.toml").write_text(content)
    with pytest.raises(FloodevalError, match=said) as refused:
        load_dataset(folder)
    assert "dataset.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate", "--name", "r", "--variant", "pretrained"],
        ["finetune", "--name", "m", "--split", "split.csv"],
        ["split", "--out", "other.csv"],
        ["audit"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_that_reads_masks_refuses_undeclared_ones_alike(
    tmp_path, monkeypatch, results, capsys, command
):
    monkeypatch.chdir(tmp_path)
    folder = save(tmp_path / "floods", png(0, 1, 255), png(0, 1, 1))
    (tmp_path / "split.csv").write_text("id,scene,split\n0,0,train\n1,1,validation\n")
    assert main([command[0], str(folder), *command[1:]]) == 2
    assert "--water 1 and --ignore 255" in capsys.readouterr().err


def test_split_and_audit_take_the_scheme_from_options_and_complete_it_from_the_config(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    folder = save(tmp_path / "floods", *[png(0, 1, -1 % 256), png(0, 1, 1)] * 3)
    assert main(["audit", str(folder), "--water", "1", "--ignore=-1,255"]) == 0
    assert "0 flagged pairs" in " ".join(capsys.readouterr().out.split())
    (folder / "dataset.toml").write_text("[labels]\nwater = [1]\n")
    assert main(["split", str(folder), "--out", "split.csv"]) == 2
    assert "255 may mean" in capsys.readouterr().err
    assert main(["split", str(folder), "--out", "split.csv", "--ignore", "255"]) == 0


@pytest.mark.parametrize("ids", ["1,", "1.5", "water,,flood", ""])
def test_values_that_are_none_are_refused_by_the_option(tmp_path, ids, capsys):
    with pytest.raises(SystemExit) as left:
        main(["audit", str(tmp_path), f"--water={ids}"])
    assert left.value.code == 2
    assert "is not a list of values" in capsys.readouterr().err


def test_a_split_remembers_its_scheme_and_refuses_another(tmp_path):
    folder = save(tmp_path / "floods", *[png(0, 1, 255)] * 4)
    dataset = load_dataset(folder, ReadingOptions(labels=LabelScheme((1,), (255,))))
    write_split(split_dataset(dataset), tmp_path / "split.csv")
    assert read_split(tmp_path / "split.csv", dataset).record.labels == {"water": [1], "ignore": [255]}
    other = load_dataset(folder, ReadingOptions(labels=LabelScheme((255,), (1,))))
    with pytest.raises(FloodevalError, match="another label scheme"):
        read_split(tmp_path / "split.csv", other)


def test_options_that_are_repeated_add_up(tmp_path, capsys):
    folder = save(tmp_path / "floods", png(0, 1, 2))
    assert main(["audit", str(folder), "--water", "1", "--water", "2"]) == 0
    assert "count as land" not in capsys.readouterr().out
    assert main(["audit", str(folder), "--water", "1"]) == 0
    assert "values 2 count as land" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("labels", ["water = []", "water = [1]\nignore = [1]"])
def test_a_scheme_in_a_config_that_is_none_is_refused_with_the_file(tmp_path, labels):
    folder = save(tmp_path, png(0, 1, 2))
    (folder / "dataset.toml").write_text(f"[labels]\n{labels}\n")
    with pytest.raises(FloodevalError, match=r"dataset\.toml: "):
        load_dataset(folder)
