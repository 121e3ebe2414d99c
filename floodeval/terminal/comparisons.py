"""Averages and comparisons as tables, and the verdict in one line."""

import pandas as pd
from rich.table import Table

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.terminal.numbers import interval, number, p_value, signed
from floodeval.terminal.progress import console, show_line


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
        means = [number(by_metric["mean"][metric]) for metric in metrics]
        truth = "no" if str(prompt).startswith("full") else "yes"
        counts = (str(by_metric[name]["iou"]) for name in ("n", "n_missing"))
        shown.add_row(str(prompt), truth, str(variant), *means, number(by_metric["pooled"]["iou"]), *counts)
    console.print(shown)


def show_verdict(comparison: Comparison) -> None:
    """Print the answer in one line: better, worse or undecided, the gap with its interval, on how much."""
    iou = comparison.metrics[PRIMARY]
    a, b, gap = comparison.a, comparison.b, f"{signed(iou.gap)}, 95 % interval {_interval(iou)}"
    words = {"better": f"{b} is better than {a}", "worse": f"{b} is worse than {a}"}
    said = words.get(comparison.verdict, f"undecided between {b} and {a}")
    show_line(
        f"{comparison.prompt}: {said}: IoU {gap} over {comparison.n_scenes} scenes; "
        f"up on {iou.wins}, down on {iou.losses} of {iou.n} photographs"
    )


def show_flagged(comparison: Comparison) -> None:
    """Print the verdict's figures without the samples whose truth is in doubt, where there are any."""
    rest = comparison.without_flagged
    if not comparison.flagged:
        return
    ids = ", ".join(comparison.flagged[:5]) + (" ..." if len(comparison.flagged) > 5 else "")
    if rest is None:
        show_line(
            f"{comparison.prompt}: all {len(comparison.flagged)} samples are flagged by the audit ({ids}); "
            "look at them before you trust these figures"
        )
        return
    which = f"without the {len(comparison.flagged)} flagged by the audit ({ids})"
    means = f"{number(rest.mean_a)} to {number(rest.mean_b)}"
    show_line(
        f"{comparison.prompt}: {which}: IoU {means}, "
        f"{signed(rest.gap)}, 95 % interval {_interval(rest)}, n {rest.n}"
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
        means = (number(one.mean_a), number(one.mean_b), signed(one.gap), _interval(one))
        tests = (p_value(one.p), p_value(one.p_holm), signed(one.rank_biserial))
        changed = f"{one.wins}/{one.ties}/{one.losses}"
        pooled = (number(one.pooled_a), number(one.pooled_b), str(one.n), str(one.n_missing))
        shown.add_row(name, *means, *tests, changed, *pooled)
    console.print(shown)
    show_verdict(comparison)
    show_flagged(comparison)
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in comparison.quadrants.items())
    missed = f"missed all water: A {comparison.n_missed_a}, B {comparison.n_missed_b}"
    show_line(f"at IoU {comparison.threshold:g}: {counts}; {missed}\n")


def _interval(one: MetricComparison) -> str:
    return interval(one.ci_low, one.ci_high)
