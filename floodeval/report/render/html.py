"""A report as one HTML file: opens offline, prints well, holds no script, and every text escaped."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from floodeval.report.content import Report
from floodeval.report.render.drawn import CasePictures, Figure
from floodeval.report.render.legible import legible
from floodeval.storage.atomic import atomic_write

LONG_WORD = 24  # letters; a longer one may be broken anywhere


def write_html(path: Path, report: Report, pictures: CasePictures) -> None:
    """Write the report, a case at a time; raises FloodevalError where `path` cannot be written."""
    with atomic_write(path) as stream:
        for part in html_parts(report, pictures, data_uri):
            stream.write(part.encode())


def html_parts(report: Report, pictures: CasePictures, source: Callable[[Figure], str]) -> Iterator[str]:
    """The page in parts.

    Args:
        report: what it says.
        pictures: of its cases.
        source: the address of a picture.
    """
    template = _environment().get_template("report.html")
    return template.generate(report=report, pictures=pictures.of, source=source)


def data_uri(figure: Figure) -> str:
    """A picture as an address that holds it."""
    return f"data:{figure.media_type};base64,{base64.b64encode(figure.path.read_bytes()).decode()}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("floodeval.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["has_long_word"] = lambda text: any(len(word) > LONG_WORD for word in text.split())
    return environment


def _finalize(value: Any) -> Any:
    return legible(value) if type(value) is str else value
