"""The averages of a run as bars with their intervals, and beside them the gap of A and B.

Made of a page's own boxes: they fit any width, their words can be found and read out, and the first look at a
run need not wait for a charts' library, which the browser takes longer to start than to draw all the rest.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from floodeval.analysis.compare import MetricComparison
from floodeval.analysis.verdicts import DECIDED
from floodeval.datasets.iou_spread import Spread
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.metrics.measures import LOWER_IS_BETTER
from floodeval.metrics.overlap import OVERLAP_METRICS
from floodeval.viz.style import Style, style_html, tile
from floodeval.viz.wording import metric_label

SCORES = ("iou", "dice", "precision", "recall", "boundary_iou", "nsd", *OVERLAP_METRICS[4:])
DISTANCES = ("hd95_px", "assd_px")
SCORE_TICKS = (0, 0.25, 0.5, 0.75, 1)
MOST_TICKS = 4  # of an axis of distances, beyond zero
FACTS = ("variant", "metric", "mean", "low", "high", "pooled", "n", "n_missing")
VALUES = 1.14  # of an axis' length to its greatest number: the rest is the values'
STYLE = """<style>
.averages {display: grid; grid-template-columns: max-content minmax(6rem, 1fr) max-content; font-size: .8rem;
  line-height: 1.3; --quiet: color-mix(in srgb, currentColor 72%, transparent);
  --rule: color-mix(in srgb, currentColor 14%, transparent)}
.averages small {font-size: .68rem; color: var(--quiet); display: block; white-space: nowrap}
.averages .key {grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; align-items: center;
  margin-bottom: .5rem}
.averages .key span {display: inline-flex; align-items: center; gap: .4rem}
.averages .key img {width: 14px; height: 14px}
.averages .name {align-self: center; text-align: end; padding-inline-end: .6rem; max-width: 7.5rem}
.averages .plot {position: relative; padding-block: 5px; background:
  repeating-linear-gradient(to right, var(--rule) 0 1px, transparent 1px var(--step));
  border-inline-start: 1px solid var(--quiet)}
