"""Tables, averages, verdicts and clicks, printed in the terminal."""

from collections.abc import Callable, Mapping

import pandas as pd
from rich.table import Table

from floodeval.analysis.clicks_needed import click_curve, clicks_needed, clicks_saved
from floodeval.analysis.compare import sides_apart
from floodeval.analysis.comparison import Comparison, MetricComparison
from floodeval.analysis.fidelity_findings import MEASURES, fidelity_of_runs
from floodeval.analysis.verdicts import BETTER, TOO_FEW_SCENES, WORSE
from floodeval.cli.terminal import console, show_line
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.fidelity_words import measure_words

SHOWN_CLICKS = (1, 2, 3, 5, 10, 15, 20, 50, 100)

Format = Callable[[float], str]


def show_table(
    rows: pd.DataFrame,
    title: str,
    words: tuple[str, ...],
    numbers: Mapping[str, Format],
    last: tuple[str, ...] = (),
) -> None:
    """Print columns of a table; missing numbers are shown as a dash.

    Args:
        rows: the table.
        title: the line above it.
        words: columns of texts.
        numbers: columns of numbers, each with its format.
        last: columns of texts, after the numbers.
    """
    table = empty_table(title, words, tuple(name.replace("_", " ") for name in numbers), last)
    for row in rows.to_dict("records"):
        cells = [_formatted(form, row[name]) for name, form in numbers.items()]
        table.add_row(*(str(row[name]) for name in words), *cells, *(str(row[name]) for name in last))
    console.print(table)


def empty_table(
    title: str, words: tuple[str, ...], numbers: tuple[str, ...], last: tuple[str, ...] = ()
) -> Table:
    """A table without rows: columns of words, of numbers (aligned to the right), and of words again."""
    table = Table(title=title, title_justify="left")
    for heading in words:
        table.add_column(heading)
    for heading in numbers:
        table.add_column(heading, justify="right")
    for heading in last:
        table.add_column(heading)
    return table


def _formatted(form: Format, value: float | None) -> str:
    return formats.NO_VALUE if value is None or pd.isna(value) else form(value)


def show_averages(
    table: pd.DataFrame, metrics: tuple[str, ...] = ("iou", "dice", "precision", "recall")
) -> None:
    """Print the averages of `floodeval.analysis.pairing.averages`: a row per prompt and variant."""
    shown = Table(
        title="Metrics of water, mean over images; IoU pooled: over pixels. ground truth: whether the prompt "
        "uses it.\nn, missing: images with and without an IoU; a metric with fewer values shows its own n",
        title_justify="left",
    )
    for heading in ("prompt", "ground truth", "variant", *metrics, "IoU pooled", "n", "missing"):
        shown.add_column(
            heading, justify="left" if heading in ("prompt", "variant", "ground truth") else "right"
        )
    for (prompt, variant), rows in table.groupby(["prompt", "variant"], sort=False):
        by_metric = rows.set_index("metric")
        means = [_mean_of(by_metric, metric) for metric in metrics]
        truth = "yes" if parse_prompt(str(prompt)).uses_ground_truth else "no"
        counts = (formats.count(by_metric[name]["iou"]) for name in ("n", "n_missing"))
        shown.add_row(
            str(prompt), truth, str(variant), *means, formats.score(by_metric["pooled"]["iou"]), *counts
        )
    console.print(shown)


def _mean_of(by_metric: pd.DataFrame, metric: str) -> str:
    """A mean, with its n where that is not the IoU's: precision and recall may be undefined."""
    mean, n = formats.score(by_metric["mean"][metric]), int(by_metric["n"][metric])
    return mean if n == int(by_metric["n"]["iou"]) else f"{mean} (n={formats.count(n)})"


def show_verdict(comparison: Comparison) -> None:
    """Print the answer in one line: the verdict, the gap with its interval, on how much; then any caution."""
    iou = comparison.primary
    a, b = comparison.a, comparison.b
    words = {
        BETTER: f"{b} is better than {a}",
        WORSE: f"{b} is worse than {a}",
        TOO_FEW_SCENES: f"{_few(iou)} between {b} and {a}",
    }
    said = words.get(comparison.verdict, f"undecided between {b} and {a}")
    show_line(
        f"{comparison.prompts}: {said}: IoU gap {_gap(iou)} over {counted(iou.n_scenes, 'scene')}; "
        f"higher on {iou.wins}, lower on {iou.losses} of {counted(iou.n, 'photograph')}"
    )
    for caution in _cautions(iou):
        show_line(f"{comparison.prompts}: {caution}")


def show_apart(run: Run) -> None:
    """Print how many pairs of variants are not compared for want of a common prompt, and how to do so."""
    pairs = sides_apart(run)
    if pairs:
        a, b = pairs[0]
        show_line(
            f"{counted(len(pairs), 'pair')} of variants without a prompt in common: not compared here; name "
            f"two sides, such as `floodeval compare {a.name} {b.name}`"
        )


