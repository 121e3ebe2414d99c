"""Runs of checkpoints that other programs wrote: of several model types, with declared training data."""

import json
import struct
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.errors import FloodevalError
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.report.rerun_commands import evaluate_command
from floodeval.sam.architecture import ENCODERS, VisionTransformer
from floodeval.sam.inference import Encoder, decode
from floodeval.sam.preprocessing import Preprocessing
from floodeval.sam.prompts import make_prompt, parse_prompt
from floodeval.sam.registry import MODELS, PublishedModel
from tests.support.checkpoints import TINY, random_sam
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type
from tests.support.datasets import make_pairs

pytestmark = pytest.mark.heavy
OTHER = "vit_y"
SMALL = Preprocessing(256)


@pytest.fixture
def files(tiny_type, results, tmp_path, monkeypatch):
    """Checkpoints of two model types, both for images of 256 pixels, and a data set."""
    monkeypatch.setitem(MODELS, OTHER, PublishedModel(OTHER, "Other", "", "other.pth", "0" * 64, "none", 48))
    monkeypatch.setitem(ENCODERS, OTHER, VisionTransformer(48, 1, 2, (0,)))
    monkeypatch.chdir(tmp_path)
    for number, model_type in enumerate((TINY, OTHER)):
        torch.save(random_sam(model_type, number, 256).state_dict(), f"{model_type}.pth")
    return load_dataset(make_pairs(tmp_path / "pairs", ["a", "b", "c"]))


VARIANTS = {"small": f"{TINY}.pth", "big": f"{OTHER}.pth"}


def test_variants_of_two_model_types_share_a_run_and_give_each_models_own_masks(files):
    run = evaluate(files, "r", VARIANTS, ["box", "clicks:max=2"])
    assert [(one.name, one.model_type) for one in run.info.variants] == [("small", TINY), ("big", OTHER)]
    assert len(run.metrics) == 3 * 2 * 2 and run.skipped.empty
    for number, (name, model_type) in enumerate((("small", TINY), ("big", OTHER))):
        sam = random_sam(model_type, number, 256)
        for sample in files.samples:
            pair = read_pair(sample)
            prompt = make_prompt(parse_prompt("box"), pair.truth, sample.id)
            expected = decode(sam, Encoder(sam, SMALL).encode(pair.photograph), prompt).mask
            written = np.asarray(Image.open(run.folder / "masks" / name / "box" / f"{sample.id}.png"))
            assert ((written > 127) == expected).all()


def test_a_run_records_preprocessing_and_unknown_training(files):
    run = evaluate(files, "r", {"one": f"{TINY}.pth?preprocessing=medsam"}, ["full"])
    content = json.loads((run.folder / "run.json").read_text())["variants"][0]
    assert content["trained_on"] == "unknown"
    assert content["preprocessing"]["image_size"] == 256
    assert (content["preprocessing"]["scaling"], content["preprocessing"]["resize"]) == ("minmax", "square")
    assert run.info.untraceable == ["one"]
    assert load_run("r").info == run.info


def test_the_same_file_with_other_preprocessing_gives_other_masks_and_another_run(files):
    first = evaluate(files, "r", {"plain": f"{TINY}.pth", "med": f"{TINY}.pth?preprocessing=medsam"}, ["box"])
    scores = first.metrics.pivot(index="id", columns="variant", values="score")
    assert (scores["plain"] != scores["med"]).all()
    assert evaluate(files, "r", first.info.request.variants, ["box"]).info == first.info
    with pytest.raises(FloodevalError, match="exists with other variants"):
        evaluate(files, "r", {"plain": f"{TINY}.pth", "med": f"{TINY}.pth"}, ["box"])


def test_kept_embeddings_are_kept_per_preprocessing(files):
    variants = {"plain": f"{TINY}.pth", "med": f"{TINY}.pth?preprocessing=medsam"}
    first = evaluate(files, "first", variants, ["box"], keep_embeddings=True).metrics
    again = evaluate(files, "again", variants, ["box"], keep_embeddings=True).metrics
    assert first["score"].equals(again["score"])


def test_declared_training_photographs_are_refused_or_mark_the_run(files):
    trained_on = {"one": ["a", "elsewhere"]}
    with pytest.raises(FloodevalError, match=r"'one' was fine-tuned on 1 of the 3 samples.* \(a\)"):
        evaluate(files, "r", {"one": f"{TINY}.pth"}, ["full"], trained_on=trained_on)
    run = evaluate(files, "r", {"one": f"{TINY}.pth"}, ["full"], trained_on=trained_on, allow_leak=True)
    assert run.info.leaks == {"one": ["a"]}
    assert run.info.untraceable == []
    assert run.info.variants[0].trained_on["dataset"] == "pairs"


