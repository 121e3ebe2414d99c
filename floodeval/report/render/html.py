"""A report as one HTML file that opens offline, and as PDF; an audit as one HTML file.

No scripts, no network, and every text escaped. The PDF is the same page, laid out on A4 by WeasyPrint without
any network access.
"""

import base64
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import ImageFile

from floodeval import __version__
from floodeval.datasets.audit.findings import KINDS, Audit
from floodeval.datasets.layouts import list_dataset
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import say, saying
from floodeval.report.model import Report
from floodeval.report.render.case_images import CaseFigure, CaseImages
from floodeval.report.render.escaping import legible
from floodeval.storage.atomic import atomic_write, write_with
from floodeval.viz.audit_pictures import AuditPictures, names_of

LONG_WORD = 24  # letters; a longer one may be broken anywhere
PANGO = "libpango-1.0-0 libpangoft2-1.0-0"  # packages of Debian
_SCHEME = "picture:"  # of the addresses of pictures in a PDF


def write_html(path: Path, report: Report, pictures: CaseImages) -> None:
    """Write the report, a case at a time; raises FloodevalError where `path` cannot be written."""
    with atomic_write(path) as stream:
        for part in html_parts(report, pictures, data_uri):
            stream.write(part.encode())


def html_parts(report: Report, pictures: CaseImages, source: Callable[[CaseFigure], str]) -> Iterator[str]:
    """The page in parts.

    Args:
        report: what it says.
        pictures: of its cases.
        source: the address of a picture.
    """
    template = _report_templates().get_template("report.html")
    return template.generate(
        report=report,
        pictures=pictures.of,
        example=pictures.example,
        logo=pictures.logo,
        source=source,
    )


def _report_templates() -> Environment:
    environment = _templates(_finalize)
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["has_long_word"] = lambda text: any(len(word) > LONG_WORD for word in text.split())
    return environment


def _templates(finalize: Callable[[Any], Any] | None = None) -> Environment:
    """The folder of templates, without filters; `finalize` is applied to every value that is inserted."""
    return Environment(
        loader=PackageLoader("floodeval.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )


def _finalize(value: Any) -> Any:
    return legible(value) if type(value) is str else value


def data_uri(figure: CaseFigure) -> str:
    """A picture as an address that holds it."""
    return f"data:{figure.media_type};base64,{base64.b64encode(figure.path.read_bytes()).decode()}"


def write_pdf(path: Path, report: Report, pictures: CaseImages) -> None:
    """Write the report.

    Raises:
        FloodevalError: WeasyPrint or Pango is not on this machine, or `path` cannot be written.
    """
    weasyprint = _weasyprint()
    figures: dict[str, CaseFigure] = {}

    def address(figure: CaseFigure) -> str:
        figures[figure.path.name] = figure
        return f"{_SCHEME}{figure.path.name}"

    page = "".join(html_parts(report, pictures, address))
    with TemporaryDirectory(prefix="floodeval-pdf-") as cache:
        document = weasyprint.HTML(string=page, url_fetcher=_fetcher(figures))
        write_with(path, lambda unfinished: document.write_pdf(unfinished, cache=Path(cache), pdf_tags=True))


def _fetcher(figures: dict[str, CaseFigure]) -> Any:
    """A fetcher that knows the report's own pictures and nothing else: neither files nor the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnPictures(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_SCHEME)
            if name == url or name not in figures:
                raise ValueError(f"a report loads no external files; refused {url[:80]}")
            figure = figures[name]
            return URLFetcherResponse(url, figure.path.read_bytes(), {"Content-Type": figure.media_type})

    return OwnPictures()


def _weasyprint() -> Any:
    """WeasyPrint, whose bytes do not depend on the clock, nor on whether HarfBuzz's subsetter is there."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint
        from fontTools.ttLib import TTFont
        from weasyprint.pdf import fonts
    except ModuleNotFoundError:
        raise FloodevalError(saying("report_errors.no_weasyprint")) from None
    except (ImportError, OSError) as error:
        why = str(error).strip().splitlines()[0]
        raise FloodevalError(saying("report_errors.no_pango", why=why, packages=PANGO)) from None
    finally:  # importing it lets Pillow pass half a file for a picture, in the whole process
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
    fonts.TTFont = partial(TTFont, recalcTimestamp=False)  # else a font is dated when it is saved
    fonts.Font.subset = _subset
    return weasyprint


def _subset(font: Any, to_unicode: dict[int, str], hinting: bool) -> None:
    """Keep a font's used letters by fontTools, which every installation has in the same version.

    WeasyPrint prefers the system's HarfBuzz subsetter, where there is one; its bytes are others.
    """
    if to_unicode:
        font._fonttools_subset(to_unicode, hinting)


def audit_page(audit: Audit, dataset: str | Path, config: Path | None = None) -> str:
    """Draw an audit as a page.

    Args:
        audit: what was found.
        dataset: the folder that was audited, or its name, for the pictures.
        config: a file to read instead of the folder's `dataset.toml`.

    Raises:
        FloodevalError: the data set is not there any more.
    """
    pictures = AuditPictures(audit, list_dataset(dataset, config))
    sections = [_section(audit, kind, pictures) for kind in audit.counts()]
    return (
        _audit_templates()
        .get_template("audit.html")
        .render(audit=audit, sections=sections, n_doubtful=len(audit.flags()), version=__version__)
    )


def _section(audit: Audit, kind: str, pictures: AuditPictures) -> dict[str, Any]:
    """One kind of issue: its name, meaning, cure, and its issues with and without pictures."""
    items = [(issue, pictures.rows(issue)) for issue in audit.of_kind(kind)]
    return {
        "kind": kind,
        "about": KINDS[kind],
        "n": len(items),
        "seen": [(issue, rows) for issue, rows in items if rows],
        "unseen": [issue for issue, rows in items if not rows],
    }


def _audit_templates() -> Environment:
    environment = _templates()
    environment.filters["printable"] = printable
    environment.filters["title_of"] = lambda kind: say(f"audit.{kind}")
    environment.filters["names"] = names_of
    environment.filters["percent"] = formats.percent
    environment.filters["score"] = formats.score
    environment.filters["sizes"] = formats.picture_sizes
    return environment
