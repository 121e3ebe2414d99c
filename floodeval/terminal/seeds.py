"""Recipes with their trainings as a table, and what each adds to another in one line."""

from rich.table import Table

from floodeval.analysis.seeds import recipe_gaps, recipe_scores
from floodeval.analysis.verdicts import DECIDED, scenes_needed
from floodeval.evaluation.run import Run
from floodeval.language import formats
from floodeval.language.sentences import counted
from floodeval.terminal.progress import console, show_line


def show_seeds(run: Run, metric: str = "iou") -> None:
    """Print every recipe's score with its spread over seeds, and the gaps between recipes.

    Raises:
        FloodevalError: as `floodeval.analysis.seeds.recipe_scores`.
    """
    scores = recipe_scores(run, metric)
    shown = Table(
        title=f"{metric}, mean over photographs and seeds; interval over scenes, for these trainings",
        title_justify="left",
    )
    for heading in ("prompt", "recipe"):
        shown.add_column(heading)
    for heading in ("seeds", "mean", "sd of seeds", "least", "most", "95% interval", "n"):
        shown.add_column(heading, justify="right")
    for row in scores.to_dict("records"):
        values = (formats.score(row[name]) for name in ("mean", "spread", "least", "most"))
        within = formats.interval(row["low"], row["high"], formats.score)
        shown.add_row(row["prompt"], row["recipe"], str(row["n_seeds"]), *values, within, str(row["n"]))
    console.print(shown)
    gaps = recipe_gaps(run, metric)
    for row in gaps.to_dict("records"):
        gap = f"{formats.gap(row['gap'])}, 95% interval {formats.interval(row['low'], row['high'])}"
        pairs = f"of single trainings {formats.interval(row['least'], row['most'])}"
        on = f"{row['n']} photographs, {row['n_scenes']} scenes"
        word = str(row["verdict"]).replace("_", " ")
        judged = f"{row['b']} {word}" if row["verdict"] in DECIDED else word
        show_line(f"{row['prompt']}: {row['b']} over {row['a']}: {gap}; {pairs}; {on}: {judged}")
    if len(gaps):
        n = int(gaps["prompt"].value_counts().max())
        show_line(
            "Intervals and verdicts are conditional on these trainings: they do not cover other seeds, so "
            "another training may differ by more. "
            f"Verdicts are corrected for {n} pair{'' if n == 1 else 's'} of recipes with a prompt (Holm); "
            f"at least {counted(scenes_needed(n), 'scene')} are needed to decide"
        )
