"""Every row of the input is a row of the corpus, in order, normalised, and set aside only with a reason."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus import SetAside, build_corpus, fold, normalise
from analysis.errors import AnalysisError

_KEPT = "Les délais d’attente sont beaucoup trop longs à l’urgence"
_REASON_ROWS = {
    "": _KEPT,
    SetAside.EMPTY: " \t\u00a0 ",
    SetAside.NO_WORDS: "?! 42 --",
    SetAside.SAYS_NOTHING: "Rien à ajouter.",
    SetAside.OTHER_LANGUAGE: "Нужно больше врачей и медсестёр в больнице",
}


def _aside(texts: list[str], **given_columns) -> list[str]:
    return build_corpus(texts, **given_columns).rows["set_aside"].tolist()


def test_each_reason_is_given():
    assert _aside(list(_REASON_ROWS.values())) == list(_REASON_ROWS)


def test_only_an_engine_can_find_that_no_word_is_shared():
    given_here = {*_REASON_ROWS, SetAside.REPEATED}
    later = {SetAside.NO_SHARED_WORDS, SetAside.FEW_IN_LANGUAGE, SetAside.FITS_NONE}
    assert {"", *SetAside} - given_here == later


@pytest.mark.parametrize(
    "text",
    [
        *(
            "N/A",
            "n.a.",
            "RIEN",
            "rien",
            "Aucun commentaire",
            "Je ne sais pas...",
            "Pas d’opinion",
            "Sans objet",
            "s/o",
        ),
        *(
            "Idem",
            "Voir ci-dessus",
            "Même réponse.",
            "déjà dit",
            "Merci beaucoup!",
            "Same as above",
            "Ditto",
            "as above",
        ),
        *(
            "Idem que ci-dessus",
            "Même chose qu’en haut",
            "voir question 1",
            "déjà répondu plus haut",
            "See my answer above",
            "same answer as question 1",
            "Je n’ai rien d’autre à ajouter pour le moment",
            "No further comments, thank you",
            "aucune suggestion",
            "I don’t have anything to add",
        ),
        *("Nothing", "Nothing to add.", "No comment!", "don’t know", "I don't know", "idk", "none", "xxx", "test"),
    ],
)
def test_what_people_type_when_they_have_nothing_to_say_is_set_aside(text):
    assert _aside([_KEPT, text]) == ["", SetAside.SAYS_NOTHING]


@pytest.mark.parametrize(
    "text",
    [
        *("Rien ne va plus à l’urgence", "No parking near the hospital", "le répit", "811", "911"),
        *("pas de médecin", "no doctors", "voir un médecin", "see a doctor", "same doctor every time"),
        *("sans rendez-vous", "nothing works", "rien pour les aînés", "no answer to my calls"),
    ],
)
def test_a_short_answer_that_says_something_is_kept(text):
    assert _aside([_KEPT, text]) == ["", ""]


def test_a_person_who_says_the_same_again_is_set_aside_and_another_person_is_not():
    texts = [_KEPT, _KEPT.upper() + " !", _KEPT.replace("é", "e").replace("à", "a"), _KEPT]
    assert _aside(texts, ids=["a", "a", "a", "b"]) == ["", SetAside.REPEATED, SetAside.REPEATED, ""]


def test_rows_without_an_identifier_are_people_of_their_own():
    corpus = build_corpus([_KEPT, _KEPT, _KEPT, "Plus de médecins de famille"], ids=["", "  ", "a", "a"])
    assert corpus.rows["person"].nunique() == 3
    assert corpus.rows["id"].tolist() == ["", "", "a", "a"]
    assert corpus.rows["set_aside"].tolist() == ["", "", "", ""]


def test_a_blank_identifier_is_not_mistaken_for_somebody_elses():
    corpus = build_corpus([_KEPT, _KEPT], ids=["", "row 1"])
    assert corpus.rows["person"].nunique() == 2


def test_without_identifiers_each_row_is_a_person_numbered_from_one():
    corpus = build_corpus([_KEPT, _KEPT])
    assert corpus.rows["id"].tolist() == ["1", "2"]
    assert corpus.rows["person"].nunique() == 2


def test_identifiers_are_kept_as_written_but_for_spaces_around():
    assert build_corpus([_KEPT] * 3, ids=[" 007 ", "1e5", "é"]).rows["id"].tolist() == ["007", "1e5", "é"]


def test_a_language_column_is_believed_and_its_blanks_are_detected():
    corpus = build_corpus([_KEPT, _KEPT, "The wait is too long"], languages=["Anglais", "", ""])
    assert corpus.rows["language"].tolist() == ["en", "fr", "en"]
    assert not corpus.detected


def test_one_language_can_be_given_for_all():
    assert build_corpus([_KEPT, "Transport"], languages="en").rows["language"].tolist() == ["en", "en"]


def test_languages_that_nobody_gave_are_said_to_be_detected():
    assert build_corpus([_KEPT]).detected


def test_a_cell_that_names_another_language_sets_the_row_aside():
    assert _aside([_KEPT, _KEPT], languages=["fr", "es"]) == ["", SetAside.OTHER_LANGUAGE]


def test_groups_keep_the_rows_of_the_input():
    corpus = build_corpus([_KEPT, "", _KEPT], groups={"milieu": [" patients ", "aînés", ""]})
    assert corpus.groups["milieu"].tolist() == ["patients", "aînés", ""]


def test_text_is_composed_and_control_characters_become_spaces():
    assert normalise("  de\u0301lai\x00 \u200btrop\r\n\tlong\u00a0\u202f! ") == "délai trop long !"


@pytest.mark.parametrize("mark", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"])
def test_soft_hyphens_and_joiners_vanish_from_inside_words(mark):
    assert normalise(f"station{mark}nement cher") == "stationnement cher"


@pytest.mark.parametrize("mark", ["\x00", "\x07", "\x85", "\ue000"])
def test_other_invisible_characters_stand_between_words(mark):
    assert normalise(f"cher{mark}loin") == "cher loin"


def test_an_answer_of_soft_hyphens_alone_is_empty():
    assert _aside([_KEPT, "\u00ad\u200b"]) == ["", SetAside.EMPTY]


def test_the_same_answer_written_in_two_ways_folds_to_one():
    assert fold("Délais, d’ATTENTE…") == fold("delais d'attente") == "delais d attente"


@pytest.mark.parametrize("cell", ["1", "yes", " Oui ", "TRUE", "vrai", "x", "1.0"])
def test_who_says_yes_can_be_quoted(cell):
    corpus = build_corpus([_KEPT], quotable=[cell])
    assert (corpus.rows["can_be_quoted"].tolist(), corpus.consent_known) == ([True], True)


@pytest.mark.parametrize("cell", ["", "0", "no", "non", "maybe", "10", "yes but not my name"])
def test_anything_else_is_a_no(cell):
    assert build_corpus([_KEPT, _KEPT], quotable=[cell, "yes"]).rows["can_be_quoted"].tolist() == [False, True]


def test_a_column_that_says_neither_yes_nor_no_is_refused():
    with pytest.raises(AnalysisError) as caught:
        build_corpus([_KEPT] * 3, quotable=["patient", "", "caregiver"])
    assert (caught.value.code, caught.value.values) == ("answers.nobody_quotable", {"rows": 3})


@pytest.mark.parametrize("cells", [["no", "Non", "0"], ["", " ", ""], ["faux", "", "FALSE"], ["0.0", "n", "no"]])
def test_a_room_of_people_who_all_refuse_is_believed(cells):
    corpus = build_corpus([_KEPT] * 3, quotable=cells)
    assert (corpus.rows["can_be_quoted"].tolist(), corpus.consent_known) == ([False] * 3, True)


def test_where_nobody_was_asked_it_is_said():
    assert not build_corpus([_KEPT]).consent_known


@pytest.mark.parametrize(
    ("texts", "code"),
    [([], "answers.none"), (["", "  "], "answers.none"), (["Нужно больше врачей"] * 3, "answers.other_language")],
)
def test_a_file_that_says_nothing_in_either_language_is_refused(texts, code):
    with pytest.raises(AnalysisError) as caught:
        build_corpus(texts)
    assert (caught.value.code, caught.value.values) == (code, {"rows": len(texts)})


@given(st.lists(st.text(max_size=30), max_size=20))
def test_rows_in_are_rows_out(texts):
    corpus = build_corpus([*texts, _KEPT])
    assert corpus.rows.index.tolist() == list(range(len(texts) + 1))
    assert corpus.rows["text"].tolist() == [normalise(text) for text in [*texts, _KEPT]]
    assert len(corpus.kept) + (corpus.rows["set_aside"] != "").sum() == len(texts) + 1
    assert set(corpus.rows["set_aside"]) <= {"", *SetAside}


@given(st.text())
def test_normalising_twice_is_normalising_once(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


_TWO = "  Les repas arrivent froids le soir.\n\nLe stationnement\u00a0 est de\u0301ja\u0300 plein à midi! "


def _ideas(texts, **given):
    units = build_corpus(texts, languages="fr", **given).units
    return list(zip(units["row"].tolist(), units["text"].tolist(), units["set_aside"].tolist(), strict=True))


def test_an_answer_of_two_ideas_has_two_with_exact_places_in_the_text_as_it_came():
    corpus = build_corpus([_KEPT, _TWO], languages="fr")
    units = corpus.units[corpus.units["row"] == 1]
    assert units["text"].tolist() == ["Les repas arrivent froids le soir.", "Le stationnement est déjà plein à midi!"]
    for start, end, text in zip(units["starts_at"], units["ends_at"], units["text"], strict=True):
        assert normalise(_TWO[start:end]) == text
    assert units["unit"].tolist() == [0, 1]


def test_an_idea_that_says_nothing_is_set_aside_without_its_answer():
    text = "Les repas arrivent froids le soir. Je ne sais pas."
    assert _ideas([_KEPT, text])[1:] == [
        (1, "Les repas arrivent froids le soir.", ""),
        (1, "Je ne sais pas.", SetAside.SAYS_NOTHING),
    ]
    assert _aside([_KEPT, text]) == ["", ""]


def test_an_answer_whose_every_idea_says_nothing_is_set_aside():
    assert _aside([_KEPT, "Je ne sais pas. Aucun commentaire pour moi", "Je ne sais pas. Rien à ajouter."]) == [
        "",
        "",
        SetAside.SAYS_NOTHING,
    ]


def test_an_idea_that_a_person_said_before_is_set_aside_and_another_persons_is_not():
    texts = ["Les repas arrivent froids le soir.", "Les repas arrivent froids le soir. Le stationnement est plein."]
    said = [reason for _, _, reason in _ideas([*texts, texts[1]], ids=["a", "a", "b"])]
    assert said == ["", SetAside.REPEATED, "", "", ""]


def test_answers_can_be_left_whole():
    assert _ideas([_KEPT, _TWO], whole=True)[1] == (1, normalise(_TWO), "")


def test_what_is_set_aside_whole_has_no_ideas():
    assert _ideas(["Rien à ajouter", _KEPT, ""]) == [(1, _KEPT, "")]
