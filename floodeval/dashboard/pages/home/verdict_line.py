"""The sentence on the difference between A and B: badge, means, interval, and what qualifies it."""

from floodeval.analysis.comparison import PRIMARY, Comparison, MetricComparison
from floodeval.analysis.verdicts import TOO_FEW_SCENES
from floodeval.dashboard.state.compared_pair import truth_difference
from floodeval.dashboard.state.selection import Selection
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import caution_words, few_words

BADGES = {
    "better": "green-badge[:material/trending_up:",
    "worse": "red-badge[:material/trending_down:",
    "undecided": "gray-badge[:material/trending_flat:",
    "too_few_scenes": "gray-badge[:material/hourglass_empty:",
}


def verdict_words(found: Comparison) -> str:
    """The verdict's figures in a sentence, as Markdown."""
    iou = found.metrics[PRIMARY]
    badge = f":{BADGES[found.verdict]} {say(f'home.badge_{found.verdict}')}]"
    text = say(
        "home.verdict",
        mean_a=formats.score(iou.mean_a),
        mean_b=formats.score(iou.mean_b),
        photographs=counted(iou.n, "photograph"),
        scenes=counted(iou.n_scenes, "scene"),
        gap=gap_words(iou),
        wins=iou.wins,
        losses=iou.losses,
        ties=iou.ties,
    )
    caution = caution_words(iou)
    return f"{badge} {text}{missing_words(iou)}" + (f"  \n:material/warning: {caution}" if caution else "")


def gap_words(metric: MetricComparison) -> str:
    """The gap with its interval; with too few scenes to decide, the range of the gaps of the scenes."""
    if metric.verdict != TOO_FEW_SCENES:
        return interval_words(metric.gap, metric.ci_low, metric.ci_high)
    low, high = formats.gap(metric.range_low), formats.gap(metric.range_high)
    text = say("verdicts.gap_range", gap=formats.gap(metric.gap), low=low, high=high)
    return f"{text}, {few_words(metric)}"


def interval_words(gap: float | None, low: float | None, high: float | None) -> str:
    """The gap with its interval, or why there is none."""
    if low is None or high is None or low != low or high != high:
        return say("home.gap_without", gap=formats.gap(gap))
    return say("home.gap_interval", gap=formats.gap(gap), low=formats.gap(low), high=formats.gap(high))


def missing_words(metric: MetricComparison) -> str:
    """How many photographs have no value, and why; empty if all have one."""
    if not metric.n_missing:
        return ""
    return " " + say("home.missing", photographs=counted(metric.n_missing, "photograph"))


def truth_words(selection: Selection) -> str:
    """That only one side's prompt uses the reference mask; empty where they are alike."""
    words = truth_difference(selection.pair)
    return f"  \n:material/balance: **{words}.**" if words else ""


def flagged_words(found: Comparison) -> str:
    """How many reference masks the audit questions, and the gap without them; empty if there are none."""
    if not found.flagged:
        return ""
    few = counted(len(found.flagged), "flagged_pair")
    without = found.without_flagged
    if without is None:
        text = say("home.flagged_all", pairs=few)
    else:
        gap = gap_words(without)
        means = {"mean_a": formats.score(without.mean_a), "mean_b": formats.score(without.mean_b)}
        text = say("home.flagged", pairs=few, count=without.n, gap=gap, **means)
    return f"  \n:material/flag: {text}"
