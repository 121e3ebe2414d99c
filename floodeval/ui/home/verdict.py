"""The verdict in words: better, worse or undecided, by how much, on how much, and where to read on."""

import streamlit as st

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.language.sentences import say
from floodeval.ui.home.numbers import comparison, doubts_of, prompts_of
from floodeval.ui.navigation import link_to
from floodeval.ui.selection import Selection
from floodeval.ui.words import code, plain
from floodeval.wording.numbers import counted, number, signed

BADGES = {
    "better": "green-badge[:material/trending_up:",
    "worse": "red-badge[:material/trending_down:",
    "undecided": "gray-badge[:material/trending_flat:",
}


def headline(selection: Selection) -> str:
    """The verdict as the page's title: better, worse or undecided, and the gap of the mean IoU."""
    found = comparison(selection)
    iou = found.metrics[PRIMARY]
    if iou.gap is None:
        return say("home.no_iou")
    a, b = plain(selection.a), plain(selection.b or selection.a)
    if selection.b is None:
        return say("home.alone", a=a, mean=number(iou.mean_a))
    if found.verdict != "undecided":
        return say(f"home.{found.verdict}", a=a, b=b, gap=number(abs(iou.gap)))
    side = "level" if round(iou.gap, 3) == 0 else "above" if iou.gap > 0 else "below"
    return say(f"home.undecided_{side}", a=a, b=b, gap=number(abs(iou.gap)))


def draw_verdict(selection: Selection) -> None:
    """Say the means, the gap with its interval, on how much, how many went up or down; then the ways on."""
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
        mean_a=number(iou.mean_a),
        mean_b=number(iou.mean_b),
        photographs=counted(iou.n, "photograph"),
        scenes=counted(found.n_scenes, "scene"),
        gap=interval_words(iou.gap, iou.ci_low, iou.ci_high),
        wins=iou.wins,
        losses=iou.losses,
        ties=iou.ties,
    )
    return f"{badge} {said}{missing_words(iou)}"


def interval_words(gap: float | None, low: float | None, high: float | None) -> str:
    """The gap with its interval, or why there is none."""
    if low is None or high is None or low != low or high != high:
        return say("home.gap_without", gap=signed(gap))
    return say("home.gap_interval", gap=signed(gap), low=signed(low), high=signed(high))


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
            mean_a=number(row["mean_a"]),
            mean_b=number(row["mean_b"]),
            gap=interval_words(row["gap"], row["low"], row["high"]),
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
        gap = interval_words(without.gap, without.ci_low, without.ci_high)
        means = {"mean_a": number(without.mean_a), "mean_b": number(without.mean_b)}
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
