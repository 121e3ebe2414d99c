"""The weights and nodes of an ONNX file, read from protobuf's wire format without the `onnx` package.

Only what the conversion of MobileSAM needs is read: a graph's initializers, and the names, operators, inputs
and constants of its nodes, with the field numbers of `onnx.proto`. Other fields are skipped; data that is
damaged or of an unknown type is refused.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
_Value: TypeAlias = int | memoryview

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5  # wire types; ONNX does not use groups (3 and 4)
_TYPES: dict[object, np.dtype[Any]] = {
    1: np.dtype("<f4"),
    7: np.dtype("<i8"),
}  # of TensorProto.DataType: FLOAT and INT64

_GRAPH = 7  # fields of ModelProto,
_NODE, _INITIALIZER = 1, 5  # of GraphProto,
_INPUT, _NODE_NAME, _OPERATOR, _ATTRIBUTE = 1, 3, 4, 5  # of NodeProto,
_ATTRIBUTE_NAME, _TENSOR = 1, 5  # of AttributeProto,
_DIMS, _DATA_TYPE, _TENSOR_NAME, _RAW_DATA, _DATA_LOCATION = 1, 2, 8, 9, 14  # and of TensorProto


@dataclass(frozen=True)
class Node:
    """A node: its name, its operator, the names of its inputs, and the value of a `Constant`."""

    name: str
    operator: str
    inputs: tuple[str, ...]
    constant: Array | None


@dataclass(frozen=True)
class Graph:
    """A graph: its initializers (constant tensors) by name, and its nodes in the order of the file."""

    initializers: dict[str, Array]
    nodes: tuple[Node, ...]


def read_graph(path: Path) -> Graph:
    """Read the graph of an ONNX file; its arrays are read-only views of the file's bytes.

    Raises:
        ValueError: the file is damaged, or has tensors that are not 32-bit floats or 64-bit integers with
            their data in the file itself.
    """
    graphs = [_message(value) for number, value in _fields(memoryview(path.read_bytes())) if number == _GRAPH]
    if len(graphs) != 1:
        raise ValueError(f"{path.name} holds {len(graphs)} graphs; expected one")
    initializers: dict[str, Array] = {}
    nodes = []
    for number, value in _fields(graphs[0]):
        if number == _INITIALIZER:
            name, array = _tensor(_message(value))
            initializers[name] = array
        elif number == _NODE:
            nodes.append(_node(_message(value)))
    return Graph(initializers, tuple(nodes))


def _node(message: memoryview) -> Node:
    name = operator = ""
    inputs, constant = [], None
    for number, value in _fields(message):
        if number == _INPUT:
            inputs.append(_text(value))
        elif number == _NODE_NAME:
            name = _text(value)
        elif number == _OPERATOR:
            operator = _text(value)
        elif number == _ATTRIBUTE:
            found = _attribute(_message(value))
            constant = constant if found is None else found
    return Node(name, operator, tuple(inputs), constant if operator == "Constant" else None)


def _attribute(message: memoryview) -> Array | None:
    """The tensor of an attribute called `value`, which is what a `Constant` holds; else None."""
    fields = dict(_fields(message))
    if _text(fields.get(_ATTRIBUTE_NAME, memoryview(b""))) != "value" or _TENSOR not in fields:
        return None
    return _tensor(_message(fields[_TENSOR]))[1]


def _tensor(message: memoryview) -> tuple[str, Array]:
    fields: dict[int, _Value] = {}
    shape: list[int] = []
    for number, value in _fields(message):
        fields[number] = value
        if number == _DIMS:  # one by one, or packed
            shape += [value] if isinstance(value, int) else _varints(value)
    name = _text(fields.get(_TENSOR_NAME, memoryview(b"")))
    kind = fields.get(_DATA_TYPE)
    if kind not in _TYPES or fields.get(_DATA_LOCATION, 0) != 0:
        raise ValueError(f"tensor '{name}' has data of type {kind}, or outside of the file")
    dtype, data = _TYPES[kind], _message(fields.get(_RAW_DATA, memoryview(b"")))
    if len(data) != math.prod(shape) * dtype.itemsize:
        raise ValueError(f"tensor '{name}' of shape {shape} has {len(data)} bytes of raw data")
    return name, np.frombuffer(data, dtype).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, _Value]]:
    """The fields of a message: the number of each, and its integer or its bytes."""
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise ValueError("a field has the number 0")
        if wire == _VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        if wire == _LENGTH:
            length, place = _varint(message, place)
        elif wire in (_FIXED64, _FIXED32):
            length = 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"field {number} is of the unknown wire type {wire}")
        if place + length > len(message):
            raise ValueError(f"field {number} goes beyond the end of its message")
        yield number, message[place : place + length]
        place += length


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """A number with seven bits per byte, the lowest first, and the position after it."""
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            raise ValueError("a number goes beyond the end of its message")
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("a number has more than ten bytes")


def _varints(packed: memoryview) -> list[int]:
    numbers, place = [], 0
    while place < len(packed):
        number, place = _varint(packed, place)
        numbers.append(number)
    return numbers


def _message(value: _Value) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a field is a number; expected bytes")
    return value


def _text(value: _Value) -> str:
    return str(_message(value), "utf-8")
