"""The section Sensitivity: more clicks, other clicks, a box drawn less well."""

import pandas as pd
import streamlit as st

from floodeval.analysis.sensitivity import OPTIONS, Family, families
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.pages.prompts.choices import choose_metric
from floodeval.dashboard.pages.prompts.command import evaluate_command
from floodeval.dashboard.pages.prompts.every import number_column
from floodeval.dashboard.pages.prompts.numbers import prompts_of, sensitivity_of
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.columns import draw_table
from floodeval.dashboard.widgets.words import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.prompt_lines import sensitivity_figure
from floodeval.viz.figure import CONFIG
from floodeval.viz.metrics import metric_label

WANTED = {
    "n": ("points:n=1", "points:n=1,seed=1", "points:n=3", "points:n=5", "points:n=10"),
    "jitter": ("box", "box:jitter=20", "box:jitter=20,seed=1", "box:jitter=40", "box:jitter=80"),
}


def draw_sensitivity(selection: Selection) -> None:
    """Draw a line for every family of prompts that the run has, and how to make what it lacks."""
    found = {family.option: family for family in families(prompts_of(selection))}
    if not found:
        st.info(say("prompting.sensitivity_none"), icon=":material/info:")
        draw_how_to(selection, [spec for option in OPTIONS.values() for spec in WANTED[option]])
        return
    metric = choose_metric(selection)
    columns = st.columns(len(found), gap="medium")
    for column, family in zip(columns, found.values(), strict=True):
        with column:
            _draw_family(selection, family, metric)
    st.caption(say("prompting.family_note"))
    for option in set(OPTIONS.values()) - set(found):
        st.info(say(f"prompting.lacking_{option}"), icon=":material/info:")
        draw_how_to(selection, WANTED[option])


def draw_how_to(selection: Selection, prompts: tuple[str, ...] | list[str]) -> None:
    """Say the command that evaluates these prompts."""
    st.markdown(say("prompting.how_to"))
    st.code(evaluate_command(selection.run.info, prompts), language=None, wrap_lines=True)


def _draw_family(selection: Selection, family: Family, metric: str) -> None:
    curve, label = sensitivity_of(selection, family, metric), metric_label(metric)
    title = say(f"prompting.{family.option}_title")
    st.markdown(f"#### {title}")
    st.markdown("\n".join(f"- {words}" for words in family_words(curve, family.option, selection.variants)))
    figure = sensitivity_figure(curve, family.option, selection.inks, label)
    alt = say("prompting.family_alt", metric=label, option=title)
    st.plotly_chart(figure, config=CONFIG, key=f"family_{family.option}", alt=alt)
    with st.expander(say("prompting.as_numbers"), icon=":material/table_chart:"):
        numbers = curve.drop(columns="verdict")
        columns = {name: number_column(name) for name in map(str, numbers)}
        draw_table(numbers, columns, alt)


def family_words(curve: pd.DataFrame, option: str, variants: list[str]) -> list[str]:
    """What the last value changes, and what another draw changes, per variant, as Markdown."""
    told = []
    for name in variants:
        mine = curve[curve["variant"] == name]
        if len(mine) > 1:
            first, last = mine.iloc[0], mine.iloc[-1]
            words = say(
                f"prompting.{option}_change",
                variant=plain(name),
                change=f"**{formats.gap(last['change'])}**"
                if last["verdict"] in DECIDED
                else formats.gap(last["change"]),
                first=formats.significant(first["value"]),
                last=formats.significant(last["value"]),
                low=formats.gap(last["change_low"]),
                high=formats.gap(last["change_high"]),
            )
            key = {UNDECIDED: "change_undecided", TOO_FEW_SCENES: "change_few"}.get(last["verdict"])
            told.append(say(f"prompting.{key}", words=words) if key else words)
    for name in variants:
        mine = curve[curve["variant"] == name].dropna(subset=["seed_range"])
        if len(mine):
            widest = mine.iloc[int(mine["seed_range"].argmax())]
            around, value = formats.score(widest["seed_range"]), formats.significant(widest["value"])
            told.append(say(f"prompting.{option}_seeds", variant=plain(name), range=around, value=value))
    return told
