"""The device that a model runs on: time and memory of its work, and whether it is still usable."""

import ctypes
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import torch

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has none
    resource = None

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MIB = 1024 * 1024
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # of mallopt(3), in malloc.h


def reset_peak_memory(device: str = "cpu") -> None:
    """Reset the peak; on systems other than Linux it stays that of the whole process."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)
        return
    with suppress(OSError):
        _CLEAR.write_text("5")  # proc(5): resets the peak resident set size, VmHWM


def peak_memory_mb(device: str = "cpu") -> float:
    """Peak memory in MiB since the last reset.

    On a CPU it is the resident set of the process: Python, its libraries, the photographs and the models. On
    a graphics card it is what torch allocated for tensors. NaN if the system does not report it (Windows).
    """
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated(device) / MIB
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        if resource is None:
            return float("nan")
        peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return peak / (MIB if sys.platform == "darwin" else 1024)


def synchronize(device: str) -> None:
    """Wait until the device has finished its work; a graphics card works asynchronously."""
    kind = device.partition(":")[0]
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind in ("mps", "xpu"):
        getattr(torch, kind).synchronize()


@dataclass
class Spent:
    """Time and memory that a block of code needed.

    Attributes:
        ms: milliseconds.
        peak_mb: peak memory of torch on the graphics card in MiB; None on a CPU, where all variants of a
            process share its memory.
    """

    ms: float = 0.0
    peak_mb: float | None = None


@contextmanager
def measured(device: str) -> Iterator[Spent]:
    """Measure a `with` block; waits for the device before and after it."""
    on_card = device.partition(":")[0] == "cuda"
    spent = Spent()
    synchronize(device)
    if on_card:
        torch.cuda.reset_peak_memory_stats(device)
    began = time.perf_counter()
    yield spent
    synchronize(device)
    spent.ms = (time.perf_counter() - began) * 1000
    if on_card:
        spent.peak_mb = torch.cuda.max_memory_allocated(device) / MIB


def release(device: str) -> None:
    """Free the graphics card memory that torch has cached, such as after it ran out."""
    if device.partition(":")[0] == "cuda":
        torch.cuda.empty_cache()


def keep_freed_memory() -> None:
    """Let the process keep memory that it frees, for blocks of many MB that are needed again at once.

    The C library of Linux returns large blocks to the system, which then clears their pages before the next
    use: 10% to 20% of a training's time on a CPU. Does nothing with another C library.
    """
    if not sys.platform.startswith("linux"):
        return
    with suppress(OSError, AttributeError):
        options = ctypes.CDLL("libc.so.6").mallopt
        for option, value in ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 64 * MIB)):
            options(option, value)


def has_fast_bfloat16(device: str) -> bool:
    """Whether the device computes products in bfloat16 faster than in float32.

    On a processor these are the instructions AVX-512 BF16 or AMX; elsewhere bfloat16 is emulated, and slower.
    """
    if device.partition(":")[0] == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")  # absent from some versions of torch
    return device == "cpu" and any(getattr(torch.cpu, name, bool)() for name in checks)


def is_lost(error: BaseException) -> bool:
    """Whether an error means that this process cannot use the device any more."""
    broken = getattr(torch, "AcceleratorError", None)
    out_of_memory = isinstance(error, torch.OutOfMemoryError)
    return broken is not None and isinstance(error, broken) and not out_of_memory


def fastest_device() -> str:
    """A graphics card that torch can use, `cuda` or `mps`; else `cpu`."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def device_title(device: str) -> str:
    """The name of a graphics card, as its maker calls it; empty where it is not known, and for a CPU."""
    return torch.cuda.get_device_name(device) if device.partition(":")[0] == "cuda" else ""
