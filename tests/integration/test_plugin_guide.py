"""The how-to guide on plugins: its adapters and commands run as they are written."""

import re
import shlex
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch

from floodeval.cli import main
from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.run import load_run
from floodeval.sam.architecture import build_architecture  # noqa: F401  (imports torchvision where it is broken)
from tests.support.datasets import make_pairs

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "plugin.md"
MODULES = ("segmentation_network", "sam_2")


@pytest.fixture
def files(results, tmp_path, monkeypatch):
    """A data set and the adapters of the guide, each in the file that the guide names."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    make_pairs(tmp_path / "photographs", ["a", "b"])
    text = GUIDE.read_text()
    adapters = re.findall(r"Save this as `(\w+).py`.*?```python\n(.*?)```", text, re.DOTALL)
    assert tuple(name for name, _ in adapters) == MODULES
    for name, code in adapters:
        (tmp_path / f"{name}.py").write_text(code)
    yield tmp_path
    for name in MODULES:
        sys.modules.pop(name, None)


def commands() -> list[list[str]]:
    lines = [line for line in GUIDE.read_text().splitlines() if line.startswith("floodeval ")]
    return [shlex.split(line)[1:] for line in lines if "dashboard" not in line]


@pytest.mark.heavy
def test_the_adapter_of_a_segmentation_network_predicts_what_the_network_does(files):
    from torchvision.models.segmentation import lraspp_mobilenet_v3_large

    torch.manual_seed(0)
    network = lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=2).eval()
    torch.save(network.state_dict(), "network.pth")
    evaluated, cost, _ = commands()
    assert main(evaluated) == 0 and main(cost) == 0
    run = load_run("network")
    assert run.skipped.empty and set(run.metrics["prompt"]) == {"none"}
    mean, std = (torch.tensor(each)[:, None, None] for each in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    for sample in load_dataset("photographs").samples:
        pixels = torch.from_numpy(read_pair(sample).photograph.copy()).permute(2, 0, 1) / 255
        with torch.inference_mode():
            logits = network(((pixels - mean) / std)[None])["out"][0]
        assert np.array_equal(run.mask("mine", "none", sample.id), (logits[1] > logits[0]).numpy())


class Processor:
    """Takes and gives what Hugging Face's `Sam2Processor` does, as nested as that expects it."""

    @classmethod
    def from_pretrained(cls, name):
        return cls()

    def __call__(self, images=None, original_sizes=None, return_tensors=None, **prompts):
        assert return_tensors == "pt" and (images is None) != (original_sizes is None)
        sizes = torch.tensor([images.shape[:2]]) if original_sizes is None else original_sizes
        depths = {"input_boxes": 3, "input_points": 4, "input_labels": 3}
        given = {name: torch.tensor(value) for name, value in prompts.items()}
        assert all(tensor.ndim == depths[name] for name, tensor in given.items())
        pixels = {} if images is None else {"pixel_values": torch.from_numpy(images).permute(2, 0, 1)[None]}
        return {"original_sizes": sizes, **pixels, **given}

    def post_process_masks(self, masks, original_sizes):
        return [torch.nn.functional.interpolate(masks[0], tuple(original_sizes[0].tolist())) > 0]


class Model:
    """Takes and gives what Hugging Face's `Sam2Model` does; its mask is the right half of the photograph."""

    @classmethod
    def from_pretrained(cls, name):
        return cls()

    def eval(self):
        return self

    def get_image_embeddings(self, pixel_values):
        return [pixel_values.float()]

    def __call__(self, image_embeddings, multimask_output, original_sizes, **prompts):
        assert multimask_output is False and image_embeddings[0].shape == (1, 3, 32, 48) and prompts
        masks = torch.full((1, 1, 1, 8, 8), -1.0)
        masks[..., 4:] = 1
        return SimpleNamespace(pred_masks=masks, iou_scores=torch.full((1, 1, 1), 0.875))


def test_the_adapter_of_sam_2_speaks_to_the_model_as_its_library_expects(files, monkeypatch):
    library = ModuleType("transformers")
    library.Sam2Model, library.Sam2Processor = Model, Processor
    monkeypatch.setitem(sys.modules, "transformers", library)
    prompts = ["box", "point", "points:n=3", "full"]
    run = evaluate(load_dataset("photographs"), "r", {"sam-2": "python:sam_2:Sam2"}, prompts)
    assert run.skipped.empty and set(run.metrics["prompt"]) == set(prompts)
    assert (run.metrics["iou"] == 0).all() and (run.metrics["score"] == 0.875).all()
    expected = np.zeros((32, 48), bool)
    expected[:, 24:] = True
    assert np.array_equal(run.mask("sam-2", "box", "a"), expected)


def test_the_adapters_are_short():
    code = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert all(sum(bool(line.strip()) for line in one.splitlines()) <= 24 for one in code)
