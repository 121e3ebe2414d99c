"""What is done on a device, in true milliseconds, and the memory of a graphics card that it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

MIB = 1024 * 1024


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
        spent.peak_mb = torch.cuda.max_memory_allocated(device) / MIB


def release(device: str) -> None:
    """Give back what torch keeps of a graphics card's memory, as after it ran out."""
    if device.partition(":")[0] == "cuda":
        torch.cuda.empty_cache()


def is_lost(error: BaseException) -> bool:
    """Whether an error says that the device cannot be used any more by this process, whatever is asked."""
    broken = getattr(torch, "AcceleratorError", None)
    out_of_memory = isinstance(error, torch.OutOfMemoryError)
    return broken is not None and isinstance(error, broken) and not out_of_memory
