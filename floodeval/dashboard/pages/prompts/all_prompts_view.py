"""The section All prompts: each variant's mean with each prompt, and what B gains with it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from floodeval.dashboard.pages.prompts.prompt_controls import choose_metric, choose_prompts, number_columns
from floodeval.dashboard.pages.prompts.prompt_queries import gains_of, kinds_of, prompts_of, scores_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code
from floodeval.dashboard.widgets.tables import draw_table
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import PromptSpec
from floodeval.storage.spreadsheet import csv_bytes
from floodeval.viz.charts.prompts_chart import prompts_figure
from floodeval.viz.style import CONFIG
from floodeval.viz.wording import metric_label, protocol


def draw_all_prompts(selection: Selection) -> None:
    """Draw the means of all prompts and variants with intervals, and the same as a table."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = choose_metric(selection)
        prompts = choose_prompts(selection)
    scores, gains = scores_of(selection, metric), gains_of(selection, metric)
    label = metric_label(metric)
    figure = prompts_figure(scores, gains, prompts, selection.styles, label)
    st.plotly_chart(
        figure, config=CONFIG, key="every_prompt", alt=say("prompts_page.every_alt", metric=label)
    )
    st.caption(say("prompts_page.every_note", prompts=protocols(kinds_of(selection))))
    _draw_table(table_rows(scores, gains, prompts_of(selection)))


def protocols(prompts: Sequence[PromptSpec]) -> str:
    """What each prompt gives to a variant, in one line of Markdown."""
    return "; ".join(
        say("prompts_page.protocol", prompt=code(one.spec), protocol=protocol(one)) for one in prompts
    )


def table_rows(
    scores: pd.DataFrame, gains: pd.DataFrame | None, prompts: Sequence[PromptSpec]
) -> pd.DataFrame:
    """One row per prompt and variant: whether the prompt uses the ground truth, and the gap of B over A."""
    uses = {prompt.spec: prompt.uses_ground_truth for prompt in prompts}
    truth = [
        say("prompts_page.yes" if uses.get(spec, True) else "prompts_page.no") for spec in scores["prompt"]
    ]
    table = scores.copy()
    table.insert(1, "truth", truth)
    if gains is not None:
        table["gap"] = table["prompt"].map(gains.set_index("prompt")["gap"])
    return table


def _draw_table(table: pd.DataFrame) -> None:
    with st.expander(say("prompts_page.as_numbers"), icon=":material/table_chart:"):
        draw_table(table, number_columns(table), say("prompts_page.table_alt"))
        st.download_button(
            say("prompts_page.download"),
            csv_bytes(table),
            "prompts.csv",
            "text/csv",
            icon=":material/download:",
        )
