"""The page Worst cases: the images in a chosen order, filtered, as cards or as a table."""

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from floodeval.analysis.ranking import (
    ALL,
    DISAGREEMENT,
    MARKED,
    ORDERS,
    UNMARKED,
    bounds_text,
    ids_marked,
    subgroup_key,
    tag_key,
    tag_of,
)
from floodeval.dashboard.pages.worst_cases.cases_view import draw_cards, draw_case_table
from floodeval.dashboard.queries import subgroups_of
from floodeval.dashboard.state.selection import Selection, outcome_names, ranking_options
from floodeval.dashboard.widgets.failure_threshold import draw_failure_threshold
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.viz.wording import metric_label, order_word, outcome_title, ranked_by, slice_words, tag_words

PICTURES, TABLE = "pictures", "table"
_SHOWN, _TURN = "_bounds_shown", "_bounds_turn"  # in the session state


def draw_worst_cases(selection: Selection) -> None:
    """Draw the page below its heading."""
    view = draw_order(selection)
    draw_filters(selection)
    if selection.listed.empty:
        st.info(say("worst_cases.none"), icon=":material/filter_alt:")
        draw_clearing("clear_empty")
    elif view == TABLE:
        draw_case_table(selection)
    else:
        draw_cards(selection)


def draw_order(selection: Selection) -> str:
    """Draw the choice of the order and the view; returns the view."""
    ranking = selection.ranking
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            say("worst_cases.order_by"),
            ranking_options(selection.b, selection.table)["metric"],
            format_func=metric_label,
            key="metric",
            width=240,
            on_change=forget_bounds,
        )
        if selection.b and ranking.metric != DISAGREEMENT:
            sides = {"gap": say("worst_cases.of_gap"), "a": "A", "b": "B"}
            _segments(say("worst_cases.of"), "of", sides, forget=True)
        orders = {order: _capital(order_word(ranking, order)) for order in ORDERS}
        _segments(say("worst_cases.first"), "order", orders)
        views = {view: say(f"worst_cases.{view}") for view in (PICTURES, TABLE)}
        if st.session_state.get("view_as") not in views:
            st.session_state["view_as"] = PICTURES
        _segments(say("worst_cases.show_as"), "view_as", views)
    return str(st.session_state["view_as"])


def _segments(label: str, key: str, words: Mapping[str, str], forget: bool = False) -> None:
    st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        required=True,
        persist_state="session",
        on_change=forget_bounds if forget else "rerun",
    )


