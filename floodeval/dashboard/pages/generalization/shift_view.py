"""The section on controlled shifts: what each factor of the stress suite costs A and B."""

from collections.abc import Iterator
from html import escape

import pandas as pd
import streamlit as st

from floodeval.analysis.stress_response import WORST
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.dataset.dataset_queries import stress_gaps, stress_run, stress_tables
from floodeval.dashboard.pages.generalization.generalization_queries import PageFindings
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.dashboard.widgets.tables import draw_words
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.prompts import parse_prompt
from floodeval.viz.charts.stress_curves import factor_label


def draw_shifts(selection: Selection, shown: PageFindings) -> None:
    """Draw a row per factor: what A and B lose from severity 0 to 3; without a stress run, its command."""
    st.markdown(f"#### {say('generalization.shifts')}", help=say("generalization.shifts_help"))
    try:
        run = stress_run(selection)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    a, b = shown.found.baseline.name, shown.candidate
    if run is None or not {a, b} <= set(run.metrics["variant"]):
        st.info(say("generalization.no_stress"), icon=":material/speed:")
        st.code("floodeval stress", language=None)
        return
    prompt = field_prompt_first(run)
    falls, gaps = stress_tables(run)[0], stress_gaps(run, a, b)
    rows = list(shift_rows(falls[falls["prompt"] == prompt], gaps[gaps["prompt"] == prompt], a, b))
    heads = (say("generalization.column_factor"), "A", "B", say("generalization.column_more"), "n")
    draw_words([escape(head) for head in heads], rows, say("generalization.shifts_alt"))
    st.caption(
        say("generalization.shifts_note", prompt=prompt, a=shown.found.label(a), b=shown.found.label(b))
    )
    params = selection.params | {"section": "stress"}
    link_to("Dataset", params, say("generalization.shifts_more"), ":material/speed:")


def field_prompt_first(run: Run) -> str:
    """The prompt to show: the run's first field prompt, else its first."""
    specs = [str(spec) for spec in run.metrics["prompt"].unique()]
    return next((spec for spec in specs if not parse_prompt(spec).uses_ground_truth), specs[0])


def shift_rows(falls: pd.DataFrame, gaps: pd.DataFrame, a: str, b: str) -> Iterator[list[str]]:
    """The rows as HTML: factor, loss of A, loss of B, their difference with its interval and verdict, n."""
    worst = falls[falls["severity"] == WORST].set_index(["variant", "factor"])["fall"]
    for row in gaps.to_dict("records"):
        factor = str(row["factor"])
        low, high = (None if pd.isna(row[end]) else row[end] for end in ("ci_low", "ci_high"))
        more = say("generalization.gap", gap=formats.gap(row["gap"]), interval=formats.interval(low, high))
        cells = (factor_label(factor), formats.gap(worst[a, factor]), formats.gap(worst[b, factor]))
        verdict = say(f"generalization.shift_{row['verdict']}")
        yield [*map(escape, cells), f"{escape(more)}<br><b>{escape(verdict)}</b>", formats.count(row["n"])]
