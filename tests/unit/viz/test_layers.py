"""What a browser is given draws each mask on exactly its own pixels, whatever the photograph's size."""

import base64
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from floodeval.dashboard.pages.compare.compare_queries import pack
from floodeval.datasets.dataset import load_dataset
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.run import StoredMasks, mask_path
from floodeval.metrics.overlap import count
from floodeval.sam.prompts import parse_prompt
from floodeval.storage.atomic import write_bytes
from floodeval.viz.dataset_pictures import SampleImages, read_sample_images
from floodeval.viz.layers import (
    TRUTH,
    against_layer,
    agreement_shares,
    difference_layer,
    error_layer,
    mask_layer,
    outline_layer,
    stacked,
)
from floodeval.viz.style import TRUE_WATER, Style

MASKS = (TRUTH, "a", "b")
STYLES = tuple(Style(name, "#112233") for name in "1234")
ODD = [(331, 245), (1001, 667), (245, 331), (37, 1)]  # width, height


def noise(seed, shape=(17, 23)):
    return np.random.default_rng(seed).random(shape) < 0.4


def material(**changes):
    truth, a, b = noise(0), noise(1), noise(2)
    return SampleImages(
        **{"id": "x", "size": truth.shape, "truth": truth, "predicted": {"a": a, "b": b}} | changes
    )


def drawn(stack, layer):
    """The class of every pixel, as the browser looks it up."""
    return np.array(layer.classes)[stack.bits]


@pytest.mark.parametrize(("width", "height"), ODD)
@pytest.mark.parametrize("upright", [True, False])
def test_a_line_one_pixel_wide_is_served_on_the_pixels_of_its_line(tmp_path, width, height, upright):
    """From files on disk to the very bytes that the browser unpacks; photograph and masks alike."""
    at = (width if upright else height) * 2 // 3
    line = np.zeros((height, width), bool)
    line[(slice(None), at) if upright else (at, slice(None))] = True
    for kind in ("images", "masks"):
        (tmp_path / "data" / kind).mkdir(parents=True)
    Image.fromarray(np.repeat(line[..., None], 3, axis=-1).astype(np.uint8) * 255).save(
        tmp_path / "data" / "images" / "x.png"
    )
    write_bytes(tmp_path / "data" / "masks" / "x.png", encode_mask(~line))
    write_bytes(mask_path(tmp_path, "a", "box", "x"), encode_mask(line))
    box = parse_prompt("box")
    masks = {"a": StoredMasks(tmp_path, "a", box.spec)}
    found = read_sample_images(masks, "x", load_dataset(tmp_path / "data")["x"])
    packed = pack(found, {"a": box})
    served = np.frombuffer(zlib.decompress(base64.b64decode(packed.bits)), np.uint8).reshape(height, width)
    assert packed.stack.masks == (TRUTH, "a") and packed.stack.shown == (height, width)
    assert np.array_equal(served == 0b10, line) and np.array_equal(served == 0b01, ~line)
    picture = Image.open(BytesIO(base64.b64decode(packed.photograph.partition(",")[2])))
    assert picture.size == (width, height)
    assert np.array_equal(np.asarray(picture.convert("L")) > 127, line)


def test_error_layers_have_as_many_pixels_a_class_as_are_counted():
    found = material()
    stack = stacked(found)
    for name, mask in found.predicted.items():
        counts = count(found.truth, mask)
        shown = np.bincount(drawn(stack, error_layer(stack.masks, name)).ravel(), minlength=4)
        assert list(shown) == [counts.tn, counts.tp, counts.fp, counts.fn]


def test_a_against_b_against_the_truth_tells_who_is_right():
    found = material()
    stack = stacked(found)
    layer = against_layer(stack.masks, "a", "b", STYLES)
    truth, a, b = found.truth, found.predicted["a"], found.predicted["b"]
    wanted = np.select(
        [(a == truth) & (b == truth), a == truth, b == truth], [truth.astype(int), 2, 3], default=4
    )
    assert np.array_equal(drawn(stack, layer), wanted)
    shares = agreement_shares(found, "a", "b")
    assert shares == pytest.approx([np.mean(wanted == kind) for kind in (1, 2, 3, 4)])


def test_without_a_truth_a_is_laid_against_b():
    found = material(truth=None)
    stack = stacked(found)
    shown = drawn(stack, difference_layer(stack.masks, "a", "b", STYLES[:3]))
    a, b = found.predicted["a"], found.predicted["b"]
    assert stack.masks == ("a", "b")
    assert np.array_equal(shown, np.select([a & b, a, b], [1, 2, 3], default=0))


@given(st.permutations(MASKS))
def test_a_mask_layer_and_its_outline_read_the_bit_of_their_name(masks):
    for name in masks:
        layer = mask_layer(tuple(masks), name, TRUE_WATER)
        wet = [bool(value >> masks.index(name) & 1) for value in range(8)]
        assert [bool(kind) for kind in layer.classes] == wet
        assert outline_layer("o", tuple(masks), [(name, TRUE_WATER)]).outlines == (
            (masks.index(name), TRUE_WATER),
        )


def test_a_thin_stream_stays_when_a_large_photograph_is_reduced():
    stream = np.zeros((900, 4000), bool)
    stream[451] = True
    stack = stacked(SampleImages("x", stream.shape, predicted={"a": stream}), longest=1000)
    rows = np.flatnonzero(stack.bits.any(axis=1))
    assert stack.shown == (225, 1000) and stack.bits.any(axis=0).all()
    assert len(rows) == 1 and rows[0] == 451 // 4


def test_no_more_masks_than_there_are_bits():
    masks = {f"v{i}": noise(i) for i in range(12)}
    stack = stacked(material(predicted=masks))
    assert len(stack.masks) == 8 and stack.masks[0] == TRUTH
