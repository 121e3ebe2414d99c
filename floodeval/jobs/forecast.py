"""How much a job will write, and whether the disk has room for it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import saying

MASK_BYTES_PER_PIXEL = 0.02  # of a PNG with two values; a coast of many islands takes about this much
TABLE_BYTES_PER_ROW = 600  # of all tables of a run and its journal, a sample, variant and prompt
EMBEDDING_BYTES = 2 * 2**20  # of one photograph, where embeddings are kept
VIEW_BYTES = 5 * 2**20  # of a view that a training keeps
MODEL_BYTES = 60 * 2**20  # a checkpoint of vit_t and the state that a training is resumed from
SCENE_BYTES = 2 * 2**20  # a synthetic scene with its mask
RESERVE_BYTES = 200 * 2**20  # that stay free


@dataclass(frozen=True)
class Workload:
    """What a job works on.

    Attributes:
        n_photographs: that are evaluated or trained on.
        pixels: of one photograph, on average.
        n_sides: variants x prompts.
        keep_embeddings: whether embeddings go through the cache.
        n_views: of the photographs that a training keeps.
        n_scenes: that are drawn first.
    """

    n_photographs: int = 0
    pixels: float = 0.0
    n_sides: int = 0
    keep_embeddings: bool = False
    n_views: int = 0
    n_scenes: int = 0


def forecast_bytes(work: Workload) -> int:
    """How many bytes a job writes to results, data and caches together; rather too many than too few."""
    answers = work.n_photographs * work.n_sides
    size = answers * (work.pixels * MASK_BYTES_PER_PIXEL + TABLE_BYTES_PER_ROW)
    if work.keep_embeddings:
        size += work.n_photographs * EMBEDDING_BYTES
    size += work.n_views * VIEW_BYTES + (MODEL_BYTES if work.n_views else 0)
    return round(size + work.n_scenes * SCENE_BYTES)


def free_bytes(folder: Path) -> int:
    """The free space of the disk that a folder is on; the folder need not exist yet."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free


def check_space(needs_bytes: int, folder: Path) -> None:
    """Refuse what would fill the disk.

    Args:
        needs_bytes: forecast of what is written.
        folder: where.

    Raises:
        FloodevalError: less than the forecast and a reserve is free.
    """
    if needs_bytes and (free := free_bytes(folder)) < needs_bytes + RESERVE_BYTES:
        needed = formats.size(needs_bytes + RESERVE_BYTES)
        raise FloodevalError(saying("jobs.no_space", needed=needed, free=formats.size(free)))
