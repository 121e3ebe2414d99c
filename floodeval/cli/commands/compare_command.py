"""`floodeval compare`: the gap of each pair of variants, with intervals and tests."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from floodeval.analysis.compare import Comparison, compare
from floodeval.analysis.verdicts import holm, scenes_needed
from floodeval.cli.options import DONE, add_run
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import interval_of, show_clicks, show_flagged, show_verdict
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, speaking_of_synthetic_scenes
from floodeval.storage.atomic import write_text


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="only this prompt (default: all prompts of the run)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the comparisons to this file")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run = load_run(options.run)
    comparisons = compare(run, options.prompt)
    with speaking_of_synthetic_scenes(run.info.is_synthetic):
        for comparison in comparisons:
            show_comparison(comparison)
        show_together(comparisons)
        show_clicks(run, options.prompt)
    if options.json:
        texts = [comparison.to_json().rstrip() for comparison in comparisons]
        write_text(options.json, (texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]") + "\n")
    return DONE


def show_comparison(comparison: Comparison) -> None:
    """Print every metric of A and B, the verdict and the outcomes."""
    shown = Table(title=f"{comparison.prompt}: A = {comparison.a}, B = {comparison.b}", title_justify="left")
    shown.add_column("metric")
    for heading in ("mean A", "mean B", "gap", "95% interval", "p", "p Holm", "effect", "higher/same/lower"):
        shown.add_column(heading, justify="right")
    for heading in ("pooled A", "pooled B", "n", "missing"):
        shown.add_column(heading, justify="right")
    for name, one in comparison.metrics.items():
        means = (formats.score(one.mean_a), formats.score(one.mean_b), formats.gap(one.gap), interval_of(one))
        tests = (formats.p_value(one.p), formats.p_value(one.p_holm), formats.gap(one.rank_biserial))
        changed = f"{one.wins}/{one.ties}/{one.losses}"
        pooled = (
            formats.score(one.pooled_a),
            formats.score(one.pooled_b),
            formats.count(one.n),
            formats.count(one.n_missing),
        )
        shown.add_row(name, *means, *tests, changed, *pooled)
    console.print(shown)
    show_verdict(comparison)
    show_flagged(comparison)
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in comparison.outcomes.items())
    missed = f"missed all water: A {comparison.n_missed_a}, B {comparison.n_missed_b}"
    show_line(f"at IoU {formats.significant(comparison.threshold)}: {counts}; {missed}\n")


def show_together(comparisons: Sequence[Comparison]) -> None:
    """Print the p of the IoU's gap of several comparisons, corrected for their number."""
    if len(comparisons) < 2:
        return
    pairs = {(one.a, one.b) for one in comparisons}
    p_values = holm([one.primary.p for one in comparisons])
    said = ", ".join(
        f"{one.prompt}{f' {one.b} compared with {one.a}' if len(pairs) > 1 else ''} {formats.p_value(p)}"
        for one, p in zip(comparisons, p_values, strict=True)
    )
    n = len(comparisons)
    show_line(
        f"Each verdict is a separate test. p of the IoU gap, corrected for {n} comparisons (Holm): "
        f"{said}; deciding among {n} needs at least {counted(scenes_needed(n), 'scene')}"
    )
