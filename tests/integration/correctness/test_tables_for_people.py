"""Tables for spreadsheets: numbers stay numbers, and no text is a formula."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.cli import main
from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.evaluation.run import load_run
from floodeval.storage.spreadsheet import as_meant, csv_bytes, harmless
from tests.support.exports import at_hand as at_hand
from tests.support.exports import place as place
from tests.support.fake_run import draw_dataset, write_run

BOM = b"\xef\xbb\xbf"
FORMULAS = ("=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "'=1", "''=1")


def cells(content):
    assert content.startswith(BOM)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_numbers_stay_numbers_and_formulas_become_text():
    table = pd.DataFrame({"=name": list(FORMULAS), "gap": [-0.5] * len(FORMULAS), "n": [-3] * len(FORMULAS)})
    head, *rows = cells(csv_bytes(table))
    assert head == ["'=name", "gap", "n"]
    assert [row[0] for row in rows] == [f"'{one}" for one in FORMULAS]
    assert all(row[1:] == ["-0.5", "-3"] for row in rows)


@given(st.text())
def test_no_text_begins_like_a_formula_and_it_is_read_back_as_it_was(text):
    written = harmless(text)
    assert not written.strip().startswith(("=", "+", "-", "@"))
    assert not written.startswith(("\t", "\r"))
    assert as_meant(written) == text


def test_marked_cases_have_a_byte_order_mark_no_formula_and_are_read_back(tmp_path):
    for number, text in enumerate(FORMULAS):
        mark_case(tmp_path, f"inundación {number}", f"t{text}", f"{text} ñ")
    mark_case(tmp_path, "=1+1", "-5", "+x")
    rows = cells((tmp_path / "cases.csv").read_bytes())
    assert rows[-1][:3] == ["'=1+1", "'-5", "'+x"]
    assert not any(cell.strip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    found = read_cases(tmp_path)
    assert (found["=1+1"].tag, found["=1+1"].note) == ("-5", "+x")
    assert [one.note for one in found.values()][: len(FORMULAS)] == [f"{one} ñ".strip() for one in FORMULAS]


def test_marked_cases_of_an_earlier_version_are_read(tmp_path):
    (tmp_path / "cases.csv").write_text("id,tag,note,prompt,marked\n=1+1,-5,a,box,\n", encoding="utf-8")
    assert read_cases(tmp_path)["=1+1"].tag == "-5"


def test_a_runs_own_tables_hold_no_formula(tmp_path):
    dataset = draw_dataset(tmp_path / "odd", ["=1+1", "@x", "año"])
    folder = write_run(tmp_path / "run", dataset, skipped=[("-9", "reading", "=cmd|' /C calc'!A0")])
    head, *rows = cells((folder / "metrics.csv").read_bytes())
    assert {row[0] for row in rows} == {"'=1+1", "'@x", "año"}
    assert [float(row[head.index("width")]) for row in rows]
    assert cells((folder / "skipped.csv").read_bytes())[1] == ["'-9", "reading", "'=cmd|' /C calc'!A0"]
    run = load_run(folder)
    assert list(run.skipped.iloc[0]) == ["-9", "reading", "=cmd|' /C calc'!A0"]
    assert set(run.metrics["id"]) == {"=1+1", "@x", "año"}


@pytest.mark.parametrize("command", ["report", "slices", "cost", "suspects"])
def test_every_table_that_a_command_writes_has_a_byte_order_mark(tmp_path, command):
    assert main([command, "made", "--csv", str(tmp_path / "t.csv")]) == 0
    assert len(cells((tmp_path / "t.csv").read_bytes())) >= 1
