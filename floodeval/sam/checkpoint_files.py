"""Checkpoint files of any origin: the tensors in them, read without running code that a file contains."""

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.checkpoints import StateDict, read_tensors
from floodeval.sam.shards import is_index, read_index
from floodeval.storage.paths import HUGGING_FACE_FILES
from floodeval.storage.typed_json import parse_json

WRAPPERS = ("model", "state_dict", "model_state", "model_state_dict", "net")
PARTS = ("image_encoder", "prompt_encoder", "mask_decoder")
HUGGING_FACE_PARTS = ("vision_encoder", "shared_image_embedding")  # that only `SamModel` has
_NESTED = (*PARTS, *HUGGING_FACE_PARTS)  # that may be mappings of their own
PREFIXES = ("module.", "model.", "sam.", "_orig_mod.", "net.")
_PICKLE, _ZIP, _LFS = b"\x80", b"PK", b"version https://git-lfs"


@dataclass(frozen=True)
class CheckpointFile:
    """What a checkpoint file holds.

    Attributes:
        path: of the file.
        tensors: by name, without wrappers and shared prefixes.
        metadata: of a safetensors file.
        settings: the content of the JSON files of a Hugging Face folder, by file name.
    """

    path: Path
    tensors: StateDict
    metadata: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_file(path: Path) -> CheckpointFile:
    """Read a checkpoint file: safetensors, PyTorch with `weights_only=True`, or shards, by its content.

    Raises:
        FloodevalError: there is no such file; it is damaged, needs pickled code, or is no checkpoint; or a
            shard is absent or has other tensors than its index says.
    """
    tensors, metadata = (_shards(path), {}) if is_index(path) else _tensors(path)
    return CheckpointFile(path, _without_prefixes(tensors), metadata, _settings(path))


def _tensors(path: Path) -> tuple[StateDict, dict[str, str]]:
    """The tensors of one file with their full names, and its metadata if it is safetensors."""
    start = _first_bytes(path)
    if start.startswith(_LFS):
        raise FloodevalError(saying("checkpoints.lfs", path=path))
    is_safetensors = start[8:9] == b"{"  # after the length, whose bytes may look like another format's
    if not is_safetensors and (start[:2] == _ZIP or start[:1] == _PICKLE):
        return _flat(path, _unpickled(path)), {}
    if not is_safetensors and path.suffix != ".safetensors":
        raise FloodevalError(saying("checkpoints.no_checkpoint", path=path))
    return read_tensors(path)


def _shards(index: Path) -> StateDict:
    """The tensors of the shards that an index names; each has those that the index says, and no others."""
    tensors: StateDict = {}
    for name, expected in read_index(index).items():
        shard = index.with_name(name)
        found = _tensors(shard)[0]
        if other := expected.symmetric_difference(found):
            raise FloodevalError(saying("checkpoints.shard_other", path=shard, name=min(other)))
        tensors |= found
    return tensors


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(64)
    except FileNotFoundError:
        raise FloodevalError(saying("models.absent", path=path)) from None
    except OSError as error:
        raise FloodevalError(saying("checkpoints.unreadable", path=path, why=error.strerror)) from None


def _unpickled(path: Path) -> object:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, on files of older versions
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        code = re.search(r"GLOBAL (\S+)", str(error))
        if code is None:
            raise FloodevalError(saying("checkpoints.damaged", path=path)) from None
        raise FloodevalError(saying("checkpoints.code", path=path, code=code[1])) from None
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        if "TorchScript" in str(error):
            raise FloodevalError(saying("checkpoints.code", path=path, code="TorchScript")) from None
        key = "checkpoints.other_zip" if zipfile.is_zipfile(path) else "checkpoints.damaged"
        raise FloodevalError(saying(key, path=path)) from None


def _settings(path: Path) -> dict[str, Mapping[str, Any]]:
    """What the JSON files next to a Hugging Face checkpoint say; empty where there are none."""
    found: dict[str, Mapping[str, Any]] = {}
    if path.name not in HUGGING_FACE_FILES:
        return found
    for name in ("config.json", "preprocessor_config.json", "processor_config.json"):
        place = path.with_name(name)
        try:
            content = parse_json(place.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise FloodevalError(saying("checkpoints.settings", path=place, why=error)) from None
        if isinstance(content, dict):
            found[name] = content
    return found


def _flat(path: Path, content: object) -> StateDict:
    """The tensors of a state dict, of one in a wrapper, or of parts that are mappings of their own."""
    for _ in range(len(WRAPPERS)):
        if not isinstance(content, Mapping):
            break
        if any(isinstance(content.get(part), Mapping) for part in _NESTED):
            content = _joined(content)
            break
        wrapped = [name for name in WRAPPERS if isinstance(content.get(name), Mapping)]
        if len(wrapped) > 1:
            raise FloodevalError(saying("checkpoints.several", path=path, names=", ".join(wrapped)))
        if not wrapped:
            break
        content = content[wrapped[0]]
    if not isinstance(content, Mapping):
        raise FloodevalError(saying("checkpoints.no_state", path=path, kind=type(content).__name__))
    tensors = {str(name): one for name, one in content.items() if isinstance(one, torch.Tensor)}
    if not tensors:
        keys = ", ".join(map(str, list(content)[:5])) or "-"
        raise FloodevalError(saying("checkpoints.no_tensors", path=path, keys=keys))
    return tensors


def _joined(content: Mapping[Any, Any]) -> dict[str, object]:
    """The tensors of parts that are mappings of their own, and those next to them, by their full names.

    Every mapping of tensors counts, so that one that is no part of SAM is refused and not left out. Single
    numbers next to the parts, such as the best score, are no weights.
    """
    joined: dict[str, object] = {}
    for key, one in content.items():
        if isinstance(one, Mapping) and any(map(_is_array, one.values())):
            part = _without_prefixes({str(name): tensor for name, tensor in one.items()}, f"{key}.")
            joined |= {f"{key}.{name}": tensor for name, tensor in part.items()}
        elif _is_array(one):
            joined[str(key)] = one
    return joined


def _is_array(one: object) -> bool:
    return isinstance(one, torch.Tensor) and one.ndim > 0


def _without_prefixes(tensors: StateDict, *more: str) -> StateDict:
    """The tensors without those of `PREFIXES` and `more` that all their names share, also if nested."""
    for prefix in (*PREFIXES, *more):
        if tensors and all(name.startswith(prefix) for name in tensors):
            return _without_prefixes({name.removeprefix(prefix): one for name, one in tensors.items()}, *more)
    return tensors
