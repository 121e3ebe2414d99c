"""The files of a report made for download: each once for the same request, with progress and time left."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from floodeval.dashboard.queries import stamp
from floodeval.dashboard.state.selection import Selection
from floodeval.dashboard.widgets.markdown import plain
from floodeval.dashboard.widgets.tables import Column, configs, written
from floodeval.errors import FloodevalError
from floodeval.evaluation.cases import MarkedCase, cases_file, mark_case, read_cases, unmark_case
from floodeval.evaluation.run import Run
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.i18n.language import speaking
from floodeval.progress import Progress, Step
from floodeval.report.make import Request, gather, write_form
from floodeval.report.select import NAMED, Choice
from floodeval.viz.wording import outcome_title

# The files of a report made for download: each once for the same request, with progress and time left.

CASE_S, PDF_S, PDF_CASE_S = 0.15, 4.0, 0.25  # measured on one core: drawing a case, a PDF, a case in it
PREVIEWED = 2  # cases

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


def seconds_needed(n_cases: int, forms: list[str]) -> float:
    """About how long the files take."""
    drawing = CASE_S * n_cases * bool(set(forms) - {"csv", "summary", "coco", "coco_polygons"})
    return 1 + drawing + ("pdf" in forms) * (PDF_S + PDF_CASE_S * n_cases)


def made_files(run: Run, request: Request, language: str) -> dict[str, bytes]:
    """What was made already for this request, by form; what `make_files` makes is kept here."""
    return _shelf(_key(run, request, language))


def make_files(run: Run, request: Request, language: str, forms: list[str], progress: Progress) -> None:
    """Make the forms that are not made yet.

    Args:
        run: what is reported.
        request: the report.
        language: that it speaks.
        forms: of `floodeval.report.forms.FORMS`.
        progress: called with the form as the stage, how many cases are drawn, and of how many.

    Raises:
        FloodevalError: the report cannot be made; forms made before stay.
    """
    kept = made_files(run, request, language)
    current = ""

    def drawn(step: Step) -> None:
        progress(replace(step, what=current))

    with speaking(language):
        material, _ = gather(run, request, read_cases(run.folder), drawn)
        with material.pictures, TemporaryDirectory(prefix="floodeval-download-") as folder:
            for form in (one for one in forms if one not in kept):
                current = form
                progress(Step(0, len(material.ids), form, "cases"))
                path = Path(folder) / form
                write_form(form, path, material)
                kept[form] = zipped(path) if path.is_dir() else path.read_bytes()


def preview(run: Run, request: Request, language: str, ids: tuple[str, ...]) -> str:
    """The report's page with its first cases alone; raises FloodevalError where it cannot be made."""
    few = replace(request, choice=Choice(NAMED, ids=ids[:PREVIEWED]) if ids else Choice(n=0))
    return _preview(run, few, language, _key(run, few, language))


def zipped(folder: Path) -> bytes:
    """A folder as a ZIP file: the same files, the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _key(run: Run, request: Request, language: str) -> str:
    """What tells one report from another: the run and its marks as they lie on disk, request, language."""
    cases = cases_file(run.folder)
    marks = cases.stat().st_mtime_ns if cases.is_file() else 0
    return repr((str(run.folder), stamp(run.folder), marks, request, language))


@st.cache_resource(max_entries=4, show_spinner=False)
def _shelf(key: str) -> dict[str, bytes]:
    return {}


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs={Run: lambda run: run.folder})
def _preview(run: Run, request: Request, language: str, key: str) -> str:
    with speaking(language), TemporaryDirectory(prefix="floodeval-preview-") as folder:
        material, _ = gather(run, request, read_cases(run.folder))
        with material.pictures:
            write_form("html", Path(folder) / "preview.html", material)
            return (Path(folder) / "preview.html").read_text(encoding="utf-8")


# The chosen cases as a table in which marks, tags and notes are edited; they are kept beside the run.

EDITABLE = ("marked", "tag", "note")


def draw_notes(selection: Selection, ids: Sequence[str], marked: Mapping[str, MarkedCase]) -> None:
    """Draw the cases' table; what is edited in it is kept at once."""
    if problem := st.session_state.pop("report_problem", None):
        st.error(plain(problem), icon=":material/error:")
    table = note_rows(selection, ids, marked)
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:12]
    key = f"report_notes_{digest}_{st.session_state.get('report_unmarked', 0)}"
    scores = {
        "iou_a": Column(say("report_page.iou_a"), formats.score),
        "iou_b": Column(say("report_page.iou_b"), formats.score),
        "iou_gap": Column(say("report_page.gap"), formats.gap),
    }
    st.data_editor(
        written(table, scores),
        key=key,
        hide_index=True,
        disabled=[str(name) for name in table if name not in EDITABLE],
        column_config={
            "id": st.column_config.TextColumn(say("report_page.photograph"), pinned=True),
            "group": st.column_config.TextColumn(say("report_page.group")),
            "marked": st.column_config.CheckboxColumn(say("report_page.marked")),
            "tag": st.column_config.TextColumn(say("report_page.tag"), max_chars=80),
            "note": st.column_config.TextColumn(say("report_page.note"), max_chars=4000, width="large"),
            **configs(scores),
        },
        placeholder=formats.NO_VALUE,
        on_change=keep_notes,
        args=(key, selection.run, selection.prompt.spec, tuple(ids), dict(marked)),
        alt=say("report_page.notes_alt"),
    )


def note_rows(selection: Selection, ids: Sequence[str], marked: Mapping[str, MarkedCase]) -> pd.DataFrame:
    """One row a case: id, group, IoU of A and B, their gap, whether it is marked, tag and note."""
    rows = selection.table.set_index("id").loc[list(ids)].reset_index()
    cases = [marked.get(one) for one in ids]
    return pd.DataFrame(
        {
            "id": rows["id"],
            "group": [outcome_title(name, single=False) for name in rows["outcome"]],
            "iou_a": rows["iou_a"],
            "iou_b": rows["iou_b"],
            "iou_gap": rows["iou_gap"],
            "marked": [case is not None for case in cases],
            "tag": [case.tag if case else "" for case in cases],
            "note": [case.note if case else "" for case in cases],
        }
    )


def keep_notes(key: str, run: Run, prompt: str, ids: Sequence[str], marked: Mapping[str, MarkedCase]) -> None:
    """Keep what was edited in the table of that key; a problem is said at the next drawing."""
    edits: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    try:
        for place, edit in edits.items():
            _keep(run, prompt, marked.get(ids[place]) or MarkedCase(ids[place]), edit)
    except FloodevalError as error:
        st.session_state["report_problem"] = error


def _keep(run: Run, prompt: str, case: MarkedCase, edit: Mapping[str, Any]) -> None:
    tag, note = (str(edit.get(name, getattr(case, name)) or "") for name in ("tag", "note"))
    if edit.get("marked") is False:
        unmark_case(run.folder, case.id)
        st.session_state["report_unmarked"] = st.session_state.get("report_unmarked", 0) + 1
    elif edit.get("marked") or (tag, note) != (case.tag, case.note):
        mark_case(run.folder, case.id, tag, note, case.prompt or prompt)
