"""The section Clicks: what each click of an analyst who corrects the mask brings, and how many it takes."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.clicks_needed import TARGETS, click_curve, clicks_needed, clicks_saved
from floodeval.analysis.verdicts import TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.pages.prompts.prompt_views import draw_how_to
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.legends import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.prompt_lines import clicks_figure
from floodeval.viz.style import CONFIG

MOST = "clicks:max=20"


def draw_clicks(selection: Selection) -> None:
    """Draw the clicks curve and the clicks that are needed, or how to have them simulated.

    Raises:
        FloodevalError: the run's table of clicks cannot be read.
    """
    run = replace(selection.run, metrics=selection.metrics)
    prompts = {prompt.spec: prompt.max or 1 for prompt in run.info.prompts if prompt.kind == "clicks"}
    if not prompts:
        st.info(say("prompts_page.clicks_none"), icon=":material/info:")
        draw_how_to(selection, [MOST])
        return
    prompt = _choose_prompt(list(prompts))
    curve, most = click_curve(run, prompt), prompts[prompt]
    st.markdown(f"#### {say('prompts_page.clicks_title')}")
    told = _ends(curve, selection.variants, most)
    if selection.b:
        told += saved_words(clicks_saved(run, prompt), selection.a, selection.b)
    st.markdown("\n".join(f"- {words}" for words in told))
    _draw_needed(clicks_needed(run, prompt), selection.variants, most)
    figure = clicks_figure(curve, selection.styles, TARGETS)
    st.plotly_chart(figure, config=CONFIG, key="clicks", alt=say("prompts_page.clicks_alt"))
    st.caption(say("prompts_page.clicks_note", most=most))


def _choose_prompt(specs: list[str]) -> str:
    if len(specs) == 1:
        return specs[0]
    return str(st.selectbox(say("prompts_page.clicks_prompt"), specs, key="prompts_clicks", width=260))


def _ends(curve: pd.DataFrame, variants: list[str], most: int) -> list[str]:
    told = []
    for name in variants:
        means = curve[curve["variant"] == name].set_index("click")["iou"]
        if len(means):
            first, last = formats.score(means.iloc[0]), formats.score(means.iloc[-1])
            told.append(say("prompts_page.last_iou", variant=plain(name), first=first, last=last, most=most))
    return told


def saved_words(saved: pd.DataFrame, a: str, b: str) -> list[str]:
    """How many clicks B saves against A until each target, where both reach it, as Markdown."""
    told = []
    for row in saved.to_dict("records"):
        if {row["a"], row["b"]} != {a, b}:
            continue
        ends, only = [row["saved"], row["ci_low"], row["ci_high"]], [row["n_only_a"], row["n_only_b"]]
        if row["a"] == b:  # the run names them the other way round
            ends = [
                -row["saved"],
                *(None if end is None else -end for end in (row["ci_high"], row["ci_low"])),
            ]
            only.reverse()
        values = dict(zip(("saved", "low", "high"), map(_signed, ends), strict=True))
        values |= {"a": plain(a), "b": plain(b), "target": formats.decimal(row["target"], 2)}
        key = {UNDECIDED: "saved_undecided", TOO_FEW_SCENES: "saved_few"}.get(row["verdict"], "saved")
        key = key if row["n"] else "saved_nowhere"
        words = say(f"prompts_page.{key}", n=row["n"], scenes=row["n_scenes"], **values)
        unreached = dict(zip(("only_a", "only_b", "neither"), (*only, row["n_neither"]), strict=True))
        if any(unreached.values()):
            words += say("prompts_page.saved_unreached", a=plain(a), b=plain(b), **unreached)
        told.append(words)
    return told


def _draw_needed(needed: pd.DataFrame, variants: list[str], most: int) -> None:
    order = {name: place for place, name in enumerate(variants)}
    known = needed[needed["variant"].isin(variants)]
    rows = sorted(known.to_dict("records"), key=lambda row: (row["target"], order[row["variant"]]))
    with st.grid(4, min_column_width=170):
        for row in rows:
            label = say(
                "prompts_page.needed", target=formats.decimal(row["target"], 2), variant=plain(row["variant"])
            )
            with st.container(border=True, gap="xxsmall", height="stretch"):
                st.metric(label, needed_words(row))
                st.caption(reached_words(row, most))


def needed_words(row: Mapping[Hashable, Any]) -> str:
    """How many clicks a target takes: a lower bound where some photographs do not reach it.

    Args:
        row: of `floodeval.analysis.clicks_needed.clicks_needed`.
    """
    if row["n_never"] == row["n"]:
        return say("prompts_page.needed_not")
    key = "prompts_page.needed_least" if row["n_never"] else "prompts_page.needed_clicks"
    return say(key, clicks=formats.decimal(row["noc"], 1))


def reached_words(row: Mapping[Hashable, Any], most: int) -> str:
    """On how many photographs a target is reached, and how those count that do not reach it."""
    never, n = row["n_never"], row["n"]
    if never == n:
        return say("prompts_page.needed_reached", n=0, of=n)
    ends = {end: formats.decimal(row[f"ci_{end}"], 1) for end in ("low", "high")}
    interval = say("prompts_page.needed_interval", **ends)
    if not never:
        return f"{interval}; {say('prompts_page.needed_reached', n=n, of=n)}"
    return f"{interval}; {say('prompts_page.needed_not_on', n=never, of=n, most=most)}"


def _signed(clicks: float | None) -> str:
    return formats.gap(clicks, 1)
