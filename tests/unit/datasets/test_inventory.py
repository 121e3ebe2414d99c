"""The samples of a data set as a table."""

import shutil

from floodeval.datasets.audit.audit import audit_files
from floodeval.datasets.audit.audited_files import look_at_files
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.inventory import INVENTORY_COLUMNS, inventory
from floodeval.datasets.layouts import list_dataset
from tests.support.datasets import make_pairs


def tabled(folder, subset_of):
    dataset = load_dataset(folder)
    material = look_at_files(list_dataset(folder), dataset.reading)
    found = audit_files(material, subset_of)
    return inventory(dataset, material, found, {one.id: one.id for one in dataset.samples}, subset_of)


def test_a_row_says_sizes_format_water_subset_and_findings(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    shutil.copy(folder / "images" / "a.png", folder / "images" / "b.png")
    table = tabled(folder, {"a": "train", "b": "test"})
    assert tuple(table.columns) == INVENTORY_COLUMNS
    first = table.iloc[0]
    assert (first["width"], first["height"], first["format"], first["water_share"]) == (48, 32, "PNG", 0.5)
    assert table["subset"].tolist()[:2] == ["train", "test"] and table["subset"].isna()[2]
    assert table["findings"].tolist() == [("leak", "duplicate_bytes"), ("leak", "duplicate_bytes"), ()]


def test_what_cannot_be_read_is_missing(tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b"])
    (folder / "images" / "a.png").write_bytes(b"broken")
    (folder / "masks" / "b.png").write_bytes(b"broken")
    table = tabled(folder, {})
    assert table["width"].isna().tolist() == [True, False] and table["format"].isna()[0]
    assert table["water_share"].isna().tolist() == [False, True]
