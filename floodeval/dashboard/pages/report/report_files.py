"""The files of a report: which formats, their progress while they are made, and the download buttons."""

import streamlit as st

from floodeval.dashboard.pages.report.report_queries import made_files, make_files, seconds_needed
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.dashboard.widgets.progress_bar import progress_bar
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language, speaking
from floodeval.progress import Step
from floodeval.report.render.forms import FORMS
from floodeval.report.request import ReportRequest

SHOWN = (  # formats, in the order of their buttons
    "html",
    "pdf",
    "markdown",
    "csv",
    "summary",
    "coco",
    "coco_polygons",
)
SUFFIXES = {
    "html": ".html",
    "pdf": ".pdf",
    "markdown": "-markdown.zip",
    "csv": "-cases.csv",
    "summary": "-summary.json",
    "coco": "-coco.zip",
    "coco_polygons": "-coco-polygons.zip",
}
TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "markdown": "application/zip",
    "csv": "text/csv",
    "summary": "application/json",
    "coco": "application/zip",
    "coco_polygons": "application/zip",
}


def draw_files(selection: Selection, request: ReportRequest, report_language: str, n_cases: int) -> None:
    """Let the person choose the formats, make the files, and download those that are made."""
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
    made = made_files(selection.run, request, report_language)
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
                _make(selection, request, report_language, missing)
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


def _make(selection: Selection, request: ReportRequest, report_language: str, forms: list[str]) -> None:
    """Make the files under a progress bar; draw an error for each that cannot be made."""
    page_language = language()

    def words(step: Step, left_s: float | None) -> str:
        with speaking(page_language):
            form = say(f"report_page.form_{step.what}")
            making = say("report_page.making", form=form, done=step.done, total=step.total)
            if left_s is None or step.done >= step.total:
                return making
            return making + say("report_page.left", seconds=formats.duration(left_s))

    with progress_bar(words) as progress:
        for form in forms:
            try:
                make_files(selection.run, request, report_language, [form], progress)
            except FloodevalError as error:
                st.error(error_text(error), icon=":material/error:")
