"""The averages: every metric with its confidence interval, as a chart and as a table, and IoU by prompt."""

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.home.home_queries import comparison, means_of, prompts_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.tables import Column, code_words, draw_table, draw_words, folded
from floodeval.datasets.iou_spread import Spread
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.charts.averages import averages_html
from floodeval.viz.wording import metric_label


def draw_averages(selection: Selection) -> None:
    """Draw every metric's mean for the chosen prompt."""
    agreement = selection.run.info.label_agreement
    gaps = comparison(selection).metrics if selection.b else None
    means = means_of(selection)
    st.markdown(averages_html(means, selection.styles, agreement, gaps), unsafe_allow_html=True)
    st.caption(averages_words(agreement))


def averages_words(agreement: Spread | None) -> str:
    """What bars, whiskers, diamonds and the band mean."""
    text = say("home.averages_how")
    if not agreement:
        return text
    low, high = (formats.score(value) for value in (agreement.low, agreement.high))
    return f"{text} {say('home.averages_agreement', pairs=counted(agreement.n, 'pair'), low=low, high=high)}"


def draw_prompts(selection: Selection) -> None:
    """Draw the mean IoU with every prompt of the run, if there are several."""
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
                gap_words(row),
            ]
        rows.append(
            [code_words(row["prompt"]), *map(escape, (use[row["prompt"]], *scores, formats.count(row["n"])))]
        )
    return rows


def gap_words(row: Mapping[Hashable, Any]) -> str:
    """A prompt's gap with its interval, if it has one."""
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return formats.gap(row["gap"])
    return say("home.gap_within", **{name: formats.gap(row[name]) for name in ("gap", "low", "high")})


def draw_mean_table(selection: Selection) -> None:
    """Draw all means as a table: over images with their intervals, and pooled over pixels."""
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
        shown = rows.assign(
            metric=rows["metric"].map(metric_label), variant=rows["variant"].map(selection.name_of)
        )[list(columns)]
        draw_table(shown, columns, say("home.numbers_alt"))
