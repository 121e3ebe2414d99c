"""Results of Try it: the table on the page and the archive of files."""

import csv
import io
from zipfile import ZipFile

import numpy as np
from PIL import Image

from floodeval.dashboard.pages.try_it.results import (
    ModelResult,
    PhotographResult,
    results_archive,
    results_table,
)
from floodeval.viz.style import Style

NAN = float("nan")
MASK = np.arange(35).reshape(5, 7) % 3 == 0
STYLES = {"a": Style("a (A)", "#CC8400"), "b": Style("b (B)", "#2F8FCB")}


def result(name, ious=(NAN, NAN), prompt="full"):
    models = tuple(
        ModelResult(model, share, score, iou, np.packbits(MASK))
        for model, share, score, iou in zip("ab", (0.25, 0.5), (0.9, NAN), ious, strict=True)
    )
    return PhotographResult(name, prompt, (5, 7), models)


def test_the_table_has_shares_of_water_and_where_there_is_a_reference_the_ious():
    shares = results_table(["x", "y"], [result("x"), None], STYLES)
    assert shares.iloc[:, 2:].to_numpy().tolist() == [["25%", "50%"], ["–", "–"]]
    ious = results_table(["x", "y"], [result("x", (0.5, 0.75)), result("y", prompt="box=1,2,3,4")], STYLES)
    assert ious.iloc[0, 4:].tolist() == ["0.500", "0.750", "+0.250"]
    assert ious.iloc[1, 4:].tolist() == ["–", "–", "–"]
    assert ious.iloc[:, 1].tolist() == ["whole frame", "box=1,2,3,4"]


def test_the_archive_has_names_masks_and_scores():
    content = results_archive([result("x.jpg", (0.5, 0.75)), result("x.png"), result("=1+1.jpg")])
    with ZipFile(io.BytesIO(content)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
        first = np.asarray(Image.open(io.BytesIO(archive.read(rows[0]["mask"]))))
        names = archive.namelist()
    assert np.array_equal(first, np.where(MASK, 255, 0))
    assert [row["iou"] for row in rows[:3]] == ["0.5000", "0.7500", ""]
    assert rows[1]["iou_estimate"] == "" and rows[0]["water_share"] == "0.2500"
    assert len(set(names)) == len(names) == 7  # photographs of one name do not replace each other
    assert rows[4]["photograph"] == "'=1+1.jpg"


def test_no_name_leads_out_of_the_archive():
    with ZipFile(io.BytesIO(results_archive([result("../../x/..\\y.jpg")]))) as archive:
        assert all(".." not in name.split("/") for name in archive.namelist())
