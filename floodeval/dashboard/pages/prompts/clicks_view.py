"""The section Clicks: what each corrective click adds, and how many clicks a target takes."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.analysis.clicks_needed import TARGETS
from floodeval.analysis.verdicts import TOO_FEW_SCENES, UNDECIDED
from floodeval.dashboard.pages.prompts.prompt_queries import click_curve_of, clicks_needed_of, clicks_saved_of
from floodeval.dashboard.pages.prompts.prompt_views import draw_rerun_command
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.charts.figure import CHART_CONFIG
from floodeval.viz.charts.prompt_charts import clicks_figure

MOST = "clicks:max=20"


def draw_clicks(selection: Selection) -> None:
    """Draw the clicks curve and the clicks needed; without simulated clicks, the command that adds them.

    Raises:
        FloodevalError: the run's table of clicks cannot be read.
    """
    prompts = {one.spec: one.max or 1 for one in selection.run.info.prompts if one.kind == "clicks"}
    if not prompts:
        st.info(say("prompts_page.clicks_none"), icon=":material/info:")
        draw_rerun_command(selection, [MOST])
        return
    prompt = _choose_prompt(list(prompts))
    curve, most = click_curve_of(selection, prompt), prompts[prompt]
    st.markdown(f"#### {say('prompts_page.clicks_title')}")
    titles = {name: selection.name_of(name) for name in selection.variants}
    lines = _end_words(curve, titles, most)
    if selection.b:
        lines += saved_words(clicks_saved_of(selection, prompt), selection.a, selection.b, titles)
    st.markdown("\n".join(f"- {words}" for words in lines))
    _draw_needed(clicks_needed_of(selection, prompt), titles, most)
    figure = clicks_figure(curve, selection.styles, TARGETS)
    st.plotly_chart(figure, config=CHART_CONFIG, key="clicks", alt=say("prompts_page.clicks_alt"))
    st.caption(say("prompts_page.clicks_note", most=most))


def _choose_prompt(specs: list[str]) -> str:
    if len(specs) == 1:
        return specs[0]
    return str(st.selectbox(say("prompts_page.clicks_prompt"), specs, key="prompts_clicks", width=260))


def _end_words(curve: pd.DataFrame, titles: Mapping[str, str], most: int) -> list[str]:
    lines = []
    for name, shown in titles.items():
        means = curve[curve["variant"] == name].set_index("click")["iou"]
        if len(means):
            first, last = formats.score(means.iloc[0]), formats.score(means.iloc[-1])
            lines.append(
                say("prompts_page.last_iou", variant=plain(shown), first=first, last=last, most=most)
            )
    return lines


def saved_words(saved: pd.DataFrame, a: str, b: str, titles: Mapping[str, str]) -> list[str]:
    """How many clicks B saves compared with A until each target, where both reach it, as Markdown."""
    lines, shown = [], {"a": plain(titles.get(a, a)), "b": plain(titles.get(b, b))}
    for row in saved.to_dict("records"):
        if {row["a"], row["b"]} != {a, b}:
            continue
        ends, only = [row["saved"], row["ci_low"], row["ci_high"]], [row["n_only_a"], row["n_only_b"]]
        if row["a"] == b:  # the run's table has A and B swapped
            ends = [
                -row["saved"],
                *(None if end is None else -end for end in (row["ci_high"], row["ci_low"])),
            ]
            only.reverse()
        values = dict(zip(("saved", "low", "high"), map(_clicks, ends), strict=True))
        values |= shown | {"target": formats.decimal(row["target"], 2)}
        key = {UNDECIDED: "saved_undecided", TOO_FEW_SCENES: "saved_few"}.get(row["verdict"], "saved")
        key = key if row["n"] else "saved_nowhere"
        words = say(f"prompts_page.{key}", n=row["n"], scenes=row["n_scenes"], **values)
        unreached = dict(zip(("only_a", "only_b", "neither"), (*only, row["n_neither"]), strict=True))
        if any(unreached.values()):
            words += say("prompts_page.saved_unreached", **shown, **unreached)
        lines.append(words)
    return lines


def _draw_needed(needed: pd.DataFrame, titles: Mapping[str, str], most: int) -> None:
    places = {name: place for place, name in enumerate(titles)}
    known = needed[needed["variant"].isin(list(titles))]
    rows = sorted(known.to_dict("records"), key=lambda row: (row["target"], places[row["variant"]]))
    with st.grid(4, min_column_width=170):
        for row in rows:
            label = say(
                "prompts_page.needed",
                target=formats.decimal(row["target"], 2),
                variant=plain(titles[row["variant"]]),
            )
            with st.container(border=True, gap="xxsmall", height="stretch"):
                st.metric(label, needed_words(row))
                st.caption(reached_words(row, most))


def needed_words(row: Mapping[Hashable, Any]) -> str:
    """How many clicks a target takes; a lower bound where some photographs do not reach it.

    Args:
        row: of the table that `floodeval.analysis.clicks_needed.clicks_needed` returns.
    """
    if row["n_never"] == row["n"]:
        return say("prompts_page.needed_not")
    key = "prompts_page.needed_least" if row["n_never"] else "prompts_page.needed_clicks"
    return say(key, clicks=formats.decimal(row["noc"], 1))


def reached_words(row: Mapping[Hashable, Any], most: int) -> str:
    """On how many photographs a target is reached, and how the others count."""
    never, n = row["n_never"], row["n"]
    if never == n:
        return say("prompts_page.needed_reached", n=0, of=n)
    ends = {end: formats.decimal(row[f"ci_{end}"], 1) for end in ("low", "high")}
    interval = say("prompts_page.needed_interval", **ends)
    if not never:
        return f"{interval}; {say('prompts_page.needed_reached', n=n, of=n)}"
    return f"{interval}; {say('prompts_page.needed_not_on', n=never, of=n, most=most)}"


def _clicks(clicks: float | None) -> str:
    return formats.decimal(clicks, 1)
