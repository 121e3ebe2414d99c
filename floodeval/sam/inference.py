"""Inference: a photograph -> an embedding -> a mask, as `SamPredictor` does, with shared embeddings."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from floodeval.errors import FloodevalError
from floodeval.sam.architecture import IMAGE_SIZE, Sam
from floodeval.sam.checkpoints import read_tensors, write_tensors
from floodeval.sam.preprocessing import AS_PUBLISHED, Preprocessing
from floodeval.sam.prompts import Prompt
from floodeval.storage.caches import BoundedCache
from floodeval.storage.paths import cache_folder


@dataclass(frozen=True)
class Embedding:
    """The image encoder's output for a photograph.

    Attributes:
        features: 1 x 256 x 64 x 64; a smaller grid for encoders of smaller images.
        size: height and width of the photograph in pixels.
        input_size: height and width of the resized photograph within the encoder's square frame.
    """

    features: torch.Tensor
    size: tuple[int, int]
    input_size: tuple[int, int]


@dataclass(frozen=True)
class Prediction:
    """A predicted mask.

    Attributes:
        mask: H x W at the photograph's own size, true where the logit is above the model's threshold.
        score: SAM's IoU estimate.
        logits: H x W, on the model's device; None where they are not kept.
    """

    mask: npt.NDArray[np.bool_]
    score: float
    logits: torch.Tensor | None = None


class Encoder:
    """Runs the image encoder of a SAM."""

    def __init__(self, sam: Sam, preprocessing: Preprocessing = AS_PUBLISHED) -> None:
        self.sam, self.preprocessing = sam, preprocessing
        # the same numbers, in a memory order that convolutions on a CPU are fastest with
        sam.image_encoder.to(memory_format=torch.channels_last)

    @torch.inference_mode()
    def encode(self, photograph: npt.NDArray[np.uint8]) -> Embedding:
        """Encode an H x W x 3 RGB photograph, resized and normalized as `SamPredictor` does if as published.

        Raises:
            FloodevalError: the photograph is so thin that resizing leaves no pixel of its shorter side.
        """
        size = photograph.shape[:2]
        within = self.preprocessing.input_size(size)
        frame = self.preprocessing.frame(photograph, self.sam)
        features = self.sam.image_encoder(frame.contiguous(memory_format=torch.channels_last)).contiguous()
        return Embedding(features, size, within)


def input_size(size: tuple[int, int], side: int = IMAGE_SIZE) -> tuple[int, int]:
    """Height and width of a resized photograph within the published encoders' frame.

    Raises:
        FloodevalError: one of them is zero.
    """
    return Preprocessing(side).input_size(size)


def decode_logits(
    sam: Sam,
    embedding: Embedding,
    prompt: Prompt,
    multimask: bool = False,
    previous: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Decode a prompt to 1 x C x 256 x 256 logits and 1 x C predicted IoUs; C is 3 with multimask, else 1.

    Differentiable in the mask decoder's parameters and in the embedding. `previous` has SAM's current
    1 x 1 x 256 x 256 logits, for a prompt that corrects them.
    """
    logits, scores = sam.mask_decoder(
        **_decoder_input(sam, embedding, [prompt], previous), multimask_output=multimask
    )
    return logits, scores


