"""Themes of two languages that may be one: what they share must be seen, and nothing is proposed from little."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analysis.theme_pairs import SharedWord, propose_pairs

_SAID = {
    "transport": ("le transport en autobus coûte cher", "public transport by bus costs too much"),
    "clinic": ("la clinique ferme et les patients attendent", "the clinic closes and patients wait"),
    "snow": ("la neige bloque les trottoirs", "nobody shovels the pavements"),
}
_TOPICS = sorted(_SAID)


def _ideas(people=6, said=None):
    """So many people on each topic, French themes first: the ideas, their themes, the languages of the themes."""
    cells = [
        (text[place], language, f"{topic}{language}{n}", place * len(_TOPICS) + number)
        for place, language in enumerate(("fr", "en"))
        for number, topic in enumerate(_TOPICS)
        for n in range(people)
        for text in [(said or _SAID)[topic]]
    ]
    frame = pd.DataFrame(cells, columns=["text", "language", "person", "theme"])
    return frame, frame["theme"].to_numpy(), ["fr"] * len(_TOPICS) + ["en"] * len(_TOPICS)


def test_themes_that_share_words_are_a_pair_and_those_that_share_none_are_not():
    pairs = propose_pairs(*_ideas(), least=5)
    assert {(_TOPICS[pair.fr - 1], _TOPICS[pair.en - 4]) for pair in pairs} == {("clinic", "clinic")}
    (pair,) = pairs
    assert set(pair.words) == {SharedWord("clinique", "clinic"), SharedWord("patients", "patients")}
    assert 0 < pair.closeness <= 1


def test_one_shared_word_is_not_enough():
    said = _SAID | {"clinic": ("la clinique ferme et les malades attendent", "the clinic closes and people wait")}
    assert propose_pairs(*_ideas(said=said), least=5) == ()
    assert propose_pairs(*_ideas(), least=5) != ()  # the control


def test_a_word_that_one_person_alone_wrote_counts_for_nothing():
    ideas, labels, languages = _ideas()
    alone = ideas.assign(person=ideas["theme"].astype(str))
    assert propose_pairs(alone, labels, languages, least=5) == ()


def test_a_name_is_shown_only_where_enough_wrote_it_in_both():
    said = _SAID | {"clinic": ("chez Tremblay les patients attendent", "at Tremblay patients wait")}
    for people, is_shown in ((4, False), (5, True)):
        (pair,) = propose_pairs(*_ideas(people, said), least=5)
        assert (SharedWord("tremblay", "tremblay") in pair.words) == is_shown
        assert SharedWord("patients", "patients") in pair.words


def test_words_that_only_begin_alike_are_not_shown_as_alike():
    said = _SAID | {"clinic": ("c’est difficile et les patients attendent", "it is different when patients wait")}
    (pair,) = propose_pairs(*_ideas(said=said), least=5)
    assert pair.words == (SharedWord("patients", "patients"),)


def test_themes_of_one_language_have_no_pairs():
    ideas, labels, languages = _ideas()
    french = ideas["language"] == "fr"
    assert propose_pairs(ideas[french], labels[french], languages[:3], least=5) == ()


@given(st.permutations(range(36)))
def test_rows_in_any_order_give_the_same_pairs_and_a_theme_stands_in_one_at_most(order):
    ideas, labels, languages = _ideas()
    rows = np.array(order)
    pairs = propose_pairs(ideas.iloc[rows], labels[rows], languages, least=5)
    assert pairs == propose_pairs(ideas, labels, languages, least=5)
    assert len({pair.fr for pair in pairs}) == len({pair.en for pair in pairs}) == len(pairs)
    assert all(languages[pair.fr - 1] == "fr" and languages[pair.en - 1] == "en" for pair in pairs)