def _gap(one: MetricComparison) -> str:
    """The gap with its interval; of too few scenes to decide, with the range of the scenes' gaps."""
    if one.verdict == TOO_FEW_SCENES:
        return f"{formats.gap(one.gap)}, range over scenes {formats.interval(one.range_low, one.range_high)}"
    return f"{formats.gap(one.gap)}, 95% interval {interval_of(one)}"


def interval_of(one: MetricComparison) -> str:
    """The 95% interval of the gap."""
    return formats.interval(one.ci_low, one.ci_high)


def _few(one: MetricComparison) -> str:
    even = abs(one.n_effective_scenes - one.n_scenes) < 0.05
    unequal = "" if even else f", effectively {formats.decimal(one.n_effective_scenes, 1)}"
    return f"too few scenes ({one.n_scenes}{unequal}) to decide"


def _cautions(one: MetricComparison) -> list[str]:
    said = []
    if one.reason == "test":
        said.append(
            "the interval excludes zero, but the sign-flip test finds no difference "
            f"({formats.p_words(one.p)})"
        )
    if one.reason == "interval":
        said.append(
            f"the sign-flip test finds a difference ({formats.p_words(one.p)}), "
            "but the interval contains zero"
        )
    if one.skew_warning and one.verdict != TOO_FEW_SCENES:
        said.append("the interval may be too narrow: few scenes and skewed differences")
    return said


def show_flagged(comparison: Comparison) -> None:
    """Print the verdict's figures without the samples whose reference mask the audit questions."""
    rest = comparison.without_flagged
    if not comparison.flagged:
        return
    ids = ", ".join(comparison.flagged[:5]) + (" ..." if len(comparison.flagged) > 5 else "")
    if rest is None:
        show_line(
            f"{comparison.prompts}: the audit questions the reference masks of all "
            f"{len(comparison.flagged)} samples ({ids}); check them before you use these numbers"
        )
        return
    which = f"without the {len(comparison.flagged)} samples that the audit questions ({ids})"
    means = f"{formats.score(rest.mean_a)} to {formats.score(rest.mean_b)}"
    few = f"; {_few(rest)}" if rest.verdict == TOO_FEW_SCENES else ""
    show_line(f"{comparison.prompts}: {which}: IoU {means}, gap {_gap(rest)}, n={formats.count(rest.n)}{few}")


def show_fidelity(run: Run) -> None:
    """Print how the SAMs of a run answered prompts on dry land; nothing where that was not measured."""
    for one in fidelity_of_runs([run]):
        if not one.variants:
            show_line("prompts on dry land: the pretrained model found no things that it is sure of")
            continue
        title = (
            "Answers to prompts on dry land, mean over photographs, with 95% intervals over scenes.\n"
            "agreement: IoU with the pretrained answer; sameness: IoU with the answers to other prompts"
        )
        table = empty_table(
            title, ("variant",), (*(name.replace("_", " ") for name in MEASURES), "n", "scenes")
        )
        for name, found in one.variants.items():
            shares = (measure_words(measure, found.measure(measure)) for measure in MEASURES)
            table.add_row(name, *shares, formats.count(found.n), formats.count(found.n_scenes))
        console.print(table)


def show_clicks(run: Run, prompt: str | None = None) -> None:
    """Print what the prompts of the kind `clicks` came to; nothing where a run has none.

    Raises:
        FloodevalError: as `floodeval.analysis.clicks_needed.click_curve`.
    """
    curve = click_curve(run, prompt)
    for spec, rows in curve.groupby("prompt", sort=False):
        last = int(rows["click"].max())
        shown = sorted({click for click in (*SHOWN_CLICKS, last) if click <= last})
        table = Table(title=f"{spec}: mean IoU by number of clicks", title_justify="left")
        table.add_column("variant")
        for click in shown:
            table.add_column(str(click), justify="right")
        for variant, of in rows.groupby("variant", sort=False):
            means = of.set_index("click")["iou"]
            table.add_row(str(variant), *(formats.score(means[click]) for click in shown))
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
        within = formats.interval(row["ci_low"], row["ci_high"], formats.distance)
        saved = f"{formats.decimal(row['saved'], 1)}, 95% interval {within}"
        words = {
            BETTER: f"{row['b']} needs fewer clicks",
            WORSE: f"{row['b']} needs more clicks",
            TOO_FEW_SCENES: f"too few scenes ({row['n_scenes']}) to decide",
        }
        target = formats.decimal(row["target"], 2)
        pair = f"clicks that {row['b']} saves compared with {row['a']}"
        line = f"{row['prompt']}: {pair} to reach IoU {target}"
        where = f"on {counted(row['n'], 'photograph')} where both reach it"
        unreached = (
            f"only {row['b']} reaches it on {row['n_only_b']}, only {row['a']} on {row['n_only_a']}, "
            f"neither on {row['n_neither']}"
        )
        show_line(f"{line}: {saved} {where}: {words.get(row['verdict'], 'undecided')}; {unreached}")
