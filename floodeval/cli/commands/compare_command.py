"""`floodeval compare`: the gap of each pair of variants, or of two sides, with intervals and tests."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.table import Table
from rich.text import Text

from floodeval.analysis.compare import compare, comparison_of
from floodeval.analysis.comparison import Comparison
from floodeval.analysis.threshold_choice import threshold_choices
from floodeval.analysis.verdicts import holm, scenes_needed
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE, add_failure_threshold
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import interval_of, show_apart, show_clicks, show_flagged, show_verdict
from floodeval.cli.threshold_table import show_thresholds
from floodeval.errors import FloodevalError
from floodeval.evaluation.paired_run import pair_sides
from floodeval.evaluation.run import load_run
from floodeval.evaluation.sides import open_sides, parse_side
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, saying, speaking_of_synthetic_scenes
from floodeval.viz.wording import baseline_words, truth_difference_words

SHOWN_IDS = 5  # of samples that are left out


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "run", metavar="RUN", help="run whose variants are compared; or side A, as RUN[:VARIANT[:PROMPT]]"
    )
    parser.add_argument(
        "b", nargs="?", metavar="B", help="side B, of the same run or another one, as RUN[:VARIANT[:PROMPT]]"
    )
    parser.add_argument(
        "--prompt", metavar="SPEC", help="only this prompt (default: all prompts of the run or of both sides)"
    )
    add_failure_threshold(parser, "as the run states, 0.5")
    parser.add_argument(
        "--thresholds",
        action="store_true",
        help="instead, choose for each variant the threshold of its logits with the highest mean IoU on the "
        "validation subset of RUN, and score it on the test subset",
    )
    add_json(parser, "the comparisons")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status.

    Raises:
        FloodevalError: a run or side does not exist, or options contradict.
    """
    if options.thresholds:
        return _choose_thresholds(options)
    if options.b is None:
        run = load_run(_run_alone(options.run)).at_failure_threshold(options.failure_threshold)
        comparisons, is_synthetic = compare(run, options.prompt), run.info.is_synthetic
        infos = [run.info] * len(comparisons)
    else:
        run, sides = None, open_sides(options.run, options.b, options.prompt)
        pairs = [pair_sides(a, b) for a, b in sides]
        comparisons = [
            comparison_of(replace(one, run=one.run.at_failure_threshold(options.failure_threshold)))
            for one in pairs
        ]
        infos = [one.run.info for one in pairs]
        is_synthetic = sides[0][0].run.info.is_synthetic
    if not is_printed(options.json):
        with speaking_of_synthetic_scenes(is_synthetic):
            for comparison, one in zip(comparisons, infos, strict=True):
                show_comparison(comparison, variant_titles(one))
            show_trivial_answers(comparisons)
            show_together(comparisons)
            if run is not None:
                show_clicks(run, options.prompt)
                show_apart(run)
    write_json(options.json, [comparison.to_dict() for comparison in comparisons])
    return DONE


def _choose_thresholds(options: argparse.Namespace) -> int:
    if options.b is not None:
        raise FloodevalError("--thresholds is about the variants of one run; leave out side B")
    choices = threshold_choices(load_run(_run_alone(options.run)), options.prompt)
    if not choices:
        raise FloodevalError(f"the run {options.run} has no rows with the prompt '{options.prompt}'")
    if not is_printed(options.json):
        show_thresholds(choices)
    write_json(options.json, [one.to_dict() for one in choices])
    return DONE


def _run_alone(text: str) -> str:
    """The run whose variants are compared with each other.

    Raises:
        FloodevalError: the text is a side, which needs another one.
    """
    side = parse_side(text)
    if side.variant is not None:
        raise FloodevalError(saying("sides.one_side", side=text))
    return side.run


def show_comparison(comparison: Comparison, titles: Mapping[str, str]) -> None:
    """Print every metric of A and B, the verdict and the outcomes.

    Args:
        comparison: of A and B.
        titles: the names that people read, by the variants' short names.
    """
    a, b = (_both_names(name, titles) for name in (comparison.a, comparison.b))
    title = f"{comparison.prompts}: A = {a}, B = {b}"
    shown = Table(title=Text(title), title_justify="left")
    shown.add_column("metric")
    for heading in ("mean A", "mean B", "gap", "95% interval", "p", "p Holm", "effect", "better/same/worse"):
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
    show_sides(comparison)
    show_flagged(comparison)
    counts = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in comparison.outcomes.items())
    missed = f"missed all water: A {comparison.n_missed_a}, B {comparison.n_missed_b}"
    show_line(f"at IoU {formats.significant(comparison.threshold)}: {counts}; {missed}")
    show_line("")


def _both_names(name: str, titles: Mapping[str, str]) -> str:
    """A variant's short name, which commands take, and the name that people read where it is another one."""
    shown = titles.get(name, name)
    return name if shown == name else f"{name} [{shown}]"


def show_trivial_answers(comparisons: Sequence[Comparison]) -> None:
    """Print what no model would reach with each prompt, once for all pairs of variants."""
    lines = (f"{one.prompts}: {baseline_words(one.baselines)}" for one in comparisons if one.baselines)
    for line in dict.fromkeys(lines):
        show_line(line)


def show_sides(comparison: Comparison) -> None:
    """Print of which runs A and B are, which samples are left out, and how the prompts differ."""
    a, b = comparison.side_a, comparison.side_b
    if a is None or b is None:
        return
    if a.folder != b.folder:
        show_line(f"A is {a.name}, B is {b.name}")
    if words := truth_difference_words(a.prompt, a.uses_ground_truth, b.prompt, b.uses_ground_truth):
        show_line(f"{comparison.prompts}: {words}")
    for ids, why in (
        (comparison.only_a, "only in A"),
        (comparison.only_b, "only in B"),
        (comparison.other_reference, "with another reference mask in B"),
    ):
        if ids:
            few = ", ".join(ids[:SHOWN_IDS]) + (" ..." if len(ids) > SHOWN_IDS else "")
            show_line(f"left out: {counted(len(ids), 'sample')} {why} ({few})")


def show_together(comparisons: Sequence[Comparison]) -> None:
    """Print the p of the IoU's gap of several comparisons, corrected for their number."""
    if len(comparisons) < 2:
        return
    pairs = {(one.a, one.b) for one in comparisons}
    p_values = holm([one.primary.p for one in comparisons])
    said = ", ".join(
        f"{one.prompts}{f' {one.b} compared with {one.a}' if len(pairs) > 1 else ''} {formats.p_value(p)}"
        for one, p in zip(comparisons, p_values, strict=True)
    )
    n = len(comparisons)
    show_line(
        f"Each verdict is a separate test. p of the IoU gap, corrected for {n} comparisons (Holm): "
        f"{said}; deciding among {n} needs at least {counted(scenes_needed(n), 'scene')}"
    )
