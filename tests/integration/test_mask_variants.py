"""Folders of masks in runs: alone, next to each other and next to a SAM; skipped, resumed, refused."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from floodeval.analysis.compare import compare
from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.metrics.logit_histograms import LOGIT_BINS
from tests.support.checkpoints import TINY
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.commands import refused
from tests.support.datasets import make_pairs
from tests.support.mask_folders import SIZE, water, write_folder, write_values
from tests.support.mask_runs import ASK, IDS, ask, iou
from tests.support.mask_runs import files as files


def test_a_folder_is_measured_against_the_reference_and_kept_as_masks(files):
    columns = {"a": 12, "b": 24, "c": 36}
    run = ask({"unet": write_folder(files / "unet", columns)})
    rows = run.metrics.set_index("id")
    assert {name: rows["iou"][name] for name in IDS} == {name: iou(n) for name, n in columns.items()}
    assert (rows["prompt"] == "none").all()
    assert (rows["tp"] + rows["fp"] == rows.index.map(columns) * 32).all()
    assert rows[["score", "encode_ms", "decode_ms"]].isna().all(axis=None)
    for name, n in columns.items():
        assert np.array_equal(run.mask("unet", "none", name), water(n))
    (variant,) = run.info.variants
    assert (variant.source, variant.model_type, variant.checkpoint) == ("masks", "", None)
    assert (variant.masks.folder, variant.masks.values) == ("unet", "black_and_white")
    assert run.info.resources["unet"]["parameters"] is None
    assert run.info.untraceable == ["unet"] and run.info.findings == ()
    assert [one.spec for one in run.info.prompts] == ["none"] and not run.info.prompts[0].uses_ground_truth
    assert load_run("r").info == run.info


def test_folders_alone_need_no_torch_and_no_weights(files):
    write_folder(files / "unet", dict.fromkeys(IDS, 20))
    write_folder(files / "deeplab", dict.fromkeys(IDS, 24))
    words = [*ASK, "--variant", "unet=unet", "--variant", "deeplab=masks:deeplab"]
    code = f"import sys\nfrom floodeval.cli import main\nassert main({words!r}) == 0\n"
    code += "assert main(['compare', 'r']) == 0\nassert main(['cost', 'r']) == 0\n"
    code += "assert main(['report', 'r', '--out', 'r.html']) == 0\nassert 'torch' not in sys.modules"
    environment = os.environ | {"XDG_CACHE_HOME": str(files / "empty"), "FLOODEVAL_WEIGHTS": ""}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert "none: too few scenes" in done.stdout
    (comparison,) = compare(load_run("r"))
    assert comparison.primary.gap == pytest.approx(1 - 20 / 24)
    assert "folder of masks unet" in (files / "r.html").read_text()


def test_a_sample_that_a_folder_lacks_or_has_in_another_size_is_skipped_for_every_variant(files, monkeypatch):
    whole = write_folder(files / "whole", dict.fromkeys(IDS, 24))
    write_folder(files / "lacks", {"a": 20, "c": 20})
    write_values(files / "lacks" / "c.png", np.zeros((16, 24), np.uint8))
    run = ask({"whole": whole, "lacks": "lacks"})
    assert set(run.metrics["id"]) == {"a"} and len(run.metrics) == 2
    assert run.skipped[["id", "stage"]].values.tolist() == [["b", "masks"], ["c", "masks"]]
    first, second = run.skipped["reason"]
    assert first == "variant 'lacks' has no mask for it in lacks"
    assert second == (
        "variant 'lacks': lacks/c.png is 24 × 16 px, the photograph 48 × 32 px; "
        "write masks at the photograph's own size"
    )
    assert main([*ASK, "--strict", "--variant", f"whole={whole}", "--variant", "lacks=lacks", "--force"]) == 1


def test_what_is_skipped_is_known_before_anything_is_encoded(files, tiny_type, monkeypatch):
    """The folder lacks every sample: no model is loaded for that to be known."""
    write_folder(files / "preds", {"x": 3})

    def loads(*_):
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("floodeval.sam.loading.load_source", loads)
    with pytest.raises(FloodevalError, match="no mask in preds belongs to a sample"):
        ask({"sam": TINY, "unet": "preds"})


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: np.save(path, np.full(SIZE, np.nan)), "has values that are NaN or infinite"),
        (lambda path: np.save(path, np.array([[None]]), allow_pickle=True), "contains Python objects"),
        (lambda path: path.write_bytes(b"\x93NUMPY truncated"), "cannot be read"),
        (lambda path: path.symlink_to(path.parents[1] / "pairs" / "masks" / "b.png"), "leaves the folder"),
        (lambda path: path.symlink_to("/dev/zero"), "leaves the folder"),
        (lambda path: path.symlink_to(path.name), "leaves the folder"),
        (lambda path: os.mkfifo(path), "not a file"),
        (lambda path: path.mkdir(), "has no mask for it"),
    ],
)
def test_a_mask_that_cannot_be_used_is_one_line_in_skipped(files, write, reason):
    folder = write_folder(files / "preds", {"a": 24, "c": 24})
    write(folder / "b.npy")
    run = ask({"unet": folder})
    assert set(run.metrics["id"]) == {"a", "c"}
    (said,) = run.skipped["reason"]
    assert reason in said and "\n" not in said


@pytest.mark.parametrize("form", ["float", "bytes"])
def test_probabilities_need_a_threshold_and_are_kept_as_histograms_of_their_logits(files, form):
    p = np.where(water(20), 0.8, 0.1)
    for name in IDS:
        if form == "float":
            write_values(files / "soft" / f"{name}.npy", p.astype(np.float32))
        else:
            write_values(files / "soft" / f"{name}.png", np.round(p * 255).astype(np.uint8))
    with pytest.raises(FloodevalError, match=r"masks:soft\?threshold=0.5"):
        ask({"unet": "soft"})
    run = ask({"unet": "soft?threshold=0.5"})
    assert (run.metrics["iou"] == 20 / 24).all()
    assert run.info.variants[0].masks.threshold == 0.5
    table = run.table("logits").set_index("id")
    inside, outside = (np.array(table[side]["a"]) for side in ("inside", "outside"))
    assert len(inside) == LOGIT_BINS == 64
    high, low = (int((np.log(q / (1 - q)) + 16) * 2) for q in (0.8, 0.1))  # bins of half a logit from -16
    assert {int(n): int(inside[n]) for n in np.flatnonzero(inside)} == {high: 20 * 32, low: 4 * 32}
    assert {int(n): int(outside[n]) for n in np.flatnonzero(outside)} == {low: 24 * 32}
    lenient = ask({"unet": "soft?threshold=0.05"}, "lenient")
    assert (lenient.metrics["predicted_share"] == 1).all()


def test_probabilities_of_0_and_1_count_in_the_outermost_bins(files):
    for name in IDS:
        write_values(files / "soft" / f"{name}.npy", water(24).astype(float))
    row = ask({"unet": "soft?threshold=0.5"}).table("logits").iloc[0]
    assert row["inside"][-1] == row["outside"][0] == 24 * 32
    assert sum(row["inside"]) + sum(row["outside"]) == 32 * 48


def test_class_ids_need_the_ids_of_water(files):
    for name in IDS:
        write_values(files / "ids" / f"{name}.png", np.where(water(24), 5, 2).astype(np.uint8))
    with pytest.raises(FloodevalError, match=r"the values 2, 5, .*\?water=IDS"):
        ask({"unet": "ids"})
    assert (ask({"unet": "ids?water=5"}).metrics["iou"] == 1).all()
    assert (ask({"unet": "ids?water=2"}, "other").metrics["iou"] == 0).all()


def test_a_folder_without_any_water_is_a_warning_where_the_references_have_some(files, capsys):
    for name in IDS:
        write_values(files / "ids" / f"{name}.png", np.where(water(20), 5, 1).astype(np.uint8))
    assert main([*ASK, "--variant", "unet=ids?water=7"]) == 0
    assert "WARNING: a folder of masks has no water in any photograph" in capsys.readouterr().out
    assert load_run("r").info.findings == ("no_water",)
    assert ask({"unet": "ids?water=5,7"}, name="right").info.findings == ()


def test_jpegs_are_read_and_the_run_warns_of_them(files, capsys):
    write_folder(files / "preds", dict.fromkeys(IDS, 24), ".jpg")
    assert main([*ASK, "--variant", "unet=preds"]) == 0
    assert "WARNING: a folder of masks holds JPEGs" in " ".join(capsys.readouterr().out.split())
    run = load_run("r")
    assert (run.metrics["iou"] == 1).all() and run.info.findings == ("lossy_masks",)


def test_timings_next_to_the_masks_become_the_runs(files):
    folder = write_folder(files / "preds", dict.fromkeys(IDS, 24))
    (folder / "timing.csv").write_text("id,ms\na,120.5\nb,80\n")
    rows = ask({"unet": folder}).metrics.set_index("id")
    took = rows["encode_ms"] + rows["decode_ms"]
    assert took.dropna().to_dict() == {"a": 120.5, "b": 80.0}


def test_declared_training_photographs_of_a_folders_model_are_leaks(files, capsys):
    folder = write_folder(files / "preds", dict.fromkeys(IDS, 24))
    (files / "split.csv").write_text("id,split\na,train\nb,test\nc,test\n")
    command = [*ASK, "--variant", "unet=preds", "--trained-on", "unet=split.csv"]
    assert "'unet' was fine-tuned on 1 of the 3 samples" in refused(command, capsys)
    assert main([*command, "--allow-leak"]) == 0
    info = load_run("r").info
    assert info.leaks == {"unet": ["a"]} and info.untraceable == []
    assert info.variants[0].trained_on["declared"] == "split.csv" and folder.is_dir()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--variant", "unet=absent"], "no checkpoint 'absent'"),
        (["--variant", "u=pretrained", "--variant", "U=pretrained"], "'u' and 'U' differ in case only"),
        (["--variant", "unet=masks:absent"], "no folder of masks 'absent'"),
        (["--variant", "unet=empty"], "holds neither a checkpoint nor masks"),
        (["--variant", "unet=other"], "no mask in other belongs to a sample (found: other/x.png"),
        (["--variant", "unet=two"], "two has two masks for sample a: two/a.npy and two/a.png; keep one"),
        (["--variant", "unet=both"], "name the checkpoint file, or give the masks as masks:both"),
        (["--variant", "unet=good?threshold=2"], "threshold=2; expected a probability"),
        (["--variant", "unet=good?size=256"], "expected each of threshold, water"),
        (["--variant", "sam=vit_t", "--prompt", "none"], "variant 'sam' does not take the prompt none"),
        (
            ["--variant", "sam=vit_t", "--variant", "unet=good", "--prompt", "none"],
            "variant 'sam' does not take the prompt none",
        ),
        (["--model", "vit_t", "--model", "vit_b"], "--model is given twice"),
    ],
)
def test_wrong_sources_are_refused_in_one_line(files, capsys, words, complaint):
    write_folder(files / "good", dict.fromkeys(IDS, 20))
    write_folder(files / "other", {"x": 20})
    write_folder(write_folder(files / "two", {"a": 20}), {"a": 20}).joinpath("a.npy").write_bytes(b"")
    write_folder(files / "both", {"a": 20}).joinpath("model.safetensors").write_bytes(b"")
    (files / "empty").mkdir()
    assert complaint in refused([*ASK, *words], capsys)


def test_predict_takes_no_folder_of_masks(files, capsys):
    write_folder(files / "good", dict.fromkeys(IDS, 20))
    words = ["predict", "pairs/images/a.png", "--out", "out", "--variant", "unet=good"]
    assert "is a folder of masks or a plugin; expected a model" in refused(words, capsys)


def test_prompts_that_no_variant_takes_are_left_out_and_named(files, capsys):
    write_folder(files / "good", dict.fromkeys(IDS, 20))
    assert main([*ASK, "--variant", "unet=good", "--prompt", "box"]) == 0
    assert "'unet' takes the prompt none; left out for it: box" in capsys.readouterr().out
    assert load_run("r").info.prompt_specs == ["none"]


def test_ids_with_folders_and_the_reference_itself_as_a_variant(files):
    make_pairs(files / "nested", ["x"])
    for kind in ("images", "masks"):
        (files / "pairs" / kind / "north").mkdir()
        (files / "nested" / kind / "x.png").rename(files / "pairs" / kind / "north" / "x.png")
    run = ask({"truth": "masks:pairs/masks"})
    assert set(run.metrics["id"]) == {*IDS, "north/x"} and (run.metrics["iou"] == 1).all()
    content = json.loads((run.folder / "run.json").read_text())
    assert content["variants"][0]["masks"]["folder"] == "masks"
    assert read_pair(load_dataset("pairs")["north/x"]).truth.sum() == run.metrics["tp"].iloc[-1]
