"""How easy a checkout's package is to work in: its modules, and how many of them three flows go through.

    python -m docs.measure_architecture [--list] [--write] [CHECKOUT ...]

A checkout is a folder or a commit; by default the commit before the new layout, and this working tree.
`docs/explanation/architecture.md` defines the measures; `--write` replaces its table.
"""

import argparse
import ast
import concurrent.futures
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
BEFORE = "5ae4d32"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
SHARED_NAMES = ("__init__.py", "page.py")  # names that each package may have
ASIDE = ("cli", "terminal", "i18n", "language", "errors", "progress", "wording.numbers", "__init__")
N_SCENES = 2
FLOWS = ("evaluate", "report", "try_it")


@dataclass(frozen=True)
class Flow:
    """The modules that a flow goes through, in the order in which it first enters them, and its climbs."""

    modules: tuple[str, ...]
    climbs: int


@dataclass(frozen=True)
class Layout:
    """The sizes of a package's modules."""

    lengths: tuple[int, ...]
    repeated: tuple[str, ...]


def measure_layout(checkout: Path) -> Layout:
    """Count the lines of each module, `__init__.py` aside, and find file names in more than one package."""
    paths = sorted((checkout / "floodeval").rglob("*.py"))
    lengths = [
        len(path.read_text(encoding="utf-8").splitlines()) for path in paths if path.name != "__init__.py"
    ]
    names = Counter(path.name for path in paths if path.name not in SHARED_NAMES)
    return Layout(tuple(lengths), tuple(name for name, n in names.items() if n > 1))


def measure_flows(checkout: Path) -> dict[str, Flow]:
    """Run each flow in a process of its own, on a few synthetic scenes, and follow its calls."""
    with tempfile.TemporaryDirectory() as scratch:
        cache = Path(scratch, "cache", "floodeval")
        cache.mkdir(parents=True)
        weights = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"), "floodeval", "weights")
        if weights.is_dir():
            shutil.copytree(weights, cache / "weights")
        environment = {
            **os.environ,
            "PYTHONPATH": str(checkout),
            "XDG_CACHE_HOME": str(cache.parent),
            "FLOODEVAL_RESULTS": str(Path(scratch, "results")),
        }
        models = checkout / "results" / "models"
        shutil.copytree(models, Path(scratch, "results", "models"))

        def python(*words: str) -> str:
            ran = subprocess.run(
                [sys.executable, "-P", *words],
                cwd=scratch,
                env=environment,
                check=False,
                capture_output=True,
                text=True,
            )
            if ran.returncode:
                raise SystemExit(f"{checkout}: {' '.join(words)}\n{ran.stdout}\n{ran.stderr}")
            return ran.stdout

        python("-m", "floodeval.cli", "demo", "--scenes", str(N_SCENES))
        for found in cache.iterdir():
            if found.name != "weights":
                shutil.rmtree(found)
        lines = {flow: python(__file__, "--flow", flow, str(checkout)).splitlines()[-1] for flow in FLOWS}
    traced = {flow: json.loads(line) for flow, line in lines.items()}
    return {flow: Flow(tuple(one["modules"]), one["climbs"]) for flow, one in traced.items()}


@dataclass
class Tracer:
    """Follows the calls between modules of `floodeval`.

    `ranks` has each package's place in the order of the packages, 0 for the one that may import all others.
    Nothing is recorded before `begins` is true of a frame, nor while a module is being imported.
    """

    package: Path
    ranks: dict[str, int]
    begins: Callable[[FrameType], bool] = lambda frame: True
    modules: list[str] = field(default_factory=list)
    climbs: int = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Record a call; see `sys.setprofile`."""
        if event != "call" or (module := self._module(frame)) is None or module in self.modules:
            return
        caller, began, above = None, self.begins(frame), frame.f_back
        while above is not None:
            if above.f_code.co_name == "<module>" and self._path(above) is not None:
                return
            began = began or self.begins(above)
            caller = caller or self._module(above)
            above = above.f_back
        if frame.f_code.co_name == "<module>" or not began:
            return
        if self.modules and caller is not None and self._rank(caller) < self._rank(self.modules[-1]):
            self.climbs += 1
        self.modules.append(module)

    def _path(self, frame: FrameType) -> Path | None:
        path = frame.f_code.co_filename
        return Path(path).relative_to(self.package) if path.startswith(f"{self.package}{os.sep}") else None

    def _module(self, frame: FrameType) -> str | None:
        path = self._path(frame)
        if path is None:
            return None
        name = ".".join(path.with_suffix("").parts)
        aside = any(name == one or name.startswith(f"{one}.") for one in ASIDE) or path.stem == "__init__"
        return None if aside else name

    def _rank(self, module: str) -> int:
        return self.ranks.get(module.partition(".")[0], 0)


def package_ranks(checkout: Path) -> dict[str, int]:
    """The order of the packages, as the import contract states it."""
    settings = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers: list[str] = next(one["layers"] for one in contracts if one["type"] == "layers")
    ranks = {}
    for rank, layer in enumerate(layers):
        for name in re.split(r"[|:]", layer):
            ranks[name.strip().removeprefix("floodeval.")] = rank
    return ranks


def trace(flow: str, checkout: Path) -> Flow:
    """Follow one flow in this process, which has imported nothing of floodeval yet."""
    tracer = Tracer(checkout / "floodeval", package_ranks(checkout))
    run: Callable[[], None]
    if flow == "try_it":
        tracer.begins = _in_fragment(checkout)
        run = _answer_in_try_it(checkout)
    else:
        concurrent.futures.ThreadPoolExecutor = AtOnce  # type: ignore[assignment, misc]
        run = _evaluate if flow == "evaluate" else _report
    threading.setprofile(tracer)
    sys.setprofile(tracer)
    try:
        run()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return Flow(tuple(tracer.modules), tracer.climbs)


class AtOnce(concurrent.futures.Executor):
    """A pool that does the work when it is submitted, so that the order of the calls is always the same."""

    def __init__(self, *_: object, **__: object) -> None:
        """Take the arguments of a `ThreadPoolExecutor`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> concurrent.futures.Future[Any]:
        """Call the function."""
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _evaluate() -> None:
    from floodeval import evaluate, load_dataset

    evaluate(load_dataset("data/demo"), "traced")


