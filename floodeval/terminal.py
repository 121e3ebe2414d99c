"""What a person sees in the terminal: progress with rate and time left, and tables."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Self

import pandas as pd
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.data.audit.findings import KINDS, Audit
from floodeval.data.listing import printable

WIDTH_OF_FILES = 140  # columns, where no terminal says how many it has
FIRST_NAMED = 4  # issues of a kind, in the audit's table
PLAIN_EVERY_S = 15.0  # between lines of progress where the output is a file

console = Console(highlight=False)
if not console.is_terminal:
    console = Console(highlight=False, width=WIDTH_OF_FILES)


@contextmanager
def progress(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many of how many are done: a bar in a terminal, a line now and then in a file."""
    if not console.is_terminal:
        yield _PlainProgress(what, unit)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task(what, total=None, rate="")
        rate = _Rate(unit)

        def tick(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, rate=rate.text(done))

        yield tick


class _Rate:
    """How fast the work goes since the first tick, which may find some of it done."""

    def __init__(self, unit: str) -> None:
        self.unit, self.began, self.first = unit, time.monotonic(), -1

    def per_second(self, done: int) -> float:
        if self.first < 0:
            self.first, self.began = done, time.monotonic()
        return (done - self.first) / max(time.monotonic() - self.began, 1e-9)

    def text(self, done: int) -> str:
        rate = self.per_second(done)
        return f"{rate:.2f} {self.unit}/s" if rate >= 0.1 or not rate else f"{60 * rate:.1f} {self.unit}/min"


class _PlainProgress:
    def __init__(self, what: str, unit: str) -> None:
        self.what, self.rate, self.told = what, _Rate(unit), 0.0

    def __call__(self, done: int, total: int) -> None:
        rate = self.rate.per_second(done)
        if time.monotonic() - self.told < PLAIN_EVERY_S and done < total:
            return
        self.told = time.monotonic()
        left = f", {(total - done) / rate:.0f} s left" if rate > 0 and done < total else ""
        console.print(f"{self.what}: {done}/{total}, {self.rate.text(done)}{left}", markup=False)


