"""`floodeval stress`: evaluate variants on the stress suite."""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from floodeval.analysis.stress_response import WORST, fall_gaps, stress_curves, stress_ranks
from floodeval.analysis.verdicts import scenes_needed
from floodeval.cli.inputs import read_variants
from floodeval.cli.options import (
    DONE,
    add_csv,
    add_device,
    add_model,
    add_variants,
    natural,
    positive,
)
from floodeval.cli.terminal import TerminalProgress, console, show_line
from floodeval.datasets.dataset import load_dataset
from floodeval.evaluation.evaluate import evaluate
from floodeval.evaluation.plan import DEFAULT_PROMPTS, CommandInputs, checked_prompts, checked_variants
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted
from floodeval.sam.weights import obtain_weights
from floodeval.storage.atomic import write_bytes
from floodeval.storage.locks import check_free
from floodeval.storage.paths import writable_run_folder
from floodeval.storage.spreadsheet import write_csv
from floodeval.synthetic.stress import draw_stress, stress_split
from floodeval.viz.dataset_pictures import stress_sheet
from floodeval.viz.thumbnails import jpeg

STRESS_FOLDER = Path("data") / "stress"
BASES = 9  # the fewest that can decide among 9 factors (docs/explanation/statistics.md)
SHEET_QUALITY = 68


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.description = (
        "Stress suite: evaluate variants on synthetic scenes that vary one factor at a time. Each base scene "
        "gives 28 pictures: the scene itself, and 9 "
        f"factors with 3 severities each. The default of {BASES} bases takes about 8 minutes on two idle "
        "cores; it is the lowest number that can decide among 9 factors. More bases give narrower intervals."
    )
    parser.add_argument(
        "--bases", type=positive, default=BASES, metavar="N", help=f"number of base scenes (default: {BASES})"
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the synthetic scenes (default: 0)")
    parser.add_argument("--name", default="stress", help="name of the run in results/runs (default: stress)")
    add_model(parser)
    add_variants(parser)
    add_device(parser)
    parser.add_argument(
        "--sheets",
        type=Path,
        metavar="FOLDER",
        help="write a contact sheet (JPEG) of each base scene to this folder",
    )
    add_csv(parser, "the curves")
    parser.add_argument("--force", action="store_true", help="draw and evaluate the scenes again")


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    check_free(writable_run_folder(options.name), f"run {options.name}")
    with TerminalProgress() as progress:
        weights = obtain_weights(options.model, say=show_line, progress=progress)
    print(weights.summary)
    variants, prompts = read_variants(options.variant), options.prompt or DEFAULT_PROMPTS
    checked_variants(variants, options.model)  # before minutes of drawing
    checked_prompts(prompts)
    with TerminalProgress() as progress:
        drawn = draw_stress(
            STRESS_FOLDER, options.bases, options.seed, force=options.force, progress=progress
        )
    if not drawn:
        console.print(f"using the synthetic scenes in {STRESS_FOLDER} (--force draws them again)")
    dataset = load_dataset(STRESS_FOLDER)
    split = stress_split([sample.id for sample in dataset.samples])
    if options.sheets:
        for base in dict.fromkeys(split.table["scene"]):
            write_bytes(options.sheets / f"{base}.jpg", jpeg(stress_sheet(dataset, base), SHEET_QUALITY))
    command = ("stress", "--bases", str(options.bases), "--seed", str(options.seed))
    with TerminalProgress() as progress:
        run = evaluate(
            dataset,
            options.name,
            variants,
            prompts,
            model_type=options.model,
            split=split,
            device=options.device,
            force=options.force,
            given=CommandInputs(dataset=str(STRESS_FOLDER), command=command),
            progress=progress,
        )
    baseline, *others = run.info.variant_names
    gaps = {other: fall_gaps(run, baseline, other) for other in others}
    curves = stress_curves(run)
    show_stress(curves, stress_ranks(run), gaps, baseline)
    if options.csv:
        write_csv(options.csv, curves, "%.4f")
    console.print(f"run: {run.folder}; open it with `floodeval dashboard`")
    if len(run.skipped):
        skipped = run.folder / "skipped.csv"
        console.print(f"skipped {run.skipped['id'].nunique()} pictures; {skipped} lists the reasons")
    return DONE


def show_stress(
    curves: pd.DataFrame, ranks: pd.DataFrame, gaps: dict[str, pd.DataFrame], baseline: str
) -> None:
    """Print the findings of the stress suite: a table and a summary for each prompt.

    Args:
        curves: of `stress_curves`.
        ranks: of `stress_ranks`.
        gaps: of `fall_gaps`, by the variant compared with the baseline.
        baseline: the first variant.
    """
    for prompt, rows in curves.groupby("prompt", sort=False):
        variants = list(dict.fromkeys(rows["variant"]))
        title = f"{prompt}: mean IoU over base scenes and its loss from severity 0, with 95% intervals"
        shown = Table(title=title, title_justify="left")
        shown.add_column("factor")
        for heading in ("severity", "n", *(text for name in variants for text in (name, "loss"))):
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
            losses = ", ".join(f"{row.factor} {formats.score(row.slope)}" for row in mine.itertuples())
            show_line(f"{name}: IoU lost per step of severity: {losses}")
        for name, gap in gaps.items():
            _show_falls(gap[gap["prompt"] == prompt], name, baseline)
        console.print()


def _show_falls(gap: pd.DataFrame, name: str, baseline: str) -> None:
    """Print with which factors a variant loses more or less than the baseline, or why that is undecided."""
    n, needed = int(gap["n"].max()) if len(gap) else 0, scenes_needed(len(gap))
    if n < needed:
        known = gap.dropna(subset=["gap"]).sort_values("gap", ascending=False)
        show_line(
            f"{name} compared with {baseline}: too few scenes ({n}) to decide; deciding among {len(gap)} "
            f"factors needs at least {counted(needed, 'scene')} (--bases). "
            f"Difference of the losses: {', '.join(map(_fall, known.itertuples()))}"
        )
        return
    for verdict in ("more", "less"):
        factors = ", ".join(map(_fall, gap[gap["verdict"] == verdict].itertuples()))
        show_line(
            f"{name} loses {verdict} IoU than {baseline} with: "
            f"{factors or 'no factor (corrected for all factors)'}"
        )


def _fall(row: Any) -> str:
    return f"{row.factor} {formats.gap(row.gap)} ({formats.interval(row.ci_low, row.ci_high)})"


def _stress_cells(row: pd.Series) -> tuple[str, str]:
    """The IoU of one variant and its loss, each with its interval."""
    mean = f"{formats.score(row['mean'])} ({formats.interval(row['ci_low'], row['ci_high'], formats.score)})"
    if row["severity"] == 0:
        return mean, ""
    around = f"({formats.interval(row['fall_ci_low'], row['fall_ci_high'])})"
    return mean, f"{formats.gap(row['fall'])} {around}"
