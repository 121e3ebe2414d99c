"""The page Report: the cases and their notes, the files to download, and a preview."""

import base64
from collections.abc import Mapping

import streamlit as st

from floodeval.dashboard.pages.report.case_notes import draw_notes
from floodeval.dashboard.pages.report.report_controls import ask_cases, ask_request, explain_no_cases
from floodeval.dashboard.pages.report.report_files import draw_files
from floodeval.dashboard.pages.report.report_queries import PREVIEWED, preview
from floodeval.dashboard.queries import findings_of, photographs, waiting
from floodeval.dashboard.state.interface_language import fragment
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase, read_cases
from floodeval.i18n.catalog import counted, say
from floodeval.report.request import ReportRequest
from floodeval.report.select import choose_cases

PREVIEW_PX = 760


@fragment
def draw_report(selection: Selection) -> None:
    """Let the person choose cases, annotate them, preview the report and download it."""
    if selection.b is None:
        st.info(say("report_page.one_variant"), icon=":material/info:")
        return
    st.markdown(say("report_page.purpose"))
    found = photographs(selection.run)
    if found.dataset is None:
        st.info(found.advice, icon=":material/no_photography:")
    try:
        marked = read_cases(selection.run.folder)
        choice = ask_cases(selection)
        if explain_no_cases(selection, choice, marked):
            return
        chosen = choose_cases(findings_of(selection), choice, marked)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if chosen.gone:
        st.warning(
            say("report.cases_gone", n=len(chosen.gone), ids=plain(", ".join(chosen.gone))),
            icon=":material/warning:",
        )
    if chosen.ids:
        _draw_cases(selection, chosen.ids, marked)
    request, report_language = ask_request(selection, choice, with_photographs=found.dataset is not None)
    draw_files(selection, request, report_language, len(chosen.ids))
    _draw_preview(selection, request, report_language, chosen.ids)


def _draw_cases(selection: Selection, ids: tuple[str, ...], marked: Mapping[str, MarkedCase]) -> None:
    """Draw the table in which the cases are annotated."""
    title = say("report_page.cases", cases=counted(len(ids), "photograph"))
    with st.expander(title, expanded=True, icon=":material/edit_note:"):
        draw_notes(selection, ids, marked)
        st.caption(say("report_page.cases_help"))


def _draw_preview(
    selection: Selection, request: ReportRequest, report_language: str, ids: tuple[str, ...]
) -> None:
    """Draw the report with its first cases in a frame."""
    st.markdown(f"#### {say('report_page.preview')}")
    try:
        with waiting("making_preview"):
            page = preview(selection.run, request, report_language, ids)
    except FloodevalError as error:
        st.info(error_text(error), icon=":material/info:")
        return
    if len(ids) > PREVIEWED:
        st.caption(say("report_page.preview_few"))
    address = "data:text/html;charset=utf-8;base64," + base64.b64encode(page.encode()).decode()
    with st.container(border=True):
        st.iframe(address, height=PREVIEW_PX, alt=say("report_page.preview_alt"))
