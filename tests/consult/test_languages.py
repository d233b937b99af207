"""Numbers, shares and days as Canadians write them, and the language of the terminal."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from consult.languages import Formats, interface_words, terminal_language

NO_BREAK = "\u00a0"


def test_french_numbers_have_no_break_spaces_and_a_comma():
    french = Formats("fr")
    assert french.number(1234567) == f"1{NO_BREAK}234{NO_BREAK}567"
    assert french.number(1234.5, decimals=2) == f"1{NO_BREAK}234,50"
    assert french.number(999) == "999"
    assert french.percent(0.164) == f"16{NO_BREAK}%"


def test_english_numbers_have_commas_and_a_point():
    english = Formats("en")
    assert english.number(1234567) == "1,234,567"
    assert english.number(1234.5, decimals=2) == "1,234.50"
    assert english.percent(0.164) == "16%"


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 22), "22 novembre 2026", "November 22, 2026"),
        (date(2027, 1, 1), "1er janvier 2027", "January 1, 2027"),
        (date(2027, 1, 2), "2 janvier 2027", "January 2, 2027"),
    ],
)
def test_days_are_written_in_full(day, french, english):
    assert Formats("fr").day(day) == french
    assert Formats("en").day(day) == english


@pytest.mark.parametrize(("language", "day"), [("fr", "22 nov."), ("en", "Nov 22")])
def test_a_day_is_short_where_there_is_little_room(language, day):
    assert Formats(language).short_day(date(2026, 11, 22)).replace(NO_BREAK, " ") == day


@pytest.mark.parametrize(("language", "time"), [("fr", "14 h 05"), ("en", "2:05 p.m.")])
def test_a_time_is_that_of_the_place_where_the_server_is(language, time):
    moment = datetime(2026, 11, 22, 14, 5).astimezone()
    for zone in (UTC, moment.tzinfo, timezone(timedelta(hours=9))):
        written = Formats(language).time(moment.astimezone(zone))
        assert " ".join(written.split()) == time


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_CA.UTF-8", "LC_MESSAGES": "en_CA.UTF-8"}, "en"),
        ({"LC_MESSAGES": "en_CA.UTF-8", "LC_ALL": "fr_CA.UTF-8"}, "fr"),
        ({"LC_ALL": "", "LANG": "fr_FR"}, "fr"),
        ({"LC_ALL": "en_CA.UTF-8", "CONSULT_LANGUAGE": "FR"}, "fr"),
        ({"LANG": "fr_CA.UTF-8", "CONSULT_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_terminal_speaks_the_language_that_was_asked_for_first(environment, language):
    assert terminal_language(environment) == language


def test_interface_words_are_those_of_the_language():
    assert interface_words("fr").gettext("Page not found") == "Page introuvable"
    assert interface_words("en").gettext("Page not found") == "Page not found"
