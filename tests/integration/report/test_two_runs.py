"""A report on sides of different runs and prompts."""

import csv
import json
import re
import shlex

import pytest

from floodeval.cli import main
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.run import load_run
from tests.support.commands import refused
from tests.support.fake_run import draw_dataset, write_run


@pytest.fixture
def runs(results, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    pools = draw_dataset(tmp_path / "data" / "pools", [f"i{n}" for n in range(8)])
    for name in ("monday", "friday"):
        write_run(results / "runs" / name, pools, with_samples=True)
    return results / "runs"


def words(path):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", path.read_text()))


def test_it_records_both_sides_and_prints_the_commands_of_both_runs(runs, tmp_path):
    command = ["report", "monday:pretrained:box", "friday:finetuned:full", "--worst", "2"]
    files = ["--out", "r.html", "--csv", "r.csv", "--summary", "r.json", "--coco", "coco"]
    assert main([*command, *files]) == 0
    said = words(tmp_path / "r.html")
    assert "A&#39;s prompt (box) uses the reference mask; B" not in said  # the English sentence has a comma
    assert re.search(r"A.{1,6}s prompt \(box\) uses the reference mask, B.{1,6}s \(full\) does not", said)
    for name in ("monday", "friday"):
        assert f"floodeval evaluate pools --name {name} " in said
    assert "floodeval report monday:pretrained:box friday:finetuned:full --worst 2 --by failures" in said
    with (tmp_path / "r.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    iou = (
        load_run("friday").metrics.query("variant == 'finetuned' and prompt == 'full'").set_index("id")["iou"]
    )
    assert [float(row["iou_b"]) for row in rows] == pytest.approx([iou[row["id"]] for row in rows])
    assert {row["prompt"] for row in rows} == {"box (A), full (B)"}
    summary = json.loads((tmp_path / "r.json").read_text())
    assert summary["floodeval"]["sides"] == ["monday:pretrained:box", "friday:finetuned:full"]
    assert summary["metric_per_case"][0]["prediction_file"] == "masks/finetuned/full/i0.png"
    assert sorted(path.name for path in (tmp_path / "coco").iterdir()) == [
        "instances.json",
        "results-friday-finetuned-full.json",
        "results-monday-pretrained-box.json",
    ]


def test_the_printed_command_makes_the_same_report(runs, tmp_path):
    assert (
        main(["report", "monday:finetuned:box", "friday:finetuned:box", "--worst", "1", "--out", "a.html"])
        == 0
    )
    [line] = re.findall(r"floodeval report monday:.*?(?=\n|<)", (tmp_path / "a.html").read_text())
    assert main([*shlex.split(line)[1:], "--out", "b.html"]) == 0
    assert (tmp_path / "a.html").read_text() == (tmp_path / "b.html").read_text()


def test_marked_cases_are_those_of_the_run_of_b(runs, tmp_path):
    mark_case(runs / "friday", "i3", "shadow", "under the bridge")
    mark_case(runs / "monday", "i5", "reflection")
    command = ["report", "monday:finetuned:box", "friday:finetuned:box", "--marked", "--csv", "r.csv"]
    assert main(command) == 0
    with (tmp_path / "r.csv").open(encoding="utf-8-sig") as stream:
        assert [(row["id"], row["note"]) for row in csv.DictReader(stream)] == [("i3", "under the bridge")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["monday:finetuned"], "is one side; name the other one too"),
        (
            ["monday:finetuned", "friday:finetuned"],
            "share several prompts (box, full); name one with --prompt",
        ),
        (
            ["monday:finetuned", "friday:finetuned", "--a", "pretrained"],
            "--a and --b name variants of one run",
        ),
    ],
)
def test_what_could_mean_two_things_is_refused(runs, capsys, arguments, says):
    assert says in refused(["report", *arguments], capsys)
