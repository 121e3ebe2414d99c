"""The section Sensitivity: more clicks, other clicks, a less accurate box."""

import pandas as pd
import streamlit as st

from floodeval.analysis.prompt_sensitivity import OPTIONS, Family, families
from floodeval.analysis.verdicts import DECIDED, TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.pages.prompts.prompt_controls import choose_metric, number_columns
from floodeval.dashboard.pages.prompts.prompt_queries import prompts_of, sensitivity_of
from floodeval.dashboard.pages.prompts.rerun_command import draw_rerun_command
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import draw_table
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.prompt_lines import sensitivity_figure
from floodeval.viz.style import CONFIG
from floodeval.viz.wording import metric_label

WANTED = {
    "n": ("points:n=1", "points:n=1,seed=1", "points:n=3", "points:n=5", "points:n=10"),
    "jitter": ("box", "box:jitter=20", "box:jitter=20,seed=1", "box:jitter=40", "box:jitter=80"),
}


def draw_sensitivity(selection: Selection) -> None:
    """Draw a line for each family of prompts in the run, and the command for the families that it lacks."""
    found = {family.option: family for family in families(prompts_of(selection))}
    if not found:
        st.info(say("prompts_page.sensitivity_none"), icon=":material/info:")
        draw_rerun_command(selection, [spec for option in OPTIONS.values() for spec in WANTED[option]])
        return
    metric = choose_metric(selection)
    columns = st.columns(len(found), gap="medium")
    for column, family in zip(columns, found.values(), strict=True):
        with column:
            _draw_family(selection, family, metric)
    st.caption(say("prompts_page.family_note"))
    for option in set(OPTIONS.values()) - set(found):
        st.info(say(f"prompts_page.lacking_{option}"), icon=":material/info:")
        draw_rerun_command(selection, WANTED[option])


def _draw_family(selection: Selection, family: Family, metric: str) -> None:
    curve, label = sensitivity_of(selection, family, metric), metric_label(metric)
    title = say(f"prompts_page.{family.option}_title")
    st.markdown(f"#### {title}")
    st.markdown("\n".join(f"- {words}" for words in family_words(curve, family.option, selection.variants)))
    figure = sensitivity_figure(curve, family.option, selection.styles, label)
    alt = say("prompts_page.family_alt", metric=label, option=title)
    st.plotly_chart(figure, config=CONFIG, key=f"family_{family.option}", alt=alt)
    with st.expander(say("prompts_page.as_numbers"), icon=":material/table_chart:"):
        numbers = curve.drop(columns="verdict")
        draw_table(numbers, number_columns(numbers), alt)


def family_words(curve: pd.DataFrame, option: str, variants: list[str]) -> list[str]:
    """What the last value changes, and what another seed changes, per variant, as Markdown."""
    lines = []
    for name in variants:
        mine = curve[curve["variant"] == name]
        if len(mine) > 1:
            first, last = mine.iloc[0], mine.iloc[-1]
            words = say(
                f"prompts_page.{option}_change",
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
            lines.append(say(f"prompts_page.{key}", words=words) if key else words)
    for name in variants:
        mine = curve[curve["variant"] == name].dropna(subset=["seed_range"])
        if len(mine):
            widest = mine.iloc[int(mine["seed_range"].argmax())]
            around, value = formats.score(widest["seed_range"]), formats.significant(widest["value"])
            lines.append(say(f"prompts_page.{option}_seeds", variant=plain(name), range=around, value=value))
    return lines
