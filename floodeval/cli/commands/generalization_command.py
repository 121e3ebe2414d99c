"""`floodeval generalization`: what a fine-tuning gains in domain, and what it loses on other data sets."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from floodeval.analysis.fidelity_findings import SetFidelity, fidelity_of_runs
from floodeval.analysis.generalization import Generalization, generalization
from floodeval.analysis.set_changes import Change
from floodeval.analysis.trade_off import DEFAULT_TOLERANCE
from floodeval.cli.json_output import add_json, is_printed, write_json
from floodeval.cli.options import DONE
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import empty_table
from floodeval.errors import FloodevalError
from floodeval.evaluation.run_groups import runs_of_groups
from floodeval.i18n import formats
from floodeval.viz.fidelity_words import water_words
from floodeval.viz.generalization_words import (
    claim_words,
    notes,
    prompt_words,
    recommendation_words,
    retention_words,
)

VERDICTS = {"too_few_scenes": "too few scenes"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Compare variants over several data sets, one run for each: the gain on the in-domain set, the "
        "change on the others, and which variant to use."
    )
    parser.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="runs, one per data set; the name of a group is all of its runs",
    )
    parser.add_argument(
        "--in-domain",
        metavar="RUN",
        help="run on the in-domain set (default: that of the group, else the set that a variant was trained "
        "on)",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=DEFAULT_TOLERANCE,
        metavar="LOSS",
        help="loss of mean IoU on the worst other set that a recommended variant may have (default: "
        f"{DEFAULT_TOLERANCE})",
    )
    parser.add_argument(
        "--baseline", metavar="NAME", help="variant to compare with (default: the pretrained SAM)"
    )
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="RUN=SPEC",
        help="prompt of one run (default: its best field prompt, else box); repeatable",
    )
    add_json(parser, "the findings")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    runs, of_group = runs_of_groups(options.runs)
    found = generalization(
        runs,
        in_domain=options.in_domain or of_group,
        baseline=options.baseline,
        tolerance=options.tolerance,
        prompts=read_prompts(options.prompt),
    )
    fidelity = fidelity_of_runs(runs)
    if not is_printed(options.json):
        show_generalization(found, fidelity)
    write_json(
        options.json, [one | {"fidelity": _answers(fidelity, one["variant"])} for one in found.to_dicts()]
    )
    return DONE


def _answers(fidelity: Sequence[SetFidelity], variant: str) -> list[dict[str, Any]]:
    """A variant's answers to prompts on dry land, an entry per data set that has any."""
    return [one.to_dict(variant) for one in fidelity if variant in one.variants]


def read_prompts(given: Sequence[str] | None) -> dict[str, str]:
    """Prompts by the names of runs, from `RUN=SPEC`.

    Raises:
        FloodevalError: a text has no run or no prompt, or names a run twice.
    """
    found: dict[str, str] = {}
    for text in given or ():
        run, equals, spec = text.partition("=")
        if not equals or not run or not spec:
            raise FloodevalError(f"--prompt '{text}' is not valid; expected RUN=SPEC, such as objects=box")
        if run in found:
            raise FloodevalError(f"--prompt names run '{run}' twice; give each run one prompt")
        found[run] = spec
    return found


def show_generalization(found: Generalization, fidelity: Sequence[SetFidelity]) -> None:
    """Print a sentence and a table per variant, the trade-off of all, and the recommendation."""
    for variant in found.variants[1:]:
        show_line(f"{claim_words(found, found.claim(variant.name))}.")
        _show_sets(found, variant.name)
        for one in fidelity:
            if words := water_words(found, one, variant.name):
                show_line(words)
    if found.points:
        _show_trade_off(found)
    for note in notes(found):
        show_line(note)
    show_line(recommendation_words(found))


def _show_sets(found: Generalization, variant: str) -> None:
    a, b = found.label(found.baseline.name), found.label(variant)
    title = (
        f"{b} (B) compared with {a} (A): mean IoU, B − A with its 95% "
        "interval over scenes, and retention B / A"
    )
    words, numbers = ("data set", "in domain", "prompt"), ("n", "scenes", "A", "B", "B − A", "95% interval")
    table = empty_table(title, words, (*numbers, "retention"), ("verdict",))
    for change in found.of(variant):
        table.add_row(*_cells(found, change))
    console.print(table)


def _cells(found: Generalization, change: Change) -> list[str]:
    about = found.set_of(change.run)
    return [
        about.name,
        "yes" if about.in_domain else "no",
        prompt_words(about),
        formats.count(change.n),
        formats.count(change.n_scenes),
        formats.score(change.mean_baseline),
        formats.score(change.mean),
        formats.gap(change.gap),
        formats.interval(change.low, change.high),
        retention_words(change.retention),
        VERDICTS.get(change.verdict, change.verdict),
    ]


def _show_trade_off(found: Generalization) -> None:
    title = "Trade-off: IoU gained in domain, and change on the worst other data set"
    table = empty_table(title, ("variant",), ("gain", "worst change"), ("on", "Pareto front", "use"))
    names: Mapping[str | None, str] = {one.run: one.name for one in found.sets}
    for point in found.points:
        within = f"within {formats.significant(found.tolerance)}" if point.within_tolerance else ""
        table.add_row(
            found.label(point.variant),
            formats.gap(point.gain),
            formats.gap(point.worst),
            names.get(point.worst_run, ""),
            "yes" if point.on_front else "no",
            "recommended" if point.variant == found.recommended else within,
        )
    console.print(table)
