"""The section Clicks: what each click of an analyst who corrects the mask brings, and how many it takes."""

import re

import pandas as pd
import streamlit as st

from floodeval.analysis.correcting import COLUMNS, TARGETS, click_curve, clicks_needed, clicks_saved
from floodeval.errors import FloodevalError
from floodeval.evaluation.run import Run
from floodeval.language.sentences import say
from floodeval.pictures.figure import CONFIG
from floodeval.pictures.prompt_lines import clicks_figure
from floodeval.ui.prompts.moved import draw_how_to
from floodeval.ui.selection import Selection
from floodeval.ui.words import plain
from floodeval.wording.numbers import MINUS, number

MOST = "clicks:max=20"


def draw_clicks(selection: Selection) -> None:
    """Draw the clicks curve and the clicks that are needed, or how to have them simulated.

    Raises:
        FloodevalError: the run's table of clicks cannot be read.
    """
    table = clicks_of(selection.run, selection.metrics["id"])
    if table is None or table.empty:
        st.info(say("prompting.clicks_none"), icon=":material/info:")
        draw_how_to(selection, [MOST])
        return
    prompt = _choose_prompt(list(dict.fromkeys(table["prompt"])))
    rows = table[table["prompt"] == prompt]
    most = allowed(prompt, rows["click"])
    curve, needed = click_curve(rows, most), clicks_needed(rows, most)
    st.markdown(f"#### {say('prompting.clicks_title')}")
    told = _ends(curve, selection.variants, most)
    if selection.b:
        told += saved_words(clicks_saved(rows, most, selection.a, selection.b), selection.a, selection.b)
    st.markdown("\n".join(f"- {words}" for words in told))
    _draw_needed(needed, selection.variants)
    figure = clicks_figure(curve, selection.inks, TARGETS)
    st.plotly_chart(figure, config=CONFIG, key="clicks", alt=say("prompting.clicks_alt"))
    st.caption(say("prompting.clicks_note", most=most))


def clicks_of(run: Run, ids: pd.Series) -> pd.DataFrame | None:
    """The run's table of clicks, of these photographs; None where it has none.

    Raises:
        FloodevalError: it cannot be read, or lacks a column.
    """
    path = run.folder / "clicks.parquet"
    if not path.is_file():
        return None
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise FloodevalError(f"{path} cannot be read ({why}); evaluate the run again") from None
    lacking = set(COLUMNS) - set(table.columns)
    if lacking:
        raise FloodevalError(f"{path} lacks the columns {', '.join(sorted(lacking))}; evaluate the run again")
    return table[table["id"].isin(set(ids))]


def allowed(prompt: str, clicks: pd.Series) -> int:
    """How many clicks a prompt such as `clicks:max=20` allows; at least as many as were made."""
    named = re.search(r"\bmax=(\d{1,3})\b", prompt)
    return max(int(clicks.max()), int(named.group(1)) if named else 0)


def _choose_prompt(specs: list[str]) -> str:
    if len(specs) == 1:
        return specs[0]
    return str(st.selectbox(say("prompting.clicks_prompt"), specs, key="prompts_clicks", width=260))


def _ends(curve: pd.DataFrame, variants: list[str], most: int) -> list[str]:
    told = []
    for name in variants:
        means = curve[curve["variant"] == name].set_index("click")["mean"]
        if len(means):
            first, last = number(means.iloc[0]), number(means.iloc[-1])
            told.append(say("prompting.last_iou", variant=plain(name), first=first, last=last, most=most))
    return told


def saved_words(saved: pd.DataFrame, a: str, b: str) -> list[str]:
    """How many clicks B saves against A until each target, as Markdown."""
    told = []
    for row in saved.to_dict("records"):
        values = {name: f"{row[name]:+.1f}".replace("-", MINUS) for name in ("saved", "low", "high")}
        target = f"{row['target']:.2f}"
        told.append(say("prompting.saved", a=plain(a), b=plain(b), target=target, n=row["n"], **values))
    return told


def _draw_needed(needed: pd.DataFrame, variants: list[str]) -> None:
    order = {name: place for place, name in enumerate(variants)}
    known = needed[needed["variant"].isin(variants)]
    rows = sorted(known.to_dict("records"), key=lambda row: (row["target"], order[row["variant"]]))
    with st.grid(4, min_column_width=170):
        for row in rows:
            label = say("prompting.needed", target=f"{row['target']:.2f}", variant=plain(row["variant"]))
            ends = {end: f"{row[end]:.1f}" for end in ("low", "high")}
            never = say("prompting.needed_never", n=row["n_never"], of=row["n"], **ends)
            with st.container(border=True, gap="xxsmall", height="stretch"):
                st.metric(label, f"{row['clicks']:.1f}")
                st.caption(never)
