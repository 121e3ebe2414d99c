"""Segmenters on disk: checkpoints with the tensors that training changed, and networks ready for use."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.architecture import IMAGE_SIZE, ResizeLongestSide
from floodeval.sam.checkpoint_headers import FORMAT, SEGMENTER
from floodeval.sam.checkpoints import (
    ENCODER,
    Provenance,
    StateDict,
    read_provenance,
    read_tensors,
    sha256_of_tensors,
    write_tensors,
)
from floodeval.sam.inference import input_size
from floodeval.sam.loading import check_device
from floodeval.sam.prompts import NO_PROMPT, Prompt
from floodeval.sam.registry import published
from floodeval.sam.segmenter import Segmenter, full_size_logits, segmenter_on
from floodeval.sam.weights import obtain_weights

BASE = "vit_t"  # the published model whose image encoder a segmenter has


@dataclass(frozen=True)
class LoadedSegmenter:
    """A trained segmenter with its identity; as a plugin, it takes a photograph without a prompt.

    Attributes:
        network: the network.
        sha256: of all its tensors.
        encoder_sha256: of the tensors of its image encoder.
        provenance: where its checkpoint comes from.
        trained_parameters: number of parameters that training changed.
    """

    network: Segmenter
    sha256: str
    encoder_sha256: str
    provenance: Provenance
    trained_parameters: int

    prompts = (NO_PROMPT,)

    @property
    def parameters(self) -> int:
        """Number of parameters of the network."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    @torch.inference_mode()
    def encode(self, image: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Predict the logits of water of an H x W x 3 RGB photograph, H x W.

        Raises:
            FloodevalError: the photograph is so thin that resizing leaves no pixel of its shorter side.
        """
        size = (image.shape[0], image.shape[1])
        within = input_size(size)
        picture = ResizeLongestSide(IMAGE_SIZE).apply_image(image)
        return full_size_logits(self.network(self.network.frame(picture)), within, size)

    def predict(self, state: npt.NDArray[np.float32], prompt: Prompt) -> tuple[npt.NDArray[np.bool_], None]:
        """The mask of the logits from `encode`, H x W; it estimates no IoU."""
        return state > 0, None


def write_segmenter(
    path: Path, state: Mapping[str, torch.Tensor], base: Mapping[str, torch.Tensor], provenance: Provenance
) -> None:
    """Write the tensors that differ from the published encoder, in half precision, with their provenance."""
    changed = {
        name: tensor.half()
        for name, tensor in state.items()
        if name not in base or not torch.equal(tensor.cpu(), base[name])
    }
    write_tensors(path, changed, {"format": FORMAT, **vars(provenance)})


def load_segmenter(path: Path, device: str = "cpu", progress: Progress = silent) -> LoadedSegmenter:
    """Load the checkpoint of a segmenter, on the published image encoder.

    Args:
        path: of the checkpoint, a safetensors file.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: the device or published weights are not available; or the file cannot be read, is no
            segmenter, or has other tensors than the network.
    """
    check_device(device)
    tensors, metadata = read_tensors(path)
    provenance = _provenance(path, metadata)
    base = published_encoder(progress)
    network = segmenter_on(base)
    _check(path, tensors, network, base)
    state = network.state_dict() | {name: tensor.float() for name, tensor in tensors.items()}
    network.load_state_dict(state)
    network.requires_grad_(False).eval().to(device)
    hashes = sha256_of_tensors(state), sha256_of_tensors(state, ENCODER)
    return LoadedSegmenter(network, *hashes, provenance, sum(one.numel() for one in tensors.values()))


def published_encoder(progress: Progress = silent) -> StateDict:
    """The tensors of the published image encoder, by their names in the network."""
    state = read_tensors(obtain_weights(BASE, progress=progress).path)[0]
    return {name: tensor for name, tensor in state.items() if name.startswith(ENCODER)}


def _provenance(path: Path, metadata: Mapping[str, str]) -> Provenance:
    found, base = read_provenance(metadata), published(BASE)
    if metadata.get("format") != FORMAT or found.model_type != SEGMENTER:
        raise FloodevalError(saying("models.no_segmenter", path=path))
    if found.base_sha256 != base.sha256:
        hashes = {"trained": found.base_sha256[:12], "given": base.sha256[:12]}
        raise FloodevalError(saying("models.other_base", path=path, **hashes))
    return found


def _check(path: Path, tensors: StateDict, network: Segmenter, base: StateDict) -> None:
    """Refuse tensors that the network lacks, of another shape or type, or not finite; and absent ones."""
    own = network.state_dict()
    for name, tensor in tensors.items():
        if name not in own or own[name].shape != tensor.shape or not tensor.is_floating_point():
            raise FloodevalError(saying("models.misfit", path=path, tensor=name))
        if not torch.isfinite(tensor).all():
            raise FloodevalError(saying("checkpoints.not_finite", path=path, name=name))
    absent = sorted(name for name in own if name not in base and name not in tensors)
    if absent:
        raise FloodevalError(saying("models.segmenter_part", path=path, tensor=absent[0]))
