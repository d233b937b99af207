"""Numbers as people write them come to one form, and what is no number is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.numbers import count_decimals, read_number, write_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        (" 12,5 ", "12.5"),
        ("12.50", "12.5"),
        ("0012", "12"),
        (",5", "0.5"),
        ("5.", "5"),
        ("-0,0", "0"),
        ("+3", "3"),
        ("\u2212" + "4", "-4"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),  # a comma comes before decimals, as in French; a question without any refuses it
        (7, "7"),
        (7.0, "7"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1e-7, "0.0000001"),
        ("9" * 15, "9" * 15),
    ],
)
def test_what_is_a_number(written, number):
    assert read_number(written) == number


_NO_TEXTS = ["", " ", "-", ",", ".", "12 34", "1 2345", "1.2.3", "1,23,4", "12a", "1e5", "½", "５", "²", "0x1", "douze"]
_NO_VALUES = [True, None, [], float("nan"), float("inf"), 10**15, 1e15, "9" * 16, "1" * 5000, 10**5000]


def test_what_is_none():
    assert [written for written in (*_NO_TEXTS, *_NO_VALUES) if read_number(written) is not None] == []


@given(st.decimals(-(10**14), 10**14, places=4))
def test_a_number_comes_back_whatever_language_writes_it(number):
    stored = read_number(str(number))
    assert Decimal(stored) == number
    assert read_number(stored) == stored
    assert count_decimals(stored) <= 4
    for language in ("fr", "en"):
        written = write_number(stored, language)
        if language == "fr" or "." in written or written.count(",") != 1:  # "1,234" alone is French
            assert read_number(written) == stored


def test_numbers_are_written_as_the_language_does():
    assert write_number("-1234567.25", "fr") == "-1\u00a0234\u00a0567,25"
    assert write_number("-1234567.25", "en") == "-1,234,567.25"
    assert write_number("12", "fr") == "12"
