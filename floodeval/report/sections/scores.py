"""The sections with scores (averages, distributions, outcomes) and training curves."""

from collections.abc import Mapping

from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.pairing import OUTCOMES
from floodeval.analysis.run_findings import RunFindings
from floodeval.analysis.trainings import TrainingRecord
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.report.model import Block, Charts, Paragraph, Section, Table
from floodeval.viz.style import Style
from floodeval.viz.svg.average_bars import AverageBar
from floodeval.viz.svg.report_charts import (
    averages_svg,
    curves_svg,
    histograms_svg,
    outcomes_svg,
)
from floodeval.viz.wording import metric_label, outcome_title

HISTOGRAMS = ("iou", "dice", "precision", "recall")
LOSSES, IOUS = ("train_loss", "val_loss"), ("train_iou", "val_iou")


def averages_section(findings: RunFindings, styles: Mapping[str, Style]) -> Section:
    """The mean over photographs and the score pooled over pixels of every metric, for A and B."""
    metrics = findings.comparison.metrics
    rows = tuple((metric_label(name), *_averages(name, one)) for name, one in metrics.items())
    headings = ("metric", "a", "b", "gap", "interval", "pooled_a", "pooled_b", "n")
    bars = {
        metric_label(name): (
            AverageBar(metrics[name].mean_a, metrics[name].pooled_a),
            AverageBar(metrics[name].mean_b, metrics[name].pooled_b),
        )
        for name in OVERLAP_METRICS
    }
    drawing = averages_svg(bars, list(styles.values()))
    return Section(
        "averages",
        say("report.averages"),
        (
            Charts("averages", (drawing,), say("report.averages_caption")),
            Table(tuple(say(f"report.head_{name}") for name in headings), rows),
            Paragraph(say("report.averages_note"), "quiet"),
        ),
    )


def _averages(metric: str, one: MetricComparison) -> tuple[str, ...]:
    n = formats.count(one.n) + (say("report.n_missing", n=one.n_missing) if one.n_missing else "")
    means = (score_text(metric, one.mean_a), score_text(metric, one.mean_b), gap_text(metric, one.gap))
    return (*means, interval_text(metric, one), formats.score(one.pooled_a), formats.score(one.pooled_b), n)


def score_text(metric: str, value: float | None) -> str:
    """A score with three decimals, a distance in pixels with one; a dash where it is missing."""
    return formats.distance(value) if metric in LOWER_IS_BETTER else formats.score(value)


def gap_text(metric: str, gap: float | None) -> str:
    """A gap with its sign, its decimals as those of the score."""
    return formats.gap(gap, 1 if metric in LOWER_IS_BETTER else 3)


def interval_text(metric: str, one: MetricComparison) -> str:
    """The interval of a gap; a dash where there is none."""
    if one.ci_low is None or one.ci_high is None:
        return formats.NO_VALUE
    return say("report.interval", low=gap_text(metric, one.ci_low), high=gap_text(metric, one.ci_high))


def spread_section(findings: RunFindings, styles: Mapping[str, Style]) -> Section:
    """Histograms of the main overlap metrics."""
    drawings = []
    for metric in HISTOGRAMS:
        values = {
            name: findings.table[f"{metric}_{letter}"]
            for name, letter in ((findings.a, "a"), (findings.b, "b"))
        }
        drawings.append(histograms_svg(values, styles, metric))
    return Section(
        "spread",
        say("report.spread"),
        (Charts("histograms", tuple(drawings), say("report.spread_caption")),),
    )


def outcomes_section(findings: RunFindings) -> Section:
    """How many photographs have each outcome at the failure threshold."""
    counts = findings.outcomes
    known = sum(counts.values())
    rows = tuple(
        (
            outcome_title(name, single=False),
            say(f"report.outcome_{name}", a=findings.name_a, b=findings.name_b),
            say("report.of", n=counts.get(name, 0), total=known),
        )
        for name in OUTCOMES
    )
    threshold = findings.comparison.threshold
    headings = tuple(say(f"report.head_{name}") for name in ("group", "meaning", "photographs"))
    return Section(
        "outcomes",
        say("report.outcomes", threshold=formats.significant(threshold)),
        (
            Table(headings, rows, n_words=2),
            Charts(
                "outcomes",
                (outcomes_svg(findings.table, findings.name_a, findings.name_b, threshold),),
                say("report.outcomes_caption"),
            ),
        ),
    )


def training_section(findings: RunFindings) -> Section:
    """The training curves of every fine-tuned variant among A and B."""
    blocks: list[Block] = []
    for name, training in findings.trainings.items():
        if training is None or not _is_complete(training):
            model = next(one.checkpoint for one in findings.run.info.variants if one.name == name)
            blocks.append(Paragraph(say("report.training_absent", name=findings.titles[name], model=model)))
        else:
            blocks += _training(findings.titles[name], training)
    if not blocks:
        blocks = [Paragraph(say("report.training_none"))]
    return Section("training", say("report.training"), tuple(blocks))


def _is_complete(training: TrainingRecord) -> bool:
    """Whether the history has an epoch and every column that is drawn."""
    history = training.history
    return len(history) > 0 and {"seconds", *LOSSES, *IOUS} <= set(history)


def _training(name: str, training: TrainingRecord) -> list[Block]:
    history, kept = training.history, training.best_epoch
    epochs = [int(one) for one in history["epoch"]]
    lines = {
        column: (say(f"report.curve_{column}"), list(history[column].astype(float)))
        for column in (*LOSSES, *IOUS)
    }
    drawings = tuple(
        curves_svg(say(f"report.curve_{kind}"), epochs, lines[train], lines[validation], kept or None)
        for kind, (train, validation) in (("loss", LOSSES), ("iou", IOUS))
    )
    said = say(
        "report.training_words",
        name=name,
        model=training.name,
        n=max(epochs),
        duration=formats.duration(float(history["seconds"].sum())),
        first=formats.score(training.at(0, "val_iou")),
        last=formats.score(training.at(kept, "val_iou") if kept else None),
        kept=kept or formats.NO_VALUE,
    )
    return [
        Paragraph(said),
        Charts(f"training-{name}", drawings, say("report.training_caption")),
    ]
