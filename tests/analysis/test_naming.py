"""Names are what people wrote, in the language they wrote it in: no stem, no small word at either end, accents kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.naming import Name, name_groups
from analysis.words import SMALL_WORDS, words_of


def _name_groups(texts, labels, groups, language, people=None):
    """Name groups where every answer, and every term, is equally close to its centre, each answer another person's."""
    people = np.arange(len(texts)) if people is None else np.array(people)
    return name_groups(
        texts, labels, np.ones(len(texts)), people, groups, language, lambda terms: np.ones((len(terms), groups))
    )


def _names(*groups: list[str], language: str = "fr", people=None):
    texts = [text for group in groups for text in group]
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return _name_groups(texts, labels, len(groups), language, people)


def _spellings(name) -> set[str]:
    return {term.text for term in name.terms}


def _planted_names(planted, language):
    rows = [i for i, spoken in enumerate(planted["language"]) if spoken == language]
    topics = sorted(set(planted["topic"]))
    labels = np.array([topics.index(planted["topic"][i]) for i in rows])
    texts = [planted["text"][i] for i in rows]
    return topics, _name_groups(texts, labels, len(topics), language)


_FILLER = ["Les repas arrivent froids", "Les repas sont fades", "De meilleurs repas le soir"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_term_begins_or_ends_with_a_small_word(planted, language):
    _, names = _planted_names(planted, language)
    terms = [term.text for name in names for term in name.terms]
    assert len(terms) > 15
    for term in terms:
        words = words_of(term, language)
        assert not words[0].is_small
        assert not words[-1].is_small
        assert words[0].written.casefold() not in SMALL_WORDS[language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_term_was_written_by_somebody_in_that_language(planted, language):
    spoken = zip(planted["text"], planted["language"], strict=True)
    said = "\n".join(text for text, written_in in spoken if written_in == language).casefold().replace("'", "’")
    _, names = _planted_names(planted, language)
    assert [term.text for name in names for term in name.terms if term.text.casefold() not in said] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_group_gets_a_label_of_its_own_subject(planted, language):
    topics, names = _planted_names(planted, language)
    expected = {
        "fr": {"waiting": "urgence", "parking": "stationnement", "language": "langue", "home": "domicile"},
        "en": {"waiting": "emergency", "parking": "parking", "language": "language", "home": "home"},
    }[language]
    labels = {topic: name.label.casefold() for topic, name in zip(topics, names, strict=True)}
    assert {topic: word for topic, word in expected.items() if word in labels[topic]} == expected


def test_a_written_form_is_shown_and_never_its_stem():
    name, _ = _names(["Les infirmières aident", "Des infirmières partout", "Nos infirmières"], _FILLER)
    assert "infirmières" in _spellings(name)
    assert "infirmi" not in _spellings(name)


def test_accents_are_kept_although_most_people_type_none():
    texts = ["un medecin de famille", "trouver un medecin", "un médecin pour tous", "le médecin du coin"]
    name, _ = _names(texts, _FILLER)
    assert any("médecin" in term for term in _spellings(name))
    assert not any("medecin" in term for term in _spellings(name))


def test_an_acronym_stays_in_capitals():
    name, _ = _names(["Le CLSC ferme tôt", "mon CLSC est loin", "plus de CLSC ouverts"], _FILLER)
    assert any("CLSC" in term for term in _spellings(name))


def test_shouting_is_lowered():
    name, _ = _names(["STATIONNEMENT TROP CHER", "LE STATIONNEMENT EST PLEIN", "STATIONNEMENT GRATUIT"], _FILLER)
    assert any("stationnement" in term for term in _spellings(name))


def test_both_apostrophes_make_one_term():
    name, _ = _names(["le temps d’attente", "un temps d'attente fou", "temps d'attente"], _FILLER)
    said = [term for term in name.terms if "attente" in term.text]
    assert [(term.text, term.answers) for term in said] == [("temps d’attente", 3)]


def test_a_comma_ends_a_phrase():
    texts = ["fatigue, transport", "la fatigue, transport", "fatigue. Transport"]
    name, _ = _names(texts, _FILLER)
    assert not any("fatigue" in term and "transport" in term for term in _spellings(name))


def test_what_one_person_wrote_does_not_name_a_group_that_shares_a_word():
    texts = ["le répit des proches", "du répit", "répit svp", "Zigouigoui intersidéral"]
    name, _ = _names(texts, _FILLER)
    assert "répit" in _spellings(name)
    assert not any("zigouigoui" in term for term in _spellings(name))


def test_what_one_person_wrote_three_times_names_nothing():
    texts = ["le zigouigoui", "un zigouigoui rouge", "mon zigouigoui"]
    three_people, _ = _names(texts, _FILLER)
    assert _spellings(three_people) == {"zigouigoui"}  # the control: the same words of three people do name
    one_person, _ = _names(texts, _FILLER, people=[0, 0, 0, 1, 2, 3])
    assert one_person == Name("", ())


def test_where_no_word_is_shared_there_is_no_name():
    assert _names(["le zigouigoui", "un tralala", "des balivernes"], _FILLER)[0] == Name("", ())


_ABOUT_SOMEBODY = [
    "parler à {} de la clinique",
    "la clinique de {} est loin",
    "avec {} à la clinique",
    "dire à {} que la clinique ferme",
    "la clinique où {} travaille",
]


@pytest.mark.parametrize("somebody", ["Tremblay", "O’Brien", "O'Brien", "Jean-Pierre", "Élodie", "MacDonald", "Roy2"])
def test_the_name_of_a_person_that_fewer_than_five_wrote_is_absent(somebody):
    texts = [text.format(somebody) for text in _ABOUT_SOMEBODY]
    for people in (2, 4):
        name, _ = _names([*texts[:people], "une clinique"], _FILLER)
        assert _spellings(name) == {"clinique"}
    # the control: as a common word of two people, or a proper name of five, it is shown
    common, _ = _names([*(text.format("zigouigoui") for text in _ABOUT_SOMEBODY[:2]), "une clinique"], _FILLER)
    assert "zigouigoui" in _spellings(common)
    assert any(somebody.replace("'", "’") in term for term in _spellings(_names(texts, _FILLER)[0]))


def test_five_rows_of_four_people_do_not_show_a_proper_name():
    texts = [text.format("Tremblay") for text in _ABOUT_SOMEBODY]
    name, _ = _names(texts, _FILLER, people=[0, 0, 1, 2, 3, 4, 5, 6])
    assert _spellings(name) == {"clinique"}


def test_a_proper_name_that_somebody_shouts_is_no_acronym():
    texts = ["parler à Roy de la clinique", "la clinique de Roy", "avec ROY à la clinique"]
    name, _ = _names(texts, _FILLER)
    assert _spellings(name) == {"clinique"}


def test_what_points_at_a_person_names_nothing_however_many_wrote_it():
    texts = [f"{word} appeler le 514-555-0199 à la clinique" for word in ("il", "elle", "on", "nous", "vous", "ils")]
    name, _ = _names(texts, _FILLER)
    assert "clinique" in _spellings(name)
    assert not any("555" in term for term in _spellings(name))


def test_the_two_sides_of_an_address_are_no_words():
    name, _ = _names(["mail clinic@hospital please", "write clinic@hospital please"], _FILLER, language="en")
    assert "please" not in _FILLER
    assert not any(part in term for term in _spellings(name) for part in ("clinic", "hospital", "@"))


def test_a_proper_name_that_six_people_wrote_keeps_its_capital():
    starts = ("no", "more", "all the", "few", "where are", "send us")
    name, _ = _names([f"{start} English forms" for start in starts], _FILLER, language="en")
    assert [term.text for term in name.terms] == ["English forms"]
    assert name.label == "English forms"


def test_the_capital_of_a_sentences_start_is_no_proper_name():
    name, _ = _names(["Stationnement trop cher", "le stationnement", "Stationnement. Stationnement"], _FILLER)
    assert [term.text for term in name.terms] == ["stationnement"]


def test_where_all_of_a_language_stands_in_one_theme_what_most_say_comes_first():
    texts = ["abricots", "des abricots", *[f"{word} zigouigoui" for word in ("le", "un", "mon", "ton", "son")]]
    labels = np.zeros(len(texts), dtype=int)
    named, elsewhere = _name_groups(texts, labels, 2, "fr")
    assert [(term.text, term.answers) for term in named.terms] == [("zigouigoui", 5), ("abricots", 2)]
    assert named.terms[1].weight > 0
    assert elsewhere == Name("", ())


def test_the_label_begins_with_a_capital_and_the_strongest_term(planted):
    for name in _planted_names(planted, "en")[1]:
        assert name.label[0] == name.label[0].upper()
        assert name.label.casefold() == name.others[0].text.casefold()


def test_the_terms_are_in_order_of_weight_and_counted_in_the_group(planted):
    for name in _planted_names(planted, "fr")[1]:
        weights = [term.weight for term in name.terms]
        assert weights == sorted(weights, reverse=True)
        assert all(2 <= term.answers <= 12 for term in name.terms)


def test_a_group_without_texts_in_the_language_has_no_name():
    labels = np.zeros(3, dtype=int)
    named, unnamed = _name_groups(_FILLER, labels, 2, "fr")
    assert unnamed == Name("", ())
    assert named.terms != ()


def test_no_texts_at_all_give_no_names():
    names = _name_groups([], np.array([], dtype=int), 3, "en")
    assert [(name.label, name.terms) for name in names] == [("", ())] * 3


def test_the_term_nearest_to_the_centre_comes_first():
    texts = ["le transport du soir", "le transport du matin", "le soir", "le matin", "le soir"]

    def closeness(terms):
        return np.array([[0.9 if "transport" in term else 0.1] * 2 for term in terms])

    labels = np.repeat([0, 1], [len(texts), len(_FILLER)])
    name, _ = name_groups([*texts, *_FILLER], labels, np.ones(8), np.arange(8), 2, "fr", closeness)
    assert "transport" in name.terms[0].text
    assert "transport" not in _names(texts, _FILLER)[0].terms[0].text  # by words alone it is not


def test_the_order_of_the_texts_changes_no_name(planted):
    order = np.random.default_rng(5).permutation(len(planted["text"]))
    shuffled = {name: [column[i] for i in order] for name, column in planted.items()}
    assert _planted_names(shuffled, "fr") == _planted_names(planted, "fr")


@given(
    st.lists(st.text(alphabet="abcé ’'-.,le L", max_size=25), min_size=1, max_size=12), st.sampled_from(["fr", "en"])
)
def test_any_texts_can_be_named(texts, language):
    labels = np.arange(len(texts)) % 2
    names = _name_groups(texts, labels, 2, language)
    for name in names:
        for term in name.terms:
            assert not words_of(term.text, language)[0].is_small
            assert not words_of(term.text, language)[-1].is_small
