"""The averages of a run as bars with their intervals, next to the gap of A and B, for Home.

This chart is an SVG and not a Plotly chart: it is the first thing that Home shows, and a browser takes longer
to start Plotly than to draw the rest of the page.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from floodeval.analysis.baseline_findings import BaselineFinding
from floodeval.analysis.comparison import MetricComparison
from floodeval.analysis.verdicts import DECIDED
from floodeval.datasets.iou_spread import Spread
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.metrics.trivial_baselines import DISC, EVERYTHING, FILLED_BOX, TRAINING_PRIOR
from floodeval.viz.style import Style
from floodeval.viz.svg.average_bars import AverageBar, GapWords, Group, Layout, Panel, Words, draw_averages
from floodeval.viz.svg.reference_lines import ReferenceLine
from floodeval.viz.svg.svg_canvas import ON_PAGE, wide_or_narrow
from floodeval.viz.wording import metric_label

SCORES = ("iou", "dice", "precision", "recall", "boundary_iou", "nsd", *OVERLAP_METRICS[4:])
DISTANCES = ("hd95_px", "assd_px")
SCORE_TICKS = (0, 0.25, 0.5, 0.75, 1)
MOST_TICKS = 4  # of an axis of distances, without zero
FACTS = ("variant", "metric", "mean", "low", "high", "pooled", "n", "n_missing")

MAIN = ("iou", "dice", "precision", "recall")
DASHES = {EVERYTHING: "4 3", FILLED_BOX: "1.5 3", TRAINING_PRIOR: "8 3 1.5 3", DISC: "8 4"}
"""Of the lines of trivial baselines; that of the annotators' agreement is solid."""

COMPACT = Layout(
    width=530, left=106, right=336, key_left=4, gaps_x=414, values_x=346, bar=16, space=8, gaps_in_key=True
)
COMPACT_NARROW = Layout(width=346, left=112, right=280, key_left=4, values_x=288, bar=17)
WIDE = Layout(width=500, left=116, right=324, key_left=4, gaps_x=377)
NARROW = Layout(width=346, left=124, right=292, key_left=4)
Facts = Mapping[Hashable, Any]
"""One row of the averages: `FACTS` by name."""

Means = Mapping[str, Mapping[str, Facts]]
"""The averages by metric and variant."""

NOTHING: Facts = dict.fromkeys(FACTS, np.nan)


def averages_html(
    averages: pd.DataFrame,
    styles: dict[str, Style],
    agreement: Spread | None = None,
    gaps: Mapping[str, MetricComparison] | None = None,
) -> str:
    """Draw one group of bars per metric, one bar per variant; distances have their own axis.

    Args:
        averages: rows of `floodeval.analysis.pairing.mean_table`; without low and high, no intervals.
        styles: the variants to draw, in order.
        agreement: of two annotations of one photograph, as IoU; drawn as a band behind the bars of IoU.
        gaps: of B and A by metric, written next to the bars; bold where the gap is decided.

    Returns:
        HTML with two SVGs, of which the page shows the one that fits its width.
    """
    panels = average_panels(averages, styles, agreement, gaps or {})
    words = Words(
        pooled=say("home.pooled"),
        no_value=say("home.no_value"),
        band=_agreement_words(agreement),
        gaps=say("home.gap_column") if gaps else "",
    )
    wide, narrow = (
        draw_averages(panels, list(styles.values()), words, layout, ON_PAGE).finish(say("home.averages_alt"))
        for layout in (WIDE, NARROW)
    )
    return wide_or_narrow(wide, narrow)


def main_averages_html(
    averages: pd.DataFrame,
    styles: dict[str, Style],
    baselines: Sequence[BaselineFinding] = (),
    agreement: Spread | None = None,
    gaps: Mapping[str, MetricComparison] | None = None,
) -> str:
    """Draw the four main metrics, with thin lines for what trivial answers score and annotators agree on.

    Args:
        averages: rows of `floodeval.analysis.pairing.mean_table`.
        styles: of A and B.
        baselines: of the prompt; a line each. The one without any water scores 0 and has none.
        agreement: of two annotations of one photograph, as IoU; a line at its mean across the bars of IoU.
        gaps: of B and A by metric.

    Returns:
        HTML with two SVGs, of which the page shows the one that fits its width.
    """
    rows = averages[averages["metric"].isin(MAIN)].assign(pooled=np.nan)
    panel = average_panels(rows, styles, None, gaps or {})[0]
    groups = tuple(
        replace(group, lines=reference_lines(metric, baselines, agreement))
        for metric, group in zip(MAIN, panel.groups, strict=True)
    )
    words = Words(pooled="", no_value=say("home.no_value"), gaps=say("home.gap_column") if gaps else "")
    wide, narrow = (
        draw_averages([replace(panel, groups=groups)], list(styles.values()), words, layout, ON_PAGE).finish(
            say("home.averages_alt")
        )
        for layout in (COMPACT, COMPACT_NARROW)
    )
    return wide_or_narrow(wide, narrow)


def reference_lines(
    metric: str, baselines: Sequence[BaselineFinding], agreement: Spread | None
) -> tuple[ReferenceLine, ...]:
    """The lines across the bars of a metric: trivial baselines, and for IoU the agreement of annotators."""
    lines = [
        ReferenceLine(mean, DASHES[one.baseline], say(f"baselines.{one.baseline}"))
        for one in baselines
        if one.baseline in DASHES and (mean := one.metrics[metric].mean) is not None
    ]
    if metric == "iou" and agreement and agreement.mean is not None:
        lines.append(ReferenceLine(agreement.mean, "", _agreement_line(agreement.mean)))
    return tuple(lines)