.averages .bar {position: relative; height: 15px; margin-block: 1px}
.averages .bar > * {position: absolute; top: 50%; transform: translateY(-50%)}
.averages .fill {left: 0; height: 100%; box-sizing: border-box; border: 1px solid}
.averages .whisker {height: 8px; box-sizing: border-box; border-inline: 1.5px solid #22333C;
  background: linear-gradient(#22333C, #22333C) center / 100% 1.5px no-repeat;
  filter: drop-shadow(0 0 .8px #fff) drop-shadow(0 0 .8px #fff)}
.averages .diamond {width: 7px; height: 7px; box-sizing: content-box; background: #111;
  border: 1.5px solid #fff; transform: translate(-50%, -50%) rotate(45deg)}
.averages .key .diamond {transform: rotate(45deg); margin-inline: 3px}
.averages .value {padding-inline-start: 8px; white-space: nowrap; font-size: .75rem; color: var(--quiet)}
.averages .gap {align-self: center; padding-inline-start: 1.7rem; white-space: nowrap}
.averages .band {position: absolute; inset-block: 0; background: rgba(134, 134, 134, .3)}
.averages .tick {position: absolute; inset-block: 0 -4px; width: 2px; background: linear-gradient(
  currentColor 0 6px, transparent 6px calc(100% - 8px), currentColor calc(100% - 8px)); opacity: .8}
.averages .agreement {position: relative; min-height: 1.2rem}
.averages .agreement small {position: absolute; bottom: 0}
.averages .axis {position: relative; height: 1.2rem; border-top: 1px solid var(--rule)}
.averages .axis small {position: absolute; transform: translateX(-50%)}
.averages .title {grid-column: 2; text-align: center; color: var(--quiet); font-size: .75rem;
  margin-bottom: .7rem}
</style>"""

Facts = Mapping[Hashable, Any]
"""What a row of the averages says: `FACTS` by name."""

Means = Mapping[str, Mapping[str, Facts]]
"""The averages by metric and variant."""

NOTHING: Facts = dict.fromkeys(FACTS, np.nan)


def averages_html(
    averages: pd.DataFrame,
    styles: dict[str, Style],
    agreement: Spread | None = None,
    gaps: Mapping[str, MetricComparison] | None = None,
) -> str:
    """Draw one group of bars a metric, one bar a variant; distances, of another unit, on their own axis.

    Args:
        averages: rows of `floodeval.analysis.pairing.mean_table`; without low and high no intervals are drawn.
        styles: the variants to draw, in order, and how.
        agreement: of two annotations of one photograph, as IoU; drawn as a band behind the bars of IoU.
        gaps: of B and A by metric, written beside the bars; bold where it is decided.

    Returns:
        HTML: horizontal bars with their values (mean over images) and intervals, and a diamond where the
        score pooled over all pixels lies. Every bar says on how many images; so does each axis.
    """
    rows = averages.reindex(columns=list(FACTS)).to_dict("records")
    means = {
        name: {row["variant"]: row for row in rows if row["metric"] == name} for name in (*SCORES, *DISTANCES)
    }
    distances = [name for name in DISTANCES if means[name]]
    scores = [name for name in SCORES if name in OVERLAP_METRICS[:4] or means[name]]
    parts = [_key(styles), _head(agreement, bool(gaps))]
    parts += _panel({name: means[name] for name in scores}, styles, SCORE_TICKS, gaps or {}, agreement)
    if distances:
        far = {name: means[name] for name in distances}
        parts += _panel(far, styles, _ticks(_furthest(far)), gaps or {})
    alt = escape(say("home.averages_alt"))
    return f'<div class="averages" role="figure" aria-label="{alt}">{"".join(parts)}{STYLE}</div>'


def gap_words(gap: MetricComparison, in_pixels: bool) -> str:
    """A gap and beneath it its interval, as HTML; bold where it is decided."""
    show = formats.distance_gap if in_pixels else formats.gap
    if gap.ci_low is None or gap.ci_high is None:
        return escape(show(gap.gap))
    value = f"<b>{escape(show(gap.gap))}</b>" if gap.verdict in DECIDED else escape(show(gap.gap))
    return (
        f"{value}<small>{escape(say('home.between', low=show(gap.ci_low), high=show(gap.ci_high)))}</small>"
    )


def _key(styles: dict[str, Style]) -> str:
    """Which color and hatch is which variant's, and what a diamond is."""
    entries = [style_html(style) for style in styles.values()]
    entries.append(f'<i class="diamond"></i>{escape(say("home.pooled"))}')
    return f'<div class="key">{"".join(f"<span>{entry}</span>" for entry in entries)}</div>'


def _head(agreement: Spread | None, has_gaps: bool) -> str:
    """What stands above the bars: the labels' agreement over its band, and the gaps' heading."""
    said = ""
    if agreement and agreement.mean is not None and agreement.high is not None:
        words = escape(say("home.agreement", mean=formats.score(agreement.mean)))
        said = f'<small style="right:{100 - 100 * agreement.high / VALUES:.2f}%">{words}</small>'
    column = f"<small>{escape(say('home.gap_column'))}</small>" if has_gaps else ""
    return f'<div></div><div class="agreement">{said}</div><div class="gap">{column}</div>'


def _panel(
    means: Means,
    styles: dict[str, Style],
    ticks: Sequence[float],
    gaps: Mapping[str, MetricComparison],
    agreement: Spread | None = None,
) -> list[str]:
    """Metrics of one unit, each with its bars and its gap, and their axis."""
    in_pixels = not means.keys().isdisjoint(DISTANCES)
    end = VALUES * (_furthest(means) if in_pixels else 1.0)
    counts = {name: min((int(facts["n"]) for facts in of.values()), default=0) for name, of in means.items()}
    most = max(counts.values())
    step = f"--step:{100 * ticks[1] / end:.2f}%"
    parts = []
    for metric, of in means.items():
        few = f"<small>n={formats.count(counts[metric])}</small>" if counts[metric] != most else ""
        band = _band(agreement) if metric == "iou" else ""
        bars = "".join(_bar(of.get(name, NOTHING), style, metric, end) for name, style in styles.items())
        gap = gaps.get(metric)
        said = gap_words(gap, metric in LOWER_IS_BETTER) if gap and gap.gap is not None else ""
        parts.append(f'<div class="name">{escape(metric_label(metric))}{few}</div>')
        parts.append(f'<div class="plot" style="{step}">{band}{bars}</div><div class="gap">{said}</div>')
    marks = "".join(
        f'<small style="left:{100 * tick / end:.2f}%">{formats.significant(tick)}</small>' for tick in ticks
    )
    title = escape(say("home.axis_distances" if in_pixels else "home.axis_scores"))
    parts.append(f'<div></div><div class="axis">{marks}</div><div></div>')
    parts.append(f'<div class="title">{title}, n={formats.count(most)}</div><div></div>')
    return parts


def _bar(facts: Facts, style: Style, metric: str, end: float) -> str:
    """A variant's bar, its whisker, its diamond, and its value in figures where all of them have ended."""
    in_pixels = metric in DISTANCES
    mean, low, high, pooled = (facts[name] for name in ("mean", "low", "high", "pooled"))
    words = escape(bar_words(facts, style, metric))
    if pd.isna(mean):
        none = escape(say("home.no_value"))
        return f'<div class="bar" role="img" aria-label="{words}"><span class="value">{none}</span></div>'
    at = {
        name: f"{100 * value / end:.2f}%"
        for name, value in (("mean", mean), ("low", low), ("pooled", pooled))
    }
    drawn = (
        f'<i class="fill" style="width:{at["mean"]};border-color:{style.color};background:{tile(style)}"></i>'
    )
    if pd.notna(low):
        drawn += f'<i class="whisker" style="left:{at["low"]};width:{100 * (high - low) / end:.2f}%"></i>'
    if pd.notna(pooled) and not in_pixels:
        drawn += f'<i class="diamond" style="left:{at["pooled"]}"></i>'
    ends = np.nanmax(np.array([mean, high, mean if in_pixels else pooled], float))
    value = f'<span class="value" style="left:{100 * ends / end:.2f}%">{_form(in_pixels)(mean)}</span>'
    return f'<div class="bar" role="img" aria-label="{words}" title="{words}">{drawn}{value}</div>'


def bar_words(facts: Facts, style: Style, metric: str) -> str:
    """What a bar says where one points at it, or has it read out: mean, interval, pooled score, n."""
    form = _form(metric in DISTANCES)
    low, high, n, missing = facts["low"], facts["high"], facts["n"], facts["n_missing"]
    known = say("home.between", low=form(low), high=form(high))
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


def _band(agreement: Spread | None) -> str:
    """From the lowest to the highest IoU of two annotations, with a tick at their mean."""
    if not agreement or agreement.mean is None or agreement.low is None or agreement.high is None:
        return ""
    low, high, mean = (100 * one / VALUES for one in (agreement.low, agreement.high, agreement.mean))
    return (
        f'<i class="band" style="left:{low:.2f}%;width:{high - low:.2f}%"></i>'
        f'<i class="tick" style="left:{mean:.2f}%"></i>'
    )


def _furthest(means: Means) -> float:
    """The greatest mean, or end of an interval; 1 where there is none."""
    ends = [facts[end] for of in means.values() for facts in of.values() for end in ("mean", "high")]
    return max((end for end in ends if np.isfinite(end) and end > 0), default=1.0)


def _ticks(furthest: float) -> list[float]:
    """Zero and a few round numbers, to the end of the axis."""
    size = 10.0 ** np.floor(np.log10(furthest))
    step = next(
        one * size for one in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if furthest / (one * size) < MOST_TICKS + 1
    )
    return [float(tick) for tick in np.arange(0, VALUES * furthest, step)]


def _form(in_pixels: bool) -> Callable[[float], str]:
    return formats.distance if in_pixels else formats.score
