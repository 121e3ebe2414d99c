"""Where published weights lie on this machine, told without loading a network."""

import os
from pathlib import Path

from floodeval.sam.registry import PublishedModel, published
from floodeval.storage.paths import cache_folder


def given_weights(model: PublishedModel) -> Path | None:
    """The published file in the folder $FLOODEVAL_WEIGHTS, where there is one."""
    folder = os.environ.get("FLOODEVAL_WEIGHTS")
    path = Path(folder) / model.file if folder else None
    return path if path and path.is_file() else None


def kept_weights(model: PublishedModel) -> Path:
    """Where the cache keeps a model's weights, which need not be there."""
    return cache_folder() / "weights" / f"{model.model_type}-{model.sha256[:8]}.safetensors"


def weights_at_hand(model_type: str) -> bool:
    """Whether a model can be loaded without fetching anything.

    Raises:
        FloodevalError: there is no such model.
    """
    model = published(model_type)
    return given_weights(model) is not None or kept_weights(model).is_file()