def _agreement_line(mean: float) -> str:
    return say("home.agreement", mean=formats.score(mean))


def average_panels(
    averages: pd.DataFrame,
    styles: dict[str, Style],
    agreement: Spread | None,
    gaps: Mapping[str, MetricComparison],
) -> list[Panel]:
    """The metrics that a chart shows: the scores, and the distances where the run has them."""
    rows = averages.reindex(columns=list(FACTS)).to_dict("records")
    means = {
        name: {row["variant"]: row for row in rows if row["metric"] == name} for name in (*SCORES, *DISTANCES)
    }
    scores = {name: means[name] for name in SCORES if name in OVERLAP_METRICS[:4] or means[name]}
    panels = [_panel(scores, styles, SCORE_TICKS, 1.0, gaps, agreement)]
    if distances := {name: means[name] for name in DISTANCES if means[name]}:
        end = _furthest(distances)
        panels.append(_panel(distances, styles, _ticks(end), end, gaps))
    return panels


def gap_words(gap: MetricComparison, in_pixels: bool) -> GapWords:
    """A gap as text, with its interval."""
    form = formats.distance_gap if in_pixels else formats.gap
    if gap.ci_low is None or gap.ci_high is None:
        return GapWords(form(gap.gap))
    interval = say("home.range", low=form(gap.ci_low), high=form(gap.ci_high))
    return GapWords(form(gap.gap), interval, gap.verdict in DECIDED)


def bar_words(facts: Facts, style: Style, metric: str) -> str:
    """A bar in a sentence: mean, interval, pooled score and number of images."""
    form = _form(metric)
    low, high, n, missing = facts["low"], facts["high"], facts["n"], facts["n_missing"]
    known = say("home.range", low=form(low), high=form(high))
    return say(
        "home.bar_distance" if metric in DISTANCES else "home.bar_score",
        variant=style.label,
        metric=metric_label(metric),
        mean=say("home.no_value") if pd.isna(facts["mean"]) else form(facts["mean"]),
        interval=say("home.no_interval") if pd.isna(low) else known,
        pooled=form(facts["pooled"]),
        n=0 if pd.isna(n) else int(n),
        missing=0 if pd.isna(missing) else int(missing),
    )


def _panel(
    means: Means,
    styles: dict[str, Style],
    ticks: tuple[float, ...],
    end: float,
    gaps: Mapping[str, MetricComparison],
    agreement: Spread | None = None,
) -> Panel:
    """Metrics of one unit; a metric with fewer images than the others says how many it has."""
    counts = {name: min((int(facts["n"]) for facts in of.values()), default=0) for name, of in means.items()}
    most = max(counts.values())
    groups = []
    for metric, of in means.items():
        gap = gaps.get(metric)
        groups.append(
            Group(
                label=metric_label(metric),
                bars=tuple(_bar(of.get(name, NOTHING), style, metric) for name, style in styles.items()),
                note=f"n={formats.count(counts[metric])}" if counts[metric] != most else "",
                gap=gap_words(gap, metric in LOWER_IS_BETTER) if gap and gap.gap is not None else None,
                band=_band(agreement) if metric == "iou" else None,
            )
        )
    in_pixels = not means.keys().isdisjoint(DISTANCES)
    title = say("home.axis_distances" if in_pixels else "home.axis_scores")
    form = formats.distance if in_pixels else formats.score
    return Panel(tuple(groups), ticks, end, f"{title}, n={formats.count(most)}", form)


def _bar(facts: Facts, style: Style, metric: str) -> AverageBar:
    values = {name: None if pd.isna(facts[name]) else float(facts[name]) for name in ("mean", "low", "high")}
    pooled = None if metric in DISTANCES or pd.isna(facts["pooled"]) else float(facts["pooled"])
    return AverageBar(**values, pooled=pooled, words=bar_words(facts, style, metric))


def _band(agreement: Spread | None) -> tuple[float, float, float] | None:
    """The lowest, mean and highest IoU of two annotations; None where it is unknown."""
    if not agreement or agreement.mean is None or agreement.low is None or agreement.high is None:
        return None
    return agreement.low, agreement.mean, agreement.high


def _agreement_words(agreement: Spread | None) -> str:
    band = _band(agreement)
    return _agreement_line(band[1]) if band else ""


def _furthest(means: Means) -> float:
    """The greatest mean, or end of an interval; 1 where there is none."""
    ends = [facts[end] for of in means.values() for facts in of.values() for end in ("mean", "high")]
    return max((end for end in ends if np.isfinite(end) and end > 0), default=1.0)


def _ticks(furthest: float) -> tuple[float, ...]:
    """Zero and a few round numbers, to the end of the axis."""
    size = 10.0 ** np.floor(np.log10(furthest))
    step = next(
        one * size for one in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if furthest / (one * size) < MOST_TICKS + 1
    )
    return tuple(float(tick) for tick in np.arange(0, furthest * (1 + 1e-9), step))


def _form(metric: str) -> Callable[[float | None], str]:
    return formats.distance if metric in DISTANCES else formats.score
