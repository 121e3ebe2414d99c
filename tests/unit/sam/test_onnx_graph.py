"""The ONNX reader against the `onnx` package, on graphs made here and on MobileSAM's own."""

import subprocess
import sys

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from floodeval.sam.checkpoints import sha256_of_tensors
from floodeval.sam.mobile_sam import from_onnx
from floodeval.sam.onnx_graph import read_graph
from floodeval.sam.registry import MODELS
from tests.support.npm_package import package as package

pytestmark = pytest.mark.heavy

WEIGHTS = np.arange(6, dtype=np.float32).reshape(2, 3)
VIT_T_FROM_ONNX = "44ffdd6dce53e9c6815bca1c0e5b0bcc0fb6fd25db1cdb8ea0af77df134299a2"  # made with `onnx` 1.23


def model_of(*tensors: TensorProto, nodes=()) -> onnx.ModelProto:
    return helper.make_model(helper.make_graph(list(nodes), "graph", [], [], list(tensors)))


def written(folder, model: onnx.ModelProto):
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_it_reads_what_the_onnx_package_reads(tmp_path):
    numbers = np.array([-(2**62), -1, 0, 2**62])
    constant = helper.make_node("Constant", [], ["c"], "/a/Constant", value=numpy_helper.from_array(numbers))
    product = helper.make_node("MatMul", ["x", "w"], ["y"], "/a/Mät/MatMul", transB=1, alpha=0.5, mode="ü")
    tensors = [
        numpy_helper.from_array(WEIGHTS, "w"),
        numpy_helper.from_array(np.float32(7), "scalar"),
        numpy_helper.from_array(np.zeros((0, 4), np.float32), "empty"),
        numpy_helper.from_array(numbers, "numbers"),
    ]
    graph = read_graph(written(tmp_path, model_of(*tensors, nodes=[constant, product])))
    assert list(graph.initializers) == ["w", "scalar", "empty", "numbers"]
    for tensor in tensors:
        expected, found = numpy_helper.to_array(tensor), graph.initializers[tensor.name]
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert np.array_equal(found, expected)
    first, second = graph.nodes
    assert (first.name, first.operator, first.inputs) == ("/a/Constant", "Constant", ())
    assert first.constant.tolist() == numbers.tolist()
    assert (second.name, second.operator, second.inputs) == ("/a/Mät/MatMul", "MatMul", ("x", "w"))
    assert second.constant is None


@pytest.mark.parametrize(
    "tensor",
    [
        helper.make_tensor("typed", TensorProto.FLOAT, [2], [1.0, 2.0]),  # in float_data, not raw
        numpy_helper.from_array(WEIGHTS.astype(np.float64), "double"),
        TensorProto(name="short", data_type=TensorProto.FLOAT, dims=[3], raw_data=b"12345678"),
        TensorProto(name="negative", data_type=TensorProto.FLOAT, dims=[-1], raw_data=b"1234"),
        TensorProto(
            name="outside",
            data_type=TensorProto.FLOAT,
            dims=[1],
            raw_data=b"1234",
            data_location=TensorProto.EXTERNAL,
        ),
    ],
    ids=lambda tensor: tensor.name,
)
def test_tensors_that_it_does_not_know_are_refused_by_name(tmp_path, tensor):
    with pytest.raises(ValueError, match=tensor.name):
        read_graph(written(tmp_path, model_of(tensor)))


def test_a_file_without_a_graph_is_refused(tmp_path):
    with pytest.raises(ValueError, match="0 graphs"):
        read_graph(written(tmp_path, onnx.ModelProto(ir_version=8)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x3a", "beyond the end"),  # a field without its length
        (b"\x3a\x05\x0a", "beyond the end"),  # a length that leads out of the file
        (b"\x3b\x3c", "wire type 3"),
        (b"\x38\x01", "expected bytes"),  # the graph as a number
        (b"\x02\x00", "number 0"),
        (b"\xff" * 11, "ten bytes"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, why):
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=why):
        read_graph(path)


@given(st.integers(0, 150), st.integers(0, 255))
def test_any_changed_byte_gives_a_graph_or_a_value_error(tmp_path_factory, place, byte):
    content = bytearray(model_of(numpy_helper.from_array(WEIGHTS, "w")).SerializeToString())
    content[place % len(content)] = byte
    path = tmp_path_factory.mktemp("changed") / "model.onnx"
    path.write_bytes(content)
    try:
        read_graph(path)
    except ValueError as error:
        assert str(error)


def test_packed_dimensions_are_read(tmp_path):
    data = WEIGHTS.tobytes()
    tensor = b"\x0a\x02\x02\x03" + b"\x10\x01" + b"\x42\x01w" + b"\x4a" + bytes([len(data)]) + data
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    path = tmp_path / "packed.onnx"
    path.write_bytes(b"\x3a" + bytes([len(graph)]) + graph)
    assert np.array_equal(read_graph(path).initializers["w"], WEIGHTS)


@pytest.mark.weights
@pytest.mark.parametrize("part", ["encoder_file", "decoder_file"])
def test_mobile_sam_is_read_as_the_onnx_package_reads_it(package, part):
    path = package / getattr(MODELS["vit_t"].mirror, part)
    ours, theirs = read_graph(path), onnx.load(path).graph
    expected = {tensor.name: numpy_helper.to_array(tensor) for tensor in theirs.initializer}
    assert list(ours.initializers) == list(expected)
    for name, array in expected.items():
        assert array.dtype == ours.initializers[name].dtype
        assert np.array_equal(array, ours.initializers[name])
    for mine, other in zip(ours.nodes, theirs.node, strict=True):
        assert (mine.name, mine.operator, list(mine.inputs)) == (other.name, other.op_type, list(other.input))
        if other.op_type == "Constant":
            assert np.array_equal(mine.constant, numpy_helper.to_array(other.attribute[0].t))


@pytest.mark.weights
def test_the_converted_weights_are_those_that_the_onnx_package_gave(package):
    mirror = MODELS["vit_t"].mirror
    assert sha256_of_tensors(from_onnx(package / mirror.encoder_file, package / mirror.decoder_file)) == (
        VIT_T_FROM_ONNX
    )


def test_the_conversion_does_not_import_onnx():
    script = "import sys; sys.modules['onnx'] = None; import floodeval.sam.mobile_sam, floodeval.sam.weights"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
