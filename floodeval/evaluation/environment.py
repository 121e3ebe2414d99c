"""What a run was made with: versions, processor, commit."""

import platform
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import floodeval


def environment(device: str) -> dict[str, Any]:
    """Describe the software and the machine, as `run.json` keeps them.

    Where no model was loaded, and thus no torch, its version and threads are missing.
    """
    found = {"floodeval": floodeval.__version__, "python": platform.python_version()}
    torch = sys.modules.get("torch")
    about = {"device": device} if torch is None else _of_torch(torch, device)
    return found | about | {"cpu": _processor(), "git_commit": commit_of(Path(floodeval.__file__).parent)}


def _of_torch(torch: Any, device: str) -> dict[str, Any]:
    return {
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(device) if device.startswith("cuda") else device,
        "threads": torch.get_num_threads(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def commit_of(folder: Path) -> str | None:
    """The commit of floodeval's own repository, where the package at `folder` is run from it; else None.

    A package that was installed, or copied, into somebody else's repository has no commit of its own: the
    package has to be at the root of the repository, next to a pyproject.toml of its name, and tracked.
    `-dirty` is added where files under the folder differ from the commit, as `git describe` does.
    """
    if not _is_own(folder):
        return None
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return f"{commit}-dirty" if changed else commit


def _is_own(folder: Path) -> bool:
    root = _git(folder, "rev-parse", "--show-toplevel")
    if not root or Path(root).resolve() != folder.resolve().parent:
        return False
    try:
        project = tomllib.loads((folder.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        named = project["name"] == folder.name
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(named and _git(folder, "ls-files", "--", "__init__.py"))


def _git(folder: Path, *words: str) -> str:
    """What git says; nothing where it is not there or fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
