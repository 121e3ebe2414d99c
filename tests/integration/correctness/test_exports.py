"""Exports: what other programs read from them is what was measured, and they are the same everywhere."""

import csv
import io
import json
import shlex
import shutil
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.misc import timeTools
from fontTools.ttLib.tables import _h_e_a_d
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

import floodeval
from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_truth
from floodeval.datasets.dataset_config import PhotographReading, Reading
from floodeval.datasets.label_scheme import LabelScheme
from floodeval.datasets.outlines import polygons, svg_path
from floodeval.datasets.preparation import select_samples
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import mark_case, read_cases
from floodeval.evaluation.plan import make_plan
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RequestRecord, RunInfo
from floodeval.i18n.catalog import say, speaking_of_synthetic_scenes
from floodeval.report.render import coco
from floodeval.report.render.coco import polygon_list, rle
from floodeval.report.rerun_commands import evaluate_command
from floodeval.storage.spreadsheet import as_meant, csv_bytes, harmless
from floodeval.viz.overlays import outlined
from tests.support import fake_run
from tests.support.fake_run import draw_dataset, shifted, write_run
from tests.support.wording import fragment, holds

ROOT = Path(floodeval.__file__).parent
BOM = b"\xef\xbb\xbf"
MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))
FORMULAS = ("=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "'=1", "''=1")


def ponds(truth, variant, prompt, sample_id):
    """A prediction with a hole, islands and pixels that touch by a corner alone."""
    found = shifted(truth, variant, prompt, sample_id)
    height, width = found.shape
    found[height // 2, width // 3] = False
    found[2, 2] = found[3, 3] = found[height - 1, width - 1] = True
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A results folder with the run `made`, and its data set."""
    root = tmp_path_factory.mktemp("exports")
    dataset = draw_dataset(root / "data" / "pools", [f"i{i}" for i in range(6)])
    write_run(root / "results" / "runs" / "made", dataset, predict=ponds)
    return root


@pytest.fixture(autouse=True)
def at_hand(place, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(place / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(place / "data"))


def exported(folder, *options):
    """The ground truth of an exported data set, as pycocotools reads it."""
    assert main(["report", "made", *options]) == 0
    return COCO(folder / "instances.json")


def average_precision(truth, results):
    """AP, AP50 and AP75 of masks, as COCOeval computes them."""
    found = COCOeval(truth, truth.loadRes(results), "segm")
    found.evaluate()
    found.accumulate()
    found.summarize()
    return found.stats[:3]


# COCO -----------------------------------------------------------------------------------------------------


def test_coco_truth_and_each_variants_predictions_are_files_of_their_own(tmp_path):
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    names = {path.name for path in (tmp_path / "c").iterdir()}
    assert names == {"instances.json", "results-pretrained-box.json", "results-finetuned-box.json"}


def test_coco_annotations_are_no_crowds_and_files_are_named_with_their_endings(tmp_path, place):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    assert {one["iscrowd"] for one in truth.dataset["annotations"]} == {0}
    assert len(truth.dataset["images"]) == 6
    for image in truth.dataset["images"]:
        assert (place / "data" / "pools" / image["file_name"]).is_file()


@pytest.mark.parametrize("option", ["--coco", "--coco-polygons"])
def test_coco_holds_the_masks_themselves(tmp_path, place, option):
    truth = exported(tmp_path / "c", option, str(tmp_path / "c"))
    dataset, run = load_dataset(place / "data" / "pools"), load_run("made")
    ids = {image["id"]: image["floodeval_id"] for image in truth.dataset["images"]}
    for one in truth.dataset["annotations"]:
        water = read_truth(dataset[ids[one["image_id"]]]).water
        assert (truth.annToMask(one) == water).all() and one["area"] == water.sum()
    for variant in ("pretrained", "finetuned"):
        results = json.loads((tmp_path / "c" / f"results-{variant}-box.json").read_text())
        assert len(results) == 6
        for one in results:
            found = coco_mask.decode(one["segmentation"])
            assert (found == run.mask(variant, "box", ids[one["image_id"]])).all()


@pytest.mark.parametrize("option", ["--coco", "--coco-polygons"])
def test_a_perfect_prediction_scores_ap_1(tmp_path, option):
    truth = exported(tmp_path / "c", option, str(tmp_path / "c"))
    perfect = [
        {"image_id": one["image_id"], "category_id": 1, "score": 1.0, "segmentation": truth.annToRLE(one)}
        for one in truth.dataset["annotations"]
    ]
    assert average_precision(truth, perfect) == pytest.approx([1, 1, 1])


def test_ap_equals_what_cocoeval_computes_from_the_masks(tmp_path, place):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    run, dataset = load_run("made"), load_dataset(place / "data" / "pools")
    scores = run.metrics[run.metrics["prompt"] == "box"].set_index(["variant", "id"])["score"]
    encode = lambda mask: coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))  # noqa: E731
    own = COCO()
    own.dataset = {"images": [], "categories": [{"id": 1, "name": "water"}], "annotations": [], "info": {}}
    masks = {"pretrained": [], "finetuned": []}
    for number, sample in enumerate(dataset.samples, start=1):
        water = read_truth(sample).water
        own.dataset["images"].append({"id": number, "height": water.shape[0], "width": water.shape[1]})
        of_truth = {"area": int(water.sum()), "iscrowd": 0, "segmentation": encode(water)}
        key = {"image_id": number, "category_id": 1}
        own.dataset["annotations"].append({"id": number, **key, **of_truth, "bbox": [0, 0, 1, 1]})
        for variant, found in masks.items():
            mask = encode(run.mask(variant, "box", sample.id))
            found.append({**key, "segmentation": mask, "score": scores[variant, sample.id]})
    own.createIndex()
    for variant, found in masks.items():
        expected = average_precision(own, found)
        assert 0 < expected[0] < 1
        written = str(tmp_path / "c" / f"results-{variant}-box.json")
        assert average_precision(truth, written) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["two floods", "inundación", "洪水", "d'eau"])
def test_a_data_set_of_any_folder_name_is_found_for_the_report(place, tmp_path, name):
    dataset = draw_dataset(place / "data" / name, ["a", "b"])
    run = write_run(tmp_path / "run", dataset)
    assert main(["report", str(run), "--coco", str(tmp_path / "c")]) == 0
    assert len(json.loads((tmp_path / "c" / "instances.json").read_text())["annotations"]) == 2


@pytest.mark.parametrize("name", ["../pools", "..", "a/../pools", "C:\\pools"])
def test_a_run_names_no_data_set_outside_of_the_places_for_data(name):
    made = load_run("made")
    elsewhere = replace(made, info=replace(made.info, dataset=made.info.dataset | {"name": name}))
    with pytest.raises(FloodevalError, match="is not a valid name of a data set"):
        elsewhere.dataset()


def test_a_photograph_without_water_has_no_annotation_and_an_empty_mask_no_result(tmp_path, place):
    dry = draw_dataset(place / "data" / "dry", ["d1", "d2"], water=False)
    run = write_run(tmp_path / "dry", dry, predict=lambda truth, *_: np.zeros_like(truth))
    assert main(["report", str(run), "--prompt", "full", "--coco", str(tmp_path / "c")]) == 0
    content = json.loads((tmp_path / "c" / "instances.json").read_text())
    assert len(content["images"]) == 2 and content["annotations"] == []
    (only,) = json.loads((tmp_path / "c" / "results-finetuned-full.json").read_text())
    assert only["score"] == 0 and not coco_mask.decode(only["segmentation"]).any()


def test_a_variant_that_finds_nothing_anywhere_is_read_by_pycocotools_and_scores_ap_0(tmp_path, place):
    def timid(truth, variant, *_):
        return np.zeros_like(truth) if variant == "pretrained" else truth

    run = write_run(tmp_path / "timid", load_dataset(place / "data" / "pools"), predict=timid)
    assert main(["report", str(run), "--prompt", "full", "--coco", str(tmp_path / "c")]) == 0
    truth = COCO(tmp_path / "c" / "instances.json")
    for variant, expected in (("pretrained", 0), ("finetuned", 1)):
        found = average_precision(truth, str(tmp_path / "c" / f"results-{variant}-full.json"))
        assert found == pytest.approx([expected] * 3)


def test_ignored_pixels_are_in_neither_the_truth_nor_a_prediction(tmp_path, monkeypatch):
    ignored = np.zeros((60, 96), bool)
    ignored[:, 40:] = True

    def read(sample):
        truth = read_truth(sample)
        nowhere = np.resize(ignored, truth.water.shape)
        return replace(truth, water=truth.water & ~nowhere, ignored=nowhere)

    monkeypatch.setattr(coco, "read_truth", read)
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    results = json.loads((tmp_path / "c" / "results-finetuned-box.json").read_text())
    assert results and truth.dataset["annotations"]
    for one in (*results, *truth.dataset["annotations"]):
        mask = coco_mask.decode(one["segmentation"]).astype(bool)
        assert not (mask & np.resize(ignored, mask.shape)).any()


def test_without_the_data_set_coco_says_that_it_holds_no_truth(tmp_path):
    truth = exported(tmp_path / "c", "--coco", str(tmp_path / "c"), "--no-photographs")
    assert truth.dataset["annotations"] == [] and "none" in truth.dataset["info"]["annotations"]
    assert json.loads((tmp_path / "c" / "results-finetuned-box.json").read_text())


def test_an_exported_data_set_is_kept_unless_forced(tmp_path, capsys):
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"))
    (tmp_path / "c" / "results-old-box.json").write_text("[]")
    assert main(["report", "made", "--coco", str(tmp_path / "c")]) == 2
    assert "instances.json exists; " in capsys.readouterr().err
    exported(tmp_path / "c", "--coco", str(tmp_path / "c"), "--force")
    assert not (tmp_path / "c" / "results-old-box.json").exists()


@given(MASKS)
def test_run_lengths_are_written_as_pycocotools_writes_them(mask):
    expected = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    assert rle(mask) == expected


@given(MASKS)
def test_polygons_with_holes_fill_to_the_same_mask(mask):
    found = polygon_list(mask)
    if not found:
        assert not mask.any()
        return
    assert all(len(one) >= 8 for one in found)
    encoded = coco_mask.frPyObjects([list(map(float, one)) for one in found], *mask.shape)
    assert (coco_mask.decode(coco_mask.merge(encoded)) == mask).all()


# One tracer of outlines -----------------------------------------------------------------------------------


def ring():
    mask = np.zeros((24, 30), bool)
    mask[4:20, 5:25] = True
    mask[9:14, 12:17] = False
    mask[20, 25] = True
    return mask


def test_pictures_draw_the_outline_where_the_exact_tracer_has_it():
    mask = ring()
    ground = np.full((*mask.shape, 3), 90, np.uint8)
    drawn = (outlined(ground, mask) != ground).any(axis=-1)
    for polygon in polygons(mask):
        for corners in (polygon.outer, *polygon.holes):
            for x, y in corners:
                assert drawn[max(0, y - 1) : y + 1, max(0, x - 1) : x + 1].any()
    assert not drawn[0].any() and drawn[4:20, 4:6].all() and drawn[9:14, 11:13].all()


def test_no_other_tracer_is_left():
    for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.js")]:
        assert "findContours" not in path.read_text(encoding="utf-8"), path


def test_both_viewers_are_given_the_exact_outline():
    mask = ring()
    lines = svg_path(mask)
    assert lines.count("M") == lines.count("z") == 3  # the body, its hole, and the pixel at its corner
    assert "M5 4h20v16h-20z" in lines


# Tables for people ----------------------------------------------------------------------------------------


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


# The command that runs it again ---------------------------------------------------------------------------


def command_of(page):
    """The first command in a report's Markdown."""
    text = (page / "index.md").read_text(encoding="utf-8")
    return next(line for line in text.splitlines() if line.startswith("floodeval evaluate"))


@pytest.mark.weights
@pytest.mark.usefixtures("encoded_once")
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
    assert command_of(tmp_path / "md").startswith("floodeval evaluate pools --name fake --model vit_t")


# The PDF --------------------------------------------------------------------------------------------------


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


# What a report shows of the data --------------------------------------------------------------------------


def shown(tmp_path, run, *options):
    assert main(["report", str(run), "--markdown", str(tmp_path / "md"), "--worst", "1", *options]) == 0
    return unescape((tmp_path / "md" / "index.md").read_text(encoding="utf-8"))


@pytest.fixture
def own(place, tmp_path):
    """A copy of the run, to change what it says."""
    return shutil.copytree(place / "results" / "runs" / "made", tmp_path / "own")


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
