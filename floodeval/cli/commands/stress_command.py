"""`floodeval stress`: evaluate variants on the stress suite."""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from floodeval.analysis.stress_response import WORST
from floodeval.analysis.verdicts import scenes_needed
from floodeval.cli.options import DONE, Verbs, natural, positive, read_variants, takes_csv, takes_variants
from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted

# `floodeval stress`: evaluate variants on the stress suite.

STRESS_FOLDER = Path("data") / "stress"
BASES = 9  # the fewest that can decide among 9 factors (docs/explanation/statistics.md)
SHEET_QUALITY = 68


def add_to(verbs: Verbs) -> None:
    """Add the command to the parser."""
    what = "evaluate variants on synthetic scenes that vary one factor at a time"
    parser = verbs.add_parser(
        "stress",
        help=what,
        description=f"Stress suite: {what}. Each base scene gives 28 pictures: the scene itself, and 9 "
        f"factors with 3 severities each. The default of {BASES} bases takes about 8 minutes on two idle "
        "cores; it is the lowest number that can decide among 9 factors. More bases give narrower intervals.",
    )
    parser.add_argument(
        "--bases", type=positive, default=BASES, metavar="N", help=f"number of base scenes (default: {BASES})"
    )
    parser.add_argument("--seed", type=natural, default=0, help="seed of the synthetic scenes (default: 0)")
    parser.add_argument("--name", default="stress", help="name of the run in results/runs (default: stress)")
    parser.add_argument(
        "--model", default="vit_t", help="base model: vit_t, vit_b, vit_l or vit_h (default: vit_t)"
    )
    takes_variants(parser)
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument(
        "--sheets",
        type=Path,
        metavar="FOLDER",
        help="write a contact sheet (JPEG) of each base scene to this folder",
    )
    takes_csv(parser, "the curves")
    parser.add_argument("--force", action="store_true", help="draw and evaluate the scenes again")
    parser.set_defaults(verb=run)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit status."""
    from floodeval.analysis.stress_response import fall_gaps, stress_curves, stress_ranks
    from floodeval.cli.commands import weights_command as weights
    from floodeval.cli.terminal import TerminalProgress, console
    from floodeval.datasets.dataset import load_dataset
    from floodeval.evaluation.evaluate import evaluate
    from floodeval.evaluation.plan import DEFAULT_PROMPTS, Given, make_request
    from floodeval.storage.atomic import write_bytes
    from floodeval.storage.locks import check_free
    from floodeval.storage.paths import writable_run_folder
    from floodeval.storage.spreadsheet import write_csv
    from floodeval.synthetic.stress import draw_stress, stress_split
    from floodeval.viz.image_encoding import jpeg
    from floodeval.viz.stress_sheet import stress_sheet

    check_free(writable_run_folder(options.name), f"run {options.name}")
    weights.run(argparse.Namespace(model=options.model))
    variants, prompts = read_variants(options.variant), options.prompt or DEFAULT_PROMPTS
    make_request(options.name, variants, prompts, options.model)  # before minutes of drawing
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
            given=Given(dataset=str(STRESS_FOLDER), command=command),
            progress=progress,
        )
    baseline, *others = run.info.variant_names
    gaps = {other: fall_gaps(run, baseline, other) for other in others}
    curves = stress_curves(run)
    show_stress(curves, stress_ranks(run), gaps, baseline)
    if options.csv:
        write_csv(options.csv, curves, "%.4f")
    console.print(f"run: {run.folder}; open it with `streamlit run dashboard.py`", markup=False)
    if len(run.skipped):
        skipped = run.folder / "skipped.csv"
        console.print(f"skipped {run.skipped['id'].nunique()} pictures; {skipped} lists the reasons")
    return DONE


# The stress suite's findings.


def show_stress(
    curves: pd.DataFrame, ranks: pd.DataFrame, gaps: dict[str, pd.DataFrame], baseline: str
) -> None:
    """Print the stress suite's findings (see `floodeval.analysis.stress_response`), a table and a summary a prompt.

    Args:
        curves: of `stress_curves`.
        ranks: of `stress_ranks`.
        gaps: of `fall_gaps`, by the variant compared with the baseline.
        baseline: the first variant.
    """
    for prompt, rows in curves.groupby("prompt", sort=False):
        variants = list(dict.fromkeys(rows["variant"]))
        title = f"{prompt}: mean IoU over base scenes and its drop from severity 0, with 95% intervals"
        shown = Table(title=title, title_justify="left")
        shown.add_column("factor")
        for heading in ("severity", "n", *(text for name in variants for text in (name, "drop"))):
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
            told = ", ".join(f"{row.factor} {formats.gap(row.slope)}" for row in mine.itertuples())
            show_line(f"{name}: IoU lost per step of severity: {told}")
        for name, gap in gaps.items():
            _show_falls(gap[gap["prompt"] == prompt], name, baseline)
        console.print()


def _show_falls(gap: pd.DataFrame, name: str, baseline: str) -> None:
    """With which factors a variant falls more than the baseline and with which less, or why that is open."""
    n, needed = int(gap["n"].max()) if len(gap) else 0, scenes_needed(len(gap))
    if n < needed:
        known = gap.dropna(subset=["gap"]).sort_values("gap", ascending=False)
        show_line(
            f"{name} compared with {baseline}: too few scenes ({n}) to decide; deciding among {len(gap)} "
            f"factors needs at least {counted(needed, 'scene')} (--bases). "
            f"Difference of the drops: {', '.join(map(_fall, known.itertuples()))}"
        )
        return
    for verdict in ("more", "less"):
        told = ", ".join(map(_fall, gap[gap["verdict"] == verdict].itertuples()))
        show_line(
            f"{name} drops {verdict} than {baseline} with: {told or 'no factor (corrected for all factors)'}"
        )


def _fall(row: Any) -> str:
    return f"{row.factor} {formats.gap(row.gap)} ({formats.interval(row.ci_low, row.ci_high)})"


def _stress_cells(row: pd.Series) -> tuple[str, str]:
    """One variant's IoU and fall, each with its interval."""
    mean = f"{formats.score(row['mean'])} ({formats.interval(row['ci_low'], row['ci_high'], formats.score)})"
    if row["severity"] == 0:
        return mean, ""
    around = f"({formats.interval(row['fall_ci_low'], row['fall_ci_high'])})"
    return mean, f"{formats.gap(row['fall'])} {around}"
