"""The how-to guide on other programs' models and masks: its commands run as they are written."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch

from floodeval.cli import main
from floodeval.evaluation.run import load_run
from floodeval.sam.conversion import export_model
from floodeval.sam.mobile_sam import mobile_sam_state
from tests.support.checkpoints import TINY, random_sam, tensors_of
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.datasets import make_pairs
from tests.support.mask_folders import water, write_folder, write_values

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "compare-your-model.md"
WITHOUT = ("dashboard", "vit_b")  # a server, and weights that tests do not download


def commands(section: str = "") -> list[list[str]]:
    """The commands of the guide, or of one of its sections."""
    text = GUIDE.read_text()
    if section:
        text = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("floodeval ")]
    return [shlex.split(line)[1:] for line in lines if not any(word in line for word in WITHOUT)]


def write_predictions(folder: Path) -> None:
    """The folders of masks that the guide names, for photographs whose left half is water."""
    for name, columns in (("unet", 20), ("deeplab", 24)):
        write_folder(folder / name, {"a": columns, "b": columns})
    for sample_id in ("a", "b"):
        soft, classes = np.where(water(20), 0.9, 0.2), np.where(water(24), 2, 3)
        write_values(folder / "probabilities" / f"{sample_id}.npy", soft.astype(np.float32))
        write_values(folder / "classes" / f"{sample_id}_mask.png", classes.astype(np.uint8))


def test_the_commands_for_folders_of_masks_run_and_give_their_scores(results, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(tmp_path / "none"))
    monkeypatch.chdir(tmp_path)
    make_pairs(tmp_path / "photographs", ["a", "b"])
    write_predictions(tmp_path)
    asked = [one for one in commands("A folder of U-Net masks") if not {"pretrained", "both"} & set(one)]
    assert len(asked) == 4
    for command in asked:
        assert main(command) == 0, command
    assert "none: A = unet [Masks of unet], B = deeplab [Masks of deeplab]" in capsys.readouterr().out
    means = {run: load_run(run).metrics.groupby("variant")["iou"].mean() for run in ("masks", "soft", "ids")}
    assert means["masks"].to_dict() == {"unet": 20 / 24, "deeplab": 1}
    assert (means["soft"]["unet"], means["ids"]["unet"]) == (20 / 24, 1)


@pytest.mark.slow
@pytest.mark.weights
def test_every_command_of_the_guide_runs(vit_t, tiny_architecture, results, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_pairs(tmp_path / "photographs", ["a", "b"])
    Path("split.csv").write_text("id,scene,split\na,1,train\nb,2,test\n")
    torch.save(mobile_sam_state(tensors_of(vit_t.sam)), "my.pth")
    torch.save(random_sam(TINY, 1).state_dict(), "medsam.pth")
    export_model("medsam.pth", "hf", Path("my-sam"))
    write_predictions(tmp_path)
    for command in commands():
        assert main(command) == 0, command
    mine = load_run("mine").metrics.pivot(index=["id", "prompt"], columns="variant", values="iou")
    assert mine["mine"].equals(mine["pretrained"].rename("mine"))
    assert load_run("checked").info.leaks == {} and load_run("checked").info.untraceable == []
    assert load_run("med").info.untraceable == ["tuned"]
    assert (results / "models" / "my-model" / "config.json").is_file() and Path("again.pth").is_file()
