"""What a safetensors checkpoint states about itself, read without its tensors and without torch."""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying

FORMAT = "floodeval-1"  # of a checkpoint of `floodeval finetune`
SEGMENTER = "segmenter"  # model type of a plain segmentation network, which takes no prompt
UNKNOWN_TRAINING = "unknown"  # what is recorded where nobody knows what a model was trained on


def read_metadata(path: Path) -> dict[str, str]:
    """Read the metadata of a safetensors file.

    Raises:
        FloodevalError: there is no such file, or it is damaged or not a safetensors file.
    """
    try:
        with safe_open(path, framework="numpy") as file:
            return file.metadata() or {}
    except FileNotFoundError:
        raise FloodevalError(saying("models.absent", path=path)) from None
    except (SafetensorError, OSError) as error:
        raise FloodevalError(saying("models.broken", path=path, why=error)) from None


def is_self_contained(metadata: Mapping[str, str]) -> bool:
    """Whether a checkpoint of `floodeval finetune` has every tensor, so that it needs no base model."""
    return metadata.get("format") == FORMAT and metadata.get("base_sha256") == ""


def needs_published(metadata: Mapping[str, str]) -> bool:
    """Whether a checkpoint in `results/models` is completed with published weights when it is loaded."""
    return metadata.get("format") == FORMAT and not is_self_contained(metadata)


def is_segmenter(checkpoint: Path) -> bool:
    """Whether a file is the checkpoint of a segmenter; False also where it cannot be read."""
    if checkpoint.suffix != ".safetensors":
        return False
    try:
        metadata = read_metadata(checkpoint)
    except FloodevalError:  # reported where the checkpoint is loaded
        return False
    return metadata.get("format") == FORMAT and metadata.get("model_type") == SEGMENTER


def has_known_training(metadata: Mapping[str, str]) -> bool:
    """Whether a checkpoint records all photographs that it was trained on."""
    return metadata.get("format") == FORMAT and metadata.get("init_training") != UNKNOWN_TRAINING
