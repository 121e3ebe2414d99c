"""Models imported and exported: every way there and back gives the same masks."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from floodeval.cli import main
from floodeval.errors import FloodevalError
from floodeval.sam.conversion import export_model, import_checkpoint
from floodeval.sam.inference import Encoder, decode_logits
from floodeval.sam.loading import load_source
from floodeval.sam.preprocessing import Preprocessing
from floodeval.sam.prompts import Prompt
from floodeval.sam.sources import StatedInput, parse_source
from tests.support.checkpoints import (
    PHOTOGRAPH,
    TINY,
    equal,
    hugging_face,
    mobile_sam_shapes,
    random_sam,
    tensors_of,
)
from tests.support.checkpoints import small as small
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type

pytestmark = pytest.mark.heavy


def test_an_imported_checkpoint_is_a_model_like_any_other(small, results, tmp_path):
    folder = import_checkpoint(f"{tmp_path / 'small.pth'}?preprocessing=medsam", "mine")
    assert folder == results / "models" / "mine"
    found = load_source(parse_source("mine", "vit_t"))
    assert found.model_type == TINY
    assert equal(found.sam.state_dict(), small.state_dict())
    assert found.preprocessing == Preprocessing(256, "square", "minmax")
    assert found.provenance is None and found.origin
    config = json.loads((folder / "config.json").read_text())
    assert (config["origin"]["file"], config["origin"]["format"]) == ("small.pth", "state dict")
    assert len(config["origin"]["sha256"]) == 64


def test_an_imported_part_is_completed_and_remembers_its_base(tiny_type, results, tmp_path):
    decoder = random_sam(TINY, seed=2).mask_decoder.state_dict()
    torch.save(decoder, tmp_path / "decoder.pth")
    import_checkpoint(f"{TINY}:{tmp_path / 'decoder.pth'}", "mine")
    found = load_source(parse_source("mine", "vit_t"))
    expected = tensors_of(tiny_type) | {f"mask_decoder.{name}": one for name, one in decoder.items()}
    assert equal(found.sam.state_dict(), expected)
    assert found.base == TINY


def test_a_model_is_not_replaced_unless_it_is_asked_for(small, results, tmp_path):
    import_checkpoint(str(tmp_path / "small.pth"), "mine")
    with pytest.raises(FloodevalError, match="mine exists; choose another name"):
        import_checkpoint(str(tmp_path / "small.pth"), "mine")
    import_checkpoint(str(tmp_path / "small.pth"), "mine", force=True)
    with pytest.raises(FloodevalError, match="stands for published weights"):
        import_checkpoint("vit_b", "other")


def test_a_refused_import_leaves_no_model(tiny_type, results, tmp_path):
    torch.save({"x": torch.ones(1)}, tmp_path / "c.pth")
    with pytest.raises(FloodevalError, match="is not a SAM checkpoint"):
        import_checkpoint(str(tmp_path / "c.pth"), "mine")
    assert not (results / "models" / "mine").exists()


@pytest.mark.parametrize("form", ["pth", "hf"])
def test_an_exported_model_reads_back_to_the_same_tensors(small, tmp_path, form):
    out = export_model(str(tmp_path / "small.pth"), form, tmp_path / "out")
    found = load_source(parse_source(str(out), "vit_b"))
    assert equal(found.sam.state_dict(), small.state_dict())
    assert found.preprocessing == Preprocessing(256)


def test_an_exported_state_dict_loads_in_segment_anything(small, tmp_path):
    export_model(str(tmp_path / "small.pth"), "pth", tmp_path / "out.pth")
    other = random_sam(TINY, seed=5, image_size=256)
    other.load_state_dict(torch.load(tmp_path / "out.pth", weights_only=True))
    assert equal(other.state_dict(), small.state_dict())


def test_an_exported_hugging_face_folder_has_the_librarys_names(small, tmp_path):
    export_model(str(tmp_path / "small.pth"), "hf", tmp_path / "out")
    assert equal(load_file(tmp_path / "out" / "model.safetensors"), hugging_face(tensors_of(small)))
    vision = json.loads((tmp_path / "out" / "config.json").read_text())["vision_config"]
    assert (vision["hidden_size"], vision["num_hidden_layers"], vision["image_size"]) == (32, 2, 256)


def test_vit_t_is_exported_for_mobile_sam_and_reads_back_to_the_same_tensors(tmp_path):
    sam = random_sam("vit_t", 6)
    torch.save(sam.state_dict(), tmp_path / "own.pth")
    export_model(str(tmp_path / "own.pth"), "pth", tmp_path / "mobile.pt")
    written = torch.load(tmp_path / "mobile.pt", weights_only=True)
    assert {name: tuple(one.shape) for name, one in written.items()} == mobile_sam_shapes()
    assert equal(
        load_source(parse_source(str(tmp_path / "mobile.pt"), "vit_t")).sam.state_dict(), sam.state_dict()
    )
    with pytest.raises(FloodevalError, match="SamModel has no vit_t"):
        export_model(str(tmp_path / "own.pth"), "hf", tmp_path / "out")


@pytest.mark.parametrize("stated", ["sam", "medsam"])
def test_onnx_files_give_the_same_masks(small, tmp_path, stated):
    onnxruntime = pytest.importorskip("onnxruntime")
    out = export_model(f"{tmp_path / 'small.pth'}?preprocessing={stated}", "onnx", tmp_path / "out")
    sessions = {name: onnxruntime.InferenceSession(out / f"{name}.onnx") for name in ("encoder", "decoder")}
    preprocessing = Preprocessing.from_json(json.loads((out / "preprocessing.json").read_text()))
    assert preprocessing == Preprocessing(256).with_stated(StatedInput(preprocessing=stated))
    frame = preprocessing.frame(PHOTOGRAPH, small)
    (features,) = sessions["encoder"].run(None, {"images": frame.numpy()})
    embedding = Encoder(small, preprocessing).encode(PHOTOGRAPH)
    (height, width), (tall, wide) = embedding.size, embedding.input_size
    point = np.array([[20.0, 10.0]])
    prompt = {
        "image_embeddings": features,
        "point_coords": np.array([[[20 * wide / width, 10 * tall / height], [0.0, 0.0]]], np.float32),
        "point_labels": np.array([[1.0, -1.0]], np.float32),
        "mask_input": np.zeros((1, 1, 64, 64), np.float32),
        "has_mask_input": np.zeros(1, np.float32),
        "orig_im_size": np.array(PHOTOGRAPH.shape[:2], np.float32),
    }
    masks = sessions["decoder"].run(None, prompt)[0]
    with torch.inference_mode():
        logits = decode_logits(small, embedding, Prompt(points=point, labels=np.array([1])))[0]
        ours = small.postprocess_masks(logits, embedding.input_size, embedding.size)
    assert np.abs(features - embedding.features.numpy()).max() < 1e-4
    assert np.abs(masks[0, 0] - ours[0, 0].numpy()).max() < 1e-3
    assert ((masks[0, 0] > 0) == (ours[0, 0].numpy() > 0)).mean() > 0.999


def test_preprocessing_that_hugging_face_cannot_state_is_not_exported(small, tmp_path):
    with pytest.raises(FloodevalError, match="cannot resize to a square or scale by minimum and maximum"):
        export_model(f"{tmp_path / 'small.pth'}?preprocessing=medsam", "hf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_commands_import_and_export(small, results, tmp_path, capsys):
    assert main(["weights", "--import", str(tmp_path / "small.pth"), "--name", "mine"]) == 0
    assert main(["export", "mine", "--format", "pth", "--out", str(tmp_path / "again.pth")]) == 0
    assert equal(torch.load(tmp_path / "again.pth", weights_only=True), dict(small.state_dict()))
    for wrong in (
        ["weights"],
        ["weights", "vit_t", "--import", "x"],
        ["weights", "--import", str(tmp_path / "small.pth")],
        ["export", "mine", "--format", "pth", "--out", str(tmp_path / "again.pth")],
    ):
        capsys.readouterr()
        assert main(wrong) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_transformers_is_not_needed(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    export_model(str(tmp_path / "small.pth"), "hf", tmp_path / "out")
    load_source(parse_source(str(tmp_path / "out"), "vit_b"))


def test_conversion_can_be_imported_first():
    done = subprocess.run(
        [sys.executable, "-c", "import floodeval.sam.conversion"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
