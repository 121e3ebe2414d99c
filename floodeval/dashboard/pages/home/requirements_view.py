"""The requirements panel: a row per requirement with its state and its evidence, and the verdict."""

import streamlit as st

from floodeval.analysis.decision import (
    AFTER_REVIEW,
    FAILS,
    HOLDS,
    MEETS,
    NOT_SHOWN,
    TOO_FEW,
    WITH_REVIEW,
    Decision,
    RequirementResult,
)
from floodeval.analysis.ranking import bounds_text
from floodeval.analysis.requirements import (
    FAILURES,
    FALSE,
    IOU,
    MISSED,
    RETENTION,
    SCENES,
    SECONDS,
)
from floodeval.dashboard.navigation import link_to
from floodeval.dashboard.pages.home.requirements_form import ask_requirements
from floodeval.dashboard.state.read_only import is_read_only
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.i18n.catalog import say
from floodeval.viz.decision_words import (
    decision_notes,
    interval_text,
    limit_words,
    reason_words,
    requirement_label,
    short_label,
    state_words,
    value_text,
    verdict_words,
)

ICONS = {
    HOLDS: ":green[:material/check_circle:]",
    AFTER_REVIEW: ":orange[:material/rate_review:]",
    FAILS: ":red[:material/cancel:]",
    NOT_SHOWN: ":gray[:material/help:]",
}
_BADGES = {
    MEETS: ":green-badge[:material/check_circle:",
    WITH_REVIEW: ":orange-badge[:material/rate_review:",
    TOO_FEW: ":gray-badge[:material/hourglass_empty:",
}
_FAILED = ":red-badge[:material/cancel:"
_WIDTHS = [13, 8, 15]  # of the columns label, limit and value


def draw_requirements(selection: Selection, decision: Decision) -> None:
    """Draw the panel."""
    with st.container(border=True, key="requirements", gap="xsmall", height="stretch"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"#### {say('home.requirements')}", width="content")
            if not is_read_only() and st.button(
                say("home.edit"), icon=":material/edit:", key="edit_requirements", type="tertiary"
            ):
                ask_requirements(selection, decision.requirements)
        for result in decision.results:
            _draw_result(selection, decision, result)
        st.markdown(verdict_line(decision))
        for note in decision_notes(decision):
            st.caption(plain(note))


def draw_broken(error: str) -> None:
    """Draw that the requirements cannot be read; `error` is Markdown."""
    with st.container(border=True, key="requirements", height="stretch"):
        st.markdown(f"#### {say('home.requirements')}")
        st.error(error, icon=":material/error:")


def verdict_line(decision: Decision) -> str:
    """The verdict as a badge, and what qualifies it, as Markdown."""
    words = plain(verdict_words(decision))
    badge = f"{_BADGES.get(decision.verdict, _FAILED)} {words[:1].upper()}{words[1:]}]"
    reason = "" if decision.verdict in (MEETS, WITH_REVIEW) else reason_words(decision)
    return f"**{badge}**" + (f"  \n:gray[:small[{plain(reason)}]]" if reason else "")


def _draw_result(selection: Selection, decision: Decision, result: RequirementResult) -> None:
    label, limit, value = st.columns(_WIDTHS, gap="xsmall", vertical_alignment="center", wrap=False)
    page, params = evidence(selection, decision, result.name)
    with label:
        link_to(
            page,
            selection.params | params,
            f"{ICONS[result.state]} {short_label(result.name)}",
            None,
            f"{requirement_label(result.name, decision.requirements)}: {state_words(result)}. "
            f"{say(f'home.evidence_{result.name}')}",
        )
    limit.markdown(f":gray[:small[{limit_words(result.name, result.limit)}]]")
    value.markdown(value_cell(result))


def value_cell(result: RequirementResult) -> str:
    """A value with its interval, and a question mark where the interval contains the limit, as Markdown."""
    if result.state == NOT_SHOWN:
        return f":gray[{say('requirements.state_not_shown')}]"
    text = f"**{value_text(result.name, result.measured.value)}**"
    if result.state == AFTER_REVIEW:
        text += f" → {value_text(result.name, result.reviewed)}"
    if result.measured.low is None:
        return text
    unsure = "" if result.certain else " :orange[**?**]"
    return f"{text} :gray[:small[({interval_text(result)})]]{unsure}"


def evidence(selection: Selection, decision: Decision, name: str) -> tuple[str, dict[str, str]]:
    """The page that shows where a requirement's value comes from, and its parameters."""
    side = "b" if selection.b else "a"
    worst = {"of": side, "order": "worst", "quadrant": "all"}
    failing = bounds_text((0.0, decision.requirements.failure_iou))
    return {
        IOU: ("Distributions", {}),
        FAILURES: ("Worst cases", worst | {"metric": "iou", "between": failing}),
        MISSED: ("Worst cases", worst | {"metric": "recall"}),
        FALSE: ("Worst cases", worst | {"metric": "precision"}),
        SECONDS: ("Training", {}),
        SCENES: ("Dataset", {"section": "scenes"}),
        RETENTION: ("Generalization", {}),
    }[name]
