"""A run on disk: what run.json and samples.parquet say, and how it is asked for again."""

import json
from dataclasses import replace

import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.evaluation.run_info import RunInfo
from floodeval.storage.atomic import write_text
from tests.support.quick_runs import BUNDLED, ask
from tests.support.quick_runs import quick as quick

pytestmark = pytest.mark.weights


def test_run_json_says_what_was_run_on_what_and_how_to_ask_for_it_again(quick, pair_folder):
    run = ask(pair_folder, prompts=["box", "points:n=3"])
    said = json.loads((run.folder / "run.json").read_text())
    assert said["schema"] == 2
    assert said["group"] is None
    assert set(said["dataset"]) == {"name", "fingerprint", "n_samples", "synthetic"}
    assert said["dataset"]["synthetic"] is False
    assert said["labels"] == {"water": None, "ignore": []}
    assert said["photographs"] == {
        "stretch": None,
        "exif": "apply",
        "bands": None,
        "stretch_stated": False,
        "exif_stated": False,
    }
    assert said["inference"] == {"backend": "torch", "precision": "float32", "embeddings": "float32"}
    assert {"spec", "kind", "uses_ground_truth"} <= set(said["prompts"][1])
    first = said["variants"][0]
    assert first["source"] == "sam"
    assert first["trained_on"] is None
    assert len(first["sha256"]) == len(first["encoder_sha256"]) == 64
    assert said["request"]["dataset"] == str(pair_folder.resolve())
    assert said["request"]["prompts"] == ["box", "points:n=3"]
    assert said["request"]["variants"] == {"pretrained": None, "again": None}
    assert RunInfo.from_json((run.folder / "run.json").read_text()) == run.info


def test_the_command_line_keeps_its_inputs_as_they_were_given(quick, pair_folder, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_DATA", str(pair_folder.parent))
    split = pair_folder.parent / "s.csv"
    split.write_text("id,scene,split\na,a,test\nb,b,train\n")
    command = ["evaluate", "pairs", "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    command += ["--split", str(split), "--subset", "test", "--keep-embeddings"]
    assert main(command) == 0
    asked = load_run("r").info.request
    assert (asked.dataset, asked.split, asked.subset) == ("pairs", str(split), "test")
    assert asked.keep_embeddings
    assert load_run("r").info.inference.embeddings == "float16, kept"


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled run is not here")
def test_a_run_of_schema_1_is_read(tmp_path):
    content = json.loads((BUNDLED / "run.json").read_text())
    old = {key: content[key] for key in ("name", "created", "split", "prompts", "environment", "timings")}
    old |= {"schema": 1, "dataset": {k: content["dataset"][k] for k in ("name", "fingerprint", "n_samples")}}
    old |= {"metrics": {**content["metrics"], "embeddings": "float16, kept"}}
    keys = ("name", "model_type", "checkpoint", "sha256", "encoder_sha256")
    old["variants"] = [{key: one[key] for key in keys} | {"trained_on": None} for one in content["variants"]]
    old["resources"] = {"pretrained": {"parameters": 5, "peak_memory_mb": {"box": 1286.8}}}
    info = RunInfo.from_json(json.dumps(old))
    assert info.inference.keeps_embeddings
    assert "embeddings" not in info.metrics
    assert not info.is_synthetic
    assert info.resources["pretrained"]["peak_memory_mb"] == {}  # it was the whole process's
    old["dataset"]["name"] = "demo"
    assert RunInfo.from_json(json.dumps(old)).is_synthetic


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("dataset", "fingerprint"), 7, "dataset.fingerprint"),
        (("dataset", "synthetic"), "no", "dataset.synthetic"),
        (("variants",), [], "variants"),
        (("variants", 0, "source"), "magic", "variants[0].source"),
        (("variants", 0, "sha256"), None, "variants[0].sha256"),
        (("prompts", 0, "spec"), 3, "prompts[0].spec"),
        (("labels",), {"water": "1", "ignore": []}, "labels"),
        (("photographs",), {"stretch": None, "exif": "turn", "bands": None}, "photographs"),
        (("inference", "precision"), 16, "inference"),
        (("request", "prompts"), "box", "request.prompts"),
        (("request", "water"), ["1"], "request.water"),
        (("findings",), [1], "findings"),
        (("leaks",), {"a": "b"}, "leaks"),
        (("schema",), 3, "schema"),
        (("surprise",), 1, "surprise"),
    ],
)
def test_a_part_that_is_wrong_is_named_by_its_key_in_one_line(quick, pair_folder, path, value, named):
    folder = ask(pair_folder, prompts=["full"]).folder
    content = json.loads((folder / "run.json").read_text())
    part = content
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    write_text(folder / "run.json", json.dumps(content))
    with pytest.raises(FloodevalError) as refused:
        load_run(folder)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_samples_parquet_knows_each_photograph_and_reference_by_digest(quick, pair_folder):
    table = ask(pair_folder).table("samples").set_index("id")
    assert list(table.columns) == ["scene", "split", "width", "height", "photograph_sha256", "truth_sha256"]
    assert table.loc["a", "photograph_sha256"] != table.loc["b", "photograph_sha256"]
    assert table.loc["a", "truth_sha256"] == table.loc["b", "truth_sha256"]  # both: the left half is water
    palette = Image.open(pair_folder / "masks" / "a.png").convert("1")
    palette.save(pair_folder / "masks" / "a.png")  # other bytes, the same reference
    again = ask(pair_folder, "again").table("samples").set_index("id")
    assert again.loc["a", "truth_sha256"] == table.loc["a", "truth_sha256"]


def test_a_run_resumed_with_another_reading_or_precision_of_embeddings_is_refused(quick, pair_folder):
    ask(pair_folder)
    with pytest.raises(FloodevalError, match="exists with other inference"):
        ask(pair_folder, keep_embeddings=True)
    dataset = load_dataset(pair_folder)
    ignoring = replace(dataset.reading, photographs=replace(dataset.reading.photographs, exif="ignore"))
    with pytest.raises(FloodevalError, match="exists with other photographs"):
        variants = {"pretrained": None, "again": None}
        evaluate(replace(dataset, reading=ignoring), "r", variants, ["box", "full"])
