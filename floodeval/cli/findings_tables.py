"""Subgroups, error types, label suspects and cost as tables."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd
from rich.table import Table

from floodeval.analysis.verdicts import MINIMUM_SCENES, WORSE
from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats

Show = Callable[[float], str]


def show_slices(table: pd.DataFrame, title: str) -> None:
    """Print the subgroups of `floodeval.analysis.subgroups.slices`."""
    shown = _table(
        title, ("trait", "part"), ("range", "mean A", "mean B", "gap", "95% interval", "n", "scenes")
    )
    for row in table.to_dict("records"):
        bounds = (
            ""
            if pd.isna(row["low"])
            else formats.interval(row["low"], row["high"], partial(formats.significant, digits=3))
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
    shown = _table(title, ("subgroup",), headings, ("verdict",))
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
    """Print the errors of `floodeval.analysis.review_queue.error_table`, a row per prompt and variant."""
    kinds = list(dict.fromkeys(table["kind"]))
    headings = [kind.replace("_", " ") for kind in kinds]
    shown = _table(
        "Wrong pixels by error type, % of the frame, mean over images",
        ("prompt", "variant"),
        (*headings, "n"),
    )
    for (prompt, variant), rows in table.groupby(["prompt", "variant"], sort=False):
        frames = rows.set_index("kind")["frame"]
        shares = [formats.decimal(100 * frames[kind], 1) for kind in kinds]
        shown.add_row(str(prompt), str(variant), *shares, formats.count(rows["n"].iloc[0]))
    console.print(shown)


def show_suspects(table: pd.DataFrame) -> None:
    """Print the suspects of `floodeval.analysis.review_queue.suspects`, or that there are none."""
    if table.empty:
        console.print("no label suspects: where the variants agree, they also agree with the reference mask")
        return
    columns = {"agreement": formats.score, "best_iou": formats.score, "doubt": formats.score}
    _show(table, "Label suspects", ("id", "prompt"), columns, last=("reason",))


def show_cost(table: pd.DataFrame) -> None:
    """Print the costs of `floodeval.analysis.cost.cost_table`."""
    columns: dict[str, Show] = {
        "iou": formats.score,
        "n": formats.count,
        "encode_ms": formats.count,
        "decode_ms": formats.count,
        "parameters": formats.count,
        "trained_parameters": formats.count,
        "peak_memory_mb": formats.count,
        "checkpoint_mb": formats.distance,
        "training_s": formats.duration,
        "epochs": formats.count,
    }
    title = "Cost and mean IoU; ms: median per photograph; variants with the same encoder share encoding"
    _show(table, title, ("prompt", "variant"), columns)


def _show(
    table: pd.DataFrame,
    title: str,
    words: tuple[str, ...],
    columns: Mapping[str, Show],
    last: tuple[str, ...] = (),
) -> None:
    shown = _table(title, words, tuple(name.replace("_", " ") for name in columns), last)
    for row in table.to_dict("records"):
        cells = [_missing_or(show, row[name]) for name, show in columns.items()]
        shown.add_row(*(str(row[name]) for name in words), *cells, *(str(row[name]) for name in last))
    console.print(shown)


def _missing_or(show: Show, value: float | None) -> str:
    return formats.NO_VALUE if value is None or pd.isna(value) else show(value)


def _table(title: str, words: tuple[str, ...], numbers: tuple[str, ...], last: tuple[str, ...] = ()) -> Table:
    shown = Table(title=title, title_justify="left")
    for heading in words:
        shown.add_column(heading)
    for heading in numbers:
        shown.add_column(heading, justify="right")
    for heading in last:
        shown.add_column(heading)
    return shown
