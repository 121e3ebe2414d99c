"""The analyst's clicks as tables: IoU after each, clicks until it is good enough, clicks saved."""

from rich.table import Table

from floodeval.analysis.clicks_needed import click_curve, clicks_needed, clicks_saved
from floodeval.analysis.verdicts import BETTER, TOO_FEW_SCENES, WORSE
from floodeval.cli.terminal import console, show_line
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted

SHOWN_CLICKS = (1, 2, 3, 5, 10, 15, 20, 50, 100)


def show_clicks(run: Run, prompt: str | None = None) -> None:
    """Print what the prompts of the kind `clicks` came to; nothing where a run has none.

    Raises:
        FloodevalError: as `floodeval.analysis.clicks_needed.click_curve`.
    """
    curve = click_curve(run, prompt)
    for spec, rows in curve.groupby("prompt", sort=False):
        last = int(rows["click"].max())
        shown = [click for click in (*SHOWN_CLICKS, last) if click <= last]
        table = Table(title=f"{spec}: mean IoU by number of clicks", title_justify="left")
        table.add_column("variant")
        for click in sorted(set(shown)):
            table.add_column(str(click), justify="right")
        for variant, of in rows.groupby("variant", sort=False):
            means = of.set_index("click")["iou"]
            table.add_row(str(variant), *(formats.score(means[click]) for click in sorted(set(shown))))
        console.print(table)
    for row in clicks_needed(run, prompt).to_dict("records"):
        within = f"95% interval {formats.interval(row['ci_low'], row['ci_high'], formats.distance)}"
        share = formats.percent(row["share_never"])
        never = f"never on {row['n_never']} of {counted(row['n'], 'photograph')} ({share})"
        least = "at least " if row["n_never"] else ""  # those that never get there count with all clicks
        needed = f"NoC@{100 * row['target']:.0f} {least}{formats.decimal(row['noc'], 1)}"
        line = f"{row['prompt']}: {row['variant']}: {needed}, {within}; {never}"
        show_line(line)
    for row in clicks_saved(run, prompt).to_dict("records"):
        within = formats.interval(row["ci_low"], row["ci_high"])
        saved = f"{formats.gap(row['saved'])}, 95% interval {within}"
        words = {
            BETTER: f"{row['b']} needs fewer clicks",
            WORSE: f"{row['b']} needs more clicks",
            TOO_FEW_SCENES: f"too few scenes ({row['n_scenes']}) to decide",
        }
        target = formats.significant(row["target"])
        pair = f"clicks that {row['b']} saves compared with {row['a']}"
        line = f"{row['prompt']}: {pair} to reach IoU {target}"
        where = f"on {counted(row['n'], 'photograph')} where both reach it"
        unreached = (
            f"only {row['b']} reaches it on {row['n_only_b']}, only {row['a']} on {row['n_only_a']}, "
            f"neither on {row['n_neither']}"
        )
        show_line(f"{line}: {saved} {where}: {words.get(row['verdict'], 'undecided')}; {unreached}")
