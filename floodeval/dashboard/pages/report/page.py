"""The page Report put together: the cases and their notes, the preview, the files to download."""

import base64
from collections.abc import Mapping

import streamlit as st

from floodeval.dashboard.languages import fragment
from floodeval.dashboard.loading import photographs, waiting
from floodeval.dashboard.pages.report.asking import ask_cases, ask_request, lacking
from floodeval.dashboard.pages.report.making import (
    PREVIEWED,
    SUFFIXES,
    TYPES,
    made_files,
    make_files,
    preview,
    seconds_needed,
)
from floodeval.dashboard.pages.report.notes import draw_notes
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.progress_bar import progress_bar
from floodeval.dashboard.widgets.words import here, plain
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase, read_cases
from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.i18n.language import language, speaking
from floodeval.progress import Step
from floodeval.report.forms import FORMS
from floodeval.report.request import Request
from floodeval.report.select import choose

PREVIEW_PX = 760
# In the order in which a person wants them.
SHOWN = ("html", "pdf", "markdown", "csv", "summary", "coco", "coco_polygons")


@fragment
def draw_report(selection: Selection) -> None:
    """Let the person choose cases, annotate them, look at the report and download it."""
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
        if lacking(selection, choice, marked):
            return
        chosen = choose(selection.run, selection.table, choice, marked, selection.prompt.spec)
    except FloodevalError as error:
        st.info(here(error), icon=":material/info:")
        return
    if chosen.gone:
        st.warning(
            say("report.cases_gone", n=len(chosen.gone), ids=plain(", ".join(chosen.gone))),
            icon=":material/warning:",
        )
    if chosen.ids:
        _draw_cases(selection, chosen.ids, marked)
    request, spoken = ask_request(selection, choice, at_hand=found.dataset is not None)
    _draw_files(selection, request, spoken, len(chosen.ids))
    _draw_preview(selection, request, spoken, chosen.ids)


def _draw_cases(selection: Selection, ids: tuple[str, ...], marked: Mapping[str, MarkedCase]) -> None:
    """Draw the cases' table of notes, which needs a case."""
    title = say("report_page.cases", cases=counted(len(ids), "photograph"))
    with st.expander(title, expanded=True, icon=":material/edit_note:"):
        draw_notes(selection, ids, marked)
        st.caption(say("report_page.cases_help"))


def _draw_files(selection: Selection, request: Request, spoken: str, n_cases: int) -> None:
    """Let the person choose the forms, make them, and download those that are made."""
    st.session_state.setdefault("report_forms", ["html"])
    chosen = st.pills(
        say("report_page.forms"),
        SHOWN,
        selection_mode="multi",
        format_func=lambda form: say(f"report_page.form_{form}"),
        key="report_forms",
        persist_state="session",
    )
    forms = [form for form in FORMS if form in chosen]
    made = made_files(selection.run, request, spoken)
    missing = [form for form in forms if form not in made]
    slot = st.empty()
    if missing:
        with slot.container():
            seconds = formats.duration(seconds_needed(n_cases, missing))
            make = st.button(
                say("report_page.make"), key="report_make", type="primary", icon=":material/note_add:"
            )
            st.caption(say("report_page.estimate", seconds=seconds))
            if make:
                _make(selection, request, spoken, missing)
    if all(form in made for form in forms):
        slot.empty()
    with st.container(horizontal=True):
        for form in SHOWN:
            if form in forms and form in made:
                st.download_button(
                    say("report_page.download", form=say(f"report_page.form_{form}")),
                    made[form],
                    file_name=f"{selection.name}-report{SUFFIXES[form]}",
                    mime=TYPES[form],
                    key=f"report_download_{form}",
                    on_click="ignore",
                    icon=":material/download:",
                )


def _make(selection: Selection, request: Request, spoken: str, forms: list[str]) -> None:
    """Make the forms under a bar of progress; what cannot be made is said."""
    page_language = language()

    def words(step: Step, left_s: float | None) -> str:
        with speaking(page_language):
            form = say(f"report_page.form_{step.what}")
            said = say("report_page.making", form=form, done=step.done, total=step.total)
            if left_s is None or step.done >= step.total:
                return said
            return said + say("report_page.left", seconds=formats.duration(left_s))

    with progress_bar(words) as progress:
        for form in forms:
            try:
                make_files(selection.run, request, spoken, [form], progress)
            except FloodevalError as error:
                st.error(here(error), icon=":material/error:")


def _draw_preview(selection: Selection, request: Request, spoken: str, ids: tuple[str, ...]) -> None:
    """Draw the report as it will be, with its first cases, in a frame of its own."""
    st.markdown(f"#### {say('report_page.preview')}")
    try:
        with waiting("making_preview"):
            page = preview(selection.run, request, spoken, ids)
    except FloodevalError as error:
        st.info(here(error), icon=":material/info:")
        return
    if len(ids) > PREVIEWED:
        st.caption(say("report_page.preview_few"))
    address = "data:text/html;charset=utf-8;base64," + base64.b64encode(page.encode()).decode()
    with st.container(border=True):
        st.iframe(address, height=PREVIEW_PX, alt=say("report_page.preview_alt"))
