"""Caches within their limits, while threads write and others remove."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from floodeval.cli import main
from floodeval.sam.inference import Embedding, EmbeddingStore
from floodeval.storage.atomic import write_bytes
from floodeval.storage.caches import CACHES, BoundedCache, cache_uses, clear_cache
from floodeval.storage.locks import hold
from floodeval.training.augmentation import Augmentation
from floodeval.training.examples import KeptViews, Picture
from tests.support.processes import cache as cache
from tests.support.processes import left_in


def test_a_cache_drops_the_files_used_longest_ago(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "3kB")
    bounded = BoundedCache("embeddings")
    for number, name in enumerate("abc"):
        write_bytes(bounded.folder / name, bytes(1000))
        os.utime(bounded.folder / name, (number, number))
    bounded.used(bounded.folder / "a")
    write_bytes(bounded.folder / "d", bytes(1000))
    bounded.added(bounded.folder / "d")
    assert left_in(bounded.folder) == ["a", "c", "d"]


def test_a_cache_stays_within_its_limit_while_threads_write_and_others_remove(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "20 KB")
    done = threading.Event()

    def remove():
        while not done.is_set():
            clear_cache("embeddings")
            time.sleep(0.01)

    def write(number):
        bounded = BoundedCache("embeddings")
        path = bounded.folder / str(number % 7) / str(number)
        write_bytes(path, bytes(1000))
        bounded.used(path)
        bounded.added(path)

    remover = threading.Thread(target=remove)
    remover.start()
    with ThreadPoolExecutor(8) as threads:
        results = [threads.submit(write, number) for number in range(200)]
    done.set()
    remover.join()
    assert [result.exception() for result in results if result.exception()] == []
    BoundedCache("embeddings").trim()
    assert cache_uses()[0].size <= 20_000


def test_an_embedding_that_another_process_removed_or_tore_counts_as_not_kept(cache):
    photograph = np.zeros((8, 12, 3), np.uint8)
    made = Embedding(torch.ones(1, 256, 64, 64), (8, 12), (683, 1024))
    store, encoder = EmbeddingStore("e" * 64), SimpleNamespace(encode=lambda photograph: made)
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"torn")):
        assert store.get_or_encode(photograph, encoder)[1]
        assert not store.get_or_encode(photograph, encoder)[1]
        damage(next(store.folder.iterdir()))
        assert store.get(photograph) is None
    assert store.get_or_encode(photograph, encoder)[0].features.dtype == torch.float16


def test_a_cache_without_room_for_anything_costs_time_and_changes_no_value(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "0")
    made = Embedding(torch.rand(1, 256, 64, 64), (8, 12), (683, 1024))
    store, encoder = EmbeddingStore("e" * 64), SimpleNamespace(encode=lambda photograph: made)
    photograph = np.zeros((8, 12, 3), np.uint8)
    found = [store.get_or_encode(photograph, encoder) for _ in range(2)]
    assert [fresh for _, fresh in found] == [True, True]
    assert torch.equal(found[0][0].features, made.features.half())
    assert cache_uses()[0].files == 0


def test_a_training_view_that_was_removed_is_encoded_again_with_the_same_values(cache):
    encoded = []

    def encoder(frame):
        encoded.append(1)
        return frame[..., :64, :64].mean(dim=1, keepdim=True).expand(1, 256, 64, 64)

    sam = SimpleNamespace(
        device=torch.device("cpu"),
        image_encoder=encoder,
        preprocess=lambda x: torch.nn.functional.pad(
            x.float(), (0, 1024 - x.shape[-1], 0, 1024 - x.shape[-2])
        ),
    )
    noise = np.random.default_rng(0).integers(0, 255, (60, 90, 3), dtype=np.uint8)
    picture = Picture("a", noise, np.where(noise[..., 0] > 127, 255, 0).astype(np.uint8))
    views = KeptViews([picture], sam, Augmentation(mirror=0.5, brightness=0.3), 3, "e" * 64)
    before = [views.example(0, str(draw)) for draw in range(6)]
    assert len(encoded) == 3
    clear_cache("views")
    after = [views.example(0, str(draw)) for draw in range(6)]
    assert len(encoded) > 3
    for one, other in zip(before, after, strict=True):
        assert torch.equal(one.embedding.features, other.embedding.features)
        assert (one.share == other.share).all()


def test_floodeval_cache_shows_and_clears_every_cache_and_weights_by_name_alone(cache, capsys):
    for name in (*CACHES, "downloads"):
        write_bytes(cache / name / "deep" / f"of-{name}", bytes(1500))
    assert main(["cache"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in CACHES)
    assert "10.0 GB" in shown
    for name in CACHES[:-1]:
        assert main(["cache", "--clear", name]) == 0
        assert capsys.readouterr().out == f"{name}: removed 1 file, 1.5 kB\n"
    assert [use.files for use in cache_uses() if use.files] == [2]
    assert main(["cache", "--clear", "all"]) == 0
    assert "weights: removed 2 files, 3.0 kB\n" in capsys.readouterr().out
    assert sum(use.files for use in cache_uses()) == 0


def test_weights_that_are_being_fetched_are_not_removed(cache, capsys):
    write_bytes(cache / "weights" / "vit_t.safetensors", b"")
    write_bytes(cache / "downloads" / "vit_t.pt.partial", b"half")
    with hold(cache / "downloads" / "vit_t.pt", "vit_t.pt"):
        assert main(["cache", "--clear", "weights"]) == 0
    assert left_in(cache / "downloads") == ["vit_t.pt.partial"]
    assert left_in(cache / "weights") == []
    assert f"kept {cache / 'downloads' / 'vit_t.pt.partial'}" in capsys.readouterr().out


def test_only_clearing_by_name_removes_weights_however_small_the_limit(cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", "1")
    write_bytes(cache / "weights" / "vit_t.safetensors", bytes(1000))
    for name in ("embeddings", "views", "scenes"):
        BoundedCache(name).trim()
    assert left_in(cache / "weights") == ["vit_t.safetensors"]


@pytest.mark.parametrize(("given", "n_bytes"), [("500MB", 500_000_000), ("2 GiB", 2 << 30), ("1.5k", 1500)])
def test_a_limit_is_given_with_its_unit(cache, monkeypatch, given, n_bytes):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", given)
    limits = {use.name: use.limit for use in cache_uses()}
    assert limits.pop("weights") is None and {"embeddings", "views", "scenes"} <= limits.keys()
    assert {*limits.values()} == {n_bytes}


@pytest.mark.parametrize("given", ["plenty", "-1GB", "1 XB", "GB"])
def test_a_limit_that_is_no_size_is_refused_in_one_line(cache, monkeypatch, capsys, given):
    monkeypatch.setenv("FLOODEVAL_CACHE_LIMIT", given)
    assert main(["cache"]) == 2
    assert capsys.readouterr().err == (
        f"floodeval: FLOODEVAL_CACHE_LIMIT={given} is not a size; give a number and a unit, such as 500MB "
        "or 20GB\n"
    )
