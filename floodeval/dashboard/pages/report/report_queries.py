"""The files and the preview of a report, made once per request, and the buttons that download the files."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from floodeval.dashboard.queries import RUNS, findings_of, stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import error_text
from floodeval.dashboard.widgets.progress_bar import progress_bar
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import cases_file, read_cases
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.i18n.language import language, speaking
from floodeval.progress import Progress, Step
from floodeval.report.make import prepare_report
from floodeval.report.model import ReportRequest
from floodeval.report.render.score_files import FORMS, write_form
from floodeval.report.select import NAMED, CaseRule, subgroups_by_name
from floodeval.viz.wording import slice_words

CASE_S, PDF_S, PDF_CASE_S = 0.15, 4.0, 0.25  # measured on one core: a case, a PDF, a case in a PDF
PREVIEWED = 2  # cases in the preview
SHOWN = ("html", "pdf", "markdown", "csv", "summary", "coco", "coco_polygons")  # in the order of the buttons
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
    names = "-".join(run.folder.name for run in selection.pair.runs)
    with st.container(horizontal=True):
        for form in SHOWN:
            if form in forms and form in made:
                st.download_button(
                    say("report_page.download", form=say(f"report_page.form_{form}")),
                    made[form],
                    file_name=f"{names}-report{SUFFIXES[form]}",
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


def seconds_needed(n_cases: int, forms: list[str]) -> float:
    """The estimated seconds until the files are made."""
    drawing = CASE_S * n_cases * bool(set(forms) - {"csv", "summary", "coco", "coco_polygons"})
    return 1 + drawing + ("pdf" in forms) * (PDF_S + PDF_CASE_S * n_cases)


def made_files(run: Run, request: ReportRequest, report_language: str) -> dict[str, bytes]:
    """The files that were already made for this request, by format; `make_files` adds to them."""
    return _shelf(_key(run, request, report_language))


@st.cache_resource(max_entries=4, show_spinner=False)
def _shelf(key: str) -> dict[str, bytes]:
    return {}


def _key(run: Run, request: ReportRequest, report_language: str) -> str:
    """What identifies a report: the run and its marks on disk, the request and the language."""
    cases = cases_file(run.folder)
    marks = cases.stat().st_mtime_ns if cases.is_file() else 0
    return repr((run.identity, stamp(run), marks, request, report_language))


def make_files(
    run: Run, request: ReportRequest, report_language: str, forms: list[str], progress: Progress
) -> None:
    """Make the files that are not made yet.

    Args:
        run: the run to report.
        request: the report's options.
        report_language: of the report, a key of `LANGUAGES`.
        forms: formats, of `floodeval.report.render.score_files.FORMS`.
        progress: called with the format as the stage, the number of cases drawn, and the total.

    Raises:
        FloodevalError: the report cannot be made; files that were made before are kept.
    """
    kept = made_files(run, request, report_language)
    current = ""

    def drawn(step: Step) -> None:
        progress(replace(step, what=current))

    with speaking(report_language):
        prepared, _ = prepare_report(run, request, read_cases(run.folder, request.cases.reviewers), drawn)
        with prepared.images, TemporaryDirectory(prefix="floodeval-download-") as folder:
            for form in (one for one in forms if one not in kept):
                current = form
                progress(Step(0, len(prepared.cases.ids), form, "cases"))
                path = Path(folder) / form
                write_form(form, path, prepared)
                kept[form] = zipped(path) if path.is_dir() else path.read_bytes()


def zipped(folder: Path) -> bytes:
    """A folder as the bytes of a ZIP file; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def preview(run: Run, request: ReportRequest, report_language: str, ids: tuple[str, ...]) -> str:
    """The report as HTML, with its first cases only.

    Raises:
        FloodevalError: the report cannot be made.
    """
    shown = CaseRule(NAMED, ids=ids[:PREVIEWED], reviewers=request.cases.reviewers) if ids else CaseRule(n=0)
    few = replace(request, cases=shown)
    return _preview(run, few, report_language, _key(run, few, report_language))


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=RUNS)
def _preview(run: Run, request: ReportRequest, report_language: str, key: str) -> str:
    with speaking(report_language), TemporaryDirectory(prefix="floodeval-preview-") as folder:
        prepared, _ = prepare_report(run, request, read_cases(run.folder, request.cases.reviewers))
        with prepared.images:
            write_form("html", Path(folder) / "preview.html", prepared)
            return (Path(folder) / "preview.html").read_text(encoding="utf-8")


def subgroup_names(selection: Selection) -> dict[str, str]:
    """The run's subgroups in words, by their names (`trait=part`); empty where the run has no traits."""
    try:
        known = subgroups_by_name(findings_of(selection))
    except FloodevalError:
        return {}
    return {name: slice_words(one.trait, one.part, one.low, one.high) for name, one in known.items()}
