"""Samples that raise or change while a run is written: named, skipped, and tried again."""

import errno
import sys

import cv2
import pandas as pd
import pytest
import torch

from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import list_runs
from floodeval.sam.inference import Encoder
from tests.support.datasets import make_pairs
from tests.support.quick_runs import ask
from tests.support.quick_runs import quick as quick

pytestmark = pytest.mark.weights
TIMES = ["encode_ms", "decode_ms"]


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
