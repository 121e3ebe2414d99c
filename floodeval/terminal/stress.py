"""The stress suite's findings."""

import pandas as pd
from rich.table import Table

from floodeval.analysis.stress import WORST
from floodeval.terminal.numbers import number, signed
from floodeval.terminal.progress import console, show_line


def show_stress(
    curves: pd.DataFrame, ranks: pd.DataFrame, gaps: dict[str, pd.DataFrame], baseline: str
) -> None:
    """Print the stress suite's findings (see `floodeval.analysis.stress`), a table and a summary a prompt.

    Args:
        curves: of `stress_curves`.
        ranks: of `stress_ranks`.
        gaps: of `fall_gaps`, by the variant held against the baseline.
        baseline: the first variant.
    """
    for prompt, rows in curves.groupby("prompt", sort=False):
        variants = list(dict.fromkeys(rows["variant"]))
        title = f"{prompt}: IoU, and its fall since severity 0, means over bases with 95 % intervals"
        shown = Table(title=title, title_justify="left")
        shown.add_column("factor")
        for heading in ("severity", "n", *(text for name in variants for text in (name, "fall"))):
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
            told = ", ".join(f"{row.factor} {row.slope:+.3f}" for row in mine.itertuples())
            show_line(f"{name} loses IoU per step of severity: {told}")
        for name, gap in gaps.items():
            mine = gap[gap["prompt"] == prompt]
            for verdict in ("more", "less"):
                said = mine[mine["verdict"] == verdict]
                told = ", ".join(
                    f"{one.factor} {one.gap:+.3f} ({one.ci_low:+.3f} to {one.ci_high:+.3f})"
                    for one in said.itertuples()
                )
                said_so = told or "no factor (beyond doubt)"
                show_line(f"{name} falls {verdict} than {baseline} with: {said_so}")
        console.print()


def _stress_cells(row: pd.Series) -> tuple[str, str]:
    """One variant's IoU and fall, each with its interval."""
    mean = f"{number(row['mean'])} ({number(row['ci_low'])} to {number(row['ci_high'])})"
    if row["severity"] == 0:
        return mean, ""
    around = f"({signed(row['fall_ci_low'])} to {signed(row['fall_ci_high'])})"
    return mean, f"{signed(row['fall'])} {around}"
