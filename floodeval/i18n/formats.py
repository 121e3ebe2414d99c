"""Numbers and dates as people read them, in the current language.

One function per kind of number. Separators, the percent sign and dates are those of the Unicode CLDR, which
Babel ships. The minus sign is U+2212 in every language; a missing value (None or NaN) is an en dash. Files
for programs (CSV, JSON, Parquet) are not written with these functions.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from functools import cache
from typing import Any, TypeGuard

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from floodeval.i18n.language import language

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"
INFINITE = "\N{INFINITY}"

GROUPED_FROM = {
    "en": 1_000,
    "es": 10_000,
}  # CLDR's minimumGroupingDigits, which Babel leaves out: 1234, 12.345
RANGES = {"en": "{} to {}", "es": "{} a {}"}
SIZE_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def score(value: float | None) -> str:
    """A score, such as IoU, with three decimals.

    >>> from floodeval.i18n.language import speaking
    >>> score(0.7536), score(None)
    ('0.754', '–')
    >>> with speaking("es"):
    ...     score(0.7536)
    '0,754'
    """
    return decimal(value, 3)


def gap(value: float | None, decimals: int = 3, unit: str = "") -> str:
    """A difference with its sign; ± where it rounds to 0.

    >>> from floodeval.i18n.language import speaking
    >>> gap(0.32), gap(-0.0567), gap(0.0004), gap(-1.25, 1, "px")
    ('+0.320', '−0.057', '±0.000', '−1.2 px')
    >>> with speaking("es"):
    ...     gap(0.32), gap(-1.25, 1, "px")
    ('+0,320', '−1,2 px')
    """
    if not _is_known(value):
        return NO_VALUE
    sign, digits = _rounded(value, decimals)
    return _with_unit((sign or ("+" if float(digits) else "±")) + _written(digits, decimals), unit)


def decimal(value: float | None, decimals: int, unit: str = "") -> str:
    """A number with a fixed number of decimals, and its unit where it has one.

    >>> from floodeval.i18n.language import speaking
    >>> decimal(12.34, 1), decimal(-12.34, 1, "px"), decimal(1234.5, 1), decimal(-0.04, 1)
    ('12.3', '−12.3 px', '1,234.5', '0.0')
    >>> with speaking("es"):
    ...     decimal(12.34, 1), decimal(1234.5, 1)
    ('12,3', '1234,5')
    """
    if not _is_known(value):
        return NO_VALUE
    sign, digits = _rounded(value, decimals)
    return _with_unit(sign + _written(digits, decimals), unit)


def distance(value: float | None) -> str:
    """A distance in pixels, with one decimal; its unit is in the title.

    >>> from floodeval.i18n.language import speaking
    >>> distance(12.34)
    '12.3'
    >>> with speaking("es"):
    ...     distance(12.34)
    '12,3'
    """
    return decimal(value, 1)


def distance_gap(value: float | None) -> str:
    """A difference of distances in pixels.

    >>> from floodeval.i18n.language import speaking
    >>> distance_gap(-1.26)
    '−1.3 px'
    >>> with speaking("es"):
    ...     distance_gap(-1.26)
    '−1,3 px'
    """
    return gap(value, 1, "px")


def significant(value: float | None, digits: int = 6) -> str:
    """A number with at most so many significant digits and no zeros at its end.

    >>> from floodeval.i18n.language import speaking
    >>> significant(0.5), significant(31.4159, 3), significant(20.0), significant(-0.000012)
    ('0.5', '31.4', '20', '−0.000012')
    >>> with speaking("es"):
    ...     significant(0.5)
    '0,5'
    """
    if not _is_known(value):
        return NO_VALUE
    if math.isinf(value):
        return decimal(value, 0)
    rounded = Decimal(f"{value:.{digits}g}").normalize()
    return decimal(float(rounded), max(0, -int(rounded.as_tuple().exponent)))


def percent(share: float | None) -> str:
    r"""A share in percent: whole from 10 on, else with one decimal.

    >>> from floodeval.i18n.language import speaking
    >>> percent(0.951), percent(0.0512), percent(-0.2)
    ('95%', '5.1%', '−20%')
    >>> with speaking("es"):
    ...     percent(0.951), percent(0.0512)
    ('95\xa0%', '5,1\xa0%')
    """
    if not _is_known(share):
        return NO_VALUE
    return f"{decimal(100 * share, 0 if 100 * abs(share) >= 9.95 else 1)}{percent_sign()}"


def percent_sign() -> str:
    r"""The percent sign with the space before it, where the language has one: the suffix of an axis.

    >>> from floodeval.i18n.language import speaking
    >>> percent_sign()
    '%'
    >>> with speaking("es"):
    ...     percent_sign()
    '\xa0%'
    """
    return _percent_sign(language())


def count(value: float | None) -> str:
    """A count, or another whole number, with its thousands separated.

    >>> from floodeval.i18n.language import speaking
    >>> count(1234), count(0)
    ('1,234', '0')
    >>> with speaking("es"):
    ...     count(1234), count(12345)
    ('1234', '12.345')
    """
    return decimal(value, 0)


def duration(seconds: float | None) -> str:
    """A duration in seconds, in minutes from 2 min on, in hours from 1.5 h on.

    >>> from floodeval.i18n.language import speaking
    >>> duration(90), duration(600), duration(14_760)
    ('90 s', '10 min', '4.1 h')
    >>> with speaking("es"):
    ...     duration(14_760)
    '4,1 h'
    """
    if not _is_known(seconds):
        return NO_VALUE
    if seconds < 120:
        return decimal(seconds, 0, "s")
    return decimal(seconds / 60, 0, "min") if seconds < 5400 else decimal(seconds / 3600, 1, "h")


def size(n_bytes: float | None) -> str:
    """A size in the unit that leaves the fewest digits; 1000 of each unit make one of the next.

    >>> from floodeval.i18n.language import speaking
    >>> size(999), size(3_200_000), size(250_000_000)
    ('999 bytes', '3.2 MB', '250 MB')
    >>> with speaking("es"):
    ...     size(3_200_000)
    '3,2 MB'
    """
    if not _is_known(n_bytes):
        return NO_VALUE
    value, step = float(n_bytes), 0
    while value >= 999.5 and step < len(SIZE_UNITS) - 1:
        value, step = value / 1000, step + 1
    return decimal(value, 0 if step == 0 or value >= 99.95 else 1, SIZE_UNITS[step])


def picture_size(width: float | None, height: float | None) -> str:
    """Width and height of a picture in pixels, without separators, as cameras and editors write them.

    >>> picture_size(1920, 1080), picture_size(None, 1080)
    ('1920 × 1080 px', '–')
    """
    if not _is_known(width) or not _is_known(height):
        return NO_VALUE
    return f"{width:.0f} × {height:.0f} px"


def picture_sizes(smallest: tuple[int, int], largest: tuple[int, int]) -> str:
    """The sizes of pictures from the smallest to the largest, or the one size that all of them have.

    >>> picture_sizes((320, 240), (1920, 1080)), picture_sizes((320, 240), (320, 240))
    ('320 × 240 px to 1920 × 1080 px', '320 × 240 px')
    """
    low, high = picture_size(*smallest), picture_size(*largest)
    return low if low == high else RANGES[language()].format(low, high)


def p_value(value: float | None) -> str:
    """A p-value with three decimals; `<0.001` below that.

    >>> from floodeval.i18n.language import speaking
    >>> p_value(0.0312), p_value(0.0002)
    ('0.031', '<0.001')
    >>> with speaking("es"):
    ...     p_value(0.0002)
    '<0,001'
    """
    if not _is_known(value):
        return NO_VALUE
    return f"<{score(0.001)}" if value < 0.001 else score(value)


def p_words(value: float | None) -> str:
    """A p-value within a sentence.

    >>> p_words(0.0312), p_words(0.0002)
    ('p=0.031', 'p<0.001')
    """
    return f"p{'' if _is_known(value) and value < 0.001 else '='}{p_value(value)}"


def interval(low: float | None, high: float | None, form: Callable[[float], str] = gap) -> str:
    """An interval, of differences unless `form` says otherwise; one dash where an end is missing.

    >>> from floodeval.i18n.language import speaking
    >>> interval(-0.01, 0.045), interval(0.5, 0.75, score), interval(None, 0.2)
    ('−0.010 to +0.045', '0.500 to 0.750', '–')
    >>> with speaking("es"):
    ...     interval(-0.01, 0.045)
    '−0,010 a +0,045'
    """
    if not _is_known(low) or not _is_known(high):
        return NO_VALUE
    return RANGES[language()].format(form(low), form(high))


def date(value: Date | None) -> str:
    """A day with its month in words.

    >>> from floodeval.i18n.language import speaking
    >>> date(Date(2026, 3, 9))
    'March 9, 2026'
    >>> with speaking("es"):
    ...     date(Date(2026, 3, 9))
    '9 de marzo de 2026'
    """
    return NO_VALUE if value is None else format_date(value, "long", locale=language())


def separators() -> str:
    """The decimal and the thousands separator, as `layout.separators` of Plotly takes them.

    >>> from floodeval.i18n.language import speaking
    >>> separators()
    '.,'
    >>> with speaking("es"):
    ...     separators()
    ',.'
    """
    return "".join(_separators(language()))


@dataclass(frozen=True)
class Later:
    r"""A number that is formatted later; `str` returns it in the language that is current then.

    Numbers in a `floodeval.i18n.catalog.Saying` are of this type.

    >>> from floodeval.i18n.language import speaking
    >>> share = Later(percent, 0.95)
    >>> str(share)
    '95%'
    >>> with speaking("es"):
    ...     str(share)
    '95\xa0%'
    """

    form: Callable[..., str]
    value: Any
    decimals: int | None = None

    def __str__(self) -> str:
        return self.form(self.value) if self.decimals is None else self.form(self.value, self.decimals)


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


def _rounded(value: float, decimals: int) -> tuple[str, str]:
    """The sign, empty where the rounded number isn't negative, and the digits with a point.

    Python rounds, not Babel: the digits are those that `format` writes into a CSV.
    """
    digits = f"{abs(value):.{decimals}f}"
    return MINUS if value < 0 and float(digits) else "", digits


def _written(digits: str, decimals: int) -> str:
    """Digits with the separators of the language, in groups of three as in all of `LANGUAGES`.

    Babel's own patterns take ten times as long, which shows in a table, and fail beyond 28 digits.
    """
    if digits == "inf":
        return INFINITE
    point, comma = _separators(language())
    whole, _, rest = digits.partition(".")
    if float(digits) >= GROUPED_FROM[language()]:
        whole = f"{int(whole):,}".replace(",", comma)
    return f"{whole}{point}{rest}" if decimals else whole


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@cache
def _separators(language: str) -> tuple[str, str]:
    return get_decimal_symbol(language), get_group_symbol(language)


@cache
def _percent_sign(language: str) -> str:
    return str(_locale(language).percent_formats[None].suffix[0])


@cache
def plural_form(n: float, language: str) -> str:
    """The plural category of a number in a language: `one`, `other` and so on, after CLDR."""
    return _locale(language).plural_form(n)
