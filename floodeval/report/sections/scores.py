"""The sections of figures: averages, how they are spread, the outcomes, one prompt against another."""

import pandas as pd

from floodeval.analysis.compare import MetricComparison
from floodeval.analysis.pairing import OUTCOMES
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.report.model import Charts, Paragraph, Section, Subject, Table
from floodeval.viz.svg.charts import (
    Bar,
    PromptScore,
    averages_svg,
    histograms_svg,
    outcomes_svg,
    prompts_svg,
)
from floodeval.viz.wording import metric_label, outcome_title, protocol

SPREAD = ("iou", "dice", "precision", "recall")


def averages_section(subject: Subject) -> Section:
    """Every metric's mean over photographs and its score pooled over pixels, of A and of B."""
    metrics = subject.comparison.metrics
    rows = tuple((metric_label(name), *_averages(name, one)) for name, one in metrics.items())
    headings = ("metric", "a", "b", "gap", "interval", "pooled_a", "pooled_b", "n")
    bars = {
        metric_label(name): (
            Bar(metrics[name].mean_a, metrics[name].pooled_a),
            Bar(metrics[name].mean_b, metrics[name].pooled_b),
        )
        for name in OVERLAP_METRICS
    }
    drawing = averages_svg(bars, list(subject.styles.values()))
    return Section(
        "averages",
        say("report.averages"),
        (
            Charts("averages", (drawing,), say("report.averages_caption")),
            Table(tuple(say(f"report.head_{name}") for name in headings), rows),
            Paragraph(say("report.averages_note"), "quiet"),
        ),
    )


def interval_text(metric: str, one: MetricComparison) -> str:
    """The interval of a gap; a dash where there is none."""
    if one.ci_low is None or one.ci_high is None:
        return formats.NO_VALUE
    return say("report.interval", low=gap_text(metric, one.ci_low), high=gap_text(metric, one.ci_high))


def spread_section(subject: Subject) -> Section:
    """Histograms of the four metrics that the study shows."""
    drawings = []
    for metric in SPREAD:
        values = {
            name: subject.table[f"{metric}_{letter}"] for name, letter in ((subject.a, "a"), (subject.b, "b"))
        }
        drawings.append(histograms_svg(values, subject.styles, metric))
    return Section(
        "spread",
        say("report.spread"),
        (Charts("histograms", tuple(drawings), say("report.spread_caption")),),
    )


def outcomes_section(subject: Subject) -> Section:
    """What happened to each photograph at the failure threshold."""
    counts: pd.Series[int] = subject.table["outcome"].value_counts()
    known = int(counts.sum())
    rows = tuple(
        (
            outcome_title(name, single=False),
            say(f"report.outcome_{name}", a=subject.a, b=subject.b),
            say("report.of", n=int(counts.get(name, 0)), total=known),
        )
        for name in OUTCOMES
    )
    threshold = subject.comparison.threshold
    headings = tuple(say(f"report.head_{name}") for name in ("group", "meaning", "photographs"))
    return Section(
        "outcomes",
        say("report.outcomes", threshold=formats.significant(threshold)),
        (
            Table(headings, rows, n_words=2),
            Charts(
                "outcomes",
                (outcomes_svg(subject.table, subject.a, subject.b, threshold),),
                say("report.outcomes_caption"),
            ),
        ),
    )


def prompts_section(subject: Subject) -> Section:
    """Point against box, and every other prompt of the run."""
    specs = {one.spec: one for one in subject.run.info.prompts}
    found = {spec: one.metrics["iou"] for spec, one in subject.comparisons.items()}
    rows = tuple(
        (
            spec,
            protocol(specs[spec]),
            say("report.yes" if specs[spec].uses_ground_truth else "report.no"),
            formats.score(one.mean_a),
            formats.score(one.mean_b),
            formats.gap(one.gap),
            interval_text("iou", one),
            f"{one.wins} / {one.losses}",
            formats.count(one.n),
        )
        for spec, one in found.items()
    )
    headings = ("prompt", "input", "truth", "a", "b", "gap", "interval", "up", "n")
    scores = [PromptScore(spec, one.mean_a, one.mean_b) for spec, one in found.items()]
    return Section(
        "prompts",
        say("report.prompts" if len(rows) > 1 else "report.prompts_one"),
        (
            Charts(
                "prompts",
                (prompts_svg(scores, list(subject.styles.values())),),
                say("report.prompts_caption"),
            ),
            Table(tuple(say(f"report.head_{name}") for name in headings), rows, n_words=3),
        ),
    )


def score_text(metric: str, value: float | None) -> str:
    """A score with three decimals, a distance in pixels with one; a dash where it is missing."""
    return formats.distance(value) if metric in LOWER_IS_BETTER else formats.score(value)


def gap_text(metric: str, gap: float | None) -> str:
    """A gap with its sign, its decimals as those of the score."""
    return formats.gap(gap, 1 if metric in LOWER_IS_BETTER else 3)


def _averages(metric: str, one: MetricComparison) -> tuple[str, ...]:
    n = formats.count(one.n) + (say("report.n_missing", n=one.n_missing) if one.n_missing else "")
    means = (score_text(metric, one.mean_a), score_text(metric, one.mean_b), gap_text(metric, one.gap))
    return (*means, interval_text(metric, one), formats.score(one.pooled_a), formats.score(one.pooled_b), n)
