"""Hugging Face folders in several shards: read as one checkpoint, or refused."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from floodeval.errors import FloodevalError
from floodeval.evaluation.plan import source_sha256
from floodeval.sam.loading import load_source
from floodeval.sam.shards import files_of
from floodeval.sam.sources import parse_source
from tests.support.checkpoints import TINY, equal, hugging_face, hugging_face_config, random_sam, tensors_of
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.checkpoints import tiny_type as tiny_type

pytestmark = pytest.mark.heavy


def write_shards(folder: Path, suffix: str = "safetensors", prefix: str = "") -> torch.nn.Module:
    """A model of the tiny type in two shards; returns it."""
    sam = random_sam(TINY, seed=1)
    named = hugging_face(tensors_of(sam))
    stem = "model" if suffix == "safetensors" else "pytorch_model"
    shards = [f"{stem}-0000{number}-of-00002.{suffix}" for number in (1, 2)]
    places = {prefix + name: shards[name.startswith("vision_encoder")] for name in named}
    for shard in shards:
        part = {name: named[name.removeprefix(prefix)] for name, place in places.items() if place == shard}
        (save_file if suffix == "safetensors" else torch.save)(part, folder / shard)
    write_index(folder / f"{stem}.{suffix}.index.json", places)
    return sam


def write_index(path: Path, places: object) -> None:
    path.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": places}))


def read_places(path: Path) -> dict[str, str]:
    return json.loads(path.read_text())["weight_map"]


@pytest.fixture
def index(tiny_type, tmp_path) -> Path:
    write_shards(tmp_path)
    return tmp_path / "model.safetensors.index.json"


def refusal(folder: Path, complaint: str) -> None:
    with pytest.raises(FloodevalError, match=complaint) as error:
        load_source(parse_source(str(folder), TINY))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("suffix", ["safetensors", "bin"])
@pytest.mark.parametrize("prefix", ["", "model."])
def test_a_folder_in_shards_is_read_to_the_tensors_that_it_was_saved_from(
    tiny_type, tmp_path, suffix, prefix
):
    sam = write_shards(tmp_path, suffix, prefix)
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"do_normalize": False}))
    found = load_source(parse_source(str(tmp_path), "vit_b"))
    assert equal(found.sam.state_dict(), sam.state_dict())
    assert found.preprocessing.std == (255, 255, 255)


def test_a_folder_that_the_library_saved_in_shards_is_read(tiny_type, tmp_path):
    from transformers import SamModel

    model = SamModel(hugging_face_config())
    model.save_pretrained(tmp_path, max_shard_size="2MB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 1
    state = load_source(parse_source(str(tmp_path), "vit_b")).sam.state_dict()
    theirs = model.state_dict()
    assert torch.equal(state["image_encoder.pos_embed"], theirs["vision_encoder.pos_embed"])
    assert torch.equal(state["mask_decoder.iou_token.weight"], theirs["mask_decoder.iou_token.weight"])


def test_a_changed_shard_changes_the_digest_of_the_checkpoint(index):
    before = source_sha256(TINY, index)
    files = files_of(index)
    assert [path.name for path in files[1:]] == sorted(path.name for path in index.parent.glob("*-of-*"))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    assert before == hashlib.sha256("\n".join(digests).encode()).hexdigest()
    files[1].write_bytes(files[1].read_bytes() + b"\0")
    assert source_sha256(TINY, index) != before


def test_an_absent_shard_is_refused_by_name(index):
    files_of(index)[2].unlink()
    refusal(index.parent, r"missing shards of .*: 1 of 2 \(model-00002-of-00002.safetensors\)")


@pytest.mark.parametrize(
    "name", ["../secret.safetensors", "sub/part.safetensors", "/etc/x.bin", "..\\x.bin", "..", "", "x.py"]
)
def test_a_shard_outside_of_the_folder_is_refused(index, name):
    secret = index.parent.parent / "secret.safetensors"
    save_file({"x": torch.ones(1)}, secret)
    write_index(index, read_places(index) | {"x": name})
    refusal(index.parent, "expected the name of a .safetensors or .bin file in the same folder")


def test_shards_and_an_index_that_contradict_each_other_are_refused(index):
    places = read_places(index)
    write_index(index, places | {"x": next(iter(places.values()))})
    refusal(index.parent, "and its index differ by the tensor x; ")
    write_index(index, {name: place for name, place in places.items() if "iou_token" not in name})
    refusal(index.parent, "and its index differ by the tensor mask_decoder.iou_token.weight; ")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "cannot be read"),
        ("[]", "expected `object`"),
        ("{}", "expected `object`"),
        ('{"weight_map": {"a": 1}}', "expected `str`"),
        ('{"weight_map": {}}', "weight_map is empty"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_an_index_that_is_none_is_refused(index, content, complaint):
    index.write_text(content)
    refusal(index.parent, complaint)
