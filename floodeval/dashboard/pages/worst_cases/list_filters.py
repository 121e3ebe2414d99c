"""The filters of the list: id, outcome, subgroup, marks and reviewer."""

import streamlit as st

from floodeval.analysis.ranking import (
    ALL,
    DISPUTED,
    MARKED,
    MARKS,
    UNMARKED,
    ids_marked,
    reviewer_key,
    reviewer_of,
    subgroup_key,
    tag_key,
    tag_of,
)
from floodeval.dashboard.queries import subgroups_of
from floodeval.dashboard.state.reviewer import reviewer_words
from floodeval.dashboard.state.selection import Selection, outcome_names
from floodeval.dashboard.state.sidebar import LONGEST_FIND
from floodeval.evaluation.reviews import of_reviewers, reviewers_of
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.wording import outcome_title, slice_words, tag_words


def draw_filters(selection: Selection) -> None:
    """Draw the filters, the rarer ones behind a button that says how many of them are set."""
    _choose_id(selection)
    _choose_outcome(selection)
    filters = selection.filters
    n_set = sum(one != ALL for one in (filters.subgroup, filters.marked, filters.reviewer))
    label = say("worst_cases.more_set", n=n_set) if n_set else say("worst_cases.more")
    with st.popover(label, icon=":material/filter_list:"):
        _choose_subgroup(selection)
        _choose_marked(selection)
        _choose_reviewer(selection)


def _choose_id(selection: Selection) -> None:
    st.session_state["find_shown"] = selection.filters.find
    st.text_input(
        say("worst_cases.find"),
        type="search",
        icon=":material/search:",
        max_chars=LONGEST_FIND,
        placeholder=say("worst_cases.find_placeholder"),
        key="find_shown",
        width=150,
        on_change=_keep_find,
    )


def _keep_find() -> None:
    st.session_state["find"] = str(st.session_state["find_shown"] or "").strip()


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
    st.selectbox(say("worst_cases.subgroup"), list(words), format_func=words.__getitem__, key="slice")


def _choose_marked(selection: Selection) -> None:
    """Draw the choice by judgment and by tag; of the chosen reviewer where there is one."""
    asked, name = selection.filters.marked, reviewer_of(selection.filters.reviewer)
    reviews = selection.reviews if name is None else of_reviewers(selection.reviews, [name])
    here = set(selection.table["id"])
    n = {one: len(here.intersection(ids_marked(reviews, one))) for one in MARKS}
    n[UNMARKED] = len(here) - n[MARKED]
    n[DISPUTED] = len(here.intersection(ids_marked(selection.reviews, DISPUTED)))
    words = {ALL: say("worst_cases.marked_or_not")}
    words |= {one: say(f"worst_cases.marked_{one}", n=n[one]) for one in MARKS}
    tags = dict.fromkeys(tag_key(case.tag) for case in reviews if case.tag)
    for tag in dict.fromkeys([*tags, *([asked] if tag_of(asked) else [])]):
        n_tagged = len(here.intersection(ids_marked(reviews, tag)))
        words[tag] = f"{tag_words(str(tag_of(tag)))}: {formats.count(n_tagged)}"
    st.selectbox(say("worst_cases.marked"), list(words), format_func=words.__getitem__, key="marked")


def _choose_reviewer(selection: Selection) -> None:
    names = reviewers_of(selection.reviews)
    words = {ALL: say("worst_cases.every_reviewer")}
    words |= {reviewer_key(name): reviewer_words(name) for name in names}
    st.selectbox(say("worst_cases.reviewer"), list(words), format_func=words.__getitem__, key="reviewer")


def draw_clearing(key: str) -> None:
    """Draw the button that removes all filters."""
    st.button(say("worst_cases.clear"), icon=":material/filter_alt_off:", key=key, on_click=_clear)


def _clear() -> None:
    nothing = {"slice": ALL, "between": None, "marked": ALL, "reviewer": ALL, "find": "", "quadrant": ALL}
    st.session_state.update(nothing)
