"""The home page: whether B is better than A, by how much, where, and at what cost."""

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from floodeval.analysis.comparison import PRIMARY, Comparison, MetricComparison
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.averages_view import draw_averages, draw_mean_table, draw_prompts
from floodeval.dashboard.pages.home.cost_and_provenance import draw_cost, draw_provenance
from floodeval.dashboard.pages.home.home_queries import comparison, prompts_of, review_queue_of
from floodeval.dashboard.pages.home.review_queue_view import draw_review_queue
from floodeval.dashboard.state.compared_pair import truth_difference
from floodeval.dashboard.state.selection import Selection, outcome_names
from floodeval.dashboard.widgets.failure_threshold import draw_failure_threshold
from floodeval.dashboard.widgets.markdown import code, plain
from floodeval.evaluation.run_info import FINDINGS
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import caution_words, few_words, outcome_title, scenes_text

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


def draw_home(selection: Selection) -> None:
    """Draw the page below its heading."""
    draw_verdict(selection)
    scores, outcomes = st.columns([3, 2], gap="medium")
    with scores:
        draw_averages(selection)
    with outcomes:
        draw_outcomes(selection)
        draw_cost(selection)
    draw_review_queue(selection)
    draw_prompts(selection)
    draw_mean_table(selection)
    draw_provenance(selection)


def draw_verdict(selection: Selection) -> None:
    """Draw warnings about the labels, the gap with its interval, how many images improved, and links."""
    for finding in selection.run.info.findings:
        if finding in FINDINGS:
            st.warning(say(f"home.finding_{finding}"), icon=":material/warning:")
    found = comparison(selection)
    iou = found.metrics[PRIMARY]
    if iou.gap is None:
        st.markdown(say("home.no_iou_why"))
    elif selection.b:
        st.markdown(
            verdict_words(found) + truth_words(selection) + field_words(selection) + flagged_words(found)
        )
    _draw_links(selection)


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


def field_words(selection: Selection) -> str:
    """The gap with the run's first field prompt, if the chosen prompt uses the ground truth."""
    field = [prompt.spec for prompt in selection.run.info.prompts if not prompt.uses_ground_truth]
    if not field or not selection.prompt.uses_ground_truth:
        return ""
    rows = prompts_of(selection)
    for row in rows[rows["prompt"] == field[0]].to_dict("records"):
        text = say(
            "home.field",
            prompt=code(row["prompt"]),
            mean_a=formats.score(row["mean_a"]),
            mean_b=formats.score(row["mean_b"]),
            gap=prompt_gap_words(row),
        )
        return f"  \n:material/visibility_off: {text}"
    return ""


def prompt_gap_words(row: Mapping[Hashable, Any]) -> str:
    """A prompt's gap with its interval, and whether it is decided."""
    text = interval_words(row["gap"], row["low"], row["high"])
    if row["verdict"] == TOO_FEW_SCENES:
        few = say("verdicts.few", scenes=row["n_scenes"])
        return say("verdicts.gap_few", gap=formats.gap(row["gap"]), few=few)
    return f"{text} ({say('home.badge_undecided')})" if row["verdict"] == UNDECIDED else text


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


def _draw_links(selection: Selection) -> None:
    n_review = len(review_queue_of(selection))
    alone = "" if selection.b else "_alone"
    wanted = {"metric": "iou", "of": "gap" if selection.b else "a", "order": "worst", "quadrant": "all"}
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if n_review:
            text = say("home.way_review", images=say("home.to_review", n=n_review))
            st.markdown(f":material/help: {text}", width="content")
        link_to("Worst cases", selection.params | wanted, say(f"home.way_worst{alone}"), ":material/warning:")
        link_to("Subgroups", selection.params, say(f"home.way_subgroups{alone}"), ":material/donut_small:")
        link_to("Distributions", selection.params, say("home.way_spread"), ":material/bar_chart:")
        link_to("Report", selection.params, say("home.way_report"), ":material/description:")


def draw_outcomes(selection: Selection) -> None:
    """Count the photographs of each outcome, with links to look at them."""
    threshold = formats.significant(selection.threshold)
    st.markdown(f"#### {say('home.outcomes' if selection.b else 'home.outcomes_alone', threshold=threshold)}")
    draw_failure_threshold(selection)
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
