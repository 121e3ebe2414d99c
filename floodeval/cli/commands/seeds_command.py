"""`floodeval seeds`: compare recipes that were trained with several seeds."""

import argparse

from rich.table import Table

from floodeval.analysis.trainings import recipe_gaps, recipe_scores
from floodeval.analysis.verdicts import DECIDED, scenes_needed
from floodeval.cli.options import DONE, add_csv, add_run
from floodeval.cli.terminal import console, show_line
from floodeval.evaluation.run import Run, load_run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted
from floodeval.storage.spreadsheet import write_csv


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_run(parser)
    parser.add_argument("--metric", default="iou", help="metric to compare (default: iou)")
    add_csv(parser, "the scores of the recipes")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run = load_run(options.run)
    show_seeds(run, options.metric)
    if options.csv:
        write_csv(options.csv, recipe_scores(run, options.metric))
    return DONE


def show_seeds(run: Run, metric: str = "iou") -> None:
    """Print every recipe's score with its spread over seeds, and the gaps between recipes.

    Raises:
        FloodevalError: as `floodeval.analysis.trainings.recipe_scores`.
    """
    scores = recipe_scores(run, metric)
    shown = Table(
        title=f"{metric}, mean over photographs and seeds; the interval is over scenes",
        title_justify="left",
    )
    for heading in ("prompt", "recipe"):
        shown.add_column(heading)
    for heading in ("seeds", "mean", "SD over seeds", "lowest", "highest", "95% interval", "n"):
        shown.add_column(heading, justify="right")
    for row in scores.to_dict("records"):
        values = (formats.score(row[name]) for name in ("mean", "spread", "least", "most"))
        within = formats.interval(row["low"], row["high"], formats.score)
        shown.add_row(row["prompt"], row["recipe"], str(row["n_seeds"]), *values, within, str(row["n"]))
    console.print(shown)
    gaps = recipe_gaps(run, metric)
    for row in gaps.to_dict("records"):
        gap = f"{formats.gap(row['gap'])}, 95% interval {formats.interval(row['low'], row['high'])}"
        pairs = f"single trainings {formats.interval(row['least'], row['most'])}"
        on = f"{counted(row['n'], 'photograph')}, {counted(row['n_scenes'], 'scene')}"
        word = str(row["verdict"]).replace("_", " ")
        judged = f"{row['b']} {word}" if row["verdict"] in DECIDED else word
        show_line(f"{row['prompt']}: {row['b']} compared with {row['a']}: gap {gap}; {pairs}; {on}: {judged}")
    if len(gaps):
        n = int(gaps["prompt"].value_counts().max())
        show_line(
            "Intervals and verdicts hold for these trainings only. They do not cover other seeds: another "
            "training may differ by more. "
            f"Verdicts are corrected for {n} pair{'' if n == 1 else 's'} of recipes per prompt (Holm); "
            f"a decision needs at least {counted(scenes_needed(n), 'scene')}"
        )
