"""Checkpoints in several files, as Hugging Face's library saves large models: an index and its shards."""

import hashlib
from pathlib import Path

from floodeval.datasets.digests import file_sha256
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.paths import SHARD_INDEXES
from floodeval.storage.typed_json import convert_json, parse_json

SUFFIXES = (".safetensors", ".bin")


def is_index(checkpoint: Path) -> bool:
    """Whether a checkpoint is the index of shards, by its name."""
    return checkpoint.name in SHARD_INDEXES


def read_index(index: Path) -> dict[str, frozenset[str]]:
    """Read which tensors each shard has, by the shard's file name.

    Raises:
        FloodevalError: the index cannot be read, names no shard, names one outside of its folder, or a shard
            is absent.
    """
    try:
        content = convert_json(parse_json(index.read_text(encoding="utf-8-sig")), dict[str, object])
        places = convert_json(content.get("weight_map"), dict[str, str])
        if not places:
            raise ValueError("its weight_map is empty")
    except (OSError, ValueError) as error:
        raise FloodevalError(saying("checkpoints.settings", path=index, why=error)) from None
    names = list(dict.fromkeys(places.values()))
    for name in names:
        if Path(name).name != name or "\\" in name or not name.endswith(SUFFIXES):
            raise FloodevalError(saying("checkpoints.shard_outside", path=index, name=name))
    absent = [name for name in names if not index.with_name(name).is_file()]
    if absent:
        counts, listed = {"n": len(absent), "of": len(names)}, ", ".join(absent[:3])
        raise FloodevalError(saying("checkpoints.shards_absent", path=index, names=listed, **counts))
    return {name: frozenset(one for one, place in places.items() if place == name) for name in names}


def files_of(checkpoint: Path) -> list[Path]:
    """The files that a checkpoint consists of: itself, and the shards that it names if it is an index.

    Raises:
        FloodevalError: as `read_index`.
    """
    shards = sorted(read_index(checkpoint)) if is_index(checkpoint) else []
    return [checkpoint, *(checkpoint.with_name(name) for name in shards)]


def checkpoint_sha256(checkpoint: Path) -> str:
    """The SHA-256 of a checkpoint's file; of an index, over the SHA-256 of each of its files, one a line.

    Raises:
        FloodevalError: as `read_index`.
        OSError: a file cannot be read.
    """
    digests = [file_sha256(path) for path in files_of(checkpoint)]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
