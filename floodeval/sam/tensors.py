"""State dicts: their identity, and safetensors files of them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.storage.atomic import write_bytes

State = Mapping[str, torch.Tensor]
ENCODER = "image_encoder."


def sha256_of_tensors(state: State, prefix: str = "") -> str:
    """SHA-256 over the names, types, shapes and bytes of the tensors whose names begin with `prefix`."""
    digest = hashlib.sha256()
    for name in sorted(name for name in state if name.startswith(prefix)):
        tensor = state[name].detach().cpu().contiguous()
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def write_tensors(path: Path, state: State, metadata: Mapping[str, str]) -> None:
    """Write tensors and metadata as safetensors, whole or not at all."""
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    write_bytes(path, save(contiguous, dict(metadata)))


def read_metadata(path: Path) -> dict[str, str]:
    """Read a safetensors file's metadata alone; raises as `read_tensors` does."""
    return _open(path, with_tensors=False)[1]


def read_tensors(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Read a safetensors file: its tensors and its metadata.

    Raises:
        FloodevalError: no such file, or it is broken or of another kind.
    """
    return _open(path)


def _open(path: Path, with_tensors: bool = True) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            names = file.keys() if with_tensors else ()
            return {name: file.get_tensor(name) for name in names}, file.metadata() or {}
    except FileNotFoundError:
        raise FloodevalError(saying("models.absent", path=path)) from None
    except (SafetensorError, OSError) as error:
        raise FloodevalError(saying("models.broken", path=path, why=error)) from None
