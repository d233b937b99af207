"""Words are what people wrote, cut where the language joins them, joined where an ending or an accent differs."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.words import SMALL_WORDS, function_word_share, stems_of, without_accents, words_of

_LANGUAGES = ("fr", "en")


def _written(text: str, language: str) -> list[str]:
    return [word.written for word in words_of(text, language)]


@pytest.mark.parametrize("apostrophe", ["'", "’"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l’hôpital", ["hôpital"]),
        ("L’Urgence", ["Urgence"]),
        ("d’attente", ["attente"]),
        ("qu’on s’occupe", ["on", "occupe"]),
        ("jusqu’à l’hôpital", ["à", "hôpital"]),
        ("lorsqu’il n’y a", ["il", "y", "a"]),
        ("j’ai attendu", ["ai", "attendu"]),
        ("rendez-vous d’urgence", ["rendez-vous", "urgence"]),
    ],
)
def test_an_elision_is_cut_off_with_either_apostrophe(text, words, apostrophe):
    assert _written(text.replace("’", apostrophe), "fr") == words


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_today_is_one_word_in_french_and_a_small_one(apostrophe):
    (word,) = words_of(f"aujourd{apostrophe}hui", "fr")
    assert (word.written, word.is_small) == (f"aujourd{apostrophe}hui", True)


@pytest.mark.parametrize("apostrophe", ["'", "’"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the doctor’s office", ["the", "doctor", "office"]),
        ("we’ve waited", ["we", "waited"]),
        ("they’re closed", ["they", "closed"]),
        ("it’ll close", ["it", "close"]),
        ("don’t wait", ["do", "wait"]),
        ("I’d say I’m ill", ["I", "say", "I", "ill"]),
        ("o’clock", ["o’clock"]),
    ],
)
def test_an_english_contraction_is_cut_off_with_either_apostrophe(text, words, apostrophe):
    assert _written(text.replace("’", apostrophe), "en") == [w.replace("’", apostrophe) for w in words]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("fr", ["médecin", "medecin", "Médecins", "MÉDECIN", "MEDECINS"]),
        ("fr", ["aîné", "aine", "Aînés", "aines"]),
        ("fr", ["hôpital", "hopital", "Hôpital"]),
        ("fr", ["cœur", "coeur", "CŒUR"]),
        ("en", ["appointment", "appointments", "APPOINTMENT"]),
        ("en", ["waiting", "waited", "waits", "wait"]),
    ],
)
def test_inflections_share_a_stem_with_and_without_accents(language, forms):
    assert len({stem for form in forms for stem in stems_of(form, language)}) == 1


def test_different_words_keep_different_stems():
    assert len(set(stems_of("médecin infirmière hôpital urgence", "fr"))) == 4
    assert len(set(stems_of("doctor nurse hospital emergency", "en"))) == 4


def test_small_words_numbers_and_single_letters_carry_no_meaning():
    assert stems_of("Il y a 12 x 3 dans l’hôpital", "fr") == ["hopital"]
    assert stems_of("there are 12 b in the hospital", "en") == ["hospit"]


def test_the_telephone_lines_that_everybody_calls_by_their_number_are_words():
    assert stems_of("appeler le 811 ou le 911", "fr")[1:] == ["811", "911"]
    assert stems_of("call 811 or 912", "en") == ["call", "811"]


def test_addresses_say_nothing_and_leave_the_others_where_they_are():
    text = "Voir https://exemple.ca/avis?x=1 et www.exemple.ca, ou écrire à avis@exemple.ca @Claire merci"
    assert _written(text, "fr") == ["Voir", "et", "ou", "écrire", "à", "merci"]
    assert [text[word.start : word.end] for word in words_of(text, "fr")] == _written(text, "fr")
    assert _written("un @ seul", "fr") == ["un", "seul"]


def test_small_words_are_known_without_their_accents_too():
    assert stems_of("deja meme tres", "fr") == []


@pytest.mark.parametrize("word", ["system", "care", "wait", "doctor", "service", "access"])
def test_an_english_word_of_meaning_is_never_small(word):
    assert word not in SMALL_WORDS["en"]


@pytest.mark.parametrize("word", ["soins", "attente", "médecin", "système", "accès", "aînés"])
def test_a_french_word_of_meaning_is_never_small(word):
    assert word not in SMALL_WORDS["fr"]


def test_the_share_of_small_words_counts_both_languages():
    assert function_word_share("le the hôpital hospital") == 0.5
    assert function_word_share("?! …") == 0.0


def test_accents_are_removed_and_ligatures_written_out():
    assert without_accents("Cœur ÉTÉ Æsop Œuvre naïve") == "Coeur ETE Aesop Oeuvre naive"


@given(st.text(), st.sampled_from(_LANGUAGES))
def test_offsets_give_back_the_word_in_any_text(text, language):
    for word in words_of(text, language):
        assert text[word.start : word.end] == word.written


@given(st.text(alphabet="aé’'l-d n0qu.s", max_size=40), st.sampled_from(_LANGUAGES))
def test_words_follow_each_other_and_never_overlap(text, language):
    words = words_of(text, language)
    assert all(word.start < word.end for word in words)
    assert all(left.end <= right.start for left, right in pairwise(words))


@given(st.text(), st.sampled_from(_LANGUAGES))
def test_stems_have_no_accent(text, language):
    stems = "".join(stems_of(unicodedata.normalize("NFC", text), language))
    assert without_accents(stems) == stems
