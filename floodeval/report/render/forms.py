"""The formats of a report: which there are, where each is written, and which files are protected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from floodeval.analysis.findings import RunFindings
from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.report.model import Report
from floodeval.report.render.case_images import CaseImages
from floodeval.report.render.coco import TRUTH, write_coco
from floodeval.report.render.html import write_html, write_pdf
from floodeval.report.render.markdown import FILES, PAGE, write_markdown
from floodeval.report.render.tables import write_csv, write_summary
from floodeval.report.select import ChosenCases

FORMS = ("html", "markdown", "csv", "summary", "coco", "coco_polygons", "pdf")  # in the order of writing
FOLDERS = {  # the formats that are folders, with the names in them that only `force` replaces
    "markdown": (PAGE, FILES),
    "coco": (TRUTH,),
    "coco_polygons": (TRUTH,),
}


@dataclass(frozen=True)
class PreparedReport:
    """What every format is written from; `dataset` is None where photographs are left out."""

    report: Report
    findings: RunFindings
    cases: ChosenCases
    images: CaseImages
    dataset: Dataset | None


_WRITE: Mapping[str, Callable[[Path, PreparedReport], None]] = {
    "html": lambda path, made: write_html(path, made.report, made.images),
    "pdf": lambda path, made: write_pdf(path, made.report, made.images),
    "markdown": lambda path, made: write_markdown(path, made.report, made.images),
    "csv": lambda path, made: write_csv(path, made.findings, made.cases),
    "summary": lambda path, made: write_summary(path, made.findings, made.dataset),
    "coco": lambda path, made: write_coco(path, made.findings, made.dataset),
    "coco_polygons": lambda path, made: write_coco(path, made.findings, made.dataset, as_polygons=True),
}


def write_form(form: str, path: Path, prepared: PreparedReport) -> None:
    """Write one format, completely or not at all; raises FloodevalError where that is impossible."""
    _WRITE[form](path, prepared)


def check_targets(targets: Mapping[str, Path], force: bool) -> None:
    """Refuse, before anything is drawn, to replace existing files or to write two formats to one path.

    Raises:
        FloodevalError: a target exists and `force` is not given, is a folder (or, for a format in `FOLDERS`,
            a file), or is the target of two formats.
    """
    paths = [path.absolute() for path in targets.values()]
    for form, path in targets.items():
        if paths.count(path.absolute()) > 1:
            raise FloodevalError(f"{path} is the target of two formats of the report; give each its own file")
        if form in FOLDERS:
            if path.exists() and not path.is_dir():
                raise FloodevalError(f"{path} is a file; {Parameter(form)} needs a folder")
            if not force:
                _refuse_existing(path, FOLDERS[form])
        elif path.is_dir():
            raise FloodevalError(f"{path} is a folder; name a file in it")
        elif path.exists() and not force:
            raise FloodevalError(f"{path} exists; give another name, or replace it with {Parameter('force')}")


def _refuse_existing(folder: Path, names: tuple[str, ...]) -> None:
    for path in (folder / name for name in names):
        if path.exists():
            raise FloodevalError(
                f"{path} exists; give another folder, or replace it with {Parameter('force')}"
            )
