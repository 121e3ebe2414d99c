"""Models converted: checkpoints imported into `results/models`, and models exported for other programs."""

import json
import shutil
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import torch

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, silent
from floodeval.sam.architecture import Sam, SamOnnxModel
from floodeval.sam.checkpoint_headers import UNKNOWN_TRAINING
from floodeval.sam.checkpoints import StateDict, write_tensors
from floodeval.sam.hugging_face import hugging_face_state, model_settings
from floodeval.sam.loading import Model, load_source
from floodeval.sam.mobile_sam import mobile_sam_state
from floodeval.sam.preprocessing import Preprocessing, processor_settings
from floodeval.sam.shards import checkpoint_sha256
from floodeval.sam.sources import parse_model
from floodeval.storage.atomic import write_text, write_with
from floodeval.storage.locks import hold
from floodeval.storage.paths import CHECKPOINT, writable_model_folder

IMPORTED = "floodeval-import-1"  # format of an imported checkpoint, in its metadata
OPSET = 17  # of ONNX


class OnnxDecoder(SamOnnxModel):  # type: ignore[misc]
    """`segment_anything`'s decoder for ONNX: masks at the photograph's own size, one for each mask token.

    The released one crops the padding of the photograph that it was exported with, not of the given one.
    """

    def __init__(self, sam: Sam, preprocessing: Preprocessing) -> None:
        super().__init__(sam, return_single_mask=False)
        self.is_padded = preprocessing.resize == "longest"

    def mask_postprocessing(self, masks: torch.Tensor, orig_im_size: torch.Tensor) -> torch.Tensor:
        """Resize N x C x h x w logits to the input's square, crop its padding, and resize them to H x W."""
        square = (self.img_size, self.img_size)
        masks = torch.nn.functional.interpolate(masks, size=square, mode="bilinear", align_corners=False)
        if self.is_padded:
            within = self.resize_longest_image_size(orig_im_size, self.img_size)
            masks = masks[..., : within[0], : within[1]]
        height, width = orig_im_size.to(torch.int64)
        return torch.nn.functional.interpolate(
            masks, size=(height, width), mode="bilinear", align_corners=False
        )


