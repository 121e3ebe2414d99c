"""Which precision is fast on a device, and that memory options never fail."""

import pytest
import torch

from floodeval.sam.devices import has_fast_bfloat16, keep_freed_memory


@pytest.mark.parametrize(
    ("amx", "avx", "fast"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_processor_is_fast_in_bfloat16_with_amx_or_avx512_bf16(monkeypatch, amx, avx, fast):
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx, raising=False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: avx, raising=False)
    assert has_fast_bfloat16("cpu") is fast


def test_a_version_of_torch_that_cannot_tell_and_other_devices_count_as_slow(monkeypatch):
    for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.delattr(torch.cpu, name, raising=False)
    assert not has_fast_bfloat16("cpu")
    assert not has_fast_bfloat16("mps")


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_keeping_memory_never_fails(monkeypatch, platform):
    monkeypatch.setattr("floodeval.sam.devices.sys.platform", platform)
    monkeypatch.setattr("floodeval.sam.devices.ctypes.CDLL", no_library)
    keep_freed_memory()


def no_library(name: str) -> None:
    raise OSError(name)
