"""The real model on small made pairs: what is written, resumed, skipped and refused."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from floodeval.analysis.threshold_choice import threshold_choices
from floodeval.cli import main
from floodeval.datasets.dataset import digest_of, load_dataset, read_pair
from floodeval.datasets.reference_masks import read_mask
from floodeval.datasets.scenes import kept_scenes
from floodeval.datasets.splits import Split, SplitRecord
from floodeval.datasets.splitting import split_dataset
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run, mask_path
from floodeval.evaluation.run_tables import COLUMNS
from floodeval.metrics.boundary import boundary
from floodeval.metrics.overlap import count
from floodeval.progress import Step
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.inference import Encoder
from floodeval.sam.registry import published
from tests.support.datasets import make_pairs
from tests.support.small_frames import SLOW_FLOODEVAL, SMALL_FLOODEVAL

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("small_frames")]
TIMES = ["encode_ms", "decode_ms"]
FULL_DISK = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1200, 1200))
"""
VARIANTS = {"pretrained": None, "finetuned": "tuned"}


@pytest.fixture
def tuned(results, vit_t) -> Path:
    """A fine-tuned model under the results folder: the published one with a nudged mask token."""
    state = vit_t.sam.state_dict()
    name = "mask_decoder.mask_tokens.weight"
    nudged = state[name] + 0.3 * torch.randn(state[name].shape, generator=torch.manual_seed(0))
    origin = Provenance("vit_t", published("vit_t").sha256, "floods", "f", "s", "{}")
    write_checkpoint(results / "models" / "tuned" / "checkpoint.safetensors", {name: nudged}, state, origin)
    return results


def test_validation_chooses_thresholds_and_is_in_no_score(results, vit_t, tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "four", ["a", "b", "c", "d"]))
    subsets = ["validation", "test", "test", "train"]
    table = pd.DataFrame({"id": list("abcd"), "scene": list("wxyz"), "split": subsets})
    state = vit_t.sam.state_dict()
    seen = digest_of(dataset["a"].photograph)  # its checkpoint was chosen by it
    origin = Provenance("vit_t", published("vit_t").sha256, "four", "f", "s", "{}", photographs=seen)
    write_checkpoint(results / "models" / "tuned" / "checkpoint.safetensors", {}, state, origin)
    run = evaluate(dataset, "r", VARIANTS, ["box"], split=Split("s.csv", table), subset="validation,test")
    assert run.info.leaks == {} and run.info.dataset["n_samples"] == 2
    assert set(run.metrics["id"]) == set(pd.read_csv(run.folder / "metrics.csv")["id"]) == {"b", "c"}
    for name in ("samples", "traits", "errors", "agreement"):
        assert set(run.table(name)["id"]) == {"b", "c"}
    assert set(run.table("validation")["id"]) == {"a"}
    assert set(run.table("logits")["id"]) == {"a", "b", "c"}
    assert mask_path(run.folder, "finetuned", "box", "a").is_file()
    for found in threshold_choices(run):
        assert (found.reason, found.n_validation, found.n_test) == ("", 1, 2)


def test_a_run_holds_every_sample_variant_and_prompt_measured_at_full_size(tuned, pair_folder):
    dataset = load_dataset(pair_folder)
    ticks = []
    run = evaluate(
        dataset, "r", VARIANTS, ["box", "full"], progress=lambda step: ticks.append((step.done, step.total))
    )
    assert list(run.metrics.columns) == list(COLUMNS)
    assert len(run.metrics) == 2 * 2 * 2
    assert ticks[-1] == (2, 2)
    assert run.skipped.empty
    assert run.info.variants[0].encoder_sha256 == run.info.variants[1].encoder_sha256
    assert run.info.variants[1].trained_on["dataset"] == "floods"
    assert run.info.variants[1].checkpoint == "tuned"
    for row in run.metrics.itertuples():
        mask = run.mask(row.variant, row.prompt, row.id)
        truth = read_pair(dataset[row.id]).truth
        counts = count(truth, mask)
        assert (row.tp, row.fp, row.fn, row.tn) == (counts.tp, counts.fp, counts.fn, counts.tn)
        assert (row.width, row.height) == (48, 32)
        around = boundary(truth, mask)
        assert (row.boundary_iou, row.nsd, row.hd95_px) == (around.boundary_iou, around.nsd, around.hd95_px)
        assert row.truth_share == 0.5
    assert not (run.folder / "journal.jsonl").exists()
    pd.testing.assert_frame_equal(
        pd.read_csv(run.folder / "metrics.csv", dtype={"id": str, "scene": str}, keep_default_na=False),
        run.metrics,
        check_dtype=False,
    )


