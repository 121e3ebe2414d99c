"""How much memory a training needs: the peak of this process, or of the graphics card."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import torch

# How much memory a training needs: the peak of this process, or of the graphics card.

resource: ModuleType | None
try:
    import resource
except ImportError:  # Windows has none
    resource = None

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MIB = 1024 * 1024


def reset_peak_memory(device: str = "cpu") -> None:
    """Let the peak begin anew; where the system cannot (not Linux), it stays that of the whole process."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats(device)
        return
    with suppress(OSError):
        _CLEAR.write_text("5")  # proc(5): resets the peak resident set size, VmHWM


def peak_memory_mb(device: str = "cpu") -> float:
    """The most memory, in MiB, held since the last reset.

    Of a CPU process it is the resident set: Python, its libraries, the photographs and the models. Of a
    graphics card, what torch has given to tensors. NaN where the system does not tell (Windows).
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


# What is done on a device, in true milliseconds, and the memory of a graphics card that it took.

DEVICES_MIB = 1024 * 1024


def synchronize(device: str) -> None:
    """Wait until the device has done what it was asked for; a graphics card works behind the program."""
    kind = device.partition(":")[0]
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind in ("mps", "xpu"):
        getattr(torch, kind).synchronize()


@dataclass
class Spent:
    """Milliseconds, and the most memory in MiB that torch held on the graphics card meanwhile.

    `peak_mb` is None on a CPU: a process has one memory, whichever variant it runs.
    """

    ms: float = 0.0
    peak_mb: float | None = None


@contextmanager
def measured(device: str) -> Iterator[Spent]:
    """Measure what a `with` block does on the device, waiting for the device before and after it."""
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
        spent.peak_mb = torch.cuda.max_memory_allocated(device) / DEVICES_MIB


def release(device: str) -> None:
    """Give back what torch keeps of a graphics card's memory, as after it ran out."""
    if device.partition(":")[0] == "cuda":
        torch.cuda.empty_cache()


def is_lost(error: BaseException) -> bool:
    """Whether an error says that the device cannot be used any more by this process, whatever is asked."""
    broken = getattr(torch, "AcceleratorError", None)
    out_of_memory = isinstance(error, torch.OutOfMemoryError)
    return broken is not None and isinstance(error, broken) and not out_of_memory
