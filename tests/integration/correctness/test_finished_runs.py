"""A finished run that is asked for again, and the order of runs."""

import resource
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import list_runs, load_run
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.registry import published
from floodeval.storage.atomic import write_text
from tests.support.quick_runs import ask
from tests.support.quick_runs import quick as quick

pytestmark = pytest.mark.weights


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
