"""A theme: its people counted once, its names by language, and quotes that may be read by others."""

import numpy as np
import pytest

from analysis.corpus import build_corpus
from analysis.placing import Placed
from analysis.themes import describe_themes

_FRENCH = "Le stationnement de l’hôpital est beaucoup trop cher"
_ENGLISH = "Parking at the hospital is far too expensive for families"


def _describe(texts, *, labels=None, strengths=None, vectors=None, weak=(), whole=True, **columns):
    """Describe themes of ideas that stand in directions of their own, unless told otherwise."""
    ideas = build_corpus(texts, whole=whole, **columns).ideas
    number = len(ideas)
    labels = np.zeros(number, dtype=int) if labels is None else np.array(labels)
    groups = int(labels.max()) + 1
    strengths = np.linspace(0.9, 0.5, number) if strengths is None else np.array(strengths)
    placed = Placed(labels, strengths, np.ones(number, dtype=bool), np.isin(np.arange(number), weak))
    return describe_themes(
        ideas,
        placed,
        np.eye(number) if vectors is None else np.array(vectors, dtype=float),
        np.linspace(1.0, 0.5, groups),
        lambda terms, language: np.ones((len(terms), groups)),
    )


def _quoted(texts, **given):
    (theme,) = _describe(texts, **given)
    return [quote.text for quote in theme.quotes]


def _variants(sentence: str, number: int) -> list[str]:
    return [f"{sentence}, {word}" for word in ("vraiment", "encore", "partout", "toujours", "souvent", "ici")[:number]]


def test_people_are_counted_once_and_shares_are_of_all_people():
    texts = [*_variants(_FRENCH, 4), *_variants(_ENGLISH, 2)]
    first, second = _describe(texts, ids=["a", "a", "b", "c", "a", "d"], labels=[0, 0, 0, 0, 1, 1])
    assert [(t.number, t.people, t.share) for t in (first, second)] == [(1, 3, 3 / 4), (2, 2, 2 / 4)]
    assert first.rows.tolist() == [0, 1, 2, 3]
    assert second.rows.tolist() == [4, 5]


def test_cohesion_is_the_mean_strength_and_stability_is_passed_on():
    first, second = _describe(_variants(_FRENCH, 4), labels=[0, 1, 0, 1], strengths=[0.8, 0.4, 0.6, 0.2])
    assert (first.cohesion, second.cohesion) == (pytest.approx(0.7), pytest.approx(0.3))
    assert (first.stability, second.stability) == (1.0, 0.5)


def test_no_two_quotes_are_of_one_person():
    texts = _variants(_FRENCH, 6)
    (theme,) = _describe(texts, ids=["a", "a", "a", "b", "b", "c"])
    assert [quote.row for quote in theme.quotes] == [0, 3, 5]


def test_no_two_quotes_say_the_same_words():
    texts = [_FRENCH, _FRENCH.upper(), _FRENCH + " !", "Il n’y a jamais une seule place de stationnement"]
    assert _quoted(texts) == [texts[0], texts[3]]


def test_each_language_that_speaks_in_a_theme_is_quoted():
    texts = [*_variants(_FRENCH, 6), _ENGLISH]
    (theme,) = _describe(texts, strengths=[0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1])
    assert {quote.language for quote in theme.quotes} == {"fr", "en"}
    assert len(theme.quotes) == 4


def test_the_quote_closest_to_the_centre_comes_first():
    assert _quoted(_variants(_FRENCH, 6), strengths=[0.1, 0.2, 0.9, 0.3, 0.2, 0.1])[0] == _variants(_FRENCH, 6)[2]


def test_a_quote_that_says_it_differently_is_preferred_to_one_that_says_it_again():
    texts = _variants(_FRENCH, 6)
    vectors = np.eye(6)
    vectors[[1, 2, 3]] = vectors[0]  # four say one thing, and two another, further from the centre
    quoted = _quoted(texts, vectors=vectors, strengths=[0.9, 0.89, 0.88, 0.87, 0.6, 0.59])
    assert quoted[:3] == [texts[0], texts[4], texts[5]]


