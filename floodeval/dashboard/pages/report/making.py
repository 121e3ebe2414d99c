"""The files of a report made for download: each once for the same request, with progress and time left."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from floodeval.dashboard.loading import stamp
from floodeval.evaluation.cases import cases_file, read_cases
from floodeval.evaluation.run import Run
from floodeval.i18n.language import speaking
from floodeval.progress import Progress, Step
from floodeval.report.forms import write_form
from floodeval.report.request import Request, gather
from floodeval.report.select import NAMED, Choice

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
