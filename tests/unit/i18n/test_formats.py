"""Numbers look alike everywhere, in both languages."""

import doctest
import math
import re
import time
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floodeval.i18n import formats
from floodeval.i18n.catalog import counted, say
from floodeval.i18n.language import LANGUAGES, speaking

SPACE = "\N{NO-BREAK SPACE}"
KINDS = [
    *(formats.score, formats.gap, formats.percent, formats.count, formats.duration, formats.size),
    *(formats.p_value, formats.distance, formats.distance_gap, formats.significant),
    *(partial(formats.decimal, decimals=decimals) for decimals in (0, 1, 2, 4)),
    *(partial(formats.gap, decimals=1, unit="px"), lambda value: formats.interval(value, value)),
]


def in_both(form, *values):
    """What a function writes in English and in Spanish."""
    said = []
    for language in ("en", "es"):
        with speaking(language):
            said.append(form(*values))
    return tuple(said)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(formats).failed == 0
    assert doctest.testmod(formats).attempted > 30


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.754, "0.754", "0,754"),
        (-0.5, "−0.500", "−0,500"),
        (0, "0.000", "0,000"),
        (-0.0001, "0.000", "0,000"),
        (0.0005, "0.001", "0,001"),
        (0.0004999, "0.000", "0,000"),
        (0.9995, "1.000", "1,000"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
        (1234.5, "1,234.500", "1234,500"),
        (12345678.25, "12,345,678.250", "12.345.678,250"),
    ],
)
def test_a_score_has_three_decimals(value, english, spanish):
    assert in_both(formats.score, value) == (english, spanish)


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (0.32, "+0.320", "+0,320"),
        (-0.32, "−0.320", "−0,320"),
        (0.0004, "±0.000", "±0,000"),
        (-0.0004, "±0.000", "±0,000"),
        (0, "±0.000", "±0,000"),
        (-0.0005001, "−0.001", "−0,001"),
        (math.inf, "+∞", "+∞"),
        (-math.inf, "−∞", "−∞"),
    ],
)
def test_a_gap_has_its_sign(value, english, spanish):
    assert in_both(formats.gap, value) == (english, spanish)


@pytest.mark.parametrize(
    ("share", "english"),
    [
        (0.95, "95%"),
        (1, "100%"),
        (0, "0.0%"),
        (0.0994, "9.9%"),
        (0.0995, "10%"),
        (-0.2, "−20%"),
        (0.0512, "5.1%"),
        (12.5, "1,250%"),
    ],
)
def test_a_percentage_is_whole_from_ten_on(share, english):
    spanish = "1250" if share > 10 else english.removesuffix("%").replace(".", ",")
    assert in_both(formats.percent, share) == (english, f"{spanish}{SPACE}%")


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (7, "7", "7"),
        (999, "999", "999"),
        (1234, "1,234", "1234"),
        (9999, "9,999", "9999"),
        (9999.7, "10,000", "10.000"),
        (12345, "12,345", "12.345"),
        (10**15, "1,000,000,000,000,000", "1.000.000.000.000.000"),
        (-12345, "−12,345", "−12.345"),
    ],
)
def test_thousands_are_separated(value, english, spanish):
    assert in_both(formats.count, value) == (english, spanish)


def test_a_duration_is_in_the_unit_that_reads_best():
    seconds = (0.4, 119, 120, 5399, 5400, 19_452)
    assert [formats.duration(one) for one in seconds] == ["0 s", "119 s", "2 min", "90 min", "1.5 h", "5.4 h"]
    assert in_both(formats.duration, 14_760) == ("4.1 h", "4,1 h")


def test_a_size_is_in_the_unit_that_leaves_the_fewest_digits():
    sizes = (0, 999, 1000, 3_200_000, 99_940_000, 99_960_000, 5e12, 5e16)
    said = ["0 bytes", "999 bytes", "1.0 kB", "3.2 MB", "99.9 MB", "100 MB", "5.0 TB", "50,000 TB"]
    assert [formats.size(one) for one in sizes] == said
    assert in_both(formats.size, 3_200_000) == ("3.2 MB", "3,2 MB")


def test_a_small_p_value_is_only_said_to_be_small():
    assert [formats.p_value(p) for p in (0.0009, 0.001, 1)] == ["<0.001", "0.001", "1.000"]
    assert in_both(formats.p_value, 0.0001) == ("<0.001", "<0,001")


def test_an_interval_names_both_ends():
    assert in_both(formats.interval, -0.0567, 0.32) == ("−0.057 to +0.320", "−0,057 a +0,320")
    assert in_both(formats.interval, 0.5, 1, formats.score) == ("0.500 to 1.000", "0,500 a 1,000")
    assert formats.interval(0.1, None) == formats.interval(math.nan, 0.1) == "–"
    assert set(formats.RANGES) == set(formats.GROUPED_FROM) == set(LANGUAGES)


def test_significant_digits_have_no_zeros_at_their_end_and_no_exponent():
    values = (0.5, 20.0, 1e-7, 123456.7, -0.25, 0.0)
    assert [formats.significant(one) for one in values] == ["0.5", "20", "0.0000001", "123,457", "−0.25", "0"]


def test_a_date_has_its_month_in_words():
    assert in_both(formats.date, date(2026, 3, 9)) == ("March 9, 2026", "9 de marzo de 2026")


@pytest.mark.parametrize("form", KINDS)
@pytest.mark.parametrize("missing", [None, math.nan])
def test_a_missing_number_is_an_en_dash(form, missing):
    assert in_both(form, missing) == ("–", "–")


def test_plural_forms_and_counts_in_sentences_are_those_of_the_language():
    assert [counted(n, "photograph") for n in (0, 1, 2)] == ["0 photographs", "1 photograph", "2 photographs"]
    assert in_both(counted, 12_345, "photograph") == ("12,345 photographs", "12.345 fotografías")
    assert in_both(counted, 1_000_000, "photograph")[1] == "1.000.000 fotografías"  # "many" in the CLDR


def test_a_number_for_later_takes_the_language_in_which_it_is_read():
    later = formats.Later(formats.percent, 0.95)
    assert in_both(str, later) == ("95%", f"95{SPACE}%")
    assert in_both(lambda: say("compare.land", share=later))[1].endswith(f"95{SPACE}%")


def test_plotly_gets_the_separators_of_the_language():
    assert in_both(formats.separators) == (".,", ",.")
    assert in_both(formats.percent_sign) == ("%", f"{SPACE}%")


@given(value=st.floats(allow_nan=True, allow_infinity=True), language=st.sampled_from(sorted(LANGUAGES)))
def test_a_minus_sign_is_never_a_hyphen_and_no_number_has_an_exponent(value, language):
    with speaking(language):
        for text in (form(value) for form in KINDS):
            assert text and "-" not in text and not re.search(r"\de", text)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_table_of_ten_thousand_cells_is_formatted_at_once(language):
    values = [place / 7919 - 0.5 for place in range(10_000)]
    with speaking(language):
        took = min(_seconds(values) for _ in range(3))
    assert took < 0.2


def _seconds(values):
    start = time.process_time()
    for value in values:
        formats.gap(value)
    return time.process_time() - start
