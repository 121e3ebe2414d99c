"""Hugging Face's own `SamModel`, there and back: the same names, logits and masks."""

import numpy as np
import pytest
import torch

from floodeval.sam.architecture import build_architecture
from floodeval.sam.conversion import export_model
from floodeval.sam.hugging_face import hugging_face_state
from floodeval.sam.inference import Encoder, decode, decode_logits
from floodeval.sam.loading import load_source
from floodeval.sam.preprocessing import Preprocessing
from floodeval.sam.prompts import Prompt
from floodeval.sam.sources import parse_source
from tests.support.checkpoints import PHOTOGRAPH, TINY, hugging_face_config
from tests.support.checkpoints import small as small
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type

pytestmark = pytest.mark.heavy

SIDE = 256
SCALE = SIDE / PHOTOGRAPH.shape[1]  # from pixels of the photograph to those of the input
BOX = np.array([8.0, 8.0, 40.0, 32.0])
POINTS = np.array([[20.0, 10.0], [50.0, 30.0]])
LABELS = np.array([1, 0])
PROMPTS = [
    pytest.param(Prompt(box=BOX), {"input_boxes": BOX[None, None]}, id="box"),
    pytest.param(
        Prompt(points=POINTS, labels=LABELS),
        {"input_points": POINTS[None, None], "input_labels": LABELS[None, None]},
        id="points",
    ),
]


def answers(theirs, frame: torch.Tensor, prompt: dict[str, np.ndarray]) -> torch.Tensor:
    """The logits of a `SamModel`, 1 x 64 x 64, for a prompt in pixels of the photograph."""
    scaled = {
        name: torch.tensor(values) if name == "input_labels" else torch.tensor(values * SCALE).float()
        for name, values in prompt.items()
    }
    with torch.inference_mode():
        return theirs(pixel_values=frame, multimask_output=False, **scaled).pred_masks[0, 0]


def mask_of(logits: torch.Tensor) -> np.ndarray:
    """The mask of 1 x 64 x 64 logits at the photograph's own size, computed here."""
    height, width = PHOTOGRAPH.shape[:2]
    square = torch.nn.functional.interpolate(logits[None], (SIDE, SIDE), mode="bilinear")
    within = square[..., : round(height * SCALE), : round(width * SCALE)]
    return torch.nn.functional.interpolate(within, (height, width), mode="bilinear")[0, 0].numpy() > 0


@pytest.mark.parametrize(("ours", "theirs"), PROMPTS)
def test_an_exported_folder_gives_the_same_masks_in_the_library(small, tmp_path, ours, theirs):
    from transformers import SamModel

    out = export_model(str(tmp_path / "small.pth"), "hf", tmp_path / "out")
    model, loading = SamModel.from_pretrained(out, output_loading_info=True)
    assert not any(loading.values())  # nothing missing, unexpected or of another shape
    preprocessing = Preprocessing(SIDE)
    embedding = Encoder(small, preprocessing).encode(PHOTOGRAPH)
    with torch.inference_mode():
        expected = decode_logits(small, embedding, ours)[0][0]
    logits = answers(model.eval(), preprocessing.frame(PHOTOGRAPH, small), theirs)
    assert torch.allclose(logits, expected, atol=1e-4)
    assert (mask_of(logits) == decode(small, embedding, ours).mask).all()


@pytest.mark.parametrize("stated", ["sam", "unit"])
def test_an_exported_folder_prepares_photographs_in_the_library_as_here(small, tmp_path, stated):
    from transformers import SamImageProcessor

    source = f"{tmp_path / 'small.pth'}?preprocessing={stated}"
    out = export_model(source, "hf", tmp_path / "out")
    prepared = SamImageProcessor.from_pretrained(out)(PHOTOGRAPH, return_tensors="pt")
    found = load_source(parse_source(source, "vit_b"))
    frame = found.preprocessing.frame(PHOTOGRAPH, found.sam)
    assert prepared["pixel_values"].shape == frame.shape
    assert float((prepared["pixel_values"] - frame).abs().max()) < 0.05  # rounding of resized values
    assert load_source(parse_source(str(out), "vit_b")).preprocessing == found.preprocessing


@pytest.mark.parametrize(("ours", "theirs"), PROMPTS)
def test_a_model_that_the_library_saved_gives_the_same_logits_here(tiny_type, tmp_path, ours, theirs):
    from transformers import SamModel

    torch.manual_seed(0)
    model = SamModel(hugging_face_config()).eval()
    for parameter in model.parameters():
        parameter.data += 0.02 * torch.randn(parameter.shape)
    model.shared_image_embedding.positional_embedding.data.copy_(
        model.prompt_encoder.shared_embedding.positional_embedding
    )
    model.save_pretrained(tmp_path / "saved")
    found = load_source(parse_source(str(tmp_path / "saved"), "vit_b"))
    assert (found.model_type, found.preprocessing) == (TINY, Preprocessing(SIDE))
    embedding = Encoder(found.sam, found.preprocessing).encode(PHOTOGRAPH)
    with torch.inference_mode():
        logits = decode_logits(found.sam, embedding, ours)[0][0]
    frame = found.preprocessing.frame(PHOTOGRAPH, found.sam)
    assert torch.allclose(logits, answers(model, frame, theirs), atol=1e-4)


def test_the_314_tensors_of_vit_b_are_the_315_of_the_library():
    from transformers import SamConfig, SamModel

    with torch.device("meta"):  # shapes without memory
        ours, theirs = build_architecture("vit_b").state_dict(), SamModel(SamConfig()).state_dict()
    renamed = hugging_face_state(ours)
    assert (len(ours), len(theirs)) == (314, 315)
    assert {name: one.shape for name, one in renamed.items()} == {k: v.shape for k, v in theirs.items()}
