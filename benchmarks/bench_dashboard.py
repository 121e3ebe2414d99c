"""How long a person waits for the dashboard, in a Chromium, and whether its server's memory stays flat.

The wait ends when the expected cards, rows or last part of the page are there, when pictures, charts and
tables are drawn, and the page's script is over. The runs are the landed one repeated, with drawn photographs.

    python -m benchmarks.bench_dashboard [--rounds 5] [--images 300] [--rows 100000] [--turns 500]
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from playwright.sync_api import Browser, Locator, Page

from benchmarks.repeated_run import write_repeated
from benchmarks.sorting_steps import STEPS, Order, orders
from floodeval.dashboard.navigation import PAGES
from floodeval.evaluation.run import Run
from tests.support.serving import COUNT_RUNS, READY, Dashboard, browsing, find_chromium, serving, settle

ROWS_AN_IMAGE = 10  # of the landed run: two variants, five prompts
OTHER = 20  # images of a small run: all of them are shown, and kept, before half of the page turns
FEW, MANY = 12, 24  # cards a page
PATIENCE_MS, UNSEEN_MS = 120_000, 1000
LOOKED_MS = 15_000  # so long a person looks at the first cards
LAST_OF_HOME = """[...document.querySelectorAll('[data-testid=stMain] [data-testid=stExpander]')]
    .some(one => one.textContent.includes('About this run'))"""
CARDS = "[...document.querySelectorAll('[data-testid=stMain] [data-testid=stPageLink] code')]"
NOTE_PAINT = """window.painted = new Set();
    const paint = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.painted.add(text);
        return paint.call(this, text, ...rest);
    };"""


def main() -> None:
    """Make the runs, serve them, time what a person does, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=500)
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        parser.error("no Chromium on this machine (on Debian: apt-get install chromium)")
    sizes = {"other": OTHER, "run": options.images, "large": options.rows // ROWS_AN_IMAGE}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        other, run, large = (write_repeated(root, name, n) for name, n in sizes.items())
        print(f"{options.rounds} rounds; load of the machine {os.getloadavg()[0]:.1f}\n")
        print("| what | median, s | least, s | most, s | goal, s |\n| --- | --- | --- | --- | --- |")
        with serving(root / "results", root / "data") as dashboard, browsing(chromium) as browser:
            _time_home(browser, dashboard, other, run, options.rounds)
            _time_orders(browser, dashboard, run, options.rounds, goal=0.4)
            _time_orders(browser, dashboard, large, options.rounds, goal=1.5)
            _time_cards(browser, dashboard, run, options.rounds)
            _watch_memory(browser, dashboard, other, options.turns)
        with browsing(chromium) as browser:
            _time_empty(browser, root, options.rounds)


def _time_home(browser: Browser, dashboard: Dashboard, other: Run, run: Run, rounds: int) -> None:
    """Home for the first time, new to the server, loaded again, from another page; the server is warm."""
    new, cold, again, back = [], [], [], []
    for _ in range(rounds):
        _forget(other, run)
        with _opened(browser, dashboard, "", other):
            pass
        began = time.perf_counter()
        with _opened(browser, dashboard, "", run) as page:
            _see_home(page)
            new.append(time.perf_counter() - began)
            _forget(run)
            cold.append(_seconds(page.reload, partial(_see_home, page)))
            again.append(_seconds(page.reload, partial(_see_home, page)))
            _turn(page, _link(page, "Subgroups"))
            back.append(_seconds(_aimed(page, _link(page, "Home")), partial(_see_home, page)))
    what = f"Home, {run.info.dataset['n_samples']} images"
    _print_row(f"{what}, new to the server, in a browser that never saw the dashboard", new)
    _print_row(f"{what}, new to the server", cold, 2.5)
    _print_row(f"{what}, loaded again", again, 0.6)
    _print_row(f"{what}, from another page", back, 0.6)


def _time_empty(browser: Browser, root: Path, rounds: int) -> None:
    """What Streamlit itself takes: a page of one word, loaded again."""
    script = root / "empty.py"
    script.write_text('import streamlit as st\n\nst.title("Empty")\n', encoding="utf-8")
    with serving(root, root, script=script) as dashboard, browser.new_context() as context:
        page = context.new_page()
        page.goto(dashboard.address)
        settle(page)
        times = [_seconds(page.reload, partial(settle, page)) for _ in range(rounds + 1)]
    _print_row("a Streamlit page of one word, loaded again", times[1:])


def _time_orders(browser: Browser, dashboard: Dashboard, run: Run, rounds: int, goal: float) -> None:
    """Every sort and filter of Worst cases, as pictures and as a table: of each its median.

    Once without a pause from the first look on, and once after a person has looked for a while, when pictures
    that may be asked for next have been drawn ahead.
    """
    expected = [(ids[:FEW], params) for ids, params in (order.seen(run) for order in orders())]
    what = f"Worst cases, {len(run.metrics)} rows, a sort or filter"
    _forget(run)
    with _opened(browser, dashboard, "Worst_cases", run) as page:
        page.wait_for_timeout(LOOKED_MS)
        looked = _time_round(page, _on_cards, expected)
    _print_row(f"{what}, {LOOKED_MS // 1000} s after the first look", looked, goal)
    _forget(run)
    with _opened(browser, dashboard, "Worst_cases", run) as page:
        for view, shown in (("Pictures", _on_cards), ("Table", _painted)):
            if view == "Table":
                _turn(page, page.get_by_role("radio", name=view, exact=True))
            times = np.array([_time_round(page, shown, expected) for _ in range(rounds + 1)])
            if view == "Pictures":
                _print_row(f"{what}, at once after the first look", list(times[0]), goal)
            medians = np.median(times[1:], axis=0)
            slowest = STEPS[int(medians.argmax())].words
            _print_row(f"{what}, {view.lower()} (slowest: {slowest})", list(medians), goal)


def _time_round(
    page: Page, shown: Callable[[list[str]], str], expected: list[tuple[list[str], dict[str, str]]]
) -> list[float]:
    times = []
    for step, (ids, params) in zip(STEPS, expected, strict=True):
        click = _aimed(page, step.control(page))
        see = partial(_see, page, shown(ids), params)
        page.evaluate("window.painted.clear()")
        times.append(_seconds(click, see))
    return times


def _on_cards(ids: list[str]) -> str:
    """In the browser: these images stand on the first cards."""
    return f"{CARDS}.slice(0, {len(ids)}).map(one => one.textContent).join() === {json.dumps(','.join(ids))}"


def _painted(ids: list[str]) -> str:
    """In the browser: these words were painted; what a table tells screen readers comes later."""
    return f"{json.dumps(ids)}.every(one => window.painted.has(one))"


def _time_cards(browser: Browser, dashboard: Dashboard, run: Run, rounds: int) -> None:
    """The next 24 cards of Worst cases, drawn for the first time, and cards that were drawn before."""
    _forget(run)
    ids, params = Order().seen(run)
    new: list[float] = []
    kept: list[float] = []
    with _opened(browser, dashboard, "Worst_cases", run) as page:
        _turn(page, page.get_by_role("radio", name=str(MANY), exact=True))
        for turn in range(1, min(rounds, len(ids) // MANY - 1) + 1):
            for way, at, times in (("Next", turn, new), ("Previous", turn - 1, kept), ("Next", turn, kept)):
                control, seen = page.get_by_role("button", name=f"{way} page"), ids[MANY * at :][:MANY]
                see = partial(_see, page, _on_cards(seen), params)
                times.append(_seconds(_aimed(page, control), see))
    _print_row(f"{MANY} cards, not drawn before", new, 0.8)
    _print_row(f"{MANY} cards, drawn before", kept, 0.8)


def _watch_memory(browser: Browser, dashboard: Dashboard, run: Run, n_turns: int) -> None:
    """Turn pages in one session; print the server's memory at the start, half-way and at the end."""
    megabytes = []
    with _opened(browser, dashboard, "", run) as page:
        for control in islice(_turns(page), n_turns):
            _turn(page, control)
            megabytes.append(_memory_mb(dashboard.pid))
    half = n_turns // 2
    slope = np.polyfit(np.arange(n_turns - half), megabytes[half:], 1)[0]
    print(
        f"\nmemory of the server over {n_turns} page turns, MB: {megabytes[0]:.0f} after the first, "
        f"{megabytes[half]:.0f} half-way, {megabytes[-1]:.0f} at the end; from half-way on "
        f"{1000 * slope:+.0f} kB a turn"
    )


def _turns(page: Page) -> Iterator[Locator]:
    """Round and round: every page, the next cards of Worst cases and the next image of Compare."""
    button = page.get_by_test_id("stMain").get_by_role
    for name in cycle(PAGES):
        yield _link(page, name)
        if name == "Worst cases":
            yield _first_enabled(button("button", name="Next page"), button("button", name="Previous page"))
        if name == "Compare":
            yield _first_enabled(button("button", name="Next"), button("button", name="Previous"))


def _first_enabled(control: Locator, other: Locator) -> Locator:
    return control if control.is_enabled() else other


def _link(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True)


@contextmanager
def _opened(browser: Browser, dashboard: Dashboard, path: str, run: Run) -> Iterator[Page]:
    """A page in a browser that knows nothing yet."""
    with browser.new_context(viewport={"width": 1440, "height": 1000}) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(COUNT_RUNS + NOTE_PAINT)
        page.goto(f"{dashboard.address}/{path}?{urlencode({'run': run.folder.name})}")
        settle(page)
        yield page


def _forget(*runs: Run) -> None:
    """Make the server read and compute these runs anew: their files look newer."""
    for run in runs:
        os.utime(run.folder / "metrics.parquet")


def _turn(page: Page, control: Locator) -> None:
    """Press a control, and wait until the script has run once more and all is drawn."""
    before, now = page.evaluate("[window.scriptRuns, performance.now()]")
    control.click()
    unseen = f"performance.now() > {now + UNSEEN_MS}"  # a run that is over before the browser has shown it
    page.wait_for_function(f"(window.scriptRuns > {before} || {unseen}) && {READY}")


def _aimed(page: Page, control: Locator) -> Callable[[], None]:
    """A click where a control is: found beforehand, without the checks that a person does not wait for."""
    control.scroll_into_view_if_needed()
    box = control.bounding_box()
    if box is None:
        raise RuntimeError(f"{control} cannot be seen")
    return partial(page.mouse.click, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _see_home(page: Page) -> None:
    page.wait_for_function(f"({LAST_OF_HOME}) && {READY}")


def _see(page: Page, shown: str, params: dict[str, str]) -> None:
    """Wait until the images are shown, under this address, drawn."""
    address = f"Object.entries({json.dumps(params)}).every(([key, value]) => here.get(key) === value)"
    page.wait_for_function(
        f"(() => {{ const here = new URLSearchParams(location.search);"
        f" return {address} && {shown} && {READY}; }})()"
    )


def _seconds(act: Callable[[], object], see: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    see()
    return time.perf_counter() - began


def _memory_mb(pid: int) -> float:
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(listed.stdout) / 1024


def _print_row(what: str, times: list[float], goal: float | None = None) -> None:
    wanted = "" if goal is None else f"{goal:g}"
    print(
        f"| {what} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} | {wanted} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
