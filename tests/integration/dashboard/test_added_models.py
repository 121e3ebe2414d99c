"""Try it: every model of `results/models` is offered, also imported ones, and answers with its own masks."""

import base64
import shutil
import zlib

import numpy as np
import pytest
import torch

from floodeval.datasets.dataset import load_dataset, read_pair
from floodeval.i18n.catalog import say
from floodeval.sam.checkpoints import Provenance, write_checkpoint
from floodeval.sam.conversion import import_checkpoint
from floodeval.sam.inference import Encoder, decode
from floodeval.sam.preprocessing import Preprocessing
from floodeval.sam.prompts import make_prompt, parse_prompt
from floodeval.sam.registry import published
from tests.support.checkpoints import TINY, random_sam
from tests.support.checkpoints import tiny_architecture as tiny_architecture
from tests.support.pages import open_page, panes, says

pytestmark = pytest.mark.heavy

FULL = parse_prompt("full")


@pytest.fixture
def files(tiny_architecture, all_runs, tmp_path, monkeypatch):
    """Results with an imported model, one that needs published weights, and a broken one."""
    shutil.copytree(all_runs / "results" / "runs" / "two", tmp_path / "results" / "runs" / "two")
    monkeypatch.setenv("FLOODEVAL_RESULTS", str(tmp_path / "results"))
    monkeypatch.setenv("FLOODEVAL_DATA", str(all_runs / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    theirs = random_sam(TINY, seed=1, image_size=256)
    torch.save(theirs.state_dict(), tmp_path / "theirs.pth")
    import_checkpoint(str(tmp_path / "theirs.pth"), "theirs")
    models = tmp_path / "results" / "models"
    origin = Provenance(TINY, published(TINY).sha256, "pools", "f", "s", "{}")
    write_checkpoint(models / "own" / "checkpoint.safetensors", {}, {}, origin)
    (models / "broken").mkdir()
    (models / "broken" / "checkpoint.safetensors").write_bytes(b"torn")
    return all_runs, theirs


def choose(page, letter, key, **values):
    page.selectbox(key=f"try_{letter}").select(say(f"try_it.{key}", **values)).run()
    return page


def test_an_imported_model_answers_without_published_weights(files):
    all_runs, theirs = files
    page = open_page("Try it", run="two", id="i2")
    offered = page.selectbox(key="try_b").options
    assert say("try_it.of_model", name="theirs") in offered
    assert not any(one.startswith("broken") for one in offered)
    assert panes(page) is None  # the weights of A and B are absent
    choose(page, "b", "of_model", name="theirs")
    assert not page.exception
    message = panes(page)
    assert [one["title"] for one in message["layers"] if one["key"].startswith("mask")] == ["theirs (B)"]
    assert says(page, "try_it.unknown_training", variants="`theirs`")
    pair = read_pair(load_dataset(all_runs / "data" / "pools")["i2"])
    embedding = Encoder(theirs, Preprocessing(256)).encode(pair.photograph)
    expected = decode(theirs, embedding, make_prompt(FULL, pair.truth, "i2")).mask
    bits = np.frombuffer(zlib.decompress(base64.b64decode(message["bits"])), np.uint8).reshape(expected.shape)
    assert (np.array(message["layers"][1]["classes"])[bits] == expected).all()
    assert "--variant theirs=theirs" in page.code[0].value


def test_a_model_that_needs_published_weights_says_so(files):
    page = choose(open_page("Try it", run="two", id="i2"), "b", "of_model", name="own")
    assert not page.exception and panes(page) is None
    assert page.button(key=f"fetch/{TINY}").label == say("try_it.fetch")


def test_a_model_that_is_gone_is_not_loaded(files, tmp_path):
    page = choose(open_page("Try it", run="two", id="i2"), "b", "of_model", name="theirs")
    shutil.rmtree(tmp_path / "results" / "models" / "theirs")
    page.run()
    assert not page.exception and panes(page) is None
    assert page.selectbox(key="try_b").value == ""  # that of the sidebar again
