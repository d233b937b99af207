"""Which language an answer is in: French, English or neither, from a column's cell or from the words."""

import pytest

from analysis.languages import detect_languages, read_language

_FRENCH = "Les délais d’attente sont beaucoup trop longs à l’urgence"
_ENGLISH = "The wait in the emergency room is far too long"


@pytest.mark.parametrize(
    "cell", ["fr", "FR", "fr-CA", "FR_CA.UTF-8", "French", " français ", "Francais", "française", "f", "fra"]
)
def test_every_spelling_of_french_is_read(cell):
    assert read_language(cell) == "fr"


@pytest.mark.parametrize("cell", ["en", "EN-ca", "en_US.UTF-8", "English", "Anglais", "anglaise", "e", "A", "eng"])
def test_every_spelling_of_english_is_read(cell):
    assert read_language(cell) == "en"


@pytest.mark.parametrize("cell", ["es", "Deutsch", "inuktitut", "fr/en", "?"])
def test_another_language_is_read_as_other(cell):
    assert read_language(cell) == "other"


@pytest.mark.parametrize("cell", ["", "   ", "\t"])
def test_a_blank_cell_says_nothing(cell):
    assert read_language(cell) is None


def test_french_and_english_are_told_apart():
    assert detect_languages([_FRENCH, _ENGLISH]) == ["fr", "en"]


@pytest.mark.parametrize(
    "text",
    [
        "Die Wartezeiten im Krankenhaus sind viel zu lang für alle Patienten",
        "Los tiempos de espera en el hospital son demasiado largos para todos",
        "需要更多的医生和护士",
        "Нужно больше врачей и медсестёр",
    ],
)
def test_a_third_language_is_other(text):
    assert detect_languages([text, _FRENCH, _ENGLISH])[0] == "other"


@pytest.mark.parametrize("most", ["fr", "en"])
@pytest.mark.parametrize("text", ["Transport", "811", ""])
def test_a_text_that_could_be_either_takes_the_language_of_most(text, most):
    others = {"fr": [_FRENCH, _FRENCH + " du coin", _ENGLISH], "en": [_ENGLISH, _ENGLISH + " here", _FRENCH]}[most]
    assert detect_languages([text, *others])[0] == most


@pytest.mark.parametrize(("word", "language"), [("médecin", "fr"), ("stationnement", "fr"), ("parking", "en")])
def test_one_word_that_is_of_one_language_is_told(word, language):
    others = [_ENGLISH, _ENGLISH + " here"] if language == "fr" else [_FRENCH, _FRENCH + " du coin"]
    assert detect_languages([word, *others])[0] == language


def test_the_order_of_the_texts_changes_nothing():
    texts = [_FRENCH, "Transport", _ENGLISH, "811", _FRENCH]
    assert detect_languages(texts[::-1]) == detect_languages(texts)[::-1]


def test_nothing_is_detected_in_nothing():
    assert detect_languages([]) == []


def test_the_planted_answers_are_in_the_language_they_were_written_in(planted):
    assert detect_languages(planted["text"]) == planted["language"]
