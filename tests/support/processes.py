"""What tests of several processes share: programs that hold a lock, and an empty cache."""

import signal
import subprocess
import sys

import pytest


def start(script, *arguments):
    """Run Python code in a process of its own."""
    return launch([sys.executable, "-c", script, *map(str, arguments)])


def launch(command):
    """Start a command as a terminal does: it heeds Ctrl-C also where the tests themselves do not."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder that the code under test uses."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("FLOODEVAL_CACHE_LIMIT", raising=False)
    monkeypatch.delenv("FLOODEVAL_WEIGHTS", raising=False)
    return tmp_path / "xdg" / "floodeval"


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())
