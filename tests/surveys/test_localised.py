"""A text in two languages knows what it lacks."""

import pytest

from surveys.localised import NOTHING, Localised


def test_each_language_gives_its_text_and_no_other():
    text = Localised("Care", "Soins")
    assert (text.get("en"), text.get("fr")) == ("Care", "Soins")
    assert Localised("Care").get("fr") == ""
    with pytest.raises(ValueError, match="de"):
        text.get("de")


def test_missing_names_the_languages_without_words():
    assert Localised("Care", "Soins").missing() == ()
    assert Localised("Care", " ").missing() == ("fr",)
    assert NOTHING.missing() == ("en", "fr")


def test_a_draft_shows_the_other_language_under_its_own_name():
    assert Localised("Care").shown("fr") == ("en", "Care")
    assert Localised("Care", "Soins").shown("fr") == ("fr", "Soins")
    assert NOTHING.shown("fr") == ("fr", "")


def test_json_comes_back_equal_and_anything_else_is_refused():
    text = Localised("Care", "Soins")
    assert Localised.from_json(text.to_json()) == text
    for other in (None, "Care", {"de": "Pflege"}, {"en": 1}, ["Care"]):
        with pytest.raises(ValueError, match="two languages"):
            Localised.from_json(other)
