"""The section Stress suite: how much each variant loses as synthetic scenes get harder, factor by factor."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.verdicts import WORSE, scenes_needed
from floodeval.dashboard.pages.dataset.dataset_queries import (
    stress_figures,
    stress_gaps,
    stress_run,
    stress_tables,
)
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import code, draw_legend, error_text, plain
from floodeval.dashboard.widgets.tables import draw_table, titled
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.evaluation.variant_names import variant_titles
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.stress_curves import factor_label
from floodeval.viz.style import Style, variant_styles

WEAKEST = 3  # factors that are named per variant


def draw_stress(selection: Selection) -> None:
    """Draw the curves of the stress suite; without its run, the command that makes one."""
    try:
        run = stress_run(selection)
    except FloodevalError as error:
        st.error(error_text(error), icon=":material/error:")
        return
    if run is None:
        _draw_absent()
        return
    curves, ranks = stress_tables(run)
    prompt = _choose_prompt(selection, list(dict.fromkeys(curves["prompt"])))
    styles = _styles(selection, run)
    titles = variant_titles(run.info)
    lines = weakness_words(ranks[ranks["prompt"] == prompt], {name: titles[name] for name in styles})
    if selection.a in styles and selection.b in styles:
        gaps = stress_gaps(run, selection.a, str(selection.b))
        lines.append(gap_words(gaps[gaps["prompt"] == prompt], titles[selection.a], titles[str(selection.b)]))
    st.markdown("\n".join(f"- {words}" for words in lines))
    draw_legend(styles.values(), say("dataset.bands"))
    rows = curves[curves["prompt"] == prompt]
    with st.grid(3, min_column_width=280):
        for factor, figure in stress_figures(run, prompt, styles).items():
            alt = say("dataset.stress_alt", factor=_label(factor))
            st.plotly_chart(figure, config=CHART_CONFIG, key=f"stress_{factor}", alt=alt)
    st.caption(say("dataset.stress_note", run=code(run.folder.name)))
    with st.expander(say("dataset.curves_numbers"), icon=":material/table_chart:"):
        words = {
            "factor": [factor_label(one) for one in rows["factor"]],
            "variant": [titles.get(name, name) for name in rows["variant"]],
        }
        shown = rows.drop(columns="prompt").assign(**words)
        columns = titled(shown, "dataset")
        for name in ("mean", "ci_low", "ci_high", "fall"):
            if name in columns:
                columns[name] = replace(columns[name], form=formats.gap if name == "fall" else formats.score)
        draw_table(shown, columns, say("dataset.curves_alt"))


def weakness_words(ranks: pd.DataFrame, titles: Mapping[str, str]) -> list[str]:
    """For each variant, the factors that significantly lower its IoU, the worst first, as Markdown."""
    lines = []
    for name, title in titles.items():
        rows = ranks[ranks["variant"] == name]
        if few := _few(rows):
            lines.append(say("dataset.suite_few", variant=plain(title), **few))
            continue
        mine = rows[rows["verdict"] == WORSE].sort_values("rank")
        factors = ", ".join(
            f"{_label(factor)} ({formats.score(slope)})"
            for factor, slope in zip(mine["factor"][:WEAKEST], mine["slope"][:WEAKEST], strict=True)
        )
        more = len(mine) - WEAKEST
        rest = say("dataset.loses_more", n=more) if more > 0 else ""
        if factors:
            lines.append(say("dataset.loses", variant=plain(title), factors=factors, more=rest))
        else:
            lines.append(say("dataset.loses_nothing", variant=plain(title)))
    return lines


def gap_words(gaps: pd.DataFrame, a: str, b: str) -> str:
    """Where B falls more than A from severity 0 to 3, and where less, as Markdown."""
    if few := _few(gaps):
        known = gaps.dropna(subset=["gap"]).sort_values("gap", key=abs, ascending=False)
        largest = _gap_list(known.head(1)) or formats.NO_VALUE
        return say("dataset.falls_few", a=plain(a), b=plain(b), largest=largest, **few)
    more, less = (
        _gap_list(gaps[gaps["verdict"] == verdict]) or say("dataset.no_factor")
        for verdict in ("more", "less")
    )
    return say("dataset.falls", a=plain(a), b=plain(b), more=more, less=less)


def _gap_list(gaps: pd.DataFrame) -> str:
    return ", ".join(
        f"{_label(factor)} ({formats.gap(gap)})"
        for factor, gap in zip(gaps["factor"], gaps["gap"], strict=True)
    )


def _few(decided: pd.DataFrame) -> dict[str, int]:
    """The number of scenes, and how many a decision needs; empty where there are enough."""
    n, needed = int(decided["n"].max()) if len(decided) else 0, scenes_needed(len(decided))
    return {} if n >= needed else {"n": n, "factors": len(decided), "scenes": needed}


def _label(factor: str) -> str:
    return factor_label(factor).lower()


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
    """The styles of the suite's variants: those of the selection where it has the same variants."""
    names = run.info.variant_names
    return {
        name: style
        for name, style in (variant_styles(names, variant_titles(run.info)) | selection.styles).items()
        if name in names
    }


def _draw_absent() -> None:
    st.info(
        say("dataset.no_suite"),
        icon=":material/speed:",
    )
    st.code("floodeval stress", language=None)
