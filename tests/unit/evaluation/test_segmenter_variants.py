"""Segmenters as variants: by the model's name, with logits and origin; refused where a prompt is needed."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from floodeval.cli import main
from floodeval.datasets.dataset import digest_of, load_dataset
from floodeval.datasets.images import read_photograph
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.predict import predict
from floodeval.evaluation.run import load_run, mask_path
from floodeval.i18n.catalog import say
from floodeval.report.rerun_commands import evaluate_command
from floodeval.sam.segmenter_checkpoints import load_segmenter
from floodeval.viz.wording import source_words
from tests.support.commands import refused
from tests.support.datasets import make_pairs
from tests.support.pages import open_page, panes
from tests.support.segmenters import with_tiny_encoder, write_untrained


@pytest.fixture
def files(results, tmp_path, monkeypatch):
    """A data set and the untrained segmenter `plain`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    base = with_tiny_encoder(monkeypatch)
    write_untrained(results / "models" / "plain" / "checkpoint.safetensors", base)
    make_pairs(tmp_path / "pairs", ["a", "b"])
    return tmp_path


def test_a_run_has_its_masks_logits_and_origin(files, results):
    dataset = load_dataset(files / "pairs")
    run = evaluate(dataset, "r", {"reference": "plain"})
    model = load_segmenter(results / "models" / "plain" / "checkpoint.safetensors")
    assert list(run.metrics["prompt"]) == ["none", "none"] and run.metrics["score"].isna().all()
    histograms = run.table("logits").set_index("id")
    for sample in dataset.samples:
        logits = model.encode(read_photograph(sample.photograph))
        mask = np.asarray(Image.open(mask_path(run.folder, "reference", "none", sample.id)))
        assert np.array_equal(mask, np.where(logits > 0, 255, 0))
        half = logits.shape[1] // 2
        row = histograms.loc[sample.id]
        assert sum(row["inside"]) == logits[:, :half].size
        n_bins = len(row["inside"])
        assert sum(row["inside"][n_bins // 2 :]) == (logits[:, :half] > 0).sum()
    kept = json.loads((run.folder / "run.json").read_text())["variants"][0]
    assert (kept["source"], kept["model_type"], kept["checkpoint"]) == ("plugin", "segmenter", "plain")
    assert kept["sha256"] == model.sha256 and kept["encoder_sha256"] == model.encoder_sha256
    assert kept["trained_on"] == {"dataset": "floods", "fingerprint": "f", "split_sha256": "s"}
    assert run.info.untraceable == []
    assert load_run("r").info == run.info
    assert source_words(run.info.variants[0]) == "segmenter, plain"


def test_a_finished_run_is_returned_unless_the_model_is_another_one(files, results, monkeypatch):
    first = evaluate(load_dataset(files / "pairs"), "r", {"plain": "plain"})
    path = results / "models" / "plain" / "checkpoint.safetensors"
    with monkeypatch.context() as patched:
        patched.setattr("floodeval.evaluation.segmenter_variants.load_segmenter", None)  # would fail
        assert (
            evaluate(load_dataset(files / "pairs"), "r", {"plain": "plain"}, verify=True).info == first.info
        )
    write_untrained(path, with_tiny_encoder(monkeypatch), seed=2)
    with pytest.raises(FloodevalError, match="exists with other variants"):
        evaluate(load_dataset(files / "pairs"), "r", {"plain": "plain"})


def test_the_command_evaluates_it_by_name_and_can_be_repeated(files, capsys):
    assert main(["evaluate", "pairs", "--name", "r", "--variant", "reference=plain"]) == 0
    run = load_run("r")
    assert list(pd.read_csv(run.folder / "metrics.csv")["variant"].unique()) == ["reference"]
    assert "--variant reference=plain" in evaluate_command(run.info)
    assert main(["runs"]) == 0
    assert "reference" in capsys.readouterr().out


def test_photographs_that_it_was_trained_on_are_found(files, results, monkeypatch):
    dataset = load_dataset(files / "pairs")
    seen = digest_of(dataset["a"].photograph)
    path = results / "models" / "plain" / "checkpoint.safetensors"
    write_untrained(path, with_tiny_encoder(monkeypatch), photographs=seen)
    with pytest.raises(FloodevalError, match=r"'plain' was fine-tuned on 1 of the 2 samples.*\(a\)"):
        evaluate(dataset, "r", {"plain": "plain"})
    assert evaluate(dataset, "r", {"plain": "plain"}, allow_leak=True).info.leaks == {"plain": ["a"]}


def test_prompts_that_it_does_not_take_are_left_out_for_it(files):
    run = evaluate(load_dataset(files / "pairs"), "r", {"plain": "plain"}, ["box", "full"])
    assert run.info.prompt_specs == ["none"]


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("export plain --format onnx --out out", "is a segmenter, which takes no prompt; expected a SAM"),
        ("weights --import plain --name again", "is a segmenter, which takes no prompt"),
        ("evaluate pairs --name r --variant x=vit_t:plain", "name it without TYPE: and options"),
        ("evaluate pairs --name r --variant x=plain?size=512", "name it without TYPE: and options"),
        (
            "evaluate pairs --name r --variant x=plain --trained-on x=ids.csv",
            "the training data of variant 'x' is known",
        ),
    ],
)
def test_what_needs_a_sam_or_an_option_of_one_is_refused_in_one_line(files, capsys, command, complaint):
    (files / "ids.csv").write_text("id\na\n")
    assert complaint in refused(command.split(), capsys)
    assert not (files / "out").exists()


def test_single_photographs_are_predicted_whatever_the_prompt(files, results, capsys):
    model = load_segmenter(results / "models" / "plain" / "checkpoint.safetensors")
    photograph = files / "pairs" / "images" / "a.png"
    expected = model.encode(read_photograph(photograph)) > 0
    for prompt in ("full", "points=3,4"):
        (found,) = predict([photograph], {"plain": "plain"}, prompt)
        assert np.array_equal(found.mask, expected) and np.isnan(found.score)
    assert main(["predict", str(photograph), "--variant", "plain", "--out", "out"]) == 0
    assert "estimate" not in capsys.readouterr().out
    assert "predicted_iou" not in (files / "out" / "plain" / "a.geojson").read_text()


def test_pages_show_a_run_with_it_and_try_it_shows_its_mask(files, monkeypatch):
    at_hand = "floodeval.dashboard.pages.try_it.available_models.weights_at_hand"
    monkeypatch.setattr(at_hand, lambda model_type: True)
    monkeypatch.setenv("FLOODEVAL_DATA", str(files))
    evaluate(load_dataset(files / "pairs"), "r", {"plain": "plain"})
    for name in ("Home", "Compare", "Runs", "Report", "Training"):
        assert not open_page(name, run="r").exception
    page = open_page("Try it", run="r")
    assert not page.exception
    entries = [entry["text"] for layer in panes(page)["layers"] for entry in layer["key_entries"]]
    assert say("try_it.no_prompt") in entries
