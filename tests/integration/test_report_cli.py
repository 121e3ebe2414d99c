"""`floodeval report` as a user types it: files made whole, everything wrong said in one line."""

import shutil
from pathlib import Path

import pytest

from floodeval.cli import main
from floodeval.evaluation.cases import mark_case
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from tests.support.fake_run import draw_dataset, shifted_or_nothing, write_run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("report-cli")
    pools = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(6)])
    write_run(root / "results" / "runs" / "two", pools, predict=shifted_or_nothing)
    write_run(root / "results" / "runs" / "one", pools, ("pretrained",))
    return root


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A folder to write in, with the runs at hand."""
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(made / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(made / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys, *options):
    """The one line with which a command is refused."""
    assert main(["report", *options]) == 2
    said = capsys.readouterr().err
    assert said.startswith("floodeval: ") and said.count("\n") == 1 and "Traceback" not in said
    return said


@pytest.mark.usefixtures("pdf_tools")
def test_every_form_is_written_with_one_command(place, capsys):
    files = {"--out": "r.html", "--pdf": "r.pdf", "--csv": "c.csv", "--summary": "s.json", "--coco": "k.json"}
    options = [part for pair in files.items() for part in pair]
    assert main(["report", "two", *options, "--markdown", "md", "--worst", "2"]) == 0
    assert {path.name for path in place.iterdir()} == {*files.values(), "md"}
    assert (place / "md" / "index.md").is_file()
    assert "r.pdf" in capsys.readouterr().out


def test_without_a_file_it_writes_a_page_named_after_the_run(place):
    assert main(["report", "two"]) == 0
    assert [path.name for path in place.iterdir()] == ["two-report.html"]


def test_it_speaks_spanish(place):
    assert main(["report", "two", "--language", "es", "--worst", "1", "--date", "2026-02-03"]) == 0
    page = (place / "two-report.html").read_text()
    assert '<html lang="es">' in page and "2026-02-03" in page
    with speaking("es"):
        assert say("styles.missed") in page


def test_the_date_may_come_from_the_environment(place, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert main(["report", "two", "--worst", "0"]) == 0
    assert "1970-01-01" in (place / "two-report.html").read_text()


def test_the_marked_cases_come_with_their_notes_and_the_gone_are_said(place, made, capsys):
    folder = shutil.copytree(made / "results" / "runs" / "two", place / "marked")
    mark_case(folder, "i2", "shadow", "under the bridge")
    mark_case(folder, "gone")
    assert main(["report", str(folder), "--marked", "--out", "r.html"]) == 0
    page = (place / "r.html").read_text()
    assert "under the bridge" in page and page.count("<article") == 1
    assert "1 marked case is not in this report and is left out: gone" in capsys.readouterr().err


def test_the_report_names_the_reviewers_and_can_leave_others_out(place, made, capsys):
    folder = shutil.copytree(made / "results" / "runs" / "two", place / "reviewed")
    mark_case(folder, "i2", "shadow", "under the bridge", reviewer="Ana")
    mark_case(folder, "i2", note="of no matter", reviewer="Ben", judgment="acceptable")
    mark_case(folder, "i3", "glare", reviewer="Ben")
    mark_case(folder, "i4", note="only a note", judgment="note")
    assert main(["report", str(folder), "--marked", "--out", "all.html"]) == 0
    page = (place / "all.html").read_text()
    assert page.count("<article") == 2 and say("report.marks_by", names="Ana, Ben") in page
    assert "Ben: of no matter" in page and "only a note" not in page
    assert main(["report", str(folder), "--marked", "--reviewer", "Ana", "--out", "ana.html"]) == 0
    page = (place / "ana.html").read_text()
    assert page.count("<article") == 1 and say("report.marks_by", names="Ana") in page
    assert "of no matter" not in page and "--reviewer=Ana" in page
    assert main(["report", str(folder), "--marked", "--reviewer", "Eva", "--out", "eva.html"]) == 2
    assert "has no marked cases" in capsys.readouterr().err


def test_a_run_without_its_photographs_is_reported_by_its_masks(place, monkeypatch, capsys):
    monkeypatch.setenv("FLOODEVAL_DATA", str(place / "nowhere"))
    assert main(["report", "two", "--worst", "2"]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "not on this machine" in said
    assert "data:image/png" in (place / "two-report.html").read_text()


def test_an_existing_file_is_kept_unless_forced(place, capsys):
    Path("r.html").write_text("mine")
    assert "r.html exists; " in refused(capsys, "two", "--out", "r.html")
    assert Path("r.html").read_text() == "mine"
    assert main(["report", "two", "--out", "r.html", "--worst", "1", "--force"]) == 0
    assert Path("r.html").read_text().startswith("<!DOCTYPE html>")


def test_an_existing_markdown_report_is_kept_unless_forced(place, capsys):
    Path("md").mkdir()
    Path("md", "index.md").write_text("mine")
    Path("md", "other.txt").write_text("mine too")
    assert "index.md exists; " in refused(capsys, "two", "--markdown", "md")
    assert main(["report", "two", "--markdown", "md", "--worst", "1", "--force"]) == 0
    assert Path("md", "other.txt").read_text() == "mine too"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nope"], "no run 'nope'"),
        (["one"], "has only one variant, 'pretrained'"),
        (["two", "--a", "pretrained", "--b", "pretrained"], "A and B are both 'pretrained'"),
        (["two", "--b", "other"], "no variant 'other'; expected one of pretrained, finetuned"),
        (["two", "--prompt", "point"], "no prompt 'point'; expected one of box, full"),
        (["two", "--ids", "i1", "i99"], "no photograph i99 with prompt 'full'"),
        (["two", "--marked"], "has no marked cases"),
        (["two", "--quadrant", "bad"], "unknown outcome 'bad'"),
        (["two", "--slice", "bad"], "no subgroup 'bad'"),
        (["two", "--marked", "--by", "a"], "--by selects from the worst"),
        (["two", "--language", "xx"], "unknown language 'xx'; expected one of en, es"),
        (["two", "--date", "soon"], "'soon' is not a date; expected YYYY-MM-DD"),
        (["two", "--subset", "train"], "no results in the subset 'train'; it has test"),
        (["two", "--out", "x", "--csv", "x"], "x is the target of two formats"),
        (["two", "--out", "."], ". is a folder; name a file in it"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(place, capsys, options, said):
    assert said in refused(capsys, *options)
    assert not list(place.iterdir())


def test_a_folder_that_cannot_be_written_is_said_in_one_line(place, capsys):
    Path("file").write_text("")
    assert "file" in refused(capsys, "two", "--worst", "1", "--out", "file/r.html")
    assert [path.name for path in place.iterdir()] == ["file"]


def test_when_drawing_fails_no_file_is_left(place, monkeypatch):
    from floodeval.report.render import case_images as drawn

    def broken(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drawn, "jpeg", broken)
    assert main(["report", "two", "--worst", "1", "--out", "r.html", "--markdown", "md"]) == 2
    assert not [path for path in place.rglob("*") if path.is_file()]