@pytest.mark.parametrize(
    "text",
    [
        "Écrivez-moi à jean.tremblay@example.org pour le stationnement",
        "Appelez-moi au 514-555-0199 au sujet du stationnement",
        "Ma carte 1234 567 890 ne passe pas au stationnement",
        "Le Dr Tremblay dit que le stationnement est trop cher",
        "Le stationnement de l’hôpital est trop cher. " * 10,
    ],
)
def test_what_points_at_a_person_or_is_too_long_is_never_quoted(text):
    others = _variants(_FRENCH, 3)
    assert sorted(_quoted([text, *others], strengths=[1.0, 0.1, 0.1, 0.1])) == sorted(others)
    assert _quoted([text, text + " merci"]) == []


@pytest.mark.parametrize(
    "text",
    [
        "On m’a très bien reçue au comptoir avec Mme\nTremblay du CLSC de la région hier",
        "Le stationnement est trop cher selon le docteur\r\nRoy a perdu son permis hier",
        "Ma carte du stationnement porte le TREJ 1234\n5678 et on me la refuse",
        "Le stationnement est trop cher. Écrivez-moi à jean.tremblay@example.org",
    ],
)
def test_no_idea_of_an_answer_that_points_at_a_person_is_quoted_wherever_the_cut_falls(text):
    others = _variants(_FRENCH, 3)
    ideas = build_corpus([text, *others], languages="fr").ideas
    assert (ideas["row"] == 0).sum() == 2  # the control: it is cut
    strengths = np.where(ideas["row"] == 0, 1.0, 0.1)
    assert sorted(_quoted([text, *others], whole=False, strengths=strengths, languages="fr")) == sorted(others)


def test_a_few_words_are_quoted_only_where_nobody_wrote_more():
    assert _quoted(["le stationnement", "trop cher", _FRENCH]) == [_FRENCH]
    assert _quoted(["le stationnement", "trop cher"]) == ["le stationnement", "trop cher"]


def test_quotes_are_as_written_and_known_by_their_row():
    texts = ["  l'hôpital   coute\ttrop cher au stationnement ", _FRENCH]
    (theme,) = _describe(texts)
    assert [(q.row, q.text) for q in theme.quotes] == [(0, "l'hôpital coute trop cher au stationnement"), (1, _FRENCH)]


def test_a_theme_is_named_in_each_language_by_that_languages_answers_alone():
    words = ("really", "always", "sadly", "truly", "here")
    texts = [*_variants(_FRENCH, 6), *[f"{_ENGLISH}, {word}" for word in words]]
    (theme,) = _describe(texts, languages=["fr"] * 6 + ["en"] * 5)
    french = " ".join(term.text for term in theme.names["fr"].terms)
    english = " ".join(term.text for term in theme.names["en"].terms)
    assert ("stationnement" in french, "parking" in french) == (True, False)
    assert ("stationnement" in english, "parking" in english) == (False, True)


def test_three_rows_of_one_person_never_name_a_theme():
    texts = ["le zigouigoui", "un zigouigoui rouge", "mon zigouigoui bleu", *_variants(_FRENCH, 3)]
    terms = []
    for person in ("p1", "p2"):  # the control: in two people's rows the same word is a name
        (theme,) = _describe(texts, ids=["p1", person, "p1", "p3", "p4", "p5"], languages="fr")
        terms.append({term.text for term in theme.names["fr"].terms})
    assert ["zigouigoui" in shown for shown in terms] == [False, True]
    (alone,) = _describe(texts[:3], ids=["p1"] * 3, languages="fr")
    assert (alone.names["fr"].label, alone.names["fr"].terms) == ("", ())


def test_a_theme_in_one_language_has_no_name_in_the_other():
    (theme,) = _describe(_variants(_FRENCH, 3))
    assert theme.names["fr"].label != ""
    assert theme.names["en"].label == ""


def test_only_people_who_agreed_are_quoted():
    texts = _variants(_FRENCH, 6)
    agreed = ["1", "0", "oui", "", "Yes", "non"]
    assert sorted(_quoted(texts, quotable=agreed)) == sorted([texts[0], texts[2], texts[4]])
    assert _quoted(texts, quotable=["0"] * 6) == []


