"""What can be said of a photograph alone: black, white, of one color, too thin, of bands left out."""

from collections.abc import Iterator

from floodeval.datasets.audit.files import PhotographFile
from floodeval.datasets.audit.findings import Issue
from floodeval.datasets.audit.material import Material
from floodeval.datasets.layouts import natural_key, shown
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.i18n.catalog import saying

BLACK = 16  # of 255: nearly all pixels of a black photograph are darker
WHITE = 239  # and of a white one lighter
SAM_SIDE = 1024  # pixels of the longer side, once a photograph is resized for SAM


def photograph_issues(material: Material) -> Iterator[Issue]:
    """Photographs that show nothing, that SAM cannot see, or that are read in part."""
    for sample_id, file in material.photograph_of.items():
        if file.header and is_thin(file.header.width, file.header.height):
            values = {"file": shown(file.path), "size": f"{file.header.width}x{file.header.height}"}
            said = saying("findings.thin", **values)
            yield Issue("thin_photograph", (sample_id,), said, saying("findings.thin_cure"))
        if not file.error and (kind := _empty_kind(file)):
            light, dark = round(file.light), round(file.dark)
            said = saying(f"findings.{kind}", file=shown(file.path), light=light, dark=dark)
            yield Issue(f"{kind}_photograph", (sample_id,), said, saying("findings.empty_photograph_cure"))
    yield from _whole_set_issues(material)


def is_thin(width: int, height: int) -> bool:
    """Whether SAM's resizing leaves no pixel of the shorter side."""
    return int(min(width, height) * SAM_SIDE / max(width, height, 1) + 0.5) < 1


def _empty_kind(file: PhotographFile) -> str:
    """What a photograph that shows nothing is; empty where it shows something."""
    if file.is_constant:
        return "constant"
    if file.light < BLACK:
        return "black"
    return "white" if file.dark > WHITE else ""


def _whole_set_issues(material: Material) -> Iterator[Issue]:
    """Values that nothing says how to read, and fourth bands that are left out."""
    headers = {i: file.header for i, file in material.photograph_of.items() if file.header}
    if material.refused:
        ids = [i for i, header in headers.items() if header.is_deep or header.n_bands not in (1, 3)]
        ids = sorted(ids or headers, key=natural_key)
        yield Issue("value_range", tuple(ids), material.refused)
    four = sorted((i for i, header in headers.items() if header.n_bands == 4), key=natural_key)
    if four and material.reading.photographs.bands == FIRST_THREE:
        said = saying("findings.dropped_band", n=len(four))
        yield Issue("dropped_band", tuple(four), said, saying("findings.dropped_band_cure"))
