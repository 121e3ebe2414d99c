"""The how-to guide on foreign checkpoints: its commands run as they are written."""

import re
import shlex
from pathlib import Path

import pytest
import torch

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from floodeval.sam.conversion import export_model
from floodeval.sam.mobile_sam import mobile_sam_state
from tests.support.checkpoints import TINY, random_sam, tensors_of
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.datasets import make_pairs

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "compare-your-model.md"
WITHOUT = ("dashboard", "vit_b")  # a server, and weights that tests do not download


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("floodeval ")]
    return [shlex.split(line)[1:] for line in lines if not any(word in line for word in WITHOUT)]


@pytest.mark.weights
@pytest.mark.slow
def test_every_command_of_the_guide_runs(vit_t, tiny_architecture, results, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_pairs(tmp_path / "photographs", ["a", "b"])
    Path("split.csv").write_text("id,scene,split\na,1,train\nb,2,test\n")
    torch.save(mobile_sam_state(tensors_of(vit_t.sam)), "my.pth")
    torch.save(random_sam(TINY, 1).state_dict(), "medsam.pth")
    export_model("medsam.pth", "hf", Path("my-sam"))
    for command in commands():
        assert main(command) == 0, command
    mine = load_run("mine").metrics.pivot(index=["id", "prompt"], columns="variant", values="iou")
    assert mine["mine"].equals(mine["pretrained"].rename("mine"))
    assert load_run("checked").info.leaks == {} and load_run("checked").info.untraceable == []
    assert load_run("med").info.untraceable == ["tuned"]
    assert (results / "models" / "my-model" / "config.json").is_file() and Path("again.pth").is_file()
