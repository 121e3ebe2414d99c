"""The section Clicks: what each click of an analyst who corrects the mask brings, and how many it takes."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from floodeval.analysis.clicks import TARGETS, click_curve, clicks_needed, clicks_saved
from floodeval.analysis.verdicts import TOO_FEW_SCENES, UNDECIDED
from floodeval.language.sentences import say
from floodeval.pictures.figure import CONFIG
from floodeval.pictures.prompt_lines import clicks_figure
from floodeval.ui.prompts.moved import draw_how_to
from floodeval.ui.selection import Selection
from floodeval.ui.words import plain
from floodeval.wording.numbers import MINUS, NO_VALUE, number

MOST = "clicks:max=20"


def draw_clicks(selection: Selection) -> None:
    """Draw the clicks curve and the clicks that are needed, or how to have them simulated.

    Raises:
        FloodevalError: the run's table of clicks cannot be read.
    """
    run = replace(selection.run, metrics=selection.metrics)
    prompts = {prompt.spec: prompt.max or 1 for prompt in run.info.prompts if prompt.kind == "clicks"}
    if not prompts:
        st.info(say("prompting.clicks_none"), icon=":material/info:")
        draw_how_to(selection, [MOST])
        return
    prompt = _choose_prompt(list(prompts))
    curve, most = click_curve(run, prompt), prompts[prompt]
    st.markdown(f"#### {say('prompting.clicks_title')}")
    told = _ends(curve, selection.variants, most)
    if selection.b:
        told += saved_words(clicks_saved(run, prompt), selection.a, selection.b)
    st.markdown("\n".join(f"- {words}" for words in told))
    _draw_needed(clicks_needed(run, prompt), selection.variants)
    figure = clicks_figure(curve, selection.inks, TARGETS)
    st.plotly_chart(figure, config=CONFIG, key="clicks", alt=say("prompting.clicks_alt"))
    st.caption(say("prompting.clicks_note", most=most))


def _choose_prompt(specs: list[str]) -> str:
    if len(specs) == 1:
        return specs[0]
    return str(st.selectbox(say("prompting.clicks_prompt"), specs, key="prompts_clicks", width=260))


def _ends(curve: pd.DataFrame, variants: list[str], most: int) -> list[str]:
    told = []
    for name in variants:
        means = curve[curve["variant"] == name].set_index("click")["iou"]
        if len(means):
            first, last = number(means.iloc[0]), number(means.iloc[-1])
            told.append(say("prompting.last_iou", variant=plain(name), first=first, last=last, most=most))
    return told


def saved_words(saved: pd.DataFrame, a: str, b: str) -> list[str]:
    """How many clicks B saves against A until each target, as Markdown."""
    told = []
    for row in saved.to_dict("records"):
        if {row["a"], row["b"]} != {a, b}:
            continue
        ends = [row["saved"], row["ci_low"], row["ci_high"]]
        if row["a"] == b:  # the run names them the other way round
            ends = [
                -row["saved"],
                *(None if end is None else -end for end in (row["ci_high"], row["ci_low"])),
            ]
        values = dict(zip(("saved", "low", "high"), map(_signed, ends), strict=True))
        values |= {"a": plain(a), "b": plain(b), "target": f"{row['target']:.2f}"}
        key = {UNDECIDED: "saved_undecided", TOO_FEW_SCENES: "saved_few"}.get(row["verdict"], "saved")
        told.append(say(f"prompting.{key}", n=row["n"], scenes=row["n_scenes"], **values))
    return told


def _draw_needed(needed: pd.DataFrame, variants: list[str]) -> None:
    order = {name: place for place, name in enumerate(variants)}
    known = needed[needed["variant"].isin(variants)]
    rows = sorted(known.to_dict("records"), key=lambda row: (row["target"], order[row["variant"]]))
    with st.grid(4, min_column_width=170):
        for row in rows:
            label = say("prompting.needed", target=f"{row['target']:.2f}", variant=plain(row["variant"]))
            ends = {end: _short(row[f"ci_{end}"]) for end in ("low", "high")}
            never = say("prompting.needed_never", n=row["n_never"], of=row["n"], **ends)
            with st.container(border=True, gap="xxsmall", height="stretch"):
                st.metric(label, say("prompting.needed_clicks", clicks=_short(row["noc"])))
                st.caption(never)


def _short(clicks: float | None) -> str:
    return NO_VALUE if clicks is None or pd.isna(clicks) else f"{clicks:.1f}"


def _signed(clicks: float | None) -> str:
    if clicks is None or pd.isna(clicks):
        return NO_VALUE
    return f"{clicks:+.1f}".replace("-", MINUS)
