"""Folders of masks next to a SAM in one run: variants with prompts of their own."""

import numpy as np
import pytest
from PIL import Image

from floodeval.analysis.compare import compare
from floodeval.analysis.trainings import recipe_gaps, recipe_scores
from floodeval.cli import main
from floodeval.report.rerun_commands import evaluate_command
from tests.support.checkpoints import TINY
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.commands import refused
from tests.support.mask_folders import SIZE, write_folder
from tests.support.mask_runs import ASK, IDS, ask
from tests.support.mask_runs import files as files


@pytest.fixture
def mixed(files, small_frames, tiny_type):
    """A run of two SAMs with two prompts next to two folders; the SAMs are one tiny model."""
    write_folder(files / "unet", dict.fromkeys(IDS, 20))
    write_folder(files / "deeplab", dict.fromkeys(IDS, 24))
    variants = {"sam": TINY, "again": TINY, "unet": "unet", "deeplab": "deeplab"}
    return ask(variants, prompts=("box", "full"))


@pytest.mark.heavy
def test_a_run_holds_each_variant_with_the_prompts_that_it_takes(mixed):
    pairs = mixed.metrics.groupby(["variant", "prompt"]).size().to_dict()
    sams = {(name, prompt): 3 for name in ("sam", "again") for prompt in ("box", "full")}
    assert pairs == sams | {("unet", "none"): 3, ("deeplab", "none"): 3}
    assert mixed.info.prompt_specs == ["box", "full", "none"]
    assert set(mixed.table("agreement")["prompt"]) == {"box", "full", "none"}
    command = evaluate_command(mixed.info)
    assert "--prompt box --prompt full --prompt none" in command and "--variant unet=unet" in command
    variants = mixed.info.request.variants
    assert ask(variants, prompts=mixed.info.request.prompts).info == mixed.info


@pytest.mark.heavy
def test_only_variants_with_a_prompt_in_common_are_compared(mixed, capsys):
    pairs = {(one.prompt, one.a, one.b) for one in compare(mixed)}
    assert pairs == {("box", "sam", "again"), ("full", "sam", "again"), ("none", "unet", "deeplab")}
    for command in (["compare", "r"], ["cost", "r"], ["suspects", "r"], ["slices", "r", "--b", "unet"]):
        assert main(command) == 0, command
    shown = capsys.readouterr().out
    assert "none: IoU by subgroup, A = deeplab, B = unet" in shown
    assert "4 pairs of variants without a prompt in common" in shown
    assert main(["compare", "r:sam:box", "r:unet:none"]) == 0  # as the line before says
    assert "`floodeval compare r:sam:box r:unet:none`" in shown
    gaps = recipe_gaps(mixed)
    assert set(gaps[["prompt", "a", "b"]].itertuples(index=False, name=None)) == pairs
    assert set(recipe_scores(mixed)["n"]) == {3}
    assert main(["report", "r", "--out", "none.html", "--a", "unet", "--b", "deeplab"]) == 0
    assert main(["report", "r", "--out", "box.html", "--markdown", "md"]) == 0
    capsys.readouterr()
    said = refused(["report", "r", "--out", "x.html", "--a", "sam", "--b", "unet"], capsys)
    assert "no masks of both sam and unet with the prompt 'box'" in said


@pytest.mark.heavy
def test_a_sam_with_one_prompt_is_compared_with_a_folder_and_with_two_prompts_asks_which(
    files, small_frames, tiny_type, capsys
):
    write_folder(files / "unet", dict.fromkeys(IDS, 20))
    variants = ["--variant", f"sam={TINY}", "--variant", "unet=unet"]
    assert main([*ASK, *variants, "--prompt", "box"]) == 0
    assert "box (A), none (B): too few scenes (3) to decide" in " ".join(capsys.readouterr().out.split())
    assert main(["compare", "r"]) == 0
    assert (
        "box (A), none (B): A = sam [Pretrained SAM (vit_x)], B = unet [Masks of unet]"
        in capsys.readouterr().out
    )
    assert main([*ASK, *variants, "--prompt", "box", "--prompt", "full", "--force"]) == 0
    assert "1 pair of variants without a prompt in common" in capsys.readouterr().out
    said = refused(["compare", "r"], capsys)
    assert "sam: box, full; unet: none" in said and "two sides, such as r:sam:box and r:unet:none" in said


@pytest.mark.heavy
def test_photographs_without_water_keep_their_row_of_the_folder(files, small_frames, tiny_type):
    Image.fromarray(np.zeros(SIZE, np.uint8)).save(files / "pairs" / "masks" / "b.png")
    write_folder(files / "unet", dict.fromkeys(IDS, 20))
    rows = ask({"sam": TINY, "unet": "unet"}).metrics
    assert sorted(rows[rows["id"] == "b"][["variant", "prompt"]].values.tolist()) == [["unet", "none"]]
    assert len(rows) == 5
