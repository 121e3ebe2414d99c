"""The verdict in words: better, worse, undecided or too few scenes, by how much, and where to read on."""

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.cost_and_provenance import comparison, doubts_of, means_of, prompts_of
from floodeval.dashboard.state.selection import Selection, outcome_names
from floodeval.dashboard.widgets.legends import code, folded, plain
from floodeval.dashboard.widgets.tables import Column, code_words, draw_table, draw_words
from floodeval.datasets.iou_spread import Spread
from floodeval.evaluation.run_info import CONTRADICTED
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.averages import averages_html
from floodeval.viz.wording import caution_words, few_words, metric_label, outcome_title, scenes_text

# The verdict in words: better, worse, undecided or too few scenes, by how much, and where to read on.

BADGES = {
    "better": "green-badge[:material/trending_up:",
    "worse": "red-badge[:material/trending_down:",
    "undecided": "gray-badge[:material/trending_flat:",
    "too_few_scenes": "gray-badge[:material/hourglass_empty:",
}


def headline(selection: Selection) -> str:
    """The verdict as the page's title: better, worse, undecided or too few scenes, and the gap."""
    found = comparison(selection)
    iou = found.metrics[PRIMARY]
    if iou.gap is None:
        return say("home.no_iou")
    a, b = plain(selection.a), plain(selection.b or selection.a)
    if selection.b is None:
        return say("home.alone", a=a, mean=formats.score(iou.mean_a))
    if found.verdict in DECIDED:
        return say(f"home.{found.verdict}", a=a, b=b, gap=formats.score(abs(iou.gap)))
    side = "level" if round(iou.gap, 3) == 0 else "above" if iou.gap > 0 else "below"
    values = {"a": a, "b": b, "gap": formats.score(abs(iou.gap))}
    if found.verdict == TOO_FEW_SCENES:
        scenes = scenes_text(iou.n_scenes, iou.n_effective_scenes)
        return say(f"home.too_few_{side}", scenes=scenes, **values)
    return say(f"home.undecided_{side}", **values)


def draw_verdict(selection: Selection) -> None:
    """State doubts about the labels, the gap with its interval, how many images improved; then the links."""
    for finding in selection.run.info.findings:
        if finding == CONTRADICTED:
            st.warning(say(f"home.finding_{finding}"), icon=":material/warning:")
    found = comparison(selection)
    iou = found.metrics[PRIMARY]
    if iou.gap is None:
        st.markdown(say("home.no_iou_why"))
    elif selection.b:
        st.markdown(verdict_words(found) + field_words(selection) + flagged_words(found))
    _draw_ways(selection)