def import_checkpoint(
    source: str,
    name: str,
    *,
    default_type: str = "vit_t",
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Convert a checkpoint of another program to `results/models/<name>`; returns that folder.

    Its `checkpoint.safetensors` has every tensor of the model; its `config.json` states the origin.

    Args:
        source: a path, `TYPE:PATH`, or either with options, as `parse_model` takes them.
        name: of the new model.
        default_type: model type of a checkpoint that does not reveal its own.
        force: replace a model of that name.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `load_source`; or the source is not a checkpoint of another program, or there is a
            model of that name.
    """
    folder = writable_model_folder(name)
    parsed = parse_model(source, default_type)
    if parsed.checkpoint is None:
        raise FloodevalError(saying("checkpoints.import_published", source=source))
    with hold(folder, f"model {name}"):
        if folder.exists() and not force:
            raise FloodevalError(saying("checkpoints.exists", path=folder))
        model = load_source(parsed, progress=progress)
        if model.origin is None:
            raise FloodevalError(saying("checkpoints.import_own", path=parsed.checkpoint))
        digest = checkpoint_sha256(parsed.checkpoint)
        metadata = {
            "format": IMPORTED,
            "model_type": model.model_type,
            "preprocessing": json.dumps(model.preprocessing.to_json()),
        }
        origin = {
            "file": parsed.checkpoint.name,
            "sha256": digest,
            "format": model.origin,
            "base": model.base,
        }
        described = {
            "model_type": model.model_type,
            "origin": origin,
            "preprocessing": model.preprocessing.to_json(),
            "trained_on": UNKNOWN_TRAINING,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        shutil.rmtree(folder, ignore_errors=True)
        write_text(folder / "config.json", json.dumps(described, indent=2) + "\n")
        write_tensors(  # last, since a folder without it is no model
            folder / CHECKPOINT,
            model.sam.state_dict(),
            metadata | ({"base": model.base} if model.base else {}),
        )
    return folder


def export_model(
    source: str,
    form: str,
    out: Path,
    *,
    default_type: str = "vit_t",
    force: bool = False,
    progress: Progress = silent,
) -> Path:
    """Write a model in the format of another program; returns `out`.

    Args:
        source: as `parse_model` takes it.
        form: `pth`, a state dict of `segment_anything`, for vit_t of MobileSAM; `hf`, a folder that Hugging
            Face's `SamModel` loads; `onnx`, a folder with `encoder.onnx`, `decoder.onnx` and
            `preprocessing.json`.
        out: the file or folder to write.
        default_type: model type of sources that state and reveal none.
        force: replace `out`.
        progress: called with the steps of a download of published weights.

    Raises:
        FloodevalError: as `load_source`; or `out` exists, or the format cannot hold the model.
    """
    if out.exists() and not force:
        raise FloodevalError(saying("checkpoints.exists", path=out))
    FORMATS[form](load_source(parse_model(source, default_type), progress=progress), out)
    return out


def _write_pth(model: Model, out: Path) -> None:
    state = _state(model)
    write_with(out, lambda path: torch.save(state, path))


def _write_hugging_face(model: Model, out: Path) -> None:
    settings = model_settings(model.model_type, model.preprocessing.image_size)
    if settings is None:
        raise FloodevalError(saying("checkpoints.no_hugging_face", model=model.model_type))
    processor = processor_settings(model.preprocessing)
    write_tensors(out / "model.safetensors", hugging_face_state(_state(model)), {"format": "pt"})
    write_text(out / "config.json", json.dumps(settings, indent=2) + "\n")
    write_text(out / "preprocessor_config.json", json.dumps(processor, indent=2) + "\n")


def _write_onnx(model: Model, out: Path) -> None:
    """Write the encoder, of prepared images, the decoder, and how to prepare a photograph."""
    sam, side = model.sam, model.preprocessing.image_size
    image = torch.zeros(1, 3, side, side)
    grid = side // 16
    prompt = (
        torch.zeros(1, 256, grid, grid),
        torch.zeros(1, 2, 2),
        torch.ones(1, 2),
        torch.zeros(1, 1, 4 * grid, 4 * grid),
        torch.zeros(1),
        torch.tensor([600.0, 800.0]),
    )
    names = (
        "image_embeddings",
        "point_coords",
        "point_labels",
        "mask_input",
        "has_mask_input",
        "orig_im_size",
    )
    outputs = ("masks", "iou_predictions", "low_res_masks")
    points = {"point_coords": {1: "points"}, "point_labels": {1: "points"}}
    decoder = OnnxDecoder(sam, model.preprocessing)
    _export(sam.image_encoder, (image,), out / "encoder.onnx", ("images",), ("embeddings",), {})
    _export(decoder, prompt, out / "decoder.onnx", names, outputs, points)
    write_text(out / "preprocessing.json", json.dumps(model.preprocessing.to_json(), indent=2) + "\n")


def _export(
    module: torch.nn.Module,
    arguments: tuple[torch.Tensor, ...],
    path: Path,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    dynamic: dict[str, dict[int, str]],
) -> None:
    def write(place: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tracing, and of the exporter's successor
            torch.onnx.export(
                module,
                arguments,
                str(place),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes=dynamic,
                opset_version=OPSET,
                dynamo=False,
            )

    write_with(path, write)


def _state(model: Model) -> StateDict:
    """The state dict as the model's own authors name it."""
    state = {name: tensor.clone() for name, tensor in model.sam.state_dict().items()}
    return mobile_sam_state(state) if model.model_type == "vit_t" else state


FORMATS: dict[str, Callable[[Model, Path], None]] = {
    "pth": _write_pth,
    "hf": _write_hugging_face,
    "onnx": _write_onnx,
}
