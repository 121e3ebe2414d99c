"""A verdict in words: how many scenes it rests on, and why nothing is decided."""

from floodeval.analysis.compare import MetricComparison
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.i18n import formats
from floodeval.i18n.catalog import say


def scenes_text(n_scenes: int, n_effective: float) -> str:
    """The number of scenes; where they differ in size, with how many equal ones would weigh as much."""
    if abs(n_effective - n_scenes) < 0.05:
        return formats.count(n_scenes)
    return say("verdicts.effectively", n=n_scenes, effective=formats.decimal(n_effective, 1))


def few_words(metric: MetricComparison) -> str:
    """That there are too few scenes to decide, and how many."""
    return say("verdicts.few", scenes=scenes_text(metric.n_scenes, metric.n_effective_scenes))


def range_words(metric: MetricComparison) -> str:
    """The gap with the range of the scenes' gaps, as a sentence."""
    low, high = formats.gap(metric.range_low), formats.gap(metric.range_high)
    return say("verdicts.gap_range_plain", gap=formats.gap(metric.gap), low=low, high=high)


def caution_words(metric: MetricComparison) -> str:
    """That interval and test disagree, and that the interval may be too narrow."""
    said = []
    if metric.reason in ("test", "interval"):
        said.append(say(f"verdicts.{metric.reason}", p=formats.p_value(metric.p)))
    if metric.skew_warning and metric.verdict != TOO_FEW_SCENES:
        said.append(say("verdicts.skewed"))
    return " ".join(said)