def decode_tokens(
    sam: Sam, embedding: Embedding, prompts: Sequence[Prompt]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Decode N prompts at once to N x 4 x 256 x 256 logits and N x 4 predicted IoUs, of all mask tokens.

    Token 0 is the answer without multimask, tokens 1 to 3 those with it. Differentiable as `decode_logits`
    is.

    Args:
        sam: the model.
        embedding: of the photograph.
        prompts: at least one; all with a box, or all with the same number of points.
    """
    given = _decoder_input(sam, embedding, prompts)
    return sam.mask_decoder.predict_masks(**given)  # type: ignore[no-any-return]


def _decoder_input(
    sam: Sam, embedding: Embedding, prompts: Sequence[Prompt], previous: torch.Tensor | None = None
) -> dict[str, torch.Tensor]:
    """What the mask decoder takes, in the precision of products where autocast lowers it.

    Otherwise the decoder converts its 4096 x 256 values before each product, a tenth of its time in training.
    The masks are equally close to those in single precision.
    """
    kind = sam.device.type
    dtype = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else torch.float32
    sparse, dense = sam.prompt_encoder(**_on_device(sam, embedding, prompts), masks=previous)
    given = {
        "image_embeddings": embedding.features.to(sam.device),
        "image_pe": sam.prompt_encoder.get_dense_pe(),
        "sparse_prompt_embeddings": sparse,
        "dense_prompt_embeddings": dense,
    }
    return {name: values.to(dtype) for name, values in given.items()}


def _on_device(sam: Sam, embedding: Embedding, prompts: Sequence[Prompt]) -> dict[str, Any]:
    """Points (with labels) and boxes on the encoder's frame, as the prompt encoder takes them."""
    points, labels = [one.points for one in prompts], [one.labels for one in prompts]
    boxes = [one.box for one in prompts]
    given: dict[str, Any] = {"points": None, "boxes": None}
    if points[0] is not None and labels[0] is not None:
        moved = _on_frame(np.stack(points), embedding)  # type: ignore[arg-type]
        coordinates = torch.as_tensor(moved, dtype=torch.float32, device=sam.device)
        marks = np.stack(labels)  # type: ignore[arg-type]
        given["points"] = coordinates, torch.as_tensor(marks, dtype=torch.int, device=sam.device)
    if boxes[0] is not None:
        moved = _on_frame(np.stack(boxes).reshape(-1, 2, 2), embedding).reshape(-1, 4)  # type: ignore[arg-type]
        given["boxes"] = torch.as_tensor(moved, dtype=torch.float32, device=sam.device)
    return given


def _on_frame(points: npt.NDArray[Any], embedding: Embedding) -> npt.NDArray[np.float64]:
    """Points x, y in pixels of the photograph as points on the encoder's frame."""
    (height, width), (tall, wide) = embedding.size, embedding.input_size
    return np.asarray(points.astype(np.float64) * [wide / width, tall / height])


@torch.inference_mode()
def decode(sam: Sam, embedding: Embedding, prompt: Prompt, multimask: bool = False) -> Prediction:
    """Decode a prompt to the mask that SAM scores highest, at the photograph's own size."""
    logits, scores = decode_logits(sam, embedding, prompt, multimask)
    best = int(scores[0].argmax())
    return full_size(sam, logits[:, best : best + 1], embedding, float(scores[0, best]))


def full_size(sam: Sam, logits: torch.Tensor, embedding: Embedding, score: float) -> Prediction:
    """The prediction of 1 x 1 x 256 x 256 logits, at the photograph's own size."""
    full = sam.postprocess_masks(logits, embedding.input_size, embedding.size)[0, 0]
    return Prediction(np.asarray((full > sam.mask_threshold).cpu().numpy()), score, full)


class EmbeddingStore:
    """Half-precision embeddings (2 MiB each), keyed by pixels, image encoder and preprocessing.

    The cache is bounded: an embedding may have been removed, and is then computed again.
    """

    def __init__(
        self,
        encoder_key: str,
        folder: Path | None = None,
        preprocessing: Preprocessing = AS_PUBLISHED,
    ) -> None:
        self.preprocessing = preprocessing
        self.cache = BoundedCache("embeddings", folder or cache_folder() / "embeddings")
        self.folder = self.cache.folder / encoder_key[:16]

    def get(self, photograph: npt.NDArray[np.uint8]) -> Embedding | None:
        """Return the cached embedding of an H x W x 3 photograph, or None; a damaged file counts as none."""
        path = self._path(photograph)
        try:
            features = read_tensors(path)[0]["features"]
        except (FloodevalError, KeyError):
            return None
        self.cache.used(path)
        size = photograph.shape[0], photograph.shape[1]
        return Embedding(features, size, self.preprocessing.input_size(size))

    def put(self, photograph: npt.NDArray[np.uint8], embedding: Embedding) -> Embedding:
        """Cache an embedding, and return it as it will be read: rounded to half precision."""
        features, path = embedding.features.half(), self._path(photograph)
        write_tensors(path, {"features": features}, {})
        self.cache.added(path)
        return replace(embedding, features=features)

    def get_or_encode(self, photograph: npt.NDArray[np.uint8], encoder: Encoder) -> tuple[Embedding, bool]:
        """Return the cached embedding, or encode and cache it; and whether it had to be encoded."""
        kept = self.get(photograph)
        return (kept, False) if kept else (self.put(photograph, encoder.encode(photograph)), True)

    def _path(self, photograph: npt.NDArray[np.uint8]) -> Path:
        digest = hashlib.sha256(repr(photograph.shape).encode())
        digest.update(np.ascontiguousarray(photograph).data)
        return self.folder / f"{digest.hexdigest()[:32]}.safetensors"