def _report() -> None:
    from floodeval.cli import main

    status = main(["report", "demo", "--worst", str(N_SCENES), "--out", "report.html"])
    if status:
        raise SystemExit(f"floodeval report: exit status {status}")


def _try_it_page(checkout: Path) -> Path:
    places = ("floodeval/dashboard/pages/try_it/page.py", "floodeval/ui/tryit/page.py")
    return next(checkout / place for place in places if (checkout / place).is_file())


def _in_fragment(checkout: Path) -> Callable[[FrameType], bool]:
    """Whether a frame is in the function that Streamlit calls after a click in *Try it*."""
    page = _try_it_page(checkout)
    names = {
        one.name
        for one in ast.walk(ast.parse(page.read_text(encoding="utf-8")))
        if isinstance(one, ast.FunctionDef)
        and any("fragment" in ast.dump(mark) for mark in one.decorator_list)
    }
    return lambda frame: frame.f_code.co_filename == str(page) and frame.f_code.co_name in names


def _answer_in_try_it(checkout: Path) -> Callable[[], None]:
    def run() -> None:
        from streamlit.testing.v1 import AppTest

        app = AppTest.from_file(str(checkout / "dashboard.py"), default_timeout=600)
        app.query_params["run"] = "demo"
        app.switch_page("pages/9_Try_it.py").run()
        if app.exception:
            raise SystemExit(str(app.exception[0].value))

    return run


@contextmanager
def checked_out(checkout: str) -> Iterator[Path]:
    """A folder as it is, or the files of a commit in a temporary one."""
    if Path(checkout).is_dir():
        yield Path(checkout).resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", checkout], cwd=ROOT, check=True, capture_output=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        yield Path(folder).resolve()


def table(headings: Sequence[str], found: Sequence[tuple[Layout, dict[str, Flow]]]) -> str:
    """The measures as Markdown, one column for each checkout."""
    rows: list[tuple[str, Callable[[Layout, dict[str, Flow]], str]]] = [
        ("modules", lambda layout, _: str(len(layout.lengths))),
        ("lines per module, mean", lambda layout, _: f"{statistics.mean(layout.lengths):.0f}"),
        ("lines per module, median", lambda layout, _: f"{statistics.median(layout.lengths):.0f}"),
        ("modules under 60 lines", lambda layout, _: str(sum(n < 60 for n in layout.lengths))),
        ("modules over 300 lines", lambda layout, _: str(sum(n > 300 for n in layout.lengths))),
        ("file names in more than one package", lambda layout, _: str(len(layout.repeated))),
        ("modules in an evaluation", lambda _, flows: str(len(flows["evaluate"].modules))),
        ("climbs in an evaluation", lambda _, flows: str(flows["evaluate"].climbs)),
        ("modules in a report", lambda _, flows: str(len(flows["report"].modules))),
        ("climbs in a report", lambda _, flows: str(flows["report"].climbs)),
        ("modules in a click in *Try it*", lambda _, flows: str(len(flows["try_it"].modules))),
        ("climbs in a click in *Try it*", lambda _, flows: str(flows["try_it"].climbs)),
    ]
    lines = [f"| measure | {' | '.join(headings)} |", "| --- |" + " --- |" * len(headings)]
    lines += [f"| {name} | {' | '.join(cell(*one) for one in found)} |" for name, cell in rows]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and put the table into the page if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("checkouts", nargs="*", metavar="CHECKOUT", help="folders or commits")
    parser.add_argument("--list", action="store_true", help="list the modules of each flow")
    parser.add_argument("--write", action="store_true", help="replace the table of the page")
    parser.add_argument("--flow", choices=FLOWS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.flow:
        one = trace(options.flow, Path(options.checkouts[0]))
        print(json.dumps({"modules": one.modules, "climbs": one.climbs}))
        return
    checkouts = options.checkouts or [BEFORE, str(ROOT)]
    found = []
    for checkout in checkouts:
        with checked_out(checkout) as folder:
            found.append((measure_layout(folder), measure_flows(folder)))
        if options.list:
            layout, flows = found[-1]
            print(f"{checkout}: names in more than one package: {', '.join(layout.repeated) or 'none'}")
            for name, flow in flows.items():
                print(f"{checkout}: {name}: {', '.join(flow.modules)}")
    headings = ["before", "after"] if not options.checkouts else checkouts
    printed = table(headings, found)
    print(printed)
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{printed}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
