"""Reported cost and provenance: true times, memory per variant, commits, drawn data, Windows."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
import torch

from floodeval.analysis.cost import cost_table
from floodeval.analysis.stress_response import stress_curves
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.dataset_config import RECORD, is_synthetic
from floodeval.datasets.label_agreement import label_agreement
from floodeval.datasets.scenes import Link, Scenes
from floodeval.datasets.scenes.matching import IDENTITY
from floodeval.errors import FloodevalError
from floodeval.evaluation.environment import commit_of
from floodeval.evaluation.evaluate import evaluate
from floodeval.sam.devices import measured, synchronize
from floodeval.synthetic.demo import demo_scenes, draw_dataset
from tests.support.datasets import make_pairs
from tests.support.quick_runs import quick as quick


class Card:
    """A graphics card that works behind the program: what was asked for is done when it is waited for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.log: list[str] = []
        self.peaks = iter(range(100, 10_000, 100))
        monkeypatch.setattr(torch.cuda, "synchronize", lambda device=None: self.log.append("wait"))
        monkeypatch.setattr(
            torch.cuda, "reset_peak_memory_stats", lambda device=None: self.log.append("reset")
        )
        monkeypatch.setattr(
            torch.cuda, "max_memory_allocated", lambda device=None: next(self.peaks) * 1024 * 1024
        )
        monkeypatch.setattr(torch.cuda, "empty_cache", lambda: self.log.append("empty"))


def test_a_stage_on_a_graphics_card_is_timed_between_two_waits_for_the_card(monkeypatch):
    card = Card(monkeypatch)
    with measured("cuda:0") as spent:
        card.log.append("work")
    assert card.log == ["wait", "reset", "work", "wait"]
    assert spent.ms > 0
    assert spent.peak_mb == 100


def test_the_time_of_a_stage_holds_what_the_card_was_still_doing(monkeypatch):
    import time

    def finish(device=None) -> None:
        time.sleep(0.05)

    monkeypatch.setattr(torch.cuda, "synchronize", finish)
    monkeypatch.setattr(torch.cuda, "reset_peak_memory_stats", lambda device=None: None)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda device=None: 0)
    with measured("cuda") as spent:
        pass  # asked for, and not waited for
    assert spent.ms >= 45


def test_a_cpu_has_nothing_to_wait_for_and_no_memory_of_a_variants_own():
    synchronize("cpu")
    with measured("cpu") as spent:
        np.zeros(1000).sum()
    assert spent.ms > 0
    assert spent.peak_mb is None


@pytest.mark.weights
def test_every_encoding_and_decoding_of_an_evaluation_waits_for_the_card(quick, pair_folder, monkeypatch):
    card = Card(monkeypatch)
    monkeypatch.setattr("floodeval.evaluation.run_files.environment", lambda device: {"device": "a card"})
    variants = {"one": None, "other": None}
    run = evaluate(load_dataset(pair_folder), "r", variants, ["box", "full"], device="cuda")
    stages = 2 * (1 + 2 * 2)  # per photograph: one encoding, shared, and two prompts of two variants
    assert card.log == ["wait", "reset", "wait"] * stages
    assert set(run.info.resources["one"]["peak_memory_mb"]) == {"box", "full"}
    assert cost_table(run)["peak_memory_mb"].notna().all()


@pytest.mark.weights
def test_on_a_cpu_no_peak_memory_is_reported_for_a_variant(quick, pair_folder, capsys):
    from floodeval.cli import main

    run = evaluate(load_dataset(pair_folder), "r", {"one": None, "other": None}, ["full"])
    assert cost_table(run)["peak_memory_mb"].isna().all()
    assert main(["cost", "r"]) == 0
    assert "nan" not in capsys.readouterr().out.lower()


def test_floodeval_imports_where_the_module_resource_does_not_exist():
    """As on Windows; every module but the pages, which need a running dashboard."""
    code = """
        import importlib, pkgutil, sys
        sys.modules["resource"] = None  # importing it raises ImportError
        import floodeval
        names = [one.name for one in pkgutil.walk_packages(floodeval.__path__, "floodeval.")]
        for name in names:
            if not name.startswith("floodeval.dashboard") and not name.endswith("__main__"):
                importlib.import_module(name)
        from floodeval.sam.devices import peak_memory_mb, reset_peak_memory
        reset_peak_memory()
        peak_memory_mb()
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_module_changes_torchs_thread_count():
    package = Path(__file__).parents[3] / "floodeval"
    changing = [path for path in package.rglob("*.py") if "set_num_threads" in path.read_text("utf-8")]
    assert changing == []


# Whose commit


def repository(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", *words], cwd=folder, check=True)
    return folder


def test_floodevals_commit_is_recorded_only_from_floodevals_own_repository(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    for place in ("floodeval", "study/floodeval", "env/lib/python3.11/site-packages/floodeval"):
        shutil.copytree(package, tmp_path / "theirs" / place)
    shutil.copytree(package, tmp_path / "own" / "floodeval")
    own, theirs = repository(tmp_path / "own", "floodeval"), repository(tmp_path / "theirs", "study")
    assert len(commit_of(own / "floodeval") or "") == 40
    for place in ("floodeval", "study/floodeval", "env/lib/python3.11/site-packages/floodeval"):
        assert commit_of(theirs / place) is None


# Drawn pictures


def test_a_drawn_data_set_is_known_by_the_record_in_its_folder(tmp_path):
    draw_dataset(tmp_path / "any-name", demo_scenes(1))
    assert is_synthetic(tmp_path / "any-name")
    (tmp_path / "any-name" / RECORD).unlink()
    assert is_synthetic(tmp_path / "any-name")  # as earlier versions left it: its metadata lists the factors
    assert not is_synthetic(make_pairs(tmp_path / "demo", ["scene-00", "base01"]))
    (tmp_path / "demo" / RECORD).write_text('{"synthetic": false}')
    assert not is_synthetic(tmp_path / "demo")


def test_photographs_that_happen_to_be_called_base01_are_annotated_twice_like_any_others(tmp_path):
    dataset = load_dataset(make_pairs(tmp_path / "floods", ["base01", "base02"]))
    scenes = Scenes((Link("base01", "base02", "same photograph", IDENTITY, 99, 1.0),))
    assert label_agreement(dataset, scenes).copies.n == 1
    (dataset.folder / RECORD).write_text('{"synthetic": true}')
    assert label_agreement(dataset, scenes).copies.n == 0


@pytest.mark.weights
def test_a_run_says_whether_its_photographs_were_drawn_and_only_drawn_ones_are_the_stress_suite(
    quick, tmp_path
):
    ids = ["base01", "glare-1-base01", "glare-2-base01", "glare-3-base01"]
    folder = make_pairs(tmp_path / "floods", ids)
    run = evaluate(load_dataset(folder), "photographs", {"one": None}, ["full"])
    assert run.info.dataset["synthetic"] is False
    with pytest.raises(FloodevalError, match="not a run of the stress suite"):
        stress_curves(run)
    (folder / RECORD).write_text('{"synthetic": true}')
    drawn = evaluate(load_dataset(folder), "drawn", {"one": None}, ["full"])
    assert drawn.info.dataset["synthetic"] is True
    assert set(stress_curves(drawn)["factor"]) == {"glare"}
