"""The parts of the home page: is B better than A here, by how much, on how many photographs."""

import pandas as pd
import streamlit as st

from floodeval.analysis.compare import PRIMARY, Comparison, MetricComparison
from floodeval.analysis.pairing import averages
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.pictures.averages import averages_figure
from floodeval.pictures.figure import CONFIG
from floodeval.ui.loading import agreement_at_hand, comparison_of
from floodeval.ui.navigation import link_to
from floodeval.ui.selection import Selection, quadrant_names
from floodeval.ui.words import plain
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import counted, number, signed
from floodeval.wording.quadrants import quadrant_title

CARD_METRICS = ("iou", "dice", "precision", "recall")
AGREEMENT_WORDS = (
    " Grey band: how well two annotations of one photograph agree, the ceiling that every score is read "
    "against."
)


def headline(selection: Selection) -> str:
    """The verdict as the page's title: better, worse or undecided, and the gap of the mean IoU."""
    comparison = _comparison(selection)
    iou = comparison.metrics[PRIMARY]
    a, b = plain(selection.a), plain(selection.b)
    if iou.gap is None:
        return "No photograph here has an IoU"
    if selection.b is None:
        return f"{a} reaches a mean IoU of {number(iou.mean_a)}"
    gap = number(abs(iou.gap))
    if comparison.verdict != "undecided":
        return f"{b} is {comparison.verdict} than {a}, by {gap} in mean IoU"
    return f"Undecided: {b} is {gap} {'above' if iou.gap > 0 else 'below'} {a} in mean IoU"


def draw_verdict(selection: Selection) -> None:
    """Say in one line the means, the gap with its interval, on how much, and how many went up or down."""
    comparison = _comparison(selection)
    iou = comparison.metrics[PRIMARY]
    if selection.b is None or iou.gap is None:
        return
    st.markdown(
        f"Mean IoU **{number(iou.mean_a)} → {number(iou.mean_b)}** over {counted(iou.n, 'photograph')} of "
        f"{counted(comparison.n_scenes, 'scene')}: {interval_words(iou)}; higher on **{iou.wins}**, lower on "
        f"**{iou.losses}**, equal on {iou.ties}." + missing_words(iou) + flagged_words(comparison)
    )


def interval_words(metric: MetricComparison) -> str:
    """The gap with its interval, or why there is none."""
    if metric.ci_low is None or metric.ci_high is None:
        return f"gap {signed(metric.gap)}, with too few scenes for an interval"
    low, high = signed(metric.ci_low), signed(metric.ci_high)
    return f"gap **{signed(metric.gap)}**, 95 % interval **{low} to {high}**"


def missing_words(metric: MetricComparison) -> str:
    """How many photographs have no value, and why; nothing where all have one."""
    if not metric.n_missing:
        return ""
    return (
        f" Left out: {counted(metric.n_missing, 'photograph')} with no water in either mask, "
        "which has no IoU by definition."
    )


def flagged_words(comparison: Comparison) -> str:
    """How many samples have a truth that an audit doubts, and the gap without them; nothing without any."""
    if not comparison.flagged:
        return ""
    few = counted(len(comparison.flagged), "flagged_pair")
    said = f"  \n:material/flag: **{few}**: the audit doubts the truth"
    without = comparison.without_flagged
    if without is None:
        return f"{said} of every pair here."
    means = f"{number(without.mean_a)} → {number(without.mean_b)}"
    return f"{said}. Without them mean IoU {means} over {without.n}: {interval_words(without)}."


def _comparison(selection: Selection, prompt: str | None = None) -> Comparison:
    """A against B (or A with itself) with the chosen prompt, or another."""
    b = selection.b or selection.a
    return comparison_of(
        selection.run, selection.a, b, prompt or selection.prompt.spec, selection.split, selection.flagged
    )


def draw_cards(selection: Selection) -> None:
    """Draw one card a metric: B's mean over images and its gap to A, or the one variant's mean."""
    st.markdown("#### Means over images" + (f", {plain(selection.b)} and its gap" if selection.b else ""))
    with st.grid(4, min_column_width=150):
        for metric in CARD_METRICS:
            found = _comparison(selection).metrics[metric]
            label, value = f"{metric_label(metric)} (n={found.n})", number(found.mean_b)
            if selection.b is None or found.gap is None:
                st.metric(label, value, border=True)
            else:
                delta, before = round(found.gap, 3) or 0, f"from {number(found.mean_a)}"
                st.metric(label, value, delta, delta_description=before, format="%.3f", border=True)


def draw_averages(selection: Selection) -> None:
    """Draw every metric's average as bars, for the chosen prompt."""
    st.markdown("#### Every metric")
    rows = averages(selection.metrics)
    agreement = agreement_at_hand(selection.run)
    figure = averages_figure(rows[rows["prompt"] == selection.prompt.spec], selection.inks, agreement)
    st.plotly_chart(figure, config=CONFIG, key="averages", alt="Average of every metric for each variant")
    st.caption(
        "Bars: the mean over images, where every photograph counts the same. Diamonds: the score pooled over "
        "pixels, where large photographs and large floods count more."
        + (AGREEMENT_WORDS if agreement else "")
    )


