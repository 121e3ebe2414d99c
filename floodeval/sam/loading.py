"""Models ready for use: published, fine-tuned by floodeval, or from a checkpoint of any origin."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.architecture import Sam, build_architecture
from floodeval.sam.checkpoint_files import CheckpointFile, read_file
from floodeval.sam.checkpoint_formats import recognized
from floodeval.sam.checkpoint_headers import FORMAT, is_self_contained
from floodeval.sam.checkpoints import (
    ENCODER,
    Provenance,
    StateDict,
    provenance_of,
    read_provenance,
    read_tensors,
    sha256_of_tensors,
)
from floodeval.sam.preprocessing import AS_PUBLISHED, Preprocessing
from floodeval.sam.registry import published
from floodeval.sam.sources import ModelSource
from floodeval.sam.weights import obtain_weights


@dataclass(frozen=True)
class Model:
    """A SAM with its identity.

    Attributes:
        sam: the model.
        model_type: vit_t, vit_b, vit_l or vit_h.
        sha256: of all its tensors.
        encoder_sha256: of the tensors of its image encoder.
        provenance: where a checkpoint of floodeval comes from; None for any other.
        trained_parameters: number of parameters that fine-tuning changed; 0 where that is not known.
        preprocessing: of photographs.
        base: model type of the published weights that the checkpoint completes; None if it is complete.
        origin: the format of a checkpoint of another program, whose training data is unknown; else None.
    """

    sam: Sam
    model_type: str
    sha256: str
    encoder_sha256: str
    provenance: Provenance | None = None
    trained_parameters: int = 0
    preprocessing: Preprocessing = AS_PUBLISHED
    base: str | None = None
    origin: str | None = None

    @property
    def parameters(self) -> int:
        """Number of parameters of the model."""
        return sum(parameter.numel() for parameter in self.sam.parameters())

    @property
    def has_unknown_training(self) -> bool:
        """Whether it may have been trained on photographs that nobody knows of."""
        return self.origin is not None or (
            self.provenance is not None and self.provenance.has_unknown_training
        )

    @property
    def encoder_key(self) -> str:
        """Equal for models whose embeddings of a photograph are equal: of encoder and preprocessing."""
        if self.preprocessing == AS_PUBLISHED:
            return self.encoder_sha256
        text = self.encoder_sha256 + json.dumps(self.preprocessing.to_json())
        return hashlib.sha256(text.encode()).hexdigest()


def build_sam(model_type: str, checkpoint: str | Path | None = None) -> Sam:
    """Build a `segment_anything.modeling.Sam`, ready for `segment_anything.SamPredictor`.

    Args:
        model_type: vit_t, vit_b, vit_l or vit_h; its weights are downloaded if necessary.
        checkpoint: a checkpoint of `floodeval finetune` or of any other origin; None for the published model.

    Raises:
        FloodevalError: unknown model, weights that are not available, or a checkpoint that does not fit.
    """
    return load_model(model_type, checkpoint).sam


def load_model(
    model_type: str,
    checkpoint: str | Path | None = None,
    device: str = "cpu",
    progress: Progress = silent,
) -> Model:
    """Build a SAM as `build_sam` does, with its hashes and its checkpoint's provenance."""
    path = None if checkpoint is None else Path(checkpoint)
    return load_source(ModelSource(model_type, path, model_type), device, progress)


def load_source(source: ModelSource, device: str = "cpu", progress: Progress = silent) -> Model:
    """Build the SAM that a source names, with its hashes and its checkpoint's provenance.

    Args:
        source: what to load.
        device: a torch device.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: the device or published weights are not available, or the checkpoint does not fit.
    """
    check_device(device)
    if source.alpha is not None:
        return _blended(source, source.alpha, device, progress)
    if source.checkpoint is None:
        return _published(source, device, progress)
    file = read_file(source.checkpoint)
    if is_self_contained(file.metadata):
        return _self_contained(source, file, device)
    if file.metadata.get("format") == FORMAT:
        return _fine_tuned(source, file, device, progress)
    return _foreign(source, file, device, progress)


def blended_state(
    rest: StateDict, model: StateDict, alpha: float, titles: tuple[str, str], same_input: bool = True
) -> StateDict:
    """Interpolate every tensor between two models of one architecture.

    Args:
        rest: the tensors for alpha 0.
        model: the tensors for alpha 1.
        alpha: the share of `model`, 0 to 1.
        titles: of `model` and `rest`, for errors.
        same_input: whether both expect photographs prepared in the same way.

    Raises:
        FloodevalError: the tensors differ in names, shapes or whole numbers, or the input differs.
    """
    shapes = [{name: tensor.shape for name, tensor in state.items()} for state in (rest, model)]
    whole = (name for name, tensor in model.items() if not tensor.is_floating_point())
    if not same_input or shapes[0] != shapes[1] or any(not torch.equal(rest[n], model[n]) for n in whole):
        raise FloodevalError(saying("blends.misfit", model=titles[0], other=titles[1]))
    return {
        name: torch.lerp(rest[name].to(tensor), tensor, alpha) if tensor.is_floating_point() else tensor
        for name, tensor in model.items()
    }


