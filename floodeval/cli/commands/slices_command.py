"""`floodeval slices`: compare variants by subgroup, and show their error types."""

import argparse

import pandas as pd

from floodeval.analysis.pairing import prompts_in_common
from floodeval.analysis.run_findings import first_comparable
from floodeval.analysis.subgroups import NUMBERS, compare_subgroups, error_table, weakest_subgroups
from floodeval.analysis.verdicts import MINIMUM_SCENES, WORSE
from floodeval.cli.options import DONE, add_csv, add_run
from floodeval.cli.terminal import console, show_line
from floodeval.cli.terminal_tables import empty_table
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import load_run
from floodeval.i18n import formats
from floodeval.storage.spreadsheet import write_csv
from floodeval.viz.wording import part_words


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_run(parser)
    parser.add_argument("--prompt", metavar="SPEC", help="prompt (default: the first that both have)")
    parser.add_argument(
        "--a",
        metavar="VARIANT",
        help="baseline (default: the first variant that can be compared)",
    )
    parser.add_argument("--b", metavar="VARIANT", help="candidate (default: the next one that can be)")
    add_csv(parser, "the subgroups")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    run = load_run(options.run)
    names = run.info.variant_names
    if len(names) < 2 and not (options.a and options.b):
        raise FloodevalError(
            f"run {run.folder} has one variant, '{names[0]}'; evaluate at least two to compare them"
        )
    a = options.a or first_comparable(run, options.b)
    b = options.b or first_comparable(run, a)
    common = prompts_in_common(run.metrics, {a, b})
    prompt = options.prompt or next(iter(common), run.info.prompt_specs[0])
    table = compare_subgroups(run, a, b, prompt)
    show_slices(table, f"{prompt}: IoU by subgroup, A = {a}, B = {b}")
    show_weakest(weakest_subgroups(run, a, b, prompt, "iou_b"), f"{prompt}: weakest subgroups of {b}")
    show_weakest(weakest_subgroups(run, a, b, prompt, "iou_gap"), f"{prompt}: subgroups with the lowest gap")
    show_errors(error_table(run, prompt))
    if options.csv:
        write_csv(options.csv, table)
    return DONE


def show_slices(table: pd.DataFrame, title: str) -> None:
    """Print the subgroups of `floodeval.analysis.subgroups.compare_subgroups`."""
    shown = empty_table(
        title, ("trait", "part"), ("range", "mean A", "mean B", "gap", "95% interval", "n", "scenes")
    )
    for row in table.to_dict("records"):
        bounds = (
            part_words(row["trait"], row["part"], row["low"], row["high"]) if row["trait"] in NUMBERS else ""
        )
        means = formats.score(row["mean_a"]), formats.score(row["mean_b"]), formats.gap(row["gap"])
        counts = formats.count(row["n"]), formats.count(row["n_scenes"])
        shown.add_row(
            row["trait"],
            row["part"],
            bounds,
            *means,
            formats.interval(row["gap_low"], row["gap_high"]),
            *counts,
        )
    console.print(shown)


def show_weakest(table: pd.DataFrame, title: str, most: int = 5) -> None:
    """Print the first of `floodeval.analysis.subgroups.weakest_subgroups`, and of how many they are."""
    if not table.attrs["n_looked"]:
        show_line(
            f"{title}: too few scenes to decide; a subgroup and the rest each need {MINIMUM_SCENES} "
            "effective scenes\n"
        )
        return
    headings = ("mean", "the rest", "difference", "95% interval", "p adjusted", "n", "scenes")
    shown = empty_table(title, ("subgroup",), headings, ("verdict",))
    for row in table.head(most).to_dict("records"):
        means = formats.score(row["mean"]), formats.score(row["mean_rest"]), formats.gap(row["difference"])
        tests = formats.interval(row["low"], row["high"]), formats.p_value(row["p_adjusted"])
        word = "weaker" if row["verdict"] == WORSE else row["verdict"].replace("_", " ")
        shown.add_row(
            row["slice"], *means, *tests, formats.count(row["n"]), formats.count(row["n_scenes"]), word
        )
    console.print(shown)
    show_line(
        f"p is corrected for {table.attrs['n_looked']} subgroups (above 0.05, chance explains a subgroup "
        "this weak); a subgroup is weaker only if the interval also excludes zero\n"
    )


def show_errors(table: pd.DataFrame) -> None:
    """Print the errors of `floodeval.analysis.subgroups.error_table`, a row per prompt and variant."""
    kinds = list(dict.fromkeys(table["kind"]))
    headings = [kind.replace("_", " ") for kind in kinds]
    shown = empty_table(
        "Wrong pixels by error type, % of the frame, mean over images",
        ("prompt", "variant"),
        (*headings, "n"),
    )
    for (prompt, variant), rows in table.groupby(["prompt", "variant"], sort=False):
        frames = rows.set_index("kind")["frame"]
        shares = [formats.decimal(100 * frames[kind], 1) for kind in kinds]
        shown.add_row(str(prompt), str(variant), *shares, formats.count(rows["n"].iloc[0]))
    console.print(shown)