def verdict_words(found: Comparison) -> str:
    """The verdict's figures in a sentence, as Markdown."""
    iou = found.metrics[PRIMARY]
    badge = f":{BADGES[found.verdict]} {say(f'home.badge_{found.verdict}')}]"
    said = say(
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
    return f"{badge} {said}{missing_words(iou)}" + (f"  \n:material/warning: {caution}" if caution else "")


def gap_words(metric: MetricComparison) -> str:
    """The gap with its interval; with too few scenes to decide, with the range of the scenes' gaps."""
    if metric.verdict != TOO_FEW_SCENES:
        return interval_words(metric.gap, metric.ci_low, metric.ci_high)
    low, high = formats.gap(metric.range_low), formats.gap(metric.range_high)
    said = say("verdicts.gap_range", gap=formats.gap(metric.gap), low=low, high=high)
    return f"{said}, {few_words(metric)}"


def interval_words(gap: float | None, low: float | None, high: float | None) -> str:
    """The gap with its interval, or why there is none."""
    if low is None or high is None or low != low or high != high:
        return say("home.gap_without", gap=formats.gap(gap))
    return say("home.gap_interval", gap=formats.gap(gap), low=formats.gap(low), high=formats.gap(high))


def row_words(row: Mapping[Hashable, Any]) -> str:
    """A prompt's gap with its interval, and whether it is decided."""
    said = interval_words(row["gap"], row["low"], row["high"])
    if row["verdict"] == TOO_FEW_SCENES:
        few = say("verdicts.few", scenes=row["n_scenes"])
        return say("verdicts.gap_few", gap=formats.gap(row["gap"]), few=few)
    return f"{said} ({say('home.badge_undecided')})" if row["verdict"] == UNDECIDED else said


def missing_words(metric: MetricComparison) -> str:
    """How many photographs have no value, and why; nothing where all have one."""
    if not metric.n_missing:
        return ""
    return " " + say("home.missing", photographs=counted(metric.n_missing, "photograph"))


def field_words(selection: Selection) -> str:
    """The same with a prompt that the field has, where the chosen one is made from the ground truth."""
    fair = [prompt.spec for prompt in selection.run.info.prompts if not prompt.uses_ground_truth]
    if not fair or not selection.prompt.uses_ground_truth:
        return ""
    rows = prompts_of(selection)
    for row in rows[rows["prompt"] == fair[0]].to_dict("records"):
        said = say(
            "home.field",
            prompt=code(row["prompt"]),
            mean_a=formats.score(row["mean_a"]),
            mean_b=formats.score(row["mean_b"]),
            gap=row_words(row),
        )
        return f"  \n:material/visibility_off: {said}"
    return ""


def flagged_words(found: Comparison) -> str:
    """How many samples have a truth that an audit doubts, and the gap without them; nothing without any."""
    if not found.flagged:
        return ""
    few = counted(len(found.flagged), "flagged_pair")
    without = found.without_flagged
    if without is None:
        said = say("home.flagged_all", pairs=few)
    else:
        gap = gap_words(without)
        means = {"mean_a": formats.score(without.mean_a), "mean_b": formats.score(without.mean_b)}
        said = say("home.flagged", pairs=few, count=without.n, gap=gap, **means)
    return f"  \n:material/flag: {said}"


def _draw_ways(selection: Selection) -> None:
    doubts = len(doubts_of(selection))
    alone = "" if selection.b else "_alone"
    wanted = {"metric": "iou", "of": "gap" if selection.b else "a", "order": "worst", "quadrant": "all"}
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if doubts:
            said = say("home.way_doubts", images=say("home.doubtful", n=doubts))
            st.markdown(f":material/help: {said}", width="content")
        link_to("Worst cases", selection.params | wanted, say(f"home.way_worst{alone}"), ":material/warning:")
        link_to("Slices", selection.params, say(f"home.way_slices{alone}"), ":material/donut_small:")
        link_to("Distributions", selection.params, say("home.way_spread"), ":material/bar_chart:")
        link_to("Report", selection.params, say("home.way_report"), ":material/description:")


# The averages: as bars with their intervals, as a table, and the mean IoU with every prompt.


def draw_averages(selection: Selection) -> None:
    """Draw every metric's average as bars, for the chosen prompt."""
    st.markdown(f"#### {say('home.averages')}", help=say("home.averages_help"))
    agreement = selection.run.info.label_agreement
    gaps = comparison(selection).metrics if selection.b else None
    means = means_of(selection)
    st.html(averages_html(means, selection.styles, agreement, gaps))
    st.caption(averages_words(agreement))


def averages_words(agreement: Spread | None) -> str:
    """What bars, whiskers, diamonds and the band are."""
    said = say("home.averages_how")
    if not agreement:
        return said
    low, high = (formats.score(value) for value in (agreement.low, agreement.high))
    return f"{said} {say('home.averages_agreement', pairs=counted(agreement.n, 'pair'), low=low, high=high)}"


def draw_prompts(selection: Selection) -> None:
    """Draw the mean IoU for every prompt of the run, where there are several."""
    if len(selection.run.info.prompts) < 2:
        return
    st.markdown(f"#### {say('home.prompts')}")
    heads = [say("home.column_prompt"), say("home.column_uses")]
    heads += ["A → B", say("home.column_gap")] if selection.b else ["IoU"]
    draw_words([*heads, "n"], prompt_rows(selection), say("home.prompts_alt"))


def prompt_rows(selection: Selection) -> list[list[str]]:
    """Per prompt, as HTML: whether it uses the ground truth, mean IoU of A and B over images, gap, n."""
    use = {
        prompt.spec: say("home.yes" if prompt.uses_ground_truth else "home.no")
        for prompt in selection.run.info.prompts
    }
    rows = []
    for row in prompts_of(selection).to_dict("records"):
        scores = [formats.score(row["mean_a"])]
        if selection.b:
            scores = [
                f"{scores[0]}\N{NO-BREAK SPACE}→ {formats.score(row['mean_b'])}",
                averages_gap_words(row),
            ]
        rows.append(
            [code_words(row["prompt"]), *map(escape, (use[row["prompt"]], *scores, formats.count(row["n"])))]
        )
    return rows


def averages_gap_words(row: Mapping[Hashable, Any]) -> str:
    """A prompt's gap with its interval; the gap alone where there is none."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return formats.gap(row["gap"])
    return say("home.gap_within", **{name: formats.gap(row[name]) for name in ("gap", "low", "high")})


def draw_numbers(selection: Selection) -> None:
    """All averages as a table: over images with their intervals, and pooled over pixels."""
    with folded(say("home.numbers"), ":material/table_chart:", "home_numbers") as opened:
        if not opened:
            return
        rows = means_of(selection)
        scores = ("mean", "low", "high", "pooled")
        columns = {
            "metric": Column(say("home.column_metric")),
            "variant": Column(say("home.column_variant")),
            **{name: Column(say(f"home.column_{name}"), formats.score) for name in scores},
            "n": Column(say("home.column_n"), formats.count),
            "n_missing": Column(say("home.column_missing"), formats.count),
        }
        shown = rows.assign(metric=rows["metric"].map(metric_label))[list(columns)]
        draw_table(shown, columns, say("home.numbers_alt"))


# What happened to each photograph: the four outcomes, each with a link that opens its images.


def draw_outcomes(selection: Selection) -> None:
    """Count the photographs of each outcome, with links to look at them."""
    threshold = formats.significant(selection.threshold)
    st.markdown(f"#### {say('home.outcomes' if selection.b else 'home.outcomes_alone', threshold=threshold)}")
    counts = selection.table["outcome"].value_counts()
    known = int(counts.sum())
    with st.grid(2, min_column_width=150, gap="xsmall"):
        for name in outcome_names(selection.b):
            with st.container(border=True, gap=None, height="stretch"):
                _draw_outcome(selection, name, int(counts.get(name, 0)), known)


def _draw_outcome(selection: Selection, name: str, n: int, known: int) -> None:
    title = outcome_title(name, selection.b is None)
    st.metric(title, say("home.of", n=n, known=known))
    st.caption(outcome_meaning(selection, name))
    if n:
        st.space("stretch")
        link_to(
            "Worst cases",
            selection.params | {"quadrant": name},
            say("home.open", images=counted(n, "image")),
            icon=":material/arrow_forward:",
        )


def outcome_meaning(selection: Selection, outcome: str) -> str:
    """What an outcome says about a photograph."""
    a, b = plain(selection.a), plain(selection.b or selection.a)
    alone = "_alone" if selection.b is None else ""
    return say(f"home.meaning_{outcome}{alone}", a=a, b=b)