def _blended(source: ModelSource, alpha: float, device: str, progress: Progress) -> Model:
    """A model blended with the published weights of its type."""
    tuned = load_source(replace(source, alpha=None), device, progress)
    base = read_tensors(obtain_weights(tuned.model_type, progress=progress).path)[0]
    titles = (str(source.checkpoint), tuned.model_type)
    own = tuned.sam.state_dict()
    state = blended_state(base, own, alpha, titles, tuned.preprocessing == AS_PUBLISHED)
    return _model(
        tuned.sam,
        tuned.model_type,
        state,
        device,
        tuned.provenance,
        tuned.trained_parameters,
        tuned.preprocessing,
        tuned.base,
        tuned.origin,
    )


def _published(source: ModelSource, device: str, progress: Progress) -> Model:
    model_type = source.model_type or source.default_type
    state = read_tensors(obtain_weights(model_type, progress=progress).path)[0]
    preprocessing = AS_PUBLISHED.with_stated(source.stated)
    sam = build_architecture(model_type, preprocessing.image_size)
    _check_size(state, sam, model_type, preprocessing)
    return _model(sam, model_type, state, device, preprocessing=preprocessing)


def _fine_tuned(source: ModelSource, file: CheckpointFile, device: str, progress: Progress) -> Model:
    """A checkpoint of `floodeval finetune`: the tensors that training changed, on the published ones."""
    model_type = source.model_type or file.metadata.get("model_type", "")
    provenance = provenance_of(file.path, file.metadata, published(model_type))
    weights = obtain_weights(model_type, progress=progress)
    state, tuned = read_tensors(weights.path)[0], file.tensors
    _check_tuned(file.path, tuned, state)
    state |= {name: tensor.float() for name, tensor in tuned.items()}
    preprocessing = AS_PUBLISHED.with_stated(source.stated)
    sam = build_architecture(model_type, preprocessing.image_size)
    _check_size(state, sam, model_type, preprocessing)
    n_trained = sum(tensor.numel() for tensor in tuned.values())
    return _model(sam, model_type, state, device, provenance, n_trained, preprocessing)


def _self_contained(source: ModelSource, file: CheckpointFile, device: str) -> Model:
    """A checkpoint of `floodeval finetune` from an imported model: every tensor of the model."""
    found, provenance = recognized(source, file), read_provenance(file.metadata)
    if not found.is_complete:
        raise FloodevalError(saying("models.incomplete", path=file.path, parts=", ".join(found.parts)))
    n_trained = sum(one.numel() for one in file.tensors.values() if one.dtype == torch.float16)
    return _model(
        found.sam, found.model_type, found.state, device, provenance, n_trained, found.preprocessing
    )


def _foreign(source: ModelSource, file: CheckpointFile, device: str, progress: Progress) -> Model:
    """A checkpoint of another program, on the published model where it has only some parts."""
    found = recognized(source, file)
    state, model_type, base = found.state, found.model_type, file.metadata.get("base")
    if not found.is_complete:
        base, parts = model_type, found.parts
        base_weights = read_tensors(obtain_weights(model_type, progress=progress).path)[0]
        rest = {name: one for name, one in base_weights.items() if name.partition(".")[0] not in parts}
        state = rest | state
        _check_size(state, found.sam, model_type, found.preprocessing)
    return _model(
        found.sam,
        model_type,
        state,
        device,
        preprocessing=found.preprocessing,
        base=base,
        origin=found.format,
    )


def _model(
    sam: Sam,
    model_type: str,
    state: StateDict,
    device: str,
    provenance: Provenance | None = None,
    n_trained: int = 0,
    preprocessing: Preprocessing = AS_PUBLISHED,
    base: str | None = None,
    origin: str | None = None,
) -> Model:
    """Fill an architecture with a complete state dict."""
    sam.load_state_dict(state)
    sam.train()  # TinyViT keeps attention biases once it has run; this drops those of earlier weights
    sam.pixel_mean.copy_(torch.tensor(preprocessing.mean).view(-1, 1, 1))
    sam.pixel_std.copy_(torch.tensor(preprocessing.std).view(-1, 1, 1))
    sam.requires_grad_(False).eval().to(device)
    hashes = sha256_of_tensors(state), sha256_of_tensors(state, ENCODER)
    return Model(sam, model_type, *hashes, provenance, n_trained, preprocessing, base, origin)


def check_device(device: str) -> None:
    """Refuse a torch device that this machine does not have.

    Raises:
        FloodevalError: it is not available.
    """
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:  # which one depends on how torch was built
        why = str(error).splitlines()[0]
        raise FloodevalError(saying("models.no_device", device=device, why=why)) from None


def _check_tuned(path: Path, tuned: StateDict, base: StateDict) -> None:
    for name, tensor in tuned.items():
        if name not in base or base[name].shape != tensor.shape:
            raise FloodevalError(saying("models.misfit", path=path, tensor=name))


def _check_size(state: StateDict, sam: Sam, model_type: str, preprocessing: Preprocessing) -> None:
    """Refuse published weights for inputs of another size than they have position embeddings for."""
    if any(state[name].shape != tensor.shape for name, tensor in sam.state_dict().items()):
        size = str(preprocessing.image_size)
        raise FloodevalError(saying("checkpoints.published_size", model=model_type, size=size))
