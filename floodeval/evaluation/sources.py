"""The files that the weights of variants come in: their names in a run, and their hashes."""

from pathlib import Path

from floodeval.datasets.digests import file_sha256
from floodeval.sam.registry import published
from floodeval.storage.paths import CHECKPOINT


def checkpoint_name(checkpoint: Path | None) -> str | None:
    """What a run calls a checkpoint: its model's folder, or its file's name; None for published weights."""
    if checkpoint is None:
        return None
    return checkpoint.parent.name if checkpoint.name == CHECKPOINT else checkpoint.name


def source_sha256(model_type: str, checkpoint: Path | None) -> str:
    """The SHA-256 of the file that a variant's weights came in."""
    return published(model_type).sha256 if checkpoint is None else file_sha256(checkpoint)