def draw_quadrants(selection: Selection) -> None:
    """Count the photographs of each quadrant, with links to look at them."""
    what = "What happened to each photograph" if selection.b else "How many photographs are good"
    st.markdown(f"#### {what} at IoU {selection.threshold:g}")
    counts = selection.table["quadrant"].value_counts()
    known = int(counts.sum())
    meanings = quadrant_meanings(selection)
    with st.grid(2, min_column_width=150):
        for name in quadrant_names(selection.b):
            with st.container(border=True, gap="xxsmall", height="stretch"):
                n = int(counts.get(name, 0))
                st.metric(quadrant_title(name, selection.b is None), f"{n} of {known}")
                st.caption(meanings[name])
                if not n:
                    continue
                st.space("stretch")
                link_to(
                    "Worst cases",
                    selection.params | {"quadrant": name},
                    "Look at them",
                    icon=":material/arrow_forward:",
                )


def quadrant_meanings(selection: Selection) -> dict[str, str]:
    """What each quadrant says about a photograph."""
    a, b = plain(selection.a), plain(selection.b or selection.a)
    if selection.b is None:
        return {"both_fail": f"{a} is under the threshold", "both_good": f"{a} is at or above it"}
    return {
        "fixed": f"{a} fails, {b} does not",
        "regressed": f"{b} fails, {a} does not",
        "both_fail": "neither reaches the threshold",
        "both_good": "both reach the threshold",
    }


def draw_prompts(selection: Selection) -> None:
    """Draw the mean IoU for every prompt of the run, where there are several."""
    if len(selection.run.info.prompts) < 2:
        return
    st.markdown("#### The same with every prompt")
    st.dataframe(
        prompt_rows(selection),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(name, format="%+.3f" if name == "gap" else "%.3f")
            for name in ("A", "B", "gap")
        },
        alt="Mean IoU of A and B and their gap for every prompt",
    )


def prompt_rows(selection: Selection) -> pd.DataFrame:
    """Per prompt: whether it uses the ground truth, mean IoU of A and B over images, their gap, n."""
    rows = []
    for prompt in selection.run.info.prompts:
        try:
            found = _comparison(selection, prompt.spec).metrics[PRIMARY]
        except FloodevalError:
            continue  # no sample could be evaluated with this prompt
        uses = "yes" if prompt.uses_ground_truth else "no"
        rows.append((prompt.spec, uses, found.mean_a, found.mean_b, found.gap, found.n))
    table = pd.DataFrame(rows, columns=["prompt", "uses truth", "A", "B", "gap", "n"])
    return table if selection.b else table.drop(columns=["B", "gap"])


def draw_numbers(selection: Selection) -> None:
    """All averages as a table: over images, and pooled over pixels."""
    rows = averages(selection.metrics)
    rows = rows[rows["prompt"] == selection.prompt.spec]
    with st.expander("All averages as numbers", icon=":material/table_chart:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "metric": rows["metric"].map(metric_label),
                    "variant": rows["variant"],
                    "mean over images": rows["mean"],
                    "pooled over pixels": rows["pooled"],
                    "images": rows["n"],
                    "images without a value": rows["n_missing"],
                }
            ),
            hide_index=True,
            column_config={
                name: st.column_config.NumberColumn(name, format="%.3f")
                for name in ("mean over images", "pooled over pixels")
            },
            alt="Averages of every metric and variant",
        )


def draw_provenance(selection: Selection) -> None:
    """What was run, with what, on what machine."""
    with st.expander("About this run", icon=":material/info:"):
        st.dataframe(
            provenance_rows(selection.run), hide_index=True, alt="What was run, with what, on what machine"
        )


def provenance_rows(run: Run) -> pd.DataFrame:
    """The facts of `run.json` as rows of what and value, all text."""
    info = run.info
    facts: list[tuple[str, object]] = [
        ("run", run.folder.name),
        ("evaluated", info.created),
        *((f"data set: {key}", value) for key, value in info.dataset.items()),
        *((f"split: {key}", value) for key, value in (info.split or {}).items()),
    ]
    for variant in info.variants:
        source = variant.checkpoint or "the published weights"
        facts.append(
            (f"variant {variant.name}", f"{variant.model_type}, {source}, sha256 {variant.sha256[:12]}")
        )
        for key, value in (variant.trained_on or {}).items():
            facts.append((f"variant {variant.name} was trained on: {key}", value))
    for title, part in (("setting", info.metrics), ("machine", info.environment), ("seconds", info.timings)):
        facts += [(f"{title}: {key}", value) for key, value in part.items()]
    return pd.DataFrame([(what, str(value)) for what, value in facts], columns=["what", "value"])
