"""The averages: as bars with their intervals, as a table, and the mean IoU with every prompt."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.compare import MetricComparison
from floodeval.data.agreement import Spread
from floodeval.evaluation.run import Run
from floodeval.language.sentences import language, say
from floodeval.pictures.averages import averages_figure
from floodeval.pictures.figure import CONFIG
from floodeval.pictures.palette import Ink
from floodeval.ui.home.numbers import comparison, means_of, prompts_of
from floodeval.ui.loading import agreement_at_hand, stamp
from floodeval.ui.selection import Selection
from floodeval.wording.metrics import metric_label
from floodeval.wording.numbers import counted


def draw_averages(selection: Selection) -> None:
    """Draw every metric's average as bars, for the chosen prompt."""
    st.markdown(f"#### {say('home.averages')}", help=say("home.averages_help"))
    agreement = agreement_at_hand(selection.run)
    gaps = comparison(selection).metrics if selection.b else None
    key = (selection.prompt.spec, selection.a, selection.b, language(), *selection.rows_key)
    means = means_of(selection)
    figure = _figure(selection.run, stamp(selection.run.folder), key, agreement, means, selection.inks, gaps)
    st.plotly_chart(figure, config=CONFIG, key="averages", alt=say("home.averages_alt"))
    st.caption(averages_words(agreement))


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _figure(
    run: Run,
    stamp: tuple[float, ...],
    key: tuple[str | None, ...],
    agreement: Spread | None,
    _means: pd.DataFrame,
    _inks: dict[str, Ink],
    _gaps: Mapping[str, MetricComparison] | None,
) -> go.Figure:
    """The chart, made once: plotly checks every property that it is given, which takes its time."""
    return averages_figure(_means, _inks, agreement, _gaps)


def averages_words(agreement: Spread | None) -> str:
    """What bars, whiskers, diamonds and the band are."""
    said = say("home.averages_how")
    if not agreement:
        return said
    low, high = (f"{value:.3f}" for value in (agreement.low, agreement.high))
    return f"{said} {say('home.averages_agreement', pairs=counted(agreement.n, 'pair'), low=low, high=high)}"


def draw_prompts(selection: Selection) -> None:
    """Draw the mean IoU for every prompt of the run, where there are several."""
    if len(selection.run.info.prompts) < 2:
        return
    st.markdown(f"#### {say('home.prompts')}")
    st.dataframe(
        prompt_rows(selection),
        hide_index=True,
        column_config={
            "prompt": say("home.column_prompt"),
            "uses": say("home.column_uses"),
            "mean_a": st.column_config.NumberColumn("A" if selection.b else "IoU", format="%.3f"),
            "mean_b": st.column_config.NumberColumn("B", format="%.3f"),
            "gap": st.column_config.NumberColumn(say("home.column_gap"), format="%+.3f"),
            "low": st.column_config.NumberColumn(say("home.column_low"), format="%+.3f"),
            "high": st.column_config.NumberColumn(say("home.column_high"), format="%+.3f"),
        },
        alt=say("home.prompts_alt"),
    )


def prompt_rows(selection: Selection) -> pd.DataFrame:
    """Per prompt: whether it uses the ground truth, mean IoU of A and B over images, their gap, n."""
    table = prompts_of(selection)
    use = {
        prompt.spec: say("home.yes" if prompt.uses_ground_truth else "home.no")
        for prompt in selection.run.info.prompts
    }
    table.insert(1, "uses", [use[spec] for spec in table["prompt"]])
    return table if selection.b else table.drop(columns=["mean_b", "gap", "low", "high"])


def draw_numbers(selection: Selection) -> None:
    """All averages as a table: over images with their intervals, and pooled over pixels."""
    rows = means_of(selection)
    with st.expander(say("home.numbers"), icon=":material/table_chart:"):
        st.dataframe(
            rows.assign(metric=rows["metric"].map(metric_label))[
                ["metric", "variant", "mean", "low", "high", "pooled", "n", "n_missing"]
            ],
            hide_index=True,
            column_config={
                "metric": say("home.column_metric"),
                "variant": say("home.column_variant"),
                "mean": st.column_config.NumberColumn(say("home.column_mean"), format="%.3f"),
                "low": st.column_config.NumberColumn(say("home.column_low"), format="%.3f"),
                "high": st.column_config.NumberColumn(say("home.column_high"), format="%.3f"),
                "pooled": st.column_config.NumberColumn(say("home.column_pooled"), format="%.3f"),
                "n": say("home.column_n"),
                "n_missing": say("home.column_missing"),
            },
            alt=say("home.numbers_alt"),
        )
