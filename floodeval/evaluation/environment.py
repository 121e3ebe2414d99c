"""What a run was made with: versions, processor, commit."""

import platform
import subprocess
from pathlib import Path
from typing import Any

import torch

import floodeval


def environment(device: str) -> dict[str, Any]:
    """Describe the software and the machine, as `run.json` keeps them."""
    return {
        "floodeval": floodeval.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(device) if device.startswith("cuda") else device,
        "cpu": _processor(),
        "threads": torch.get_num_threads(),
        "git_commit": _commit(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str | None:
    """The commit of the checkout that floodeval runs from, or None where it was installed otherwise."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None