def forget_bounds() -> None:
    """Remove the range of values when the metric changes."""
    st.session_state["between"] = None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def draw_filters(selection: Selection) -> None:
    """Draw the filters, and say how many images they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        draw_failure_threshold(selection)
        _choose_outcome(selection)
        _choose_subgroup(selection)
        _choose_bounds(selection)
        _choose_marked(selection)
        if selection.filters.any or selection.ranking.outcome != ALL:
            draw_clearing("clear_filters")
    if len(selection.listed) < len(selection.table):
        of = counted(len(selection.table), "image")
        st.caption(say("worst_cases.listed", n=len(selection.listed), of=of))


def _choose_outcome(selection: Selection) -> None:
    """Draw a button for each outcome and one for all; outcomes without images are disabled."""
    counts = selection.table["outcome"].value_counts()
    chosen = selection.ranking.outcome
    with st.container(gap="xxsmall", width="content"):
        threshold = formats.significant(selection.threshold)
        st.markdown(f":small[{say('worst_cases.group', threshold=threshold)}]")
        with st.container(horizontal=True, gap="xxsmall"):
            for name, label in outcome_labels(selection).items():
                st.button(
                    label,
                    key=f"group/{name}",
                    icon=":material/check:" if name == chosen else None,
                    disabled=name not in (ALL, chosen) and not counts.get(name),
                    on_click=_keep_outcome,
                    args=(name,),
                )


def outcome_labels(selection: Selection) -> dict[str, str]:
    """The outcomes with their number of images."""
    counts = selection.table["outcome"].value_counts()
    labels = {
        name: f"{outcome_title(name, selection.b is None)} ({formats.count(counts.get(name, 0))})"
        for name in outcome_names(selection.b)
    }
    return {ALL: say("worst_cases.all", n=len(selection.table))} | labels


def _keep_outcome(name: str) -> None:
    st.session_state["quadrant"] = name


def _choose_subgroup(selection: Selection) -> None:
    parts = subgroups_of(selection.pair, selection.rows_key)
    if not parts:
        return
    words = {ALL: say("worst_cases.every_subgroup")}
    for one in parts:
        name = slice_words(one.trait, one.part, one.low, one.high)
        words[subgroup_key(one)] = f"{name}: {formats.count(one.members.sum())}"
    st.selectbox(
        say("worst_cases.subgroup"), list(words), format_func=words.__getitem__, key="slice", width=270
    )


def _choose_bounds(selection: Selection) -> None:
    span = span_of(selection.table[selection.ranking.column])
    if span is None:
        return
    low, high, step = span
    between = selection.filters.between or (low, high)
    options = [round(low + place * step, 9) for place in range(round((high - low) / step) + 1)]
    chosen = tuple(min(options, key=lambda one: abs(one - bound)) for bound in between)
    name = f"{selection.ranking.column}/{low}/{high}"
    key = _slider_key(name, selection.filters.between)
    decimals = max(0, -math.floor(math.log10(step)))
    st.select_slider(  # unlike `st.slider` it allows a real minus sign
        ranked_by(selection.ranking, selection.b is None),
        options,
        value=chosen,
        format_func=lambda value: formats.decimal(value, decimals),
        key=key,
        width=220,
        on_change=_keep_bounds,
        args=(key, name, options[0], options[-1]),
    )


def span_of(values: pd.Series) -> tuple[float, float, float] | None:
    """The range of a slider over some values, and its step; None if there is nothing to choose.

    The step is a round number that divides the range into a hundred parts or more.
    """
    known = values.dropna()
    if known.empty or known.min() == known.max():
        return None
    step = 10.0 ** math.floor(math.log10((known.max() - known.min()) / 100) + 1e-9)
    low, high = math.floor(known.min() / step) * step, math.ceil(known.max() / step) * step
    return round(low, 9), round(high, 9), step


def _slider_key(name: str, between: tuple[float, float] | None) -> str:
    """The slider's key; a new one if the bounds were changed by anything but the slider itself."""
    shown = (name, bounds_text(between) if between else None)
    if st.session_state.get(_SHOWN) != shown:
        st.session_state[_SHOWN] = shown
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    return f"between/{name}/{st.session_state[_TURN]}"


def _keep_bounds(key: str, name: str, low: float, high: float) -> None:
    chosen = tuple(st.session_state[key])
    st.session_state["between"] = None if chosen == (low, high) else bounds_text(chosen)
    st.session_state[_SHOWN] = (name, st.session_state["between"])


def _choose_marked(selection: Selection) -> None:
    cases, asked = selection.cases, selection.filters.marked
    if not cases and asked == ALL:
        return
    here = set(selection.table["id"])
    n = len(here & set(cases))
    words = {
        ALL: say("worst_cases.marked_or_not"),
        MARKED: say("worst_cases.marked_yes", n=n),
        UNMARKED: say("worst_cases.marked_no", n=len(here) - n),
    }
    tags = dict.fromkeys(tag_key(case.tag) for case in cases.values() if case.tag)
    for tag in dict.fromkeys([*tags, *([asked] if tag_of(asked) else [])]):
        n_tagged = len(here.intersection(ids_marked(cases, tag)))
        words[tag] = f"{tag_words(str(tag_of(tag)))}: {formats.count(n_tagged)}"
    st.selectbox(
        say("worst_cases.marked"), list(words), format_func=words.__getitem__, key="marked", width=200
    )


def draw_clearing(key: str) -> None:
    """Draw the button that removes all filters."""
    st.button(say("worst_cases.clear"), icon=":material/filter_alt_off:", key=key, on_click=_clear)


def _clear() -> None:
    st.session_state.update({"slice": ALL, "between": None, "marked": ALL, "quadrant": ALL})
