"""What report the person asks for: by which rule its cases are chosen, in which language, how shown."""

from collections.abc import Mapping

import streamlit as st

from floodeval.analysis.ranking import ALL, SIDES
from floodeval.analysis.slices import cut
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.state.selection import OUT, Selection, quadrant_names
from floodeval.datasets.layouts import natural_key
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase
from floodeval.i18n.catalog import say
from floodeval.i18n.language import LANGUAGES, language
from floodeval.report.request import Request, today
from floodeval.report.select import MARKED, NAMED, RULES, USUAL, WORST, Choice, traits_of
from floodeval.viz.quadrants import quadrant_title
from floodeval.viz.traits import slice_words

MOST = 500  # cases that one report may show


def ask_cases(selection: Selection) -> Choice:
    """Let the person choose the rule and what belongs to it."""
    rule = _segments("rule", RULES, WORST, {name: say(f"report_page.rule_{name}") for name in RULES})
    if rule == MARKED:
        return Choice(MARKED)
    if rule == NAMED:
        ids = sorted(selection.table["id"], key=natural_key)
        chosen = st.multiselect(say("report_page.ids"), ids, key="report_ids", persist_state="session")
        return Choice(NAMED, ids=tuple(one for one in chosen if one in set(ids)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = _number()
        by = _segments("by", SIDES, SIDES[0], {side: say(f"report_page.by_{side}") for side in SIDES})
    counts = selection.table["quadrant"].value_counts()
    groups = {ALL: say("report_page.all")} | {
        name: quadrant_title(name, single=False) for name in quadrant_names(selection.b) if counts.get(name)
    }  # an empty group has no case to show
    with st.container(horizontal=True, vertical_alignment="bottom"):
        quadrant = _select("quadrant", groups)
        within = _select("slice", {"": say("report_page.all")} | _slices(selection))
    return Choice(WORST, n=n, by=by, quadrant=quadrant, slice=within)


def lacking(selection: Selection, choice: Choice, marked: Mapping[str, MarkedCase]) -> bool:
    """Say what to do where the rule has no photograph yet; returns whether that is so."""
    if choice.rule == NAMED and not choice.ids:
        st.info(say("report_page.none_named"), icon=":material/touch_app:")
        return True
    if choice.rule != MARKED or set(marked) & set(selection.table["id"]):
        return False
    key = "report_page.others_marked" if marked else "report_page.none_marked"
    st.info(say(key, n=len(marked)), icon=":material/flag:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("report_page.take_worst"),
            icon=":material/trending_down:",
            key="report_worst",
            on_click=_worst,
        )
        link_to("Worst cases", selection.params, say("report_page.mark_some"), ":material/flag:")
    return True


def _worst() -> None:
    st.session_state["report_rule"] = WORST


def ask_request(selection: Selection, choice: Choice, at_hand: bool) -> tuple[Request, str]:
    """Let the person choose the language and whether photographs are shown; returns both.

    Args:
        selection: what the dashboard shows.
        choice: the cases.
        at_hand: whether the photographs are on this machine.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spoken = _segments("language", tuple(LANGUAGES), language(), dict(LANGUAGES))
        st.session_state.setdefault("report_photographs", True)
        shown = st.toggle(
            say("report_page.photographs"),
            key="report_photographs",
            help=say("report_page.photographs_help"),
            disabled=not at_hand,
            persist_state="session",
        )
    request = Request(
        choice=choice,
        a=selection.a,
        b=selection.b,
        prompt=selection.prompt.spec,
        subset="" if selection.split == ALL else selection.split,
        without_flagged=selection.flagged == OUT,
        photographs=shown or not at_hand,
        date=today(),
    )
    return request, spoken


def _slices(selection: Selection) -> dict[str, str]:
    """The run's slices by their names, in words; none where it does not know its photographs' traits."""
    try:
        traits = traits_of(selection.run, selection.table)
    except FloodevalError:
        return {}
    return {
        f"{one.trait}={one.part}": slice_words(one.trait, one.part, one.low, one.high) for one in cut(traits)
    }


def _number() -> int:
    st.session_state.setdefault("report_n", USUAL)
    n = st.number_input(
        say("report_page.n"), 0, MOST, step=1, key="report_n", width=130, persist_state="session"
    )
    return int(n)


def _segments(name: str, options: tuple[str, ...], default: str, words: dict[str, str]) -> str:
    key = f"report_{name}"
    st.session_state.setdefault(key, default)
    st.segmented_control(
        say(f"report_page.{name}"),
        options,
        format_func=words.__getitem__,
        key=key,
        required=True,
        persist_state="session",
    )
    return str(st.session_state[key])


def _select(name: str, words: dict[str, str]) -> str:
    """A choice among words by their keys; what is no longer to be had becomes the first."""
    key = f"report_{name}"
    if st.session_state.get(key) not in words:
        st.session_state[key] = next(iter(words))
    return str(
        st.selectbox(
            say(f"report_page.{name}"),
            list(words),
            format_func=lambda one: words.get(one, one),
            key=key,
            width=300,
            persist_state="session",
        )
    )