@pytest.mark.parametrize(
    ("trained_on", "complaint"),
    [
        ({"other": ["a"]}, "names the variant 'other', which is not evaluated; expected one of one"),
        ({"one": ["x", "y"]}, "none of the 2 ids in ids is a sample of pairs"),
    ],
)
def test_a_declaration_that_no_check_can_use_is_refused(files, trained_on, complaint):
    with pytest.raises(FloodevalError, match=complaint):
        evaluate(files, "r", {"one": f"{TINY}.pth"}, ["full"], trained_on=trained_on)


def test_the_command_evaluates_a_checkpoint_and_says_what_is_unknown(files, tmp_path, capsys):
    command = ["evaluate", "pairs", "--name", "r", "--variant", f"one={TINY}.pth", "--prompt", "full"]
    assert main(command) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "'one': training data unknown: leaks can't be checked" in said
    assert f"one={TINY}.pth" in evaluate_command(load_run("r").info)


@pytest.mark.parametrize(
    ("content", "leaks"),
    [
        ("id,scene,split\na,1,test\nb,2,train\nc,3,validation\n", ["b", "c"]),
        ("id\na\n", ["a"]),
        ("c\n\n", ["c"]),
        ("\ufeffid,split\r\na,Train\r\nb,val\r\nc,test\r\n", ["a", "b"]),
        ("id,split\n a,valid\nb,testing\n", ["a"]),
    ],
)
def test_the_command_checks_the_ids_of_a_split_or_a_list(files, tmp_path, capsys, content, leaks):
    (tmp_path / "ids.csv").write_text(content)
    command = ["evaluate", "pairs", "--name", "r", "--variant", f"one={TINY}.pth", "--prompt", "full"]
    assert main([*command, "--trained-on", "ids.csv"]) == 2
    assert f"({', '.join(leaks)})" in capsys.readouterr().err
    assert main([*command, "--trained-on", "one=ids.csv", "--allow-leak"]) == 0
    assert load_run("r").info.leaks == {"one": leaks}
    assert "--trained-on one=ids.csv" in evaluate_command(load_run("r").info)
    assert main([*command, "--trained-on", "ids.csv", "--allow-leak"]) == 0  # the same run, which is finished


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--model", "vit_t", "--model", "vit_b"], "--model is given twice"),
        (["--trained-on", "absent.csv"], "absent.csv cannot be used"),
        (["--trained-on", "empty.txt"], "it lists no id"),
        (
            ["--trained-on", "names.txt"],
            "lists file names such as images/b.JPG; expected ids of samples, here b",
        ),
        (["--trained-on", "odd.csv"], "has the subset 'fold1' in the column split; expected train, valid"),
    ],
)
def test_wrong_options_are_refused_in_one_line(files, tmp_path, capsys, options, complaint):
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "names.txt").write_text("a\nimages/b.JPG\n")
    (tmp_path / "odd.csv").write_text("id,split\na,train\nb,fold1\n")
    command = ["evaluate", "pairs", "--name", "r", "--variant", f"one={TINY}.pth", "--prompt", "full"]
    try:
        status = main([*command, *options])
    except SystemExit as leaving:
        status = leaving.code
    error = capsys.readouterr().err
    assert status == 2 and complaint in error and len(error.splitlines()) == 1


def truncated(path, state):
    torch.save(state, path)
    path.write_bytes(path.read_bytes()[:-5000])


def another_zip(path, state):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.txt", "hello")


def lying_header(path, state):
    text = json.dumps({"x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(8))


def misshapen(path, state):
    torch.save(state | {"mask_decoder.iou_token.weight": torch.ones(2, 256)}, path)


def with_nan(path, state):
    state["mask_decoder.iou_token.weight"][0, 7] = torch.nan
    torch.save(state, path)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (truncated, "download or save it again"),
        (another_zip, "is a zip archive, but not a complete PyTorch checkpoint"),
        (lying_header, "not a complete safetensors file"),
        (misshapen, "first of another shape: mask_decoder.iou_token.weight (2, 256) != (1, 256)"),
        (with_nan, "has NaN or infinite values in the tensor mask_decoder.iou_token.weight"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_ends_the_command_in_one_line(
    files, results, tmp_path, capsys, damage, complaint
):
    path = tmp_path / ("c.safetensors" if damage is lying_header else "c.pth")
    damage(path, dict(random_sam(TINY, 0, 256).state_dict()))
    assert main(["evaluate", "pairs", "--name", "r", "--variant", f"one={path}", "--prompt", "full"]) == 2
    error = capsys.readouterr().err
    assert complaint in error and len(error.splitlines()) == 1
    assert not (results / "runs" / "r" / "run.json").exists()