def test_the_variants_share_one_encoding_of_each_photograph(tuned, pair_folder):
    metrics = evaluate(load_dataset(pair_folder), "r", VARIANTS, ["box"]).metrics
    assert (metrics.groupby("id")["encode_ms"].nunique() == 1).all()


def test_kept_embeddings_give_the_same_run_without_encoding(
    results, pair_folder, monkeypatch, tmp_path, vit_t
):
    monkeypatch.setattr("floodeval.sam.inference.cache_folder", lambda: tmp_path / "kept")
    dataset = load_dataset(pair_folder)
    first = evaluate(dataset, "first", {"pretrained": None}, ["box"], keep_embeddings=True).metrics
    again = evaluate(dataset, "again", {"pretrained": None}, ["box"], keep_embeddings=True).metrics
    assert first["encode_ms"].notna().all()
    assert again["encode_ms"].isna().all()
    pd.testing.assert_frame_equal(first.drop(columns=TIMES), again.drop(columns=TIMES))


def test_after_kill_9_the_same_command_makes_the_table_of_an_uninterrupted_run(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    command = ["evaluate", str(folder), "--variant", "pretrained", "--prompt", "box"]
    command += ["--prompt", "points:n=3", "--name", "killed"]
    killed = subprocess.Popen(
        [sys.executable, "-c", SLOW_FLOODEVAL, *command], start_new_session=True, stdout=subprocess.DEVNULL
    )
    journal = results / "runs" / "killed" / "journal.jsonl"
    while not journal.is_file() or not journal.read_bytes().count(b"\n"):
        assert killed.poll() is None, "the evaluation ended before it could be killed"
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert 1 <= journal.read_bytes().count(b"\n") < 3
    assert main(command) == 0
    resumed = load_run("killed")
    whole = evaluate(load_dataset(folder), "whole", {"pretrained": None}, ["box", "points:n=3"])
    pd.testing.assert_frame_equal(
        resumed.metrics.drop(columns=TIMES), whole.metrics.drop(columns=TIMES), check_exact=True
    )
    assert not list(resumed.folder.rglob("*.partial"))


def test_bad_samples_are_skipped_with_their_reasons_and_good_ones_evaluated(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["good", "zero", "broken", "sizes", "dry", "alone"])
    (folder / "images" / "zero.png").write_bytes(b"")
    (folder / "images" / "broken.png").write_bytes((folder / "images" / "broken.png").read_bytes()[:99])
    Image.fromarray(np.zeros((5, 5), np.uint8)).save(folder / "masks" / "sizes.png")
    Image.fromarray(np.zeros((32, 48), np.uint8)).save(folder / "masks" / "dry.png")
    (folder / "masks" / "alone.png").unlink()
    run = evaluate(load_dataset(folder), "r", {"pretrained": None}, ["box", "full"])
    stages = {(row.id, row.stage) for row in run.skipped.itertuples()}
    assert stages == {
        ("zero", "reading"),
        ("broken", "reading"),
        ("sizes", "reading"),
        ("dry", "prompt"),
        ("alone", "pairing"),
    }
    assert not run.skipped["reason"].str.contains("\n").any()
    assert sorted(zip(run.metrics["id"], run.metrics["prompt"], strict=True)) == [
        ("dry", "full"),
        ("good", "box"),
        ("good", "full"),
    ]
    dry = run.metrics.set_index(["id", "prompt"]).loc[("dry", "full")]
    assert dry["truth_share"] == 0
    assert dry["iou"] == 0 if dry["predicted_share"] else np.isnan(dry["iou"])


def test_only_the_asked_subset_of_a_split_is_evaluated(results, tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", [str(i) for i in range(8)]))
    split = split_dataset(dataset)
    run = evaluate(dataset, "r", {"pretrained": None}, ["full"], split=split, subset="test")
    assert set(run.metrics["id"]) == split.ids("test")
    assert set(run.metrics["split"]) == {"test"}
    assert run.info.split["sha256"] == split.sha256


def test_a_photograph_that_vanished_after_the_split_is_named(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b"])
    split = Split(
        "split.csv", pd.DataFrame([("a", "a", "test"), ("b", "b", "test")], columns=["id", "scene", "split"])
    )
    (folder / "images" / "b.png").unlink()
    run = evaluate(load_dataset(folder), "r", {"pretrained": None}, ["full"], split=split, subset="test")
    assert list(run.metrics["id"]) == ["a"]
    assert run.skipped[["id", "stage"]].values.tolist() == [["b", "pairing"]]


@pytest.mark.slow
def test_repaired_masks_are_those_evaluated_and_those_read_again(results, tmp_path, monkeypatch):
    folder = make_pairs(tmp_path / "floods", ["a"], (48, 32))
    make_pairs(folder, ["b"], (64, 40))
    for kind in ("a", "b"):
        (folder / "masks" / f"{kind}.png").rename(tmp_path / f"{kind}.png")
    (tmp_path / "a.png").rename(folder / "masks" / "b.png")
    (tmp_path / "b.png").rename(folder / "masks" / "a.png")
    dataset = load_dataset(folder)
    record = SplitRecord("floods", dataset.fingerprint, 0, {"test": 1.0}, repaired={"a": "b", "b": "a"})
    table = pd.DataFrame([("a", "a", "test"), ("b", "b", "test")], columns=["id", "scene", "split"])
    run = evaluate(dataset, "r", {"pretrained": None}, ["full"], split=Split("split.csv", table, record))
    assert run.skipped.empty
    assert list(run.metrics["truth_share"]) == [0.5, 0.5]
    assert run.info.split["repaired"] == {"a": "b", "b": "a"}
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    assert load_run("r").dataset()["a"].mask.name == "b.png"


def test_a_run_knows_the_samples_whose_truth_is_in_doubt(results, tmp_path):
    folder = make_pairs(tmp_path / "floods", ["a", "b"])
    Image.fromarray(np.full((32, 48), 255, np.uint8)).save(folder / "masks" / "b.png")
    run = evaluate(load_dataset(folder), "r", {"pretrained": None}, ["full"])
    assert run.info.flagged == {"b": ["full_mask"]}


@pytest.mark.slow
def test_force_keeps_the_old_run_until_the_request_is_known_to_be_good(results, pair_folder):
    dataset = load_dataset(pair_folder)
    evaluate(dataset, "r", {"pretrained": None}, ["full"])
    for wrong in ({"subset": "test"}, {"device": "nonsense"}, {"model_type": "vit_x"}):
        with pytest.raises(FloodevalError):
            evaluate(dataset, "r", {"pretrained": None}, ["full"], force=True, **wrong)
    assert load_run("r").info.prompt_specs == ["full"]


def test_a_finished_run_is_returned_and_another_request_under_its_name_refused(
    results, pair_folder, monkeypatch
):
    dataset = load_dataset(pair_folder)
    made = evaluate(dataset, "r", {"pretrained": None}, ["full"])
    with monkeypatch.context() as patched:
        patched.delattr("floodeval.evaluation.pipeline.Pipeline.run")  # nothing is predicted again
        assert evaluate(dataset, "r", {"pretrained": None}, ["full"]).info == made.info
    with pytest.raises(FloodevalError, match="exists with other prompts"):
        evaluate(dataset, "r", {"pretrained": None}, ["box"])
    with pytest.raises(FloodevalError, match="exists with other inference"):
        evaluate(dataset, "r", {"pretrained": None}, ["full"], keep_embeddings=True)
    assert evaluate(dataset, "r", {"pretrained": None}, ["box"], force=True).info.prompt_specs == ["box"]
    assert not mask_path(made.folder, "pretrained", "full", "a").exists()


def test_a_run_tells_how_well_labels_agree_as_soon_as_the_scenes_are_known(results, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = make_pairs(tmp_path / "pairs", ["a", "b"], (240, 160))
    shutil.copy(folder / "images" / "a.png", folder / "images" / "b.png")
    narrower = np.zeros((160, 240), np.uint8)
    narrower[:, :90] = 255
    Image.fromarray(narrower).save(folder / "masks" / "b.png")
    dataset = load_dataset(folder)
    rows = [("a", "a", "test"), ("b", "a", "test")]
    split = Split("split.csv", pd.DataFrame(rows, columns=["id", "scene", "split"]))
    before = evaluate(dataset, "r", {"pretrained": None}, ["full"], split=split)
    assert before.info.label_agreement is None
    kept_scenes(dataset)
    after = evaluate(dataset, "r", {"pretrained": None}, ["full"], split=split)
    assert after.info.label_agreement.n == 1
    assert after.info.label_agreement.mean == pytest.approx(90 / 120)
    pd.testing.assert_frame_equal(after.metrics, before.metrics)
    assert load_run("r").info == after.info


def test_a_full_disk_is_said_in_one_line_and_the_same_command_goes_on(results, tmp_path):
    """A limit on the size of files stands in for the full disk: writing fails in the same place."""
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    command = ["evaluate", str(folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    program = [sys.executable, "-c", FULL_DISK + SMALL_FLOODEVAL, *command]
    failed = subprocess.run(program, capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert "cannot write" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert main(command) == 0
    run = load_run("r")
    assert list(run.metrics["id"]) == ["a", "b", "c"]
    assert [read_mask(path).shape for path in run.folder.rglob("*.png")] == [(32, 48)] * 3


def test_evaluating_on_trained_on_photographs_is_refused_or_marked(results, vit_t, pair_folder):
    dataset = load_dataset(pair_folder)
    sample = dataset.samples[0]
    seen = digest_of(sample.photograph)
    origin = Provenance("vit_t", published("vit_t").sha256, "floods", "f", "s", "{}", seen)
    write_checkpoint(results / "models" / "tuned" / "checkpoint.safetensors", {}, {}, origin)
    steps: list[Step] = []
    with pytest.raises(FloodevalError, match="'finetuned' was fine-tuned on 1 of the 2 samples"):
        evaluate(dataset, "r", VARIANTS, ["full"], progress=steps.append)
    assert not steps  # neither scenes nor labels were looked at
    assert not (results / "runs" / "r").exists()
    run = evaluate(dataset, "r", VARIANTS, ["full"], allow_leak=True)
    assert load_run(run.folder).info.leaks == {"finetuned": [sample.id]}


def test_a_run_keeps_traits_errors_agreement_and_resources(tuned, pair_folder):
    run = evaluate(load_dataset(pair_folder), "r", VARIANTS, ["box", "full"])
    assert list(run.table("traits")["water_share"]) == [0.5, 0.5]
    errors = run.table("errors").merge(run.metrics, on=["id", "variant", "prompt"])
    assert len(errors) == len(run.metrics)
    assert (errors["false_shore"] + errors["false_detached"] + errors["false_spill"] == errors["fp"]).all()
    agreement = run.table("agreement")
    assert list(agreement["prompt"]) == ["box", "full"] * 2
    first = agreement.iloc[0]
    masks = [run.mask(variant, "box", first["id"]) for variant in VARIANTS]
    assert first["iou"] == pytest.approx((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())
    resources = run.info.resources["finetuned"]
    assert 9e6 < resources["parameters"] < 11e6
    assert resources["trained_parameters"] == 4 * 256  # one nudged tensor
    assert resources["peak_memory_mb"] == {}  # a process has one memory, whichever variant it runs


@pytest.mark.slow
def test_clicks_are_kept_with_where_they_fell_and_the_iou_after_each(tuned, pair_folder):
    run = evaluate(load_dataset(pair_folder), "r", VARIANTS, ["point", "clicks:max=3"])
    clicks = run.table("clicks")
    assert set(clicks["variant"]) == set(VARIANTS)
    assert clicks["click"].between(1, 3).all()
    first = clicks[clicks["click"] == 1].set_index(["id", "variant"])["iou"]
    by_prompt = run.metrics.set_index(["prompt", "id", "variant"])["iou"]
    assert first.to_dict() == by_prompt["point"].to_dict()
    last = clicks.groupby(["id", "variant"])["iou"].last()
    assert last.to_dict() == by_prompt["clicks:max=3"].to_dict()
    assert clicks["x"].between(0, 47).all()
    assert clicks["y"].between(0, 31).all()


@pytest.mark.slow
def test_variants_with_encoders_of_their_own_are_each_encoded_and_kept_apart(
    tuned, pair_folder, vit_t, monkeypatch
):
    encoded = []
    encode = Encoder.encode
    monkeypatch.setattr(Encoder, "encode", lambda self, seen: encoded.append(self) or encode(self, seen))
    state = vit_t.sam.state_dict()
    name = "image_encoder.neck.2.weight"
    origin = Provenance("vit_t", published("vit_t").sha256, "floods", "f", "s", "{}")
    path = tuned / "models" / "seeing" / "checkpoint.safetensors"
    write_checkpoint(path, {name: 1.5 * state[name]}, state, origin)
    variants = VARIANTS | {"seeing": "seeing"}
    run = evaluate(load_dataset(pair_folder), "r", variants, ["point", "clicks:max=2"])
    encoders = {one.name: one.encoder_sha256 for one in run.info.variants}
    assert encoders["pretrained"] == encoders["finetuned"] != encoders["seeing"]
    took = run.metrics.groupby(["id", "variant"])["encode_ms"].first().unstack("variant")
    assert (took["pretrained"] == took["finetuned"]).all()
    assert (took["pretrained"] != took["seeing"]).all()
    assert set(run.table("clicks")["variant"]) == set(variants)
    one, other, *swapped = encoded[-4:]  # each is tried out before
    assert swapped == [other, one] != [one, other]  # in turns the first


def test_a_resumed_run_does_not_evaluate_finished_samples_again(results, pair_folder):
    dataset = load_dataset(pair_folder)

    def stop(step):
        if step.what == "evaluating" and step.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(dataset, "r", {"pretrained": None}, ["full"], progress=stop)
    ticks = []
    run = evaluate(
        dataset,
        "r",
        {"pretrained": None},
        ["full"],
        progress=lambda step: ticks.append((step.done, step.total)),
    )
    assert ticks == [(1, 2), (2, 2)]
    assert list(run.metrics["id"]) == ["a", "b"]
