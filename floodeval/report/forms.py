"""The forms of a report: which there are, where each is written, what may be overwritten."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from floodeval.datasets.dataset import Dataset
from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import Parameter
from floodeval.report.content import Report
from floodeval.report.render import coco, markdown
from floodeval.report.render.drawn import CasePictures
from floodeval.report.render.html import write_html
from floodeval.report.render.pdf import write_pdf
from floodeval.report.render.tables import write_csv, write_summary
from floodeval.report.subject import Subject

FORMS = ("html", "markdown", "csv", "summary", "coco", "coco_polygons", "pdf")  # in the order of writing
FOLDERS = {  # the forms that are folders, with the names in them that are kept unless --force is given
    "markdown": (markdown.PAGE, markdown.FILES),
    "coco": (coco.TRUTH,),
    "coco_polygons": (coco.TRUTH,),
}


@dataclass(frozen=True)
class Material:
    """All that a form is written from; `dataset` is None where truth and photographs are left out."""

    report: Report
    subject: Subject
    pictures: CasePictures
    dataset: Dataset | None

    @property
    def ids(self) -> tuple[str, ...]:
        """The cases."""
        return self.pictures.ids


_WRITE: Mapping[str, Callable[[Path, Material], None]] = {
    "html": lambda path, made: write_html(path, made.report, made.pictures),
    "pdf": lambda path, made: write_pdf(path, made.report, made.pictures),
    "markdown": lambda path, made: markdown.write_markdown(path, made.report, made.pictures),
    "csv": lambda path, made: write_csv(path, made.subject, made.ids),
    "summary": lambda path, made: write_summary(path, made.subject, made.dataset),
    "coco": lambda path, made: coco.write_coco(path, made.subject, made.dataset),
    "coco_polygons": lambda path, made: coco.write_coco(path, made.subject, made.dataset, as_polygons=True),
}


def write_form(form: str, path: Path, material: Material) -> None:
    """Write one form, whole or not at all; raises FloodevalError where that is not possible."""
    _WRITE[form](path, material)


def check_targets(targets: Mapping[str, Path], force: bool) -> None:
    """Refuse, before anything is drawn, to write over what is there, or two forms to one path.

    Raises:
        FloodevalError: a target exists and `force` is not given, is a folder (or none, of a form in
            `FOLDERS`), or is named twice.
    """
    named = [path.absolute() for path in targets.values()]
    for form, path in targets.items():
        if named.count(path.absolute()) > 1:
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
