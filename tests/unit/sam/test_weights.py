"""Weights are found, fetched, resumed, verified and refused: against a server on this machine."""

import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch

from floodeval.errors import FloodevalError
from floodeval.sam import registry, weights
from floodeval.sam.architecture import build_architecture
from floodeval.sam.loading import build_sam
from floodeval.sam.registry import MODELS
from floodeval.sam.weights import obtain_weights

pytestmark = pytest.mark.heavy  # serves and fetches large files


@pytest.fixture(scope="module")
def official(tmp_path_factory) -> Path:
    """A vit_b checkpoint in the official format: a pickled state dict, with random weights."""
    path = tmp_path_factory.mktemp("official") / MODELS["vit_b"].file
    torch.manual_seed(0)
    torch.save(build_architecture("vit_b").state_dict(), path)
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("FLOODEVAL_WEIGHTS", raising=False)
    return tmp_path / "cache" / "floodeval"


def publish(monkeypatch, model_type: str, content: Path, url: str = "http://127.0.0.1:9/none") -> None:
    """Let the registry hold that file as the published one."""
    sha256 = hashlib.sha256(content.read_bytes()).hexdigest()
    model = replace(MODELS[model_type], url=url, sha256=sha256, file=content.name, mirror=None)
    monkeypatch.setitem(registry.MODELS, model_type, model)


class Server(BaseHTTPRequestHandler):
    """Serves one file, by ranges; the first answer breaks off after `cut` bytes."""

    def __init__(self, content: bytes, ranges: list[str], cut: list[int], *arguments) -> None:
        self.content, self.ranges, self.cut = content, ranges, cut
        super().__init__(*arguments)

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.ranges.append(asked)
        first = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(self.content) - first))
        self.end_headers()
        self.wfile.write(self.content[first : self.cut.pop() if self.cut else None])

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture
def serve():
    servers = []

    def start(content: bytes, cut: list[int]) -> tuple[str, list[str]]:
        ranges: list[str] = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Server, content, ranges, cut))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/weights", ranges

    yield start
    for server in servers:
        server.shutdown()


def test_an_official_checkpoint_is_verified_converted_once_and_built(official, cache, monkeypatch):
    publish(monkeypatch, "vit_b", official)
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(official.parent))
    found = obtain_weights("vit_b")
    assert "Apache-2.0" in found.summary
    assert str(official) in found.summary
    converted = found.path.stat().st_mtime_ns
    sam = build_sam("vit_b")
    expected = torch.load(official, weights_only=True)
    assert all(torch.equal(tensor, expected[name]) for name, tensor in sam.state_dict().items())
    assert found.path.stat().st_mtime_ns == converted


def test_a_wrong_hash_is_refused_in_one_line(official, cache, monkeypatch):
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(official.parent))
    refusal(lambda: obtain_weights("vit_b"), "has SHA-256")


def test_a_truncated_file_is_refused_in_one_line(official, cache, monkeypatch, tmp_path):
    cut = tmp_path / official.name
    cut.write_bytes(official.read_bytes()[:10_000_000])
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(tmp_path))
    refusal(lambda: obtain_weights("vit_b"), "truncated or another file")
    publish(monkeypatch, "vit_b", cut)  # even where its hash were the published one
    refusal(lambda: obtain_weights("vit_b"), "is not a checkpoint")


def test_a_checkpoint_of_another_model_is_refused_by_name(official, cache, monkeypatch):
    publish(monkeypatch, "vit_l", official)
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(official.parent))
    refusal(lambda: obtain_weights("vit_l"), "is a checkpoint vit_b; expected vit_l")


def test_a_pickle_that_would_run_code_is_refused_and_does_not_run(cache, monkeypatch, tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    path = tmp_path / "evil.pth"
    torch.save({"image_encoder.neck.0.weight": Evil()}, path)
    publish(monkeypatch, "vit_b", path)
    monkeypatch.setenv("FLOODEVAL_WEIGHTS", str(tmp_path))
    refusal(lambda: obtain_weights("vit_b"), "is not a checkpoint")
    assert not (tmp_path / "ran").exists()


def test_a_download_that_broke_off_is_resumed_and_verified(official, cache, monkeypatch, serve):
    url, ranges = serve(official.read_bytes(), cut=[50_000_000])
    publish(monkeypatch, "vit_b", official, url)
    refusal(lambda: obtain_weights("vit_b"), "broke off")
    steps = []
    assert obtain_weights("vit_b", progress=steps.append).path.is_file()
    mebibytes = -(-official.stat().st_size // (1 << 20))
    assert (steps[-1].total, steps[-1].unit) == (mebibytes, "MiB")
    assert steps[0].done > 1 and mebibytes - steps[-1].done <= 1  # it continues, to the end
    begun = int(ranges[1].removeprefix("bytes=").removesuffix("-"))
    assert ranges[0] == ""
    assert 0 < begun <= 50_000_000
    assert not list((cache / "downloads").glob("*"))  # the folder may be gone too


def test_a_damaged_download_is_refused_and_not_kept(official, cache, monkeypatch, serve):
    url, _ = serve(official.read_bytes()[:-1] + b"x", cut=[])
    publish(monkeypatch, "vit_b", official, url)
    refusal(lambda: obtain_weights("vit_b"), "has SHA-256")
    assert not list((cache / "downloads").glob("*"))  # the folder may be gone too


def test_where_nothing_is_reachable_the_cure_is_named(cache, monkeypatch, official):
    publish(monkeypatch, "vit_b", official)
    refusal(lambda: obtain_weights("vit_b"), "set FLOODEVAL_WEIGHTS to the folder that contains")


def test_an_unknown_model_is_refused_with_the_known_ones(cache):
    refusal(lambda: obtain_weights("vit_x"), "vit_t, vit_b, vit_l, vit_h")


@pytest.mark.weights
def test_vit_t_says_where_it_came_from_and_under_which_licence(vit_t):
    summary = weights.obtain_weights("vit_t").summary
    assert "MobileSAM" in summary
    assert "MIT" in summary or "Apache-2.0" in summary
    assert sum(p.numel() for p in vit_t.sam.parameters()) == pytest.approx(9.8e6, rel=0.01)


def refusal(call, complaint: str) -> None:
    with pytest.raises(FloodevalError, match=complaint) as refused:
        call()
    assert "\n" not in str(refused.value)
