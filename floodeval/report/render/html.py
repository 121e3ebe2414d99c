"""A report as one HTML file that opens offline, without scripts and with every text escaped; and as PDF.

The PDF is the same page, laid out on A4 by WeasyPrint without any network access.
"""

import base64
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import ImageFile

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.report.model import Report
from floodeval.report.render.case_images import CaseFigure, CaseImages
from floodeval.report.render.escaping import legible
from floodeval.storage.atomic import atomic_write, write_with

LONG_WORD = 24  # letters; a longer one may be broken anywhere
PANGO = "libpango-1.0-0 libpangoft2-1.0-0"
_SCHEME = "picture:"


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
    template = _environment().get_template("report.html")
    return template.generate(report=report, pictures=pictures.of, source=source)


def data_uri(figure: CaseFigure) -> str:
    """A picture as an address that holds it."""
    return f"data:{figure.media_type};base64,{base64.b64encode(figure.path.read_bytes()).decode()}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("floodeval.report.render"),
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
        write_with(path, lambda partial: document.write_pdf(partial, cache=Path(cache)))


def _fetcher(figures: dict[str, CaseFigure]) -> Any:
    """A fetcher that knows the report's own pictures and nothing else: neither files nor the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnPictures(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(_SCHEME)
            if name == url or name not in figures:
                raise ValueError(f"a report fetches nothing, and so not {url[:80]}")
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
