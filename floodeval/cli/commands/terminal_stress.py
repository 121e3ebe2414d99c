"""The stress suite's findings."""

from typing import Any

import pandas as pd
from rich.table import Table

from floodeval.analysis.stress_response import WORST
from floodeval.analysis.verdicts import scenes_needed
from floodeval.cli.terminal import console, show_line
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted


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