class StagedProgress:
    """Progress of work in stages, each with its own count; a stage begins when its name changes."""

    def __init__(self) -> None:
        self.stage, self.stack = "", ExitStack()
        self.tick: Callable[[int, int], None] = lambda done, total: None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stack.close()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say what is going on (`stage`, or `stage: note` to print), how much is done, and of how much."""
        stage, _, note = what.partition(": ")
        if stage != self.stage:
            self.stack.close()
            self.stage, self.tick = stage, self.stack.enter_context(progress(stage, "steps"))
        self.tick(done, total)
        if note:
            console.print(note, markup=False)


def show_averages(
    table: pd.DataFrame, metrics: tuple[str, ...] = ("iou", "dice", "precision", "recall")
) -> None:
    """Print the averages of `floodeval.analysis.pairing.averages`: a row per prompt and variant."""
    shown = Table(
        title="Water, mean over images; last, IoU pooled over pixels. truth: the prompt uses it",
        title_justify="left",
    )
    for heading in ("prompt", "truth", "variant", *metrics, "IoU pooled", "n", "missing"):
        shown.add_column(heading, justify="left" if heading in ("prompt", "variant", "truth") else "right")
    for (prompt, variant), rows in table.groupby(["prompt", "variant"], sort=False):
        by_metric = rows.set_index("metric")
        means = [_number(by_metric["mean"][metric]) for metric in metrics]
        truth = "no" if str(prompt).startswith("full") else "yes"
        counts = (str(by_metric[name]["iou"]) for name in ("n", "n_missing"))
        shown.add_row(str(prompt), truth, str(variant), *means, _number(by_metric["pooled"]["iou"]), *counts)
    console.print(shown)


def show_verdict(comparison: Comparison) -> None:
    """Print the answer in one line: better, worse or undecided, the gap with its interval, on how much."""
    iou = comparison.metrics[PRIMARY]
    a, b, gap = comparison.a, comparison.b, _signed(iou.gap)
    words = {"better": f"{b} is better than {a}", "worse": f"{b} is worse than {a}"}
    said = words.get(comparison.verdict, f"undecided between {b} and {a}")
    console.print(
        f"{comparison.prompt}: {said}: IoU {gap}, 95 % interval {_interval(iou)} over {comparison.n_scenes} "
        f"scenes; up on {iou.wins}, down on {iou.losses} of {iou.n} photographs",
        markup=False,
        soft_wrap=True,
    )


def show_comparison(comparison: Comparison) -> None:
    """Print every metric of A and B, the verdict and the quadrants."""
    shown = Table(title=f"{comparison.prompt}: A = {comparison.a}, B = {comparison.b}", title_justify="left")
    shown.add_column("metric")
    for heading in ("mean A", "mean B", "gap", "95 % interval", "p", "p Holm", "effect", "up/same/down"):
        shown.add_column(heading, justify="right")
    for heading in ("pooled A", "pooled B", "n", "missing"):
        shown.add_column(heading, justify="right")
    for name, one in comparison.metrics.items():
        means = (_number(one.mean_a), _number(one.mean_b), _signed(one.gap), _interval(one))
        tests = (_p(one.p), _p(one.p_holm), _signed(one.rank_biserial), f"{one.wins}/{one.ties}/{one.losses}")
        pooled = (_number(one.pooled_a), _number(one.pooled_b), str(one.n), str(one.n_missing))
        shown.add_row(name, *means, *tests, *pooled)
    console.print(shown)
    show_verdict(comparison)
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in comparison.quadrants.items())
    missed = f"missed all water: A {comparison.n_missed_a}, B {comparison.n_missed_b}"
    console.print(f"at IoU {comparison.threshold:g}: {counts}; {missed}\n", markup=False, soft_wrap=True)


def show_audit(audit: Audit) -> None:
    """Print an audit: a row per kind of issue with its first samples and its cure, then the summary."""
    if audit.issues:
        console.print(_issue_table(audit))
    else:
        console.print(f"{printable(audit.dataset)}: nothing found", markup=False)
    for line in _audit_lines(audit):
        console.print(line, markup=False, soft_wrap=True)


def _issue_table(audit: Audit) -> Table:
    title = Text(f"{printable(audit.dataset)}: what was found, the gravest first")
    shown = Table(title=title, title_justify="left")
    shown.add_column("kind")
    shown.add_column("n", justify="right")
    for heading in ("what it means", "samples", "what to do"):
        shown.add_column(heading, overflow="fold")
    for kind, n in audit.counts().items():
        issues = audit.of_kind(kind)
        named = ", ".join("+".join(issue.ids) for issue in issues[:FIRST_NAMED])
        named += " ..." if n > FIRST_NAMED else ""
        cells = (kind, str(n), KINDS[kind].meaning, printable(named), KINDS[kind].cure)
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


def _audit_lines(audit: Audit) -> Iterator[str]:
    """The summary of an audit, a sentence a line."""
    summary = audit.summary
    yield (
        f"{audit.n_pairs} pairs of {audit.n_photographs} photographs and {audit.n_masks} masks, "
        f"{summary['n_scenes']} scenes; the truth of {len(audit.flags())} is in doubt"
    )
    pictures = summary["photographs"]
    if pictures["n_readable"]:
        (low, high), formats = (pictures["smallest"], pictures["largest"]), pictures["formats"]
        kinds = ", ".join(f"{n} {name}" for name, n in formats.items())
        yield f"photographs: {low[0]}x{low[1]} to {high[0]}x{high[1]} pixels; {kinds}"
    water, edges = summary["water_share"], summary["smooth_edges"]
    if water["n"]:
        least, first, median, third, most = (f"{share:.0%}" for share in water["quartiles"])
        spread = f"half of them {first} to {third}, all {least} to {most}"
        yield f"water: {median} of a photograph in the median, {spread}"
    if edges["n_grey"]:
        iou = f"{edges['mean_iou']:.3f} in the mean, {edges['least_iou']:.3f} at least"
        n = f"{edges['n_grey']} of {edges['n']}"
        yield f"smooth edges: {n} masks have grey values; water over 0 and over 127 agree to an IoU of {iou}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"


def _interval(one: MetricComparison) -> str:
    if one.ci_low is None or one.ci_high is None:
        return "-"
    return f"{one.ci_low:+.3f} to {one.ci_high:+.3f}"


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"
