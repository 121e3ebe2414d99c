"""The choices of the page Generalization: runs and groups, the in-domain set, the tolerated loss."""

import streamlit as st

from floodeval.analysis.evaluated_sets import set_name
from floodeval.dashboard.pages.generalization.generalization_queries import (
    AUTOMATIC,
    BETWEEN,
    IN_DOMAIN_KEY,
    RUNS_KEY,
    TOLERANCE_KEY,
    TOLERANCES,
    ChosenSets,
    groups_of_runs,
)
from floodeval.dashboard.widgets.markdown import plain
from floodeval.evaluation.run import list_runs
from floodeval.i18n import formats
from floodeval.i18n.catalog import say

_CHOSEN = "_generalization_runs"  # the widget's own key: a list, while the URL has a text


def draw_controls(chosen: ChosenSets) -> None:
    """Draw the choices, folded away where several data sets are chosen."""
    if chosen.absent:
        names = plain(", ".join(chosen.absent))
        st.info(say("generalization.absent", names=names), icon=":material/info:")
    names = plain(", ".join(map(set_name, chosen.runs)))
    title = say("generalization.sets_chosen", n=len(chosen.runs), names=names)
    with st.expander(title, icon=":material/dataset:", expanded=len(chosen.runs) < 2):
        _choose_runs(chosen)
        _choose_in_domain(chosen)


def _choose_runs(chosen: ChosenSets) -> None:
    groups = {group.name: len(group.runs) for group in groups_of_runs()}
    options = [*groups, *(name for name in list_runs() if name not in groups)]

    def shown(name: str) -> str:
        n = groups.get(name)
        return name if n is None else say("generalization.group", name=name, n=n)

    st.session_state[_CHOSEN] = list(chosen.asked)
    st.multiselect(
        say("generalization.runs"),
        options,
        format_func=shown,
        key=_CHOSEN,
        on_change=_keep_runs,
        help=say("generalization.runs_help"),
    )


def _keep_runs() -> None:
    """Keep the choice as text for the URL. Another choice of runs has another in-domain set."""
    st.session_state[RUNS_KEY] = BETWEEN.join(st.session_state[_CHOSEN])
    st.session_state[IN_DOMAIN_KEY] = AUTOMATIC


def _choose_in_domain(chosen: ChosenSets) -> None:
    names = [run.folder.name for run in chosen.runs]
    st.session_state[IN_DOMAIN_KEY] = chosen.in_domain if chosen.is_in_domain_chosen else AUTOMATIC
    st.selectbox(
        say("generalization.in_domain"),
        [AUTOMATIC, *names],
        format_func=lambda name: name or say("generalization.automatic"),
        key=IN_DOMAIN_KEY,
        width=300,
        help=say("generalization.in_domain_help"),
    )


def choose_tolerance(chosen: ChosenSets) -> None:
    """Draw the choice of the tolerated loss."""
    text = f"{chosen.tolerance:g}"
    st.session_state[TOLERANCE_KEY] = text
    st.selectbox(
        say("generalization.tolerance_label"),
        sorted({*TOLERANCES, text}, key=float),
        format_func=lambda one: formats.significant(float(one)),
        key=TOLERANCE_KEY,
        width=220,
        help=say("generalization.tolerance_help"),
    )
