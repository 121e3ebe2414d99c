"""Checkpoints of any origin as the tensors of floodeval's modules, each used once and none missing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.sam.architecture import IMAGE_SIZE, PATCH, Sam, build_architecture
from floodeval.sam.checkpoint_files import HUGGING_FACE_PARTS, PARTS, CheckpointFile, read_file
from floodeval.sam.checkpoints import ENCODER, StateDict
from floodeval.sam.hugging_face import hugging_face_name, is_hugging_face, shared_embeddings
from floodeval.sam.mobile_sam import folded, is_mobile_sam, is_unused, own_name, unfolded_architecture
from floodeval.sam.preprocessing import Preprocessing, preprocessing_of
from floodeval.sam.registry import MODELS
from floodeval.sam.sources import ModelSource
from floodeval.storage.typed_json import parse_json

STATE_DICT, HUGGING_FACE, MOBILE_SAM = "state dict", "Hugging Face SamModel", "MobileSAM"
_NECKS = ("image_encoder.neck.0.weight", "vision_encoder.neck.conv1.weight")
_POSITIONS = ("image_encoder.pos_embed", "vision_encoder.pos_embed")
_GRIDS = range(4, 257)  # patches on a side that a position embedding may have
_BARE = {
    "mask_decoder.": ("transformer.", "mask_tokens.", "iou_token.", "iou_prediction_head."),
    "vision_encoder.": ("patch_embed.projection.", "neck.conv1."),
    "image_encoder.": ("patch_embed.", "pos_embed", "neck."),
    "prompt_encoder.": ("no_mask_embed.", "not_a_point_embed."),
}  # how the names of one part begin that was saved without the part's own name
_OTHERS = {
    "checkpoints.lora": r"lora_|\.lora\.|linear_[ab]_[qkv]\.|^w_[ab]_\d+$|^base_model\.",
    "checkpoints.adapter": r"(^|\.)\w*[Aa]dapter\w*\.",
    "checkpoints.sam_hq": r"mask_decoder\.(hf_token|hf_mlp|hq_token|hq_mask_mlp|compress_vit"
    r"|embedding_encoder)",
    "checkpoints.sam_2": r"^(image_encoder\.trunk|memory_attention|memory_encoder|sam_mask_decoder|obj_ptr"
    r"|maskmem_tpos_enc|vision_encoder\.backbone)",
}  # what is refused, and a name of a tensor that only it has


@dataclass(frozen=True)
class ForeignCheckpoint:
    """A checkpoint that another program wrote, as tensors of floodeval's own modules.

    Attributes:
        state: the tensors in single precision; of some parts only, if the file has no others.
        model_type: read from the tensors' shapes, or as it was stated.
        parts: the modules that the file fills; the others are those of the published model.
        format: `STATE_DICT`, `HUGGING_FACE` or `MOBILE_SAM`.
        preprocessing: as the file and its settings say, and as it was stated.
        sam: the architecture, with random weights.
    """

    state: StateDict
    model_type: str
    parts: tuple[str, ...]
    format: str
    preprocessing: Preprocessing
    sam: Sam

    @property
    def is_complete(self) -> bool:
        """Whether the file fills the whole model."""
        return len(self.parts) == len(PARTS)


def read_foreign(source: ModelSource, path: Path) -> ForeignCheckpoint:
    """Read a checkpoint of any format, and check that it fits its model exactly.

    Args:
        source: as a person named it, with the model type and the input as far as they were stated.
        path: of the file.

    Raises:
        FloodevalError: the file is no checkpoint or of another model, or it does not fit; the error names the
            first missing, unexpected and misshapen tensor.
    """
    return recognized(source, read_file(path))


def recognized(source: ModelSource, file: CheckpointFile) -> ForeignCheckpoint:
    """The same of a file that was read; raises as `read_foreign`."""
    path, tensors = file.path, _with_part(file.tensors)
    _refuse_others(path, tensors)
    tensors, preprocessing = _input(source, file, tensors)
    model_type = _model_type(source, path, tensors)
    sam = build_architecture(model_type, preprocessing.image_size)
    used, wanted, form = tensors, dict(sam.state_dict()), STATE_DICT
    if is_hugging_face(tensors):
        used, form = _from_hugging_face(path, tensors, wanted), HUGGING_FACE
    elif is_mobile_sam(tensors):
        used = {own_name(name): tensor for name, tensor in tensors.items() if not is_unused(name)}
        rest = {name: one for name, one in wanted.items() if not name.startswith(ENCODER)}
        wanted, form = rest | unfolded_architecture(), MOBILE_SAM
    parts = tuple(part for part in PARTS if any(name.startswith(f"{part}.") for name in used))
    wanted = {name: one for name, one in wanted.items() if name.partition(".")[0] in parts}
    if not parts:
        raise FloodevalError(saying("checkpoints.no_sam", path=path, names=_first(tensors)))
    _check_fit(path, model_type, used, wanted)
    state = {name: tensor.float() for name, tensor in used.items()}
    if form == MOBILE_SAM:
        state = folded(state)
    return ForeignCheckpoint(state, model_type, parts, form, preprocessing, sam)


def _with_part(tensors: StateDict) -> StateDict:
    """The tensors with the name of their part in front, where a single part was saved without it."""
    if any(name.startswith((*PARTS, *HUGGING_FACE_PARTS)) for name in tensors):
        return tensors
    for part, starts in _BARE.items():
        if any(name.startswith(starts) for name in tensors):
            return {part + name: tensor for name, tensor in tensors.items()}
    return tensors


def _refuse_others(path: Path, names: Iterable[str]) -> None:
    """Refuse adapters and relatives of SAM, with what to do about each."""
    for key, pattern in _OTHERS.items():
        found = next((name for name in names if re.search(pattern, name)), None)
        if found is not None:
            raise FloodevalError(saying(key, path=path, name=found))


def _input(source: ModelSource, file: CheckpointFile, tensors: StateDict) -> tuple[StateDict, Preprocessing]:
    """The tensors without those that declare the input, and the preprocessing."""
    declared = _declared(file)
    position = next((tensors[name] for name in _POSITIONS if name in tensors), None)
    if position is not None and position.ndim == 4 and position.shape[1] in _GRIDS:
        declared = _replaced(declared, image_size=int(position.shape[1]) * PATCH)
    mean, std = (tensors.get(name) for name in ("pixel_mean", "pixel_std"))
    if mean is not None and std is not None and mean.numel() == std.numel() == 3:
        values = (tuple(float(one) for one in tensor.flatten()) for tensor in (mean, std))
        declared = _replaced(declared, **dict(zip(("mean", "std"), values, strict=True)))
        tensors = {name: one for name, one in tensors.items() if name not in ("pixel_mean", "pixel_std")}
    stated = source.stated
    if stated.image_size and position is not None and declared.image_size != stated.image_size:
        sizes = {"stated": str(stated.image_size), "found": str(declared.image_size)}
        raise FloodevalError(saying("checkpoints.other_size", path=file.path, **sizes))
    return tensors, declared.with_stated(stated)


def _declared(file: CheckpointFile) -> Preprocessing:
    """The preprocessing that the files next to a checkpoint, or floodeval's own metadata, declare."""
    processor = file.settings.get("preprocessor_config.json") or file.settings.get(
        "processor_config.json", {}
    ).get("image_processor")
    try:
        if "preprocessing" in file.metadata:
            return Preprocessing.from_json(parse_json(file.metadata["preprocessing"]))
        return preprocessing_of(processor) if processor else Preprocessing(_configured_size(file))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FloodevalError(saying("checkpoints.settings", path=file.path.parent, why=error)) from None


