"""The command that a report gives to make its run again."""

import shlex
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.preparation import select_samples
from floodeval.evaluation.plan import make_plan
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.evaluation.run_parts import RequestRecord
from floodeval.i18n.catalog import say
from floodeval.report.rerun_commands import evaluate_command
from tests.support.exports import at_hand as at_hand
from tests.support.exports import place as place
from tests.support.fake_run import draw_dataset, write_run


def command_of(page):
    """The first command in a report's Markdown."""
    text = (page / "index.md").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("floodeval evaluate"))


@pytest.mark.weights
@pytest.mark.usefixtures("small_frames")
def test_the_reports_command_makes_the_same_tables(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    data = tmp_path / "two scenes; $HOME"
    for name in ("images", "masks"):
        (data / name).mkdir(parents=True)
    draw_dataset(data, ["a b", "c'd", "e"], sizes=[(64, 80)])
    split = tmp_path / "my split.csv"
    rows = [f"{one},{one},{subset}" for one, subset in (("a b", "test"), ("c'd", "test"), ("e", "train"))]
    split.write_text("\n".join(["id,scene,split", *rows]) + "\n")
    asked = ["evaluate", str(data), "--name", "first", "--split", str(split), "--subset", "test"]
    asked += ["--variant", "one", "--variant", "two", "--prompt", "point"]
    asked += ["--prompt", "box:jitter=20", "--keep-embeddings"]
    assert main(asked) == 0
    first = load_run("first")
    assert main(["report", "first", "--markdown", str(tmp_path / "md"), "--worst", "0"]) == 0
    words = shlex.split(command_of(tmp_path / "md"))
    assert words[0] == "floodeval"
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "again"))
    assert main(words[1:]) == 0
    again = load_run("first")
    assert again.folder != first.folder
    clocked = [name for name in first.metrics if name.endswith("_ms")]
    pd.testing.assert_frame_equal(first.metrics.drop(columns=clocked), again.metrics.drop(columns=clocked))
    assert (first.info.request, first.info.inference) == (again.info.request, again.info.inference)


def test_the_command_quotes_and_holds_every_option():
    request = RequestRecord(
        dataset="/data/my floods; rm -rf $HOME",
        split="a 'b'.csv",
        subset="test",
        model="vit_b",
        device="cuda:1",
        variants={"pretrained": None, "mine": "/models/x y.pth"},
        prompts=("box", "points:n=5"),
        water=(1, 2),
        ignore=(-1, 255),
        exif="ignore",
        stretch="percentiles",
        config="c.toml",
        keep_embeddings=True,
        allow_leak=True,
    )
    info = replace(load_run("made").info, request=request, name="n")
    assert shlex.split(evaluate_command(info)) == [
        "floodeval",
        "evaluate",
        "/data/my floods; rm -rf $HOME",
        "--name",
        "n",
        "--model",
        "vit_b",
        "--split",
        "a 'b'.csv",
        "--subset",
        "test",
        "--dataset-config",
        "c.toml",
        "--water=1,2",
        "--ignore=-1,255",
        "--exif",
        "ignore",
        "--stretch",
        "percentiles",
        "--variant",
        "pretrained",
        "--variant",
        "mine=/models/x y.pth",
        "--prompt",
        "box",
        "--prompt",
        "points:n=5",
        "--display-name=pretrained=pretrained",
        "--display-name=finetuned=finetuned",
        "--device",
        "cuda:1",
        "--keep-embeddings",
        "--allow-leak",
    ]


def test_the_report_is_made_again_of_cases_whose_names_look_like_options(tmp_path):
    draw_dataset(tmp_path / "odd", ["-worst", "-9", "b b"])
    run = write_run(tmp_path / "run", load_dataset(tmp_path / "odd"))
    asked = ["report", str(run), "--ids=-worst", "--ids=-9", "--ids", "b b"]
    assert main([*asked, "--markdown", str(tmp_path / "md")]) == 0
    text = (tmp_path / "md" / "index.md").read_text(encoding="utf-8")
    again = next(line for line in text.splitlines() if line.startswith("floodeval report"))
    assert main([*shlex.split(again)[1:], "--csv", str(tmp_path / "cases.csv")]) == 0
    assert set(pd.read_csv(tmp_path / "cases.csv", encoding="utf-8-sig")["id"]) == {"'-worst", "'-9", "b b"}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("demo", "--scenes", "5", "--seed", "2"), "floodeval demo --scenes 5 --seed 2"),
        (
            ("stress", "--bases", "9", "--seed", "3"),
            "floodeval stress --bases 9 --seed 3 --name n --model vit_t --variant pretrained --prompt full",
        ),
    ],
)
def test_a_run_of_drawn_data_is_made_again_by_the_command_that_draws_it(command, said):
    asked = RequestRecord(
        "data/x", "stress", variants={"pretrained": None}, prompts=("full",), command=command
    )
    made = load_run("made").info
    info = replace(made, request=asked, name="n")
    assert evaluate_command(RunInfo.from_json(info.to_json())) == said


def test_an_older_run_of_the_stress_suite_names_no_split_that_is_no_file():
    made = load_run("made").info
    data = made.dataset | {"synthetic": True, "n_samples": 56}
    info = replace(made, dataset=data, split={"name": "stress", "sha256": "0", "subset": None}, request=None)
    assert evaluate_command(info).startswith(f"floodeval stress --bases 2 --name {info.name} --model")
    assert "--split" not in evaluate_command(info)


@pytest.mark.parametrize(
    ("stated", "options"),
    [
        ({}, []),
        ({"exif_stated": True}, ["--exif", "apply"]),
        ({"stretch_stated": True}, ["--stretch", "none"]),
        (
            {"exif": "ignore", "exif_stated": True, "stretch": ((0, 9),) * 3},
            ["--exif", "ignore", "--stretch"],
        ),
    ],
)
def test_the_command_states_what_was_stated_about_photographs_and_nothing_else(place, stated, options):
    dataset = load_dataset(place / "data" / "pools", reading=Reading(photographs=PhotographReading(**stated)))
    plan = make_plan(select_samples(dataset), "n", {"pretrained": None})
    command = shlex.split(evaluate_command(replace(load_run("made").info, request=plan.record())))
    given = command[command.index("vit_t") + 1 : command.index("--variant")]
    assert given == options + (["percentiles"] if "stretch" in stated else [])


def test_of_an_older_run_the_report_says_that_paths_are_unknown(tmp_path):
    assert main(["report", "made", "--markdown", str(tmp_path / "md"), "--worst", "0"]) == 0
    text = unescape((tmp_path / "md" / "index.md").read_text())
    assert say("report.again_older") in text
    assert command_of(tmp_path / "md").startswith("floodeval evaluate pools --name made --model vit_t")
