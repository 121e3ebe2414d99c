"""vit_t against its sources: the package's own ONNX graph, and segment_anything's own predictor."""

import numpy as np
import pytest
import torch

from floodeval.datasets.dataset import read_pair
from floodeval.sam.architecture import TinyVitEncoder, build_architecture
from floodeval.sam.inference import Encoder, decode
from floodeval.sam.loading import build_sam
from floodeval.sam.mobile_sam import from_pytorch
from floodeval.sam.preprocessing import AS_PUBLISHED
from floodeval.sam.prompts import make_prompt, parse_prompt
from floodeval.sam.registry import MODELS
from tests.support.npm_package import package as package

pytestmark = pytest.mark.heavy


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.real
def test_the_rebuilt_encoder_equals_onnx_runtime_on_the_packages_own_graph(vit_t, package, real_dataset):
    import onnxruntime

    session = onnxruntime.InferenceSession(package / MODELS["vit_t"].mirror.encoder_file)
    for sample in real_dataset.samples[::80]:
        frame = AS_PUBLISHED.frame(read_pair(sample).photograph, vit_t.sam)
        with torch.inference_mode():
            ours = vit_t.sam.image_encoder(frame).numpy()
        theirs = session.run(None, {"input": frame.numpy()})[0]
        assert np.abs(ours - theirs).max() < 1e-3


@pytest.mark.weights
@pytest.mark.real
@pytest.mark.parametrize("n_photographs", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_masks_equal_those_of_sam_predictor_on_real_photographs(vit_t, real_dataset, n_photographs):
    from segment_anything import SamPredictor

    predictor, encoder = SamPredictor(build_sam("vit_t")), Encoder(vit_t.sam)
    compared = real_dataset.samples[5 :: 240 // n_photographs]
    assert len(compared) == n_photographs
    for sample in compared:
        pair = read_pair(sample)
        predictor.set_image(pair.photograph)
        embedding = encoder.encode(pair.photograph)
        for spec in map(parse_prompt, ("box", "point", "points:n=5", "full", "point:multimask=1")):
            prompt = make_prompt(spec, pair.truth, sample.id)
            ours = decode(vit_t.sam, embedding, prompt, spec.multimask)
            masks, scores, _ = predictor.predict(
                prompt.points, prompt.labels, prompt.box, multimask_output=spec.multimask
            )
            theirs = masks[scores.argmax()]
            assert (ours.mask & theirs).sum() / max((ours.mask | theirs).sum(), 1) >= 0.999
            assert ours.score == pytest.approx(scores.max(), abs=1e-3)


@pytest.mark.slow
def test_the_published_pytorch_layout_is_renamed_and_its_batch_norms_folded():
    torch.manual_seed(0)
    plain = TinyVitEncoder(fused=False).eval()
    for module in plain.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    published = {f"image_encoder.{_published_key(key)}": value for key, value in plain.state_dict().items()}
    published |= {"image_encoder.head.weight": torch.zeros(3), "image_encoder.norm_head.bias": torch.zeros(3)}
    sam = build_architecture("vit_t")
    others = {k: v for k, v in sam.state_dict().items() if not k.startswith("image_encoder.")}
    sam.load_state_dict(from_pytorch(published | others))
    frame = torch.randn(1, 3, 1024, 1024)
    with torch.inference_mode():
        assert torch.allclose(sam.eval().image_encoder(frame), plain(frame), atol=1e-4)


def _published_key(key: str) -> str:
    """MobileSAM's own name of a tensor of ours, written out by hand and not by inverting the code."""
    key = key.removeprefix("body.")
    for number in (1, 2, 3):
        key = key.replace(f"stages.{number}.downsample", f"layers.{number - 1}.downsample")
    key = key.replace("stages.", "layers.").replace("patch_embed.conv1.", "patch_embed.seq.0.")
    key = key.replace("patch_embed.conv2.", "patch_embed.seq.2.")
    return key.replace(".conv.weight", ".c.weight") if not key.startswith("neck") else key
