"""The section Stress: how each variant falls as drawn floods get harder, factor by factor."""

from dataclasses import replace

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from floodeval.analysis.stress_response import fall_gaps, stress_curves, stress_ranks
from floodeval.analysis.verdicts import WORSE, scenes_needed
from floodeval.dashboard.queries import open_run, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import code, draw_legend, here, plain
from floodeval.dashboard.widgets.tables import draw_table, titled
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run, list_runs
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language
from floodeval.viz.charts.figure import CONFIG
from floodeval.viz.charts.stress_curves import factor_label, stress_figure
from floodeval.viz.style import Style, variant_styles

RUN = "stress"  # the run that `floodeval stress` makes
WEAKEST = 3


def draw_stress(selection: Selection) -> None:
    """Draw the curves of the stress suite; without its run, say how to make one."""
    try:
        run = _stress_run(selection)
    except FloodevalError as error:
        st.error(here(error), icon=":material/error:")
        return
    if run is None:
        _draw_absent()
        return
    curves, ranks = _curves(run, stamp(run.folder))
    prompt = _choose_prompt(selection, list(dict.fromkeys(curves["prompt"])))
    styles = _styles(selection, run)
    said = weakness_words(ranks[ranks["prompt"] == prompt], list(styles))
    if selection.a in styles and selection.b in styles:
        gaps = _gaps(run, stamp(run.folder), selection.a, str(selection.b))
        said.append(gap_words(gaps[gaps["prompt"] == prompt], selection.a, str(selection.b)))
    st.markdown("\n".join(f"- {words}" for words in said))
    draw_legend(styles.values(), say("dataset.bands"))
    rows = curves[curves["prompt"] == prompt]
    with st.grid(3, min_column_width=280):
        for factor, figure in _figures(
            run, stamp(run.folder), prompt, tuple(styles.items()), language()
        ).items():
            alt = say("dataset.stress_alt", factor=_label(factor))
            st.plotly_chart(figure, config=CONFIG, key=f"stress_{factor}", alt=alt)
    st.caption(say("dataset.stress_note", run=code(run.folder.name)))
    with st.expander(say("dataset.curves_numbers"), icon=":material/table_chart:"):
        shown = rows.drop(columns="prompt").assign(factor=[factor_label(one) for one in rows["factor"]])
        titles = titled(shown, "dataset")
        for name in ("mean", "ci_low", "ci_high", "fall"):
            if name in titles:
                titles[name] = replace(titles[name], form=formats.gap if name == "fall" else formats.score)
        draw_table(shown, titles, say("dataset.curves_alt"))


def weakness_words(ranks: pd.DataFrame, variants: list[str]) -> list[str]:
    """For each variant the factors that significantly cost it IoU, the worst first, as Markdown."""
    said = []
    for name in variants:
        of = ranks[ranks["variant"] == name]
        if few := _few(of):
            said.append(say("dataset.suite_few", variant=plain(name), **few))
            continue
        mine = of[of["verdict"] == WORSE].sort_values("rank")
        told = ", ".join(
            f"{_label(factor)} ({formats.decimal(slope, 2)})"
            for factor, slope in zip(mine["factor"][:WEAKEST], mine["slope"][:WEAKEST], strict=True)
        )
        more = len(mine) - WEAKEST
        rest = say("dataset.loses_more", n=more) if more > 0 else ""
        if told:
            said.append(say("dataset.loses", variant=plain(name), factors=told, more=rest))
        else:
            said.append(say("dataset.loses_nothing", variant=plain(name)))
    return said


def gap_words(gaps: pd.DataFrame, a: str, b: str) -> str:
    """Where B falls more than A from severity 0 to 3, and where less, as Markdown."""
    if few := _few(gaps):
        known = gaps.dropna(subset=["gap"]).sort_values("gap", key=abs, ascending=False)
        factors, sizes = known["factor"].head(1), known["gap"].head(1)
        largest = ", ".join(
            f"{_label(one)} ({formats.gap(gap)})" for one, gap in zip(factors, sizes, strict=True)
        )
        return say("dataset.falls_few", a=plain(a), b=plain(b), largest=largest or formats.NO_VALUE, **few)
    parts = {}
    for verdict in ("more", "less"):
        rows = gaps[gaps["verdict"] == verdict]
        told = ", ".join(
            f"{_label(factor)} ({formats.gap(gap)})"
            for factor, gap in zip(rows["factor"], rows["gap"], strict=True)
        )
        parts[verdict] = told or say("dataset.no_factor")
    return say("dataset.falls", a=plain(a), b=plain(b), **parts)


def _few(judged: pd.DataFrame) -> dict[str, int]:
    """How many scenes there are, and how many could decide; empty where there are enough."""
    n, needed = int(judged["n"].max()) if len(judged) else 0, scenes_needed(len(judged))
    return {} if n >= needed else {"n": n, "factors": len(judged), "scenes": needed}


def _label(factor: str) -> str:
    return factor_label(factor).lower()


def _stress_run(selection: Selection) -> Run | None:
    """The chosen run where it is of the suite, else the run of the suite's name; None without either.

    Raises:
        FloodevalError: the run cannot be read.
    """
    runs = [selection.run, *([open_run(RUN)] if RUN in list_runs() else [])]
    for run in runs:
        try:
            _curves(run, stamp(run.folder))
        except FloodevalError:
            continue
        return run
    return None


def _choose_prompt(selection: Selection, prompts: list[str]) -> str:
    if st.session_state.get("stress_prompt") not in prompts:
        wanted = selection.prompt.spec
        st.session_state["stress_prompt"] = wanted if wanted in prompts else prompts[0]
    if len(prompts) > 1:
        st.segmented_control(
            say("dataset.suite_prompt"), prompts, key="stress_prompt", required=True, persist_state="session"
        )
    return str(st.session_state["stress_prompt"])


def _styles(selection: Selection, run: Run) -> dict[str, Style]:
    """The suite's variants as the other pages draw them, where they are the same."""
    names = run.info.variant_names
    return {
        name: style for name, style in (variant_styles(names) | selection.styles).items() if name in names
    }


def _draw_absent() -> None:
    st.info(
        say("dataset.no_suite"),
        icon=":material/speed:",
    )
    st.code("floodeval stress", language=None)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _curves(run: Run, stamp: tuple[float, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return stress_curves(run), stress_ranks(run)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _gaps(run: Run, stamp: tuple[float, ...], a: str, b: str) -> pd.DataFrame:
    return fall_gaps(run, a, b)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Run: lambda r: r.folder})
def _figures(
    run: Run, stamp: tuple[float, ...], prompt: str, styles: tuple[tuple[str, Style], ...], language: str
) -> dict[str, go.Figure]:
    """A figure a factor, so that they flow with the screen's width; nothing changes them afterwards."""
    curves = _curves(run, stamp)[0]
    rows = curves[curves["prompt"] == prompt]
    figures = {}
    for factor in dict.fromkeys(rows["factor"]):
        figures[factor] = stress_figure(rows[rows["factor"] == factor], dict(styles), columns=1)
        figures[factor].update_layout(showlegend=False, margin_t=34)
    return figures