def _configured_size(file: CheckpointFile) -> int:
    vision: Mapping[str, Any] = file.settings.get("config.json", {}).get("vision_config") or {}
    return int(vision.get("image_size", IMAGE_SIZE))


def _replaced(preprocessing: Preprocessing, **values: Any) -> Preprocessing:
    return Preprocessing(**{**vars(preprocessing), **values})


def _model_type(source: ModelSource, path: Path, tensors: StateDict) -> str:
    """The model type that the image encoder's shapes reveal, or the stated or default one without them."""
    neck = next((tensors[name] for name in _NECKS if name in tensors), None)
    if neck is None:
        return source.model_type or source.default_type
    found = next((one.model_type for one in MODELS.values() if one.encoder_channels == neck.shape[1]), None)
    if found is None:
        known = ", ".join(MODELS)
        raise FloodevalError(
            saying("checkpoints.unknown_type", path=path, channels=str(neck.shape[1]), known=known)
        )
    if source.model_type not in (None, found):
        types = {"stated": source.model_type, "found": found}
        raise FloodevalError(saying("checkpoints.other_type", path=path, **types))
    return found


def _from_hugging_face(path: Path, tensors: StateDict, wanted: StateDict) -> StateDict:
    """The tensors by floodeval's names; two copies of one tensor become one, other names stay."""
    own_names = {hugging_face_name(name): name for name in wanted}
    shared = shared_embeddings(tensors)
    if len(shared) > 1 and not torch.equal(*shared.values()):
        raise FloodevalError(saying("checkpoints.unequal", path=path, names=" and ".join(shared)))
    renamed = {own_names.get(name, name): one for name, one in tensors.items() if name not in shared}
    for tensor in shared.values():
        renamed["prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"] = tensor
    return renamed


def _check_fit(path: Path, model_type: str, used: StateDict, wanted: StateDict) -> None:
    """Refuse tensors that are missing, unexpected, misshapen, or not finite numbers."""
    missing = [name for name in wanted if name not in used]
    unexpected = [name for name in used if name not in wanted]
    misshapen = [name for name in used if name in wanted and used[name].shape != wanted[name].shape]
    if missing or unexpected or misshapen:
        shapes = [
            f"{name} {tuple(used[name].shape)} != {tuple(wanted[name].shape)}" for name in misshapen[:1]
        ]
        counts = {"missing": missing, "unexpected": unexpected, "misshapen": shapes}
        listed = {kind: names[0] if names else "-" for kind, names in counts.items()}
        raise FloodevalError(saying("checkpoints.misfit", path=path, model=model_type, **listed))
    for name, tensor in used.items():
        if not tensor.is_floating_point() or tensor.layout != torch.strided:
            raise FloodevalError(saying("checkpoints.no_floats", path=path, name=name, kind=tensor.dtype))
        if not torch.isfinite(tensor).all():
            raise FloodevalError(saying("checkpoints.not_finite", path=path, name=name))


def _first(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:3])
