"""How the files of a run's data set were read, in words: the label scheme, and the photographs' values."""

from floodeval.datasets.label_scheme import WATER_ABOVE, LabelScheme
from floodeval.datasets.reading import UNTOUCHED, PhotographReading
from floodeval.i18n import formats
from floodeval.i18n.catalog import say


def label_words(labels: LabelScheme) -> str:
    """Which values of the reference masks are water, land and ignored."""
    if labels.water is None:
        said = say("reading.black_and_white", above=WATER_ABOVE)
    else:
        said = say("reading.declared", water=_values(labels.water))
    return said + (say("reading.ignored", ignored=_values(labels.ignore)) if labels.ignore else "")


def photograph_words(photographs: PhotographReading) -> str:
    """What was done to the photographs' values, bands and orientation."""
    parts = []
    if photographs.stretch is not None:
        ends = ", ".join(
            f"{formats.significant(low)}–{formats.significant(high)}" for low, high in photographs.stretch
        )
        parts.append(say("reading.stretched", ends=ends))
    if photographs.bands is not None:
        parts.append(say("reading.bands", bands=", ".join(str(band + 1) for band in photographs.bands)))
    if photographs.exif != UNTOUCHED.exif:
        parts.append(say("reading.exif_ignored"))
    return "; ".join(parts) or say("reading.as_stored")


def _values(values: tuple[int, ...]) -> str:
    return ", ".join(str(value).replace("-", formats.MINUS) for value in values)
