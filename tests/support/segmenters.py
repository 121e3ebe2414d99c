"""What tests of segmenters share: a tiny encoder with the shapes of the real one, wherever one is loaded."""

import pytest
import torch
from torch import nn

from floodeval.sam.checkpoints import ENCODER, Provenance
from floodeval.sam.registry import published
from floodeval.sam.segmenter import segmenter_on
from floodeval.sam.segmenter_checkpoints import write_segmenter


class TinyStages(nn.Module):
    """One convolution for the patch embedding and for each stage, and one for the neck."""

    def __init__(self) -> None:
        super().__init__()
        widths = (64, 64, 128, 160, 320)
        self.body = nn.Module()
        self.body.patch_embed = nn.Conv2d(3, 64, 4, 4)
        self.body.stages = nn.ModuleList(
            nn.Conv2d(widths[n], widths[n + 1], stride, stride) for n, stride in enumerate((1, 2, 2, 1))
        )
        self.neck = nn.Conv2d(320, 256, 1)


def with_tiny_encoder(monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.Tensor]:
    """Let segmenters have a tiny encoder, whose tensors are returned, instead of the published one."""
    monkeypatch.setattr("floodeval.sam.segmenter.TinyVitEncoder", TinyStages)
    with torch.random.fork_rng():
        torch.manual_seed(5)
        base = {f"{ENCODER}{name}": one for name, one in TinyStages().state_dict().items()}
    for module in ("sam.segmenter_checkpoints", "training.starting_segmenter"):
        monkeypatch.setattr(f"floodeval.{module}.published_encoder", lambda progress=None: base)
    return base


def provenance(**changed: str) -> Provenance:
    known = {"model_type": "segmenter", "base_sha256": published("vit_t").sha256}
    return Provenance(
        **{**known, "dataset": "floods", "dataset_fingerprint": "f", "split_sha256": "s", "config": "{}"}
        | changed
    )


def write_untrained(path, base, seed: int = 1, **changed: str) -> None:
    """Write a segmenter with a random decoder."""
    write_segmenter(path, segmenter_on(base, seed).state_dict(), base, provenance(**changed))
