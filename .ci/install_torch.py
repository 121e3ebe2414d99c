"""Install the releases in requirements-torch.txt with the pip of this Python, for CPU where there is no GPU.

On Linux, PyPI's torch brings several gigabytes of CUDA. A machine without an NVIDIA driver gets the build for
CPU: from where pip looks anyway (such as a folder of wheels), or else from PyTorch's own index, which uv
knows. If neither has it, or there is a driver, and on macOS and Windows, pip's own choice is installed.
"""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parents[1] / "requirements-torch.txt"
UV = "uv>=0.7"  # the first releases whose `pip install` has --torch-backend


def main() -> int:
    """Install torch and torchvision; returns pip's exit status."""
    lines = (line.partition("#")[0].strip() for line in PINS.read_text(encoding="utf-8").splitlines())
    plain = [line for line in lines if line]
    if installed(plain):
        return 0
    if platform.system() == "Linux" and shutil.which("nvidia-smi") is None:
        for_cpu = [f"{pin}+cpu" if pin.startswith("torch==") else pin for pin in plain]
        if pip(*for_cpu, capture=True) == 0 or uv_for_cpu(plain):
            return 0
        print(
            "no build of torch for CPU was found; installing the one with CUDA (several gigabytes)",
            flush=True,
        )
    return pip(*plain)


def installed(pins: list[str]) -> bool:
    """Whether these releases are there already, for CPU or CUDA."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return all(version(name).partition("+")[0] == pin for name, pin in (one.split("==") for one in pins))
    except PackageNotFoundError:
        return False


def uv_for_cpu(pins: list[str]) -> bool:
    """Whether uv could install these releases from PyTorch's index for CPU."""
    if pip(UV, capture=True) != 0:
        return False
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    return subprocess.run([*command, "--torch-backend", "cpu", *pins], capture_output=True).returncode == 0


def pip(*arguments: str, capture: bool = False) -> int:
    """Run `pip install`; without its output where a failure is expected."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=capture, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
