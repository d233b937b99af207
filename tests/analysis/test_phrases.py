"""Phrases: which read as names and which as pieces of sentences, told from the small words around them."""

import pytest

from analysis.phrases import Vocabulary


def _phrases(texts, language, groups=None, people=None):
    found = Vocabulary(language)
    for i, text in enumerate(texts):
        found.add(text, groups[i] if groups else 0, 1.0, people[i] if people else i)
    return {phrase.text: phrase for phrase in found.phrases(0)}


def _reads_well(texts, language, *phrases):
    found = _phrases(texts, language)
    return [found[phrase].reads_well for phrase in phrases]


@pytest.mark.parametrize(
    ("language", "texts", "name", "piece"),
    [
        (
            "fr",
            ["le médecin parle vite", "un médecin parle trop", "mon médecin de famille", "le médecin de famille"],
            "médecin de famille",
            "médecin parle",
        ),
        (
            "en",
            ["the family doctor", "a family doctor", "they explain the bill", "we explain the bill"],
            "family doctor",
            "explain the bill",
        ),
        ("fr", ["je zigouille le tralala", "on zigouille un tralala"], "tralala", "zigouille"),
        ("en", ["they frobnicate the widget", "we frobnicate a widget"], "widget", "frobnicate"),
        ("fr", ["le stationnement est cher", "un stationnement cher"], "stationnement", "cher"),
        ("en", ["the parking is expensive", "our parking is expensive"], "parking", "expensive"),
    ],
)
def test_what_names_something_reads_better_than_a_verb_or_a_quality(language, texts, name, piece):
    found = _phrases(texts, language)
    better, worse = found[name].reads_well, found[piece].reads_well if piece in found else 0.0
    assert 0.0 <= worse < 0.4 < better <= 1.0


def test_an_elided_article_tells_a_noun_and_an_elided_pronoun_a_verb():
    texts = ["l’attente est longue", "l'attente du soir", "j’espère le soir", "j'espère du repos"]
    noun, verb = _reads_well(texts, "fr", "attente", "espère")
    assert verb < 0.5 < noun


def test_only_small_words_that_join_nouns_stand_inside_a_phrase():
    fr = _phrases(["attente à l’urgence qui dure", "l’attente à l’urgence qui dure"], "fr")
    assert "attente à l’urgence" in fr
    assert not any("qui" in phrase.split() for phrase in fr)
    en = _phrases(["systems that fail, access to the clinic"] * 2, "en")
    assert "access to the clinic" in en
    assert not any("that" in phrase.split() for phrase in en)


def test_an_article_alone_joins_nothing():
    assert not any(" the " in phrase for phrase in _phrases(["proportional the system"] * 2, "en"))


def test_two_spellings_of_a_phrase_are_one():
    found = _phrases(["temps d'attente", "le temps d’attente", "temps attente"], "fr")
    assert found["temps d’attente"].answers == 3


def test_a_phrase_of_one_person_here_and_another_elsewhere_is_several_peoples():
    texts = ["un quai glissant", "le quai glissant", "la voie ferrée"]
    found = _phrases(texts, "fr", groups=[0, 1, 0])
    assert (found["quai glissant"].people, found["quai glissant"].elsewhere) == (1, 1)
    assert "voie ferrée" not in found  # the control: of one person in all
    assert "quai glissant" not in _phrases(texts, "fr", groups=[0, 1, 0], people=[7, 7, 8])
