"""Install the releases in requirements-torch.txt with the pip of this Python, for CPU where there is no GPU.

On Linux, PyPI's torch brings several gigabytes of CUDA. A machine without an NVIDIA driver gets the build for
CPU: from where pip looks anyway (such as a folder of wheels), or else from PyTorch's own index. If neither
has it, or there is a driver, and on macOS and Windows, pip's own choice is installed.
"""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).parents[1] / "requirements-torch.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"  # PyTorch's own builds, as its installation page says


def main() -> int:
    """Install torch and torchvision; returns pip's exit status."""
    lines = (line.partition("#")[0].strip() for line in PINS.read_text(encoding="utf-8").splitlines())
    plain = [line for line in lines if line]
    if installed(plain):
        return 0
    if platform.system() == "Linux" and shutil.which("nvidia-smi") is None:
        for_cpu = [f"{pin}+cpu" if pin.startswith("torch==") else pin for pin in plain]
        for more in ([], ["--extra-index-url", CPU_INDEX]):
            if pip(*for_cpu, *more, capture=True) == 0:
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


def pip(*arguments: str, capture: bool = False) -> int:
    """Run `pip install`; without its output where a failure is expected."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, capture_output=capture, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
