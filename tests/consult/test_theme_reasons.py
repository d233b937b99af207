"""Sentences about why a theme is one: right in both languages, escaped, and claiming no more than was measured."""

import re

import pytest

from consult.languages import Formats, interface_words
from consult.theme_reasons import Reasons, Writer, how_it_comes_back, how_weak, shared_words, why_together

_TERMS = {"fr": ["urgence", "heures d’attente", "nuit"], "en": ["emergency room", "waiting", "hours"]}


def _writer(language):
    return Writer(language, interface_words(language), Formats(language))


def _why(language, terms=_TERMS, weights=None, cohesion=0.5, by_words=False):
    return str(why_together(Reasons(terms, weights or {}, cohesion, by_words), _writer(language)))


def test_a_reason_is_said_in_each_language_with_the_words_of_both():
    assert _why("fr") == (
        "Le programme a réuni ces réponses parce qu’il les trouve assez proches (0,50 sur 1). Ce qu’on y trouve plus"
        " que dans les autres thèmes\u00a0: «\u00a0urgence\u00a0», «\u00a0heures d’attente\u00a0» et"
        ' «\u00a0nuit\u00a0». En anglais, ces mots\u00a0: «\u00a0<span lang="en-CA">emergency room</span>\u00a0» et'
        ' «\u00a0<span lang="en-CA">waiting</span>\u00a0».'
    )
    assert _why("en") == (
        "The program put these answers together because it reads them as fairly close (0.50 out of 1). What they say"
        " more than other themes do: “emergency room”, “waiting” and “hours”. In French, these words:"
        ' “<span lang="fr-CA">urgence</span>” and “<span lang="fr-CA">heures d’attente</span>”.'
    )


@pytest.mark.parametrize(("weights", "stands_out"), [((3.0, 1.0, 0.9), True), ((1.1, 1.0, 0.9), False), ((), False)])
def test_the_first_word_is_above_all_only_where_it_weighs_much_more(weights, stands_out):
    said = _why("en", weights={"en": weights})
    assert ("above all “emergency room”, then “waiting” and “hours”" in said) == stands_out


@pytest.mark.parametrize("by_words", [False, True])
def test_how_alike_is_said_in_words_that_follow_the_number(by_words):
    degrees = [_why("en", {}, cohesion=cohesion, by_words=by_words) for cohesion in (0.44, 0.45, 0.69, 0.7)]
    assert degrees[0].startswith("The program put these answers together although")
    plain = [re.sub(r"0\.\d+", "", degree) for degree in degrees]
    assert plain[1] == plain[2] != plain[3]
    assert ("words" in degrees[3]) == by_words


def test_a_theme_named_in_the_other_language_alone_begins_with_its_words():
    said = _why("fr", {"en": ["parking"]})
    assert said.endswith('autres thèmes\u00a0: «\u00a0<span lang="en-CA">parking</span>\u00a0».')
    assert _why("fr", {}, cohesion=None) == ""


def test_what_people_wrote_is_escaped():
    said = _why("en", {"en": ["<b>bold</b>", "a & b"], "fr": ["<i>"]}, weights={"en": (9.0, 1.0)})
    assert "<b>" not in said
    assert "<i>" not in said
    assert "&lt;b&gt;bold&lt;/b&gt;" in said
    assert "100% sure" in _why("en", {"en": ["100% sure"]})


@pytest.mark.parametrize(("stability", "begins"), [(0.85, "It holds well"), (0.7, "It holds:"), (0.59, "")])
def test_how_a_theme_comes_back_is_in_words_and_in_a_number(stability, begins):
    said = how_it_comes_back(stability, _writer("en"))
    assert said.startswith(begins)
    assert (f"{stability:.0%}" in said) == bool(begins)


def test_weak_people_are_counted_with_agreement():
    assert how_weak(12, 12, _writer("fr")) == ""
    assert how_weak(12, 11, _writer("fr")).startswith("1 de ses 12 personnes n’y est que faiblement rattachée")
    assert how_weak(12, 4, _writer("fr")).startswith("8 de ses 12 personnes n’y sont que faiblement rattachées")
    assert how_weak(12, 11, _writer("en")).startswith("1 of its 12 people is only")
    assert how_weak(12, 0, _writer("en")).startswith("All its people")


def test_shared_words_stand_side_by_side_and_the_same_one_once():
    said = str(shared_words([("clinique", "clinic"), ("transport", "transport")], _writer("fr")))
    assert said.startswith(
        'Les deux emploient des mots semblables\u00a0: «\u00a0clinique\u00a0» / «\u00a0<span lang="en-CA">'
    )
    assert said.count("transport") == 1
    assert shared_words([], _writer("fr")) == ""
