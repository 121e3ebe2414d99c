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

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.analysis.stress import WORST

WIDTH_OF_FILES = 140  # columns, where no terminal says how many it has
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


def _signed(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:+.3f}"


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


def show_stress(
    curves: pd.DataFrame, ranks: pd.DataFrame, gaps: dict[str, pd.DataFrame], baseline: str
) -> None:
    """Print the stress suite's findings (see `floodeval.analysis.stress`), a table and a summary a prompt.

    Args:
        curves: of `stress_curves`.
        ranks: of `stress_ranks`.
        gaps: of `fall_gaps`, by the variant held against the baseline.
        baseline: the first variant.
    """
    for prompt, rows in curves.groupby("prompt", sort=False):
        variants = list(dict.fromkeys(rows["variant"]))
        title = f"{prompt}: IoU, and its fall since severity 0, means over bases with 95 % intervals"
        shown = Table(title=title, title_justify="left")
        shown.add_column("factor")
        for heading in ("severity", "n", *(text for name in variants for text in (name, "fall"))):
            shown.add_column(heading, justify="right")
        for (factor, severity), cells in rows.groupby(["factor", "severity"], sort=False):
            by_variant = cells.set_index("variant")
            texts = [text for name in variants for text in _stress_cells(by_variant.loc[name])]
            shown.add_row(
                str(factor), str(severity), str(cells["n"].min()), *texts, end_section=severity == WORST
            )
        console.print(shown)
        for name in variants:
            mine = ranks[(ranks["prompt"] == prompt) & (ranks["variant"] == name)].sort_values("rank")
            told = ", ".join(f"{row.factor} {row.slope:+.3f}" for row in mine.itertuples())
            console.print(f"{name} loses IoU per step of severity: {told}", markup=False, soft_wrap=True)
        for name, gap in gaps.items():
            mine = gap[gap["prompt"] == prompt]
            for verdict in ("more", "less"):
                said = mine[mine["verdict"] == verdict]
                told = ", ".join(
                    f"{one.factor} {one.gap:+.3f} ({one.ci_low:+.3f} to {one.ci_high:+.3f})"
                    for one in said.itertuples()
                )
                said_so = told or "no factor (beyond doubt)"
                console.print(
                    f"{name} falls {verdict} than {baseline} with: {said_so}", markup=False, soft_wrap=True
                )
        console.print()


def _stress_cells(row: pd.Series) -> tuple[str, str]:
    """One variant's IoU and fall, each with its interval."""
    mean = f"{_number(row['mean'])} ({_number(row['ci_low'])} to {_number(row['ci_high'])})"
    if row["severity"] == 0:
        return mean, ""
    around = f"({_signed(row['fall_ci_low'])} to {_signed(row['fall_ci_high'])})"
    return mean, f"{_signed(row['fall'])} {around}"
