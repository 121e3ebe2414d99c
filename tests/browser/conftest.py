"""The dashboard as a user starts it, and a Chromium that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import demand
from tests.ui.fake_run import write_every_kind

ROOT = Path(__file__).parents[2]
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    demand(bool(found), "the browser tests: install Chromium (on Debian: apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        demand(False, "the browser tests: pip install playwright")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def desktop(browser):
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as context:
        yield context


@pytest.fixture(scope="session")
def phone(browser):
    look = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with browser.new_context(**look) as context:
        yield context


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The folder that holds `results` and `data`, with one run of every kind."""
    return write_every_kind(tmp_path_factory.mktemp("dashboard"))


@pytest.fixture(scope="session")
def dashboard(files):
    """The address of a dashboard with one run of every kind; the newest is `two`."""
    with serve(files / "results", files / "data") as address:
        yield address


@pytest.fixture(scope="session")
def empty_dashboard(tmp_path_factory):
    """The address of a dashboard whose results folder is empty."""
    folder = tmp_path_factory.mktemp("nothing")
    with serve(folder, folder) as address:
        yield address


@contextmanager
def serve(results: Path, data: Path):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true"]
    options = ["--server.port", str(port), "--server.fileWatcherType", "none"]
    folders = {"FLOODEVAL_RESULTS": results, "FLOODEVAL_DATA": data, "XDG_CACHE_HOME": data.parent / "cache"}
    env = os.environ | {name: str(folder) for name, folder in folders.items()}
    with subprocess.Popen(
        command + options, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://localhost:{port}"
            wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()


def wait_for(address: str, server: subprocess.Popen, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"streamlit did not start at {address} (exit status {server.poll()})")
