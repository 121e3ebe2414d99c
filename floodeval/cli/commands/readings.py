"""What was done to the photographs of a run, in a line each."""

from collections.abc import Iterator

from floodeval.cli.terminal import show_line
from floodeval.datasets.photograph_values import FIRST_THREE
from floodeval.datasets.reading import PhotographReading
from floodeval.i18n import formats


def show_photograph_reading(photographs: PhotographReading) -> None:
    """Print what was done to values, bands and orientation; nothing where photographs are as stored."""
    for line in photograph_lines(photographs):
        show_line(f"photographs: {line}")


def photograph_lines(photographs: PhotographReading) -> Iterator[str]:
    """What was done to values, bands and orientation."""
    if photographs.bands == FIRST_THREE:
        yield "bands 0, 1, 2 are read as red, green, blue; the other bands (not transparency) are dropped"
    elif photographs.bands is not None:
        chosen = ", ".join(map(str, photographs.bands))
        yield f"bands {chosen} are read as {'red, green, blue' if len(photographs.bands) == 3 else 'gray'}"
    if photographs.stretch is not None:
        ends = ", ".join(
            formats.interval(low, high, formats.significant) for low, high in photographs.stretch
        )
        yield f"values are stretched to 0 to 255 by percentiles of the data set ({ends})"
    if photographs.exif == "ignore":
        yield "orientation tags are ignored"
