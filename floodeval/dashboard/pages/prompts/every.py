"""The section Every prompt: each variant's mean with each prompt, and what B gains with it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.prompts.choices import choose_metric, choose_prompts
from floodeval.dashboard.pages.prompts.numbers import gains_of, kinds_of, prompts_of, scores_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.columns import Column, draw_table
from floodeval.dashboard.widgets.words import code
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.storage.spreadsheet import csv_bytes
from floodeval.viz.charts.prompts_chart import prompts_figure
from floodeval.viz.figure import CONFIG
from floodeval.viz.metrics import metric_label
from floodeval.viz.prompts import protocol


def draw_every(selection: Selection) -> None:
    """Draw every prompt and variant with intervals, and the same as a table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric(selection)
        prompts = choose_prompts(selection)
    scores, gains = scores_of(selection, metric), gains_of(selection, metric)
    label = metric_label(metric)
    figure = prompts_figure(scores, gains, prompts, selection.inks, label)
    st.plotly_chart(figure, config=CONFIG, key="every_prompt", alt=say("prompting.every_alt", metric=label))
    st.caption(say("prompting.every_note", prompts=protocols(kinds_of(selection))))
    _draw_table(table_rows(scores, gains, prompts_of(selection)))


def protocols(prompts: Sequence[PromptSpec]) -> str:
    """What each prompt tells a variant, in one line of Markdown."""
    told = [say("prompting.protocol", prompt=code(one.spec), protocol=protocol(one)) for one in prompts]
    return "; ".join(told)


def table_rows(
    scores: pd.DataFrame, gains: pd.DataFrame | None, prompts: Sequence[PromptSpec]
) -> pd.DataFrame:
    """One row a prompt and variant, whether the prompt uses the ground truth, and B's gap over A."""
    uses = {prompt.spec: prompt.uses_ground_truth for prompt in prompts}
    truth = [say("prompting.yes" if uses.get(spec, True) else "prompting.no") for spec in scores["prompt"]]
    table = scores.copy()
    table.insert(1, "truth", truth)
    if gains is not None:
        table["gap"] = table["prompt"].map(gains.set_index("prompt")["gap"])
    return table


def _draw_table(table: pd.DataFrame) -> None:
    with st.expander(say("prompting.as_numbers"), icon=":material/table_chart:"):
        columns = {name: number_column(name) for name in map(str, table)}
        draw_table(table, columns, say("prompting.table_alt"))
        st.download_button(
            say("prompting.download"),
            csv_bytes(table),
            "prompts.csv",
            "text/csv",
            icon=":material/download:",
        )


def number_column(name: str) -> Column:
    """How a column of this page's tables is titled and its numbers shown."""
    title = say(f"prompting.column_{name}")
    if name in ("gap", "change", "change_low", "change_high"):
        return Column(title, formats.gap)
    if name in ("mean", "low", "high", "spread", "best", "worst", "seed_low", "seed_high", "seed_range"):
        return Column(title, formats.score)
    return Column(title)
