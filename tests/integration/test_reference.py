"""The reference lists the columns of every table and the keys of run.json, as the code writes them."""

import re
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.evaluation import run_info, run_tables
from floodeval.sam.prompts import parse_prompt
from tests.support.reference_pages import section

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "results" / "runs" / "flood-area-vit_t"
MODEL = ROOT / "results" / "models" / "flood-area-vit_t"
TABLES = {
    "metrics": run_tables.COLUMNS,
    "skipped": run_tables.SKIPPED_COLUMNS,
    **run_tables.DETAILS,
    **run_tables.OPTIONAL,
}


def named(text: str) -> list[str]:
    """The names in code style, in their order."""
    return re.findall(r"`([A-Za-z_0-9]+)`", text)


def first_cells(text: str) -> list[str]:
    """The names in the first column of a table."""
    return named("\n".join(re.findall(r"^\| (.*?) \|", text, re.MULTILINE)))


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_of_a_run_is_listed_in_its_order(table):
    suffix = "csv" if table == "skipped" else "parquet"
    text = section("tables.md", f"{table}.{suffix}")
    listed = first_cells(text) or named(text)
    assert [name for name in listed if name in TABLES[table]] == list(TABLES[table])
    if first_cells(text):
        assert listed == list(TABLES[table])


@pytest.mark.parametrize("table", ["metrics", "traits", "errors", "agreement", "clicks"])
def test_the_bundled_run_has_the_columns_that_are_listed(table):
    assert list(pd.read_parquet(BUNDLED / f"{table}.parquet").columns) == list(TABLES[table])


def test_every_column_of_the_history_of_a_training_is_listed():
    listed = first_cells(section("tables.md", "history.csv"))
    prompts = r"(?:box|points?|full|clicks)"
    patterns = [re.sub("PROMPT", prompts, name) for name in listed]
    for column in pd.read_csv(MODEL / "history.csv").columns:
        assert any(re.fullmatch(pattern, column) for pattern in patterns), column


@pytest.mark.parametrize("command", ["slices", "suspects", "cost"])
def test_the_columns_of_a_command_are_those_that_it_writes(command, tmp_path):
    assert main([command, str(BUNDLED), "--csv", str(tmp_path / "table.csv")]) == 0
    written = pd.read_csv(tmp_path / "table.csv", encoding="utf-8-sig").columns
    row = re.search(
        rf"^\| `floodeval {command}` \| (.*) \|$", section("tables.md", "Tables of commands"), re.MULTILINE
    )
    assert row
    listed = named(row[1])
    of_intervals = {f"{name}_{end}" for name in ("mean_a", "mean_b", "gap") for end in ("low", "high")}
    assert [name for name in written if name not in of_intervals] == [one for one in listed if one[0] != "_"]


def test_the_keys_of_run_json_are_listed_in_the_order_of_the_file():
    assert first_cells(section("run-json.md", "run.json")) == list(run_info._ORDER)
    assert set(run_info._ORDER) == {field.name for field in fields(run_info.RunInfo)}


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("dataset", run_info.DatasetPart),
        ("split", run_info.SplitPart),
        ("metrics", run_info.MetricsPart),
    ],
)
def test_the_keys_of_a_part_of_run_json_are_listed(key, kind):
    (content,) = re.findall(rf"^\| `{key}` \| (.*) \|$", section("run-json.md", "run.json"), re.MULTILINE)
    assert set(kind.__annotations__) <= set(named(content))


def test_the_keys_of_a_prompt_in_run_json_are_listed():
    (content,) = re.findall(r"^\| `prompts` \| (.*) \|$", section("run-json.md", "run.json"), re.MULTILINE)
    assert named(content) == list(parse_prompt("box").to_json())


def test_the_keys_of_a_variant_and_of_a_request_are_listed():
    assert sorted(first_cells(section("run-json.md", "variants"))) == sorted(
        field.name for field in fields(run_info.Variant)
    )
    listed = named(section("run-json.md", "request"))
    assert {field.name for field in fields(run_info.RequestRecord)} <= set(listed)


def test_how_masks_are_predicted_is_listed():
    (content,) = re.findall(r"^\| `inference` \| (.*) \|$", section("run-json.md", "run.json"), re.MULTILINE)
    assert {field.name for field in fields(run_info.Inference)} <= set(named(content))
