"""A run on disk: schema 2, samples that raise, files that change, ignored pixels, and asking for it again."""

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from floodeval.cli import main
from floodeval.datasets import dataset as samples_module
from floodeval.datasets.dataset import load_dataset, read_truth
from floodeval.datasets.reference_masks import Truth
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import list_runs, load_run
from floodeval.evaluation.run_checks import findings_of
from floodeval.evaluation.run_info import CONTRADICTED, RunInfo
from floodeval.progress import Step
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.inference import Embedding, Encoder, Prediction, input_size
from floodeval.sam.registry import published
from floodeval.storage.atomic import write_text
from tests.support.datasets import make_pairs

pytestmark = pytest.mark.weights
BUNDLED = Path(__file__).parents[3] / "results" / "runs" / "flood-area-vit_t"
TIMES = ["encode_ms", "decode_ms"]


@pytest.fixture
def quick(results, vit_t, monkeypatch, tmp_path) -> Path:
    """The real decoder on embeddings of noise: an evaluation in a moment; returns the results folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("floodeval.evaluation.sam_variants.load_source", lambda *_: vit_t)

    def encode(self: Encoder, photograph: np.ndarray) -> Embedding:
        size = photograph.shape[:2]
        features = torch.randn((1, 256, 64, 64), generator=torch.manual_seed(int(photograph.sum()) % 999))
        return Embedding(features, size, input_size(size))

    monkeypatch.setattr(Encoder, "encode", encode)
    return results


def ask(folder: Path, name: str = "r", **options):
    variants = options.pop("variants", {"pretrained": None, "again": None})
    prompts = options.pop("prompts", ["box", "full"])
    return evaluate(load_dataset(folder), name, variants, prompts, **options)


def failing(monkeypatch, where: str, error: BaseException, on: int = 2):
    """Let a function raise at its n-th call from here on; returns a switch that lets it work again."""
    module, _, name = where.rpartition(".")
    __import__(module)
    real, calls = getattr(sys.modules[module], name), []

    def fails(*args, **kwargs):
        calls.append(1)
        if len(calls) == on:
            raise error
        return real(*args, **kwargs)

    monkeypatch.setattr(where, fails)


# What run.json says


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


# Samples that raise


@pytest.mark.parametrize(
    ("where", "error", "stage", "reason"),
    [
        ("floodeval.evaluation.pipeline.read_pair", cv2.error("bad raster"), "reading", "bad raster"),
        ("floodeval.evaluation.pipeline.read_pair", MemoryError(), "reading", "MemoryError"),
        ("floodeval.evaluation.pipeline.make_prompt", ValueError("odd"), "prompt", "ValueError: odd"),
        ("floodeval.sam.inference.Encoder.encode", RuntimeError("no memory"), "encoding", "no memory"),
        ("floodeval.evaluation.sam_variants.decode", torch.OutOfMemoryError("CUDA"), "decoding", "CUDA"),
        ("floodeval.evaluation.sample_rows.measure", cv2.error("no transform"), "measuring", "no transform"),
        ("floodeval.evaluation.pipeline.encode_mask", MemoryError(), "writing", "MemoryError"),
    ],
)
def test_a_sample_that_raises_is_one_line_with_its_stage_and_the_others_are_kept(
    quick, tmp_path, monkeypatch, where, error, stage, reason
):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    if where.startswith("floodeval.sam.inference"):
        encode = Encoder.encode
        calls = []

        def fails(self, photograph):
            calls.append(1)
            if len(calls) == 3:  # the first call warms up
                raise error
            return encode(self, photograph)

        monkeypatch.setattr(Encoder, "encode", fails)
    else:
        failing(monkeypatch, where, error, on=6 if stage in ("decoding", "measuring", "writing") else 2)
    run = ask(folder)
    assert len(run.skipped) == 1
    gone = run.skipped.iloc[0]
    assert gone["stage"] == stage
    assert reason in gone["reason"]
    assert "\n" not in gone["reason"]
    kept = {"a", "b", "c"} - {gone["id"]}
    assert set(run.metrics["id"]) == kept
    assert len(run.metrics) == 2 * 2 * 2  # every variant and prompt of the others
    for name in ("samples", "traits", "errors", "agreement"):
        assert set(run.table(name)["id"]) == kept
    assert not list((run.folder / "masks").rglob(f"{gone['id']}.png"))
    log = (run.folder / "errors.log").read_text()
    assert f"{gone['id']}, {stage}" in log
    assert "Traceback" in log


def test_a_photograph_too_thin_for_sam_is_skipped_and_named(quick, pair_folder):
    make_pairs(pair_folder, ["thin"], (3000, 1))
    run = ask(pair_folder)
    assert run.skipped[["id", "stage"]].values.tolist() == [["thin", "encoding"]]
    assert "3000 × 1 px" in run.skipped.iloc[0]["reason"]
    assert set(run.metrics["id"]) == {"a", "b"}


def test_where_every_sample_fails_the_command_exits_2_in_one_line(quick, pair_folder, monkeypatch, capsys):
    def fails(*_):
        raise RuntimeError("no memory left")

    monkeypatch.setattr(Encoder, "encode", fails)
    monkeypatch.setattr("floodeval.evaluation.sam_variants.Encoder.encode", lambda *_: None)
    monkeypatch.setattr("floodeval.evaluation.sam_variants.decode", fails)
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert len([line for line in said if line.startswith("floodeval:")]) == 1
    assert "no sample of" in said[-1] and "no memory left" in said[-1]
    assert list_runs() == []


def test_a_sample_that_failed_unexpectedly_is_tried_again_when_the_run_is_resumed(
    quick, tmp_path, monkeypatch
):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])
    whole = ask(folder, "whole").metrics
    with monkeypatch.context() as patched:
        failing(patched, "floodeval.evaluation.sample_rows.measure", RuntimeError("once"), on=1)
        patched.setattr(
            "floodeval.evaluation.run_files._conclude", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):  # stopped after the last sample, before the tables
            ask(folder)
    resumed = ask(folder)
    assert resumed.skipped.empty
    pd.testing.assert_frame_equal(resumed.metrics.drop(columns=TIMES), whole.drop(columns=TIMES))


def test_a_full_disk_stops_the_run_and_is_no_samples_fault(quick, tmp_path, monkeypatch):
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c"])

    def full(path, content):
        raise FloodevalError(f"cannot write {path}") from OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("floodeval.evaluation.pipeline.write_bytes", full)
        with pytest.raises(FloodevalError, match="cannot write"):
            ask(folder)
    assert list_runs() == []
    assert set(ask(folder).metrics["id"]) == {"a", "b", "c"}


# Files that change


def test_a_photograph_that_changes_while_the_run_is_written_is_noticed(quick, tmp_path):
    """In its middle, where neither its size nor its first and last 64 KiB tell."""
    folder = make_pairs(tmp_path / "floods", ["a", "b", "c", "d", "e", "f"])

    def change(step: Step) -> None:
        if step.what == "evaluating" and step.done == 1:
            noise = np.random.default_rng(9).integers(0, 255, (32, 48, 3), dtype=np.uint8)
            Image.fromarray(noise).save(folder / "images" / "f.png")

    run = ask(folder, progress=change)
    assert run.skipped[["id", "stage"]].values.tolist() == [["f", "reading"]]
    assert "changed during the evaluation" in run.skipped.iloc[0]["reason"]
    assert set(run.metrics["id"]) == {"a", "b", "c", "d", "e"}


def big_pairs(folder: Path) -> Path:
    """Photographs whose middle is no part of the fingerprint."""
    make_pairs(folder, ["a", "b"])
    for name in ("a", "b"):
        noise = np.random.default_rng(ord(name)).integers(0, 255, (300, 300, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"{name}.bmp")
        (folder / "images" / f"{name}.png").unlink()
        mask = np.zeros((300, 300), np.uint8)
        mask[:, :150] = 255
        Image.fromarray(mask).save(folder / "masks" / f"{name}.png")
    return folder


def touch_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_a_photograph_that_changed_before_a_run_is_resumed_is_named(quick, tmp_path, monkeypatch):
    folder = big_pairs(tmp_path / "floods")
    fingerprint = load_dataset(folder).fingerprint
    with monkeypatch.context() as patched:
        patched.setattr(
            "floodeval.evaluation.run_files._conclude", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            ask(folder)
    touch_middle(folder / "images" / "b.bmp")
    assert load_dataset(folder).fingerprint == fingerprint
    with pytest.raises(FloodevalError, match=r"b\.bmp was changed since run"):
        ask(folder)


def test_a_finished_run_notices_a_photograph_that_changed_by_its_time_and_digest(quick, tmp_path):
    folder = big_pairs(tmp_path / "floods")
    made = ask(folder)
    assert ask(folder).info == made.info
    touch_middle(folder / "images" / "b.bmp")
    with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
        ask(folder)
    touch_middle(folder / "images" / "b.bmp")  # as it was, at another time
    assert ask(folder).info == made.info


def test_a_photograph_of_the_same_size_and_time_is_noticed_too(quick, tmp_path):
    folder = big_pairs(tmp_path / "floods")
    ask(folder)
    photograph = folder / "images" / "b.bmp"
    before = photograph.stat()
    touch_middle(photograph)
    os.utime(photograph, ns=(before.st_atime_ns, before.st_mtime_ns))
    for verify in (False, True):
        with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
            ask(folder, verify=verify)


def test_verify_hashes_what_sizes_and_times_do_not_tell(quick, tmp_path, monkeypatch):
    folder = big_pairs(tmp_path / "floods")
    monkeypatch.setattr(
        "floodeval.evaluation.stamps.stat_of", lambda path: (path.exists() and (1, 1, 1)) or None
    )
    made = ask(folder)
    touch_middle(folder / "images" / "b.bmp")
    assert ask(folder).info == made.info
    with pytest.raises(FloodevalError, match=r"b\.bmp is not the file"):
        ask(folder, verify=True)


def test_a_photograph_that_changes_after_it_was_read_is_noticed_when_the_run_is_asked_for_again(
    quick, tmp_path
):
    folder = big_pairs(tmp_path / "floods")
    photographs = [folder / "images" / "a.bmp"]
    ask(
        folder,
        progress=lambda step: [
            touch_middle(photographs.pop())
            for _ in photographs[: step.what == "evaluating" and step.done // step.total]
        ],
    )
    with pytest.raises(FloodevalError, match=r"a\.bmp is not the file"):
        ask(folder)


def test_a_link_to_another_data_set_is_noticed(quick, tmp_path, monkeypatch):
    for number, name in enumerate("ab"):
        make_pairs(tmp_path / name / "floods", ["x", "y"], (48 + 16 * number, 32))
    (tmp_path / "place").mkdir()
    link = tmp_path / "place" / "floods"
    link.symlink_to(tmp_path / "a" / "floods")
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path / "place"))
    command = ["evaluate", "floods", "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    link.unlink()
    link.symlink_to(tmp_path / "b" / "floods")
    assert main(command) == 2


def test_a_run_whose_table_somebody_edited_or_removed_is_still_shown_as_it_is(quick, pair_folder, capsys):
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    (quick / "runs" / "r" / "metrics.csv").unlink()
    assert main(command) == 0
    assert "is finished" not in capsys.readouterr().out


@pytest.mark.parametrize("change", ["photograph added", "mask replaced"])
def test_a_finished_run_is_refused_where_its_data_set_is_another_one(quick, pair_folder, change):
    ask(pair_folder)
    if change == "photograph added":
        make_pairs(pair_folder, ["c"])
    else:
        Image.fromarray(np.full((32, 48), 255, np.uint8)).save(pair_folder / "masks" / "b.png")
    with pytest.raises(FloodevalError, match="exists with other dataset"):
        ask(pair_folder)


# A finished run asked for again


def test_a_finished_run_is_answered_without_models_photographs_or_scenes(
    quick, pair_folder, monkeypatch, tmp_path
):
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    for touched in ("floodeval.sam.loading.load_source", "floodeval.datasets.dataset.load_dataset"):
        monkeypatch.delattr(touched)
    assert main(command) == 0
    assert main([*command, "--strict"]) == 0


def test_asking_again_on_the_command_line_takes_under_a_second_and_loads_no_torch(quick, pair_folder):
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [sys.executable, "-X", "importtime", "-m", "floodeval.cli", *command]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "is finished" in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & {"torch", "pandas", "scipy", "floodeval.datasets.scenes.search"}
    took_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert took_s < 1  # of the processor: what else the machine does is not counted


def test_another_request_under_the_name_of_a_finished_run_is_refused_by_what_differs(quick, pair_folder):
    ask(pair_folder)
    with pytest.raises(FloodevalError, match="exists with other prompts"):
        ask(pair_folder, prompts=["box"])
    with pytest.raises(FloodevalError, match="exists with other variants"):
        ask(pair_folder, variants={"pretrained": None})
    assert ask(pair_folder, prompts=["box"], force=True).info.prompt_specs == ["box"]


def test_a_checkpoint_that_was_replaced_is_another_variant(quick, pair_folder, vit_t):
    path = quick / "models" / "tuned" / "checkpoint.safetensors"
    state = vit_t.sam.state_dict()
    name = "mask_decoder.mask_tokens.weight"
    origin = Provenance("vit_t", published("vit_t").sha256, "floods", "f", "s", "{}")
    write_checkpoint(path, {name: state[name] + 1}, state, origin)
    variants = {"pretrained": None, "tuned": "tuned"}
    made = ask(pair_folder, variants=variants)
    assert ask(pair_folder, variants=variants).info == made.info
    write_checkpoint(path, {name: state[name] + 2}, state, origin)
    with pytest.raises(FloodevalError, match="exists with other variants"):
        ask(pair_folder, variants=variants)


# Ignored pixels


def ignoring(monkeypatch, rule):
    """Let references be read with ignored pixels: rule(sample) is the mask of these."""
    real = read_truth

    def read(sample):
        found = real(sample)
        ignored = rule(sample, found.water)
        return Truth(found.water & ~ignored, ignored) if ignored.any() else found

    monkeypatch.setattr(samples_module, "read_truth", read)


def test_ignored_pixels_are_in_no_count_and_no_share_of_a_run(quick, pair_folder, monkeypatch):
    def right_quarter(sample, water):
        ignored = np.zeros_like(water)
        ignored[:, 36:] = True
        return ignored

    ignoring(monkeypatch, right_quarter)
    run = ask(pair_folder, prompts=["box", "point", "points:n=3", "full", "clicks:max=4"])
    counted = run.metrics[["tp", "fp", "fn", "tn"]].sum(axis=1)
    assert (counted == 32 * 36).all()
    assert run.metrics["truth_share"].tolist() == [pytest.approx(24 / 36)] * len(run.metrics)
    errors = run.table("errors").merge(run.metrics, on=["id", "variant", "prompt"])
    assert (errors["false_shore"] + errors["false_detached"] + errors["false_spill"] == errors["fp"]).all()
    assert (run.table("clicks")["x"].round() < 36).all()


def test_a_reference_that_is_all_ignored_is_skipped_with_its_reason(quick, pair_folder, monkeypatch):
    ignoring(monkeypatch, lambda sample, water: np.full_like(water, sample.id == "b"))
    run = ask(pair_folder)
    assert run.skipped[["id", "stage"]].values.tolist() == [["b", "reading"]]
    assert "ignored" in run.skipped.iloc[0]["reason"]
    assert set(run.metrics["id"]) == {"a"}


# Labels that every variant contradicts


def counts(tp: int, fp: int, fn: int, tn: int, n: int = 8, prompts=("full",), variants=("a", "b")):
    one = {"tp": tp, "fp": fp, "fn": fn, "tn": tn}
    rows = [
        {"id": str(k), "prompt": prompt, "variant": variant, **one}
        for k in range(n)
        for prompt in prompts
        for variant in variants
    ]
    return pd.DataFrame(rows)


def test_labels_that_every_variant_contradicts_throughout_are_a_finding():
    agreeing, inverted = counts(40, 5, 5, 50), counts(5, 40, 50, 5)
    assert findings_of(inverted) == (CONTRADICTED,)
    assert findings_of(agreeing) == ()
    one_good = pd.concat([inverted[inverted["variant"] == "a"], agreeing[agreeing["variant"] == "b"]])
    assert findings_of(one_good) == ()
    prompted = counts(40, 5, 5, 50, prompts=("box",))  # led by the labels to what they call water
    assert findings_of(pd.concat([inverted, prompted])) == (CONTRADICTED,)
    assert findings_of(counts(0, 0, 50, 50)) == ()  # nothing found says nothing
    half = pd.concat([counts(5, 40, 50, 5, n=4), counts(40, 5, 5, 50, n=4).assign(id=list("ijklmnop"))])
    assert findings_of(half) == ()


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled run is not here")
def test_the_bundled_run_contradicts_its_labels_where_they_are_inverted_and_only_there():
    metrics = pd.read_parquet(BUNDLED / "metrics.parquet")
    assert findings_of(metrics) == ()
    swapped = metrics.rename(columns={"tp": "fp", "fp": "tp", "fn": "tn", "tn": "fn"})
    assert findings_of(swapped) == (CONTRADICTED,)


def test_evaluate_warns_of_contradicted_labels_and_the_run_keeps_the_finding(
    quick, tmp_path, monkeypatch, capsys
):
    folder = make_pairs(tmp_path / "floods", list("abcd"))

    def opposite(sam, embedding, prompt, multimask=False):
        mask = np.zeros(embedding.size, bool)
        mask[:, mask.shape[1] // 2 :] = True
        return Prediction(mask, 0.9)

    monkeypatch.setattr("floodeval.evaluation.sam_variants.decode", opposite)
    command = ["evaluate", str(folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main(command) == 0
    assert "WARNING" in capsys.readouterr().out
    assert load_run("r").info.findings == (CONTRADICTED,)
    assert main(command) == 0
    assert "WARNING" in capsys.readouterr().out  # also where it is finished


def test_flagged_samples_are_named_also_where_all_are_flagged(quick, pair_folder, capsys):
    for name in ("a", "b"):
        Image.fromarray(np.full((32, 48), 255, np.uint8)).save(pair_folder / "masks" / f"{name}.png")
    command = ["evaluate", str(pair_folder), "--name", "r", "--variant", "pretrained", "--prompt", "full"]
    assert main([*command, "--variant", "again"]) == 0
    questioned = "the audit questions the reference masks of 2 of 2 photographs (full_mask 2"
    assert questioned in capsys.readouterr().out


# Which run is the newest


def test_runs_are_ordered_by_when_they_were_begun_and_not_by_file_times(quick, pair_folder):
    made = ask(pair_folder, "first", prompts=["full"]).folder
    for name, created in (
        ("oldest", "2026-01-01T00:00:00+00:00"),
        ("newest", "2026-03-01T01:00:00+00:00"),
        ("later-in-its-zone", "2026-03-01T02:30:00+02:00"),
    ):
        shutil.copytree(made, made.parent / name)
        info = load_run(made.parent / name).info
        write_text(made.parent / name / "run.json", replace(info, name=name, created=created).to_json())
    shutil.copytree(made, made.parent / "broken")
    (made.parent / "broken" / "run.json").write_text("{")
    shutil.rmtree(made)
    assert list_runs() == ["newest", "later-in-its-zone", "oldest", "broken"]
