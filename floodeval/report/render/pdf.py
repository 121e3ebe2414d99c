"""A report as PDF: the HTML page, laid out on A4 by WeasyPrint, which asks nobody for anything."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import ImageFile

from floodeval.errors import FloodevalError
from floodeval.i18n.catalog import saying
from floodeval.report.content import Report
from floodeval.report.render.drawn import CasePictures, Figure
from floodeval.report.render.html import html_parts
from floodeval.storage.atomic import write_with

_SCHEME = "picture:"
PANGO = "libpango-1.0-0 libpangoft2-1.0-0"


def write_pdf(path: Path, report: Report, pictures: CasePictures) -> None:
    """Write the report.

    Raises:
        FloodevalError: WeasyPrint or Pango is not on this machine, or `path` cannot be written.
    """
    weasyprint = _weasyprint()
    figures: dict[str, Figure] = {}

    def address(figure: Figure) -> str:
        figures[figure.path.name] = figure
        return f"{_SCHEME}{figure.path.name}"

    page = "".join(html_parts(report, pictures, address))
    with TemporaryDirectory(prefix="floodeval-pdf-") as cache:
        document = weasyprint.HTML(string=page, url_fetcher=_fetcher(figures))
        write_with(path, lambda partial: document.write_pdf(partial, cache=Path(cache)))


def _fetcher(figures: dict[str, Figure]) -> Any:
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
        raise FloodevalError(saying("forms.no_weasyprint")) from None
    except (ImportError, OSError) as error:
        why = str(error).strip().splitlines()[0]
        raise FloodevalError(saying("forms.no_pango", why=why, packages=PANGO)) from None
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
