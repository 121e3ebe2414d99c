"""The warning about a photograph that is unlike the training photographs of a model."""

from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.sam.domain import UNLIKE, VERY_UNLIKE

HIGHEST = 99.9  # percentile that is shown as a number; beyond, the calibration has too few photographs


def warning_words(percentile: float) -> str | None:
    """The warning for a photograph at this percentile, 0 to 100, from lower case on; None below 95."""
    if percentile < UNLIKE:
        return None
    key = "domain.very_unlike" if percentile >= VERY_UNLIKE else "domain.unlike"
    return say(key, percentile=percentile_words(percentile))


def percentile_words(percentile: float) -> str:
    """A percentile with one decimal; above 99.9 as `> 99.9`."""
    shown = formats.decimal(min(percentile, HIGHEST), 1)
    return f"> {shown}" if percentile > HIGHEST else shown
