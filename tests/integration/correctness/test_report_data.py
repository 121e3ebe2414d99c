"""What a report shows of the data, as HTML and as PDF."""

import json
import sys
from html import unescape

import pandas as pd
import pytest
from fontTools.misc import timeTools
from fontTools.ttLib.tables import _h_e_a_d

from floodeval.cli import main
from floodeval.datasets.dataset_config import PhotographReading
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.run import load_run
from floodeval.i18n.catalog import say, speaking_of_synthetic_scenes
from tests.support import fake_run
from tests.support.exports import at_hand as at_hand
from tests.support.exports import own as own
from tests.support.exports import place as place
from tests.support.wording import fragment, holds


def pdf(path, date="2026-01-02"):
    assert main(["report", "made", "--pdf", str(path), "--worst", "1", "--date", date]) == 0
    return path.read_bytes()


@pytest.mark.usefixtures("pdf_tools")
def test_the_pdf_is_the_same_with_and_without_harfbuzzs_subsetter_at_any_time(tmp_path, monkeypatch):
    first = pdf(tmp_path / "1.pdf")
    monkeypatch.setattr(sys.modules["weasyprint.pdf.fonts"], "harfbuzz_subset", None)
    for module in (timeTools, _h_e_a_d):
        monkeypatch.setattr(module, "timestampNow", lambda: 4_000_000_000)
    assert pdf(tmp_path / "2.pdf") == first


def shown(tmp_path, run, *options):
    assert main(["report", str(run), "--markdown", str(tmp_path / "md"), "--worst", "1", *options]) == 0
    return unescape((tmp_path / "md" / "index.md").read_text(encoding="utf-8"))


def test_the_report_shows_label_scheme_and_treatment_of_photographs(own, tmp_path):
    fake_run.say(
        own, labels=LabelScheme((1, 2), (255,)), photographs=PhotographReading(((0, 500),) * 3, "ignore")
    )
    text = shown(tmp_path, own, "--no-photographs")
    assert (
        say("dataset_reading.declared", water="1, 2") + say("dataset_reading.ignored", ignored="255") in text
    )
    assert "0 to 500" in text and say("dataset_reading.exif_ignored") in text


def test_the_report_shows_flagged_pairs_also_where_all_are_and_contradicted_labels(own, tmp_path):
    flagged = {f"i{i}": ["empty_mask"] for i in range(6)}
    fake_run.say(own, flagged=flagged, findings=("labels_contradicted",))
    text = shown(tmp_path, own)
    pairs, total = say("counts.flagged_pair", n=6), say("counts.photograph", n=6)
    assert say("audit.empty_mask") in text
    assert holds(text, "report.findings_pairs", pairs=pairs, total=total)
    contradicted = say("report.finding_labels_contradicted")
    assert text.count(contradicted) == 2  # on the first page and among the findings


def test_a_report_on_synthetic_scenes_says_so_and_speaks_of_no_photograph(own, tmp_path):
    info = load_run(own).info
    fake_run.say(own, dataset=info.dataset | {"synthetic": True})
    text = shown(tmp_path, own, "--no-photographs")
    with speaking_of_synthetic_scenes(True):
        drawn = say("counts.photograph", n=6)
    assert fragment("report.synthetic") in text and drawn in text
    assert say("counts.photograph", n=6) not in text


def test_the_report_counts_ignored_pixels(own, tmp_path):
    table = pd.read_parquet(own / "metrics.parquet")
    table["tn"] -= (table["width"] * table["height"] // 4).where(table["id"] == "i1", 0)
    table.to_parquet(own / "metrics.parquet", index=False)
    text = shown(tmp_path, own)
    assert holds(text, "report.ignored_words", photographs=say("counts.photograph", n=1))


@pytest.mark.parametrize(
    "note", ["<img src=x onerror=alert(1)>", "[a](javascript:1) ![b](http://x.y/z.png)", "|a|b|\n# h\n- l"]
)
def test_notes_are_text_in_every_form(own, tmp_path, note):
    mark_case(own, "i1", "<b>", note)
    options = ["report", str(own), "--marked", "--out", str(tmp_path / "r.html")]
    assert main([*options, "--markdown", str(tmp_path / "md"), "--summary", str(tmp_path / "s.json")]) == 0
    html, text = (tmp_path / "r.html").read_text(), (tmp_path / "md" / "index.md").read_text()
    assert "<img src=x" not in html + text and "](http" not in text and "](javascript" not in text
    json.loads((tmp_path / "s.json").read_text())