def test_a_theme_is_not_named_by_a_few_peoples_words_in_the_language_of_a_minority():
    texts = [*_variants(_FRENCH, 6), *[f"{_ENGLISH}, {word}" for word in ("really", "always", "sadly", "truly")]]
    (theme,) = _describe(texts, languages=["fr"] * 6 + ["en"] * 4)
    assert theme.names["fr"].label != ""
    assert (theme.names["en"].label, theme.names["en"].terms) == ("", ())


_EIGHT = [
    "Le stationnement est trop cher pour les familles",
    "Se garer coûte une fortune à chaque visite",
    "Chaque heure de stationnement ruine les patients",
    "Les tarifs du terrain sont scandaleux",
    "On paie le stationnement plus que le repas",
    "Payer pour visiter sa mère est injuste",
    "Le prix du stationnement éloigne les visiteurs",
    "Le stationnement n’est pas trop cher selon moi",
    "Les tarifs sont élevés partout dans la ville",
]


def _apart(texts=_EIGHT, **given):
    (theme,) = _describe(texts, languages="fr", **given)
    assert [quote.is_apart for quote in theme.quotes].count(True) <= 1
    return [quote.text for quote in theme.quotes if quote.is_apart]


def test_the_last_quote_is_one_that_denies_what_the_others_affirm():
    assert _apart() == [_EIGHT[7]]


def test_where_nobody_denies_it_is_the_furthest_that_firmly_belongs():
    texts = [*_EIGHT[:7], "Le coût du stationnement est élevé selon moi", _EIGHT[8]]
    assert _apart(texts) == [_EIGHT[8]]
    assert _apart(texts, weak=[8]) == [texts[7]]


def test_one_apart_is_another_persons_and_only_of_a_theme_large_enough_to_have_one():
    assert _apart(ids=["a", *"bcdefg", "a", "h"]) == [_EIGHT[8]]
    assert _apart(_EIGHT[:7]) == []


def test_an_idea_is_quoted_alone_and_its_place_in_the_answer_is_exact():
    stored = "  1.  Le stationnement   est trop cher\n2. On attend toute la nuit à l’urgence "
    (theme,) = _describe([stored, *_EIGHT[1:4]], whole=False, strengths=[0.1, 0.9, 0.1, 0.1, 0.1], languages="fr")
    quote = theme.quotes[0]
    assert (quote.row, quote.text) == (0, "On attend toute la nuit à l’urgence")
    assert stored[quote.starts_at : quote.ends_at] == quote.text


def test_what_goes_on_from_the_words_before_is_quoted_only_where_nothing_stands_alone():
    joined = "Le terrain de la clinique est plein dès le matin et on attend toute la nuit à l’urgence"
    ideas = build_corpus([joined, _FRENCH], languages="fr").ideas["text"].tolist()
    assert ideas[1].startswith("et on attend")  # the control: it is cut there
    (theme,) = _describe([joined, _FRENCH], whole=False, strengths=[0.1, 0.9, 0.5], languages="fr")
    assert theme.quotes[0].text == _FRENCH
    assert "et on attend" not in " ".join(quote.text for quote in theme.quotes)


def test_one_answer_in_a_theme_by_two_ideas_is_one_answer_of_one_person():
    (theme,) = _describe(["Le stationnement est cher. Le terrain est plein.", _FRENCH], whole=False, languages="fr")
    assert (theme.rows.tolist(), theme.people) == ([0, 1], 2)


def test_who_is_only_weakly_attached_is_counted_apart():
    texts = _variants(_FRENCH, 5)
    (theme,) = _describe(texts, ids=["a", "a", "b", "c", "d"], weak=[0, 2])
    assert (theme.people, theme.firm_people) == (4, 3)  # the first has a firm one too


def test_copies_but_for_a_word_are_not_quoted_twice():
    texts = _variants(_FRENCH, 4)
    vectors = np.eye(4)
    vectors[1] = vectors[0]
    assert _quoted(texts, vectors=vectors) == [texts[0], texts[2], texts[3]]
