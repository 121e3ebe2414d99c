"""How much memory a training needs: the peak of this process, or of the graphics card."""

import sys
from contextlib import suppress
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
