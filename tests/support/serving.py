"""The dashboard as a user starts it, a Chromium that looks at it, and when a page is ready to be seen."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = """document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"""
DRAWN = """[
        ['img', 'img'], ['[data-testid=stPlotlyChart]', '.main-svg'], ['[data-testid=stDataFrame]', 'canvas']
    ].every(([frame, content]) => [...document.querySelectorAll(`[data-testid=stMain] ${frame}`)]
        .filter(found => found.checkVisibility())
        .every(found => found.matches(content) ? found.complete : found.querySelector(content)))"""
READY = f"({IDLE}) && ({DRAWN})"
COUNT_RUNS = """window.scriptRuns = 0;
    new MutationObserver(changes => changes.forEach(({target}) => {
        window.scriptRuns += target.dataset.testScriptState === 'notRunning';
    })).observe(document, {subtree: true, attributeFilter: ['data-test-script-state']});"""


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: its address without a slash at the end, and the number of its process."""

    address: str
    pid: int


@contextmanager
def serving(
    results: Path, data: Path, working: Path = ROOT, script: Path = ROOT / "dashboard.py"
) -> Iterator[Dashboard]:
    """Serve the runs under `results` with the data sets under `data` until the block ends.

    Args:
        results: holds `runs`, and `models` where there are any.
        data: holds the data sets by name; what is kept between runs goes beside it.
        working: the folder to start in; data sets are looked for in its `data` as well.
        script: what Streamlit runs.
    """
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    options = ["--server.port", str(port)]
    folders = {"FLOODEVAL_RESULTS": results, "FLOODEVAL_DATA": data, "XDG_CACHE_HOME": data.parent / "cache"}
    env = os.environ | {name: str(folder.absolute()) for name, folder in folders.items()}
    with subprocess.Popen(
        command + options, cwd=working, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"http://localhost:{port}"
            _wait_for(f"{address}/_stcore/health", server)
            yield Dashboard(address, server.pid)
        finally:
            server.terminate()


def find_chromium() -> str | None:
    """The path of the system's Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browsing(chromium: str, flags: Sequence[str] = ()) -> "Iterator[Browser]":
    """Start a Chromium, given by its path, with further flags, and close it when the block ends."""
    from playwright.sync_api import sync_playwright  # here, because finding Chromium does not need it

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def settle(page: "Page") -> None:
    """Wait until the page's script has run and its title, charts, tables and pictures are drawn."""
    page.locator("h1").first.wait_for()
    page.wait_for_function(READY)


def _wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"streamlit did not start at {address} (exit status {server.poll()})")
