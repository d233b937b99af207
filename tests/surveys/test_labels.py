"""Labels are what people read, and every one of them leads back to one cell."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.columns import columns_of
from surveys.definition import Choice, Question, Section, Survey
from surveys.labels import cell_words, survey_words
from surveys.localised import Localised
from surveys.question_type import BEST, NO, NO_PREFERENCE, OTHER, WORST, YES, SpecialValue
from surveys.question_types import QUESTION_TYPES

_TEXT = Localised("Text", "Texte")
_EN = {OTHER: "Other", YES: "Yes", NO: "No", BEST: "Best", WORST: "Worst", NO_PREFERENCE: "Neither"} | {
    str(special): f"{special} (en)" for special in SpecialValue
}
_FR = {OTHER: "Autre", YES: "Oui", NO: "Non", BEST: "Mieux", WORST: "Pire", NO_PREFERENCE: "Aucun"} | {
    str(special): f"{special} (fr)" for special in SpecialValue
}
_WORDS = {"en": _EN, "fr": _FR}
_AB = (Choice("a", Localised("First", "Premier")), Choice("b", Localised("Second", "Deuxième"), retired=True))
_XYZ = tuple(Choice(code, Localised(f"{code} (en)", f"{code} (fr)")) for code in "xyz")
_QUESTIONS = (
    Question("said", "long_text", _TEXT),
    Question("name", "short_text", _TEXT),
    Question("agree", "consent", _TEXT),
    Question("gender", "single_choice", _TEXT, offers=("dont_know",), settings=(("has_other", True),), choices=_AB),
    Question("roles", "several_choices", _TEXT, offers=("dont_know",), settings=(("has_other", True),), choices=_AB),
    Question("order", "ranking", _TEXT, choices=_AB),
    Question("access", "scale", _TEXT, offers=("not_applicable",)),
    Question("age", "number", _TEXT, offers=("dont_know",)),
    Question("day", "date", _TEXT),
    Question("been", "yes_no", _TEXT, offers=("dont_know",)),
    Question("grid", "matrix", _TEXT, offers=("dont_know",), choices=_AB, rows=_AB[:1]),
    Question("budget", "points", _TEXT, choices=_AB),
    Question("sets", "best_worst", _TEXT, settings=(("sets", 1),), choices=_XYZ),
    Question("pairs", "pairwise", _TEXT, offers=("dont_know",), choices=_XYZ[:2]),
    Question("read", "text_block", _TEXT),
)


def _survey(*questions: Question) -> Survey:
    return Survey("plan", _TEXT, sections=(Section("first", _TEXT, questions=questions),))


def test_every_type_is_tried_here():
    assert {question.type for question in _QUESTIONS} == set(QUESTION_TYPES)


def test_choices_ticks_and_special_values_have_labels_and_the_rest_has_none():
    words = survey_words([_survey(*_QUESTIONS)], _WORDS)
    assert {name: dict(each.labels["fr"]) for name, each in words.items()} == {
        "agree": {"1": "Oui", "0": "Non"},
        "gender": {"a": "Premier", "b": "Deuxième", "other": "Autre", "dont_know": "dont_know (fr)"},
        "roles.a": {"1": "Oui", "0": "Non"},
        "roles.b": {"1": "Oui", "0": "Non"},
        "roles.dont_know": {"1": "Oui", "0": "Non"},
        "access": {"not_applicable": "not_applicable (fr)"},
        "age.dont_know": {"1": "Oui", "0": "Non"},
        "been": {"yes": "Oui", "no": "Non", "dont_know": "dont_know (fr)"},
        "grid.a": {"a": "Premier", "b": "Deuxième", "dont_know": "dont_know (fr)"},
        "sets.set1_best": {"x": "x (fr)", "y": "y (fr)", "z": "z (fr)"},
        "sets.set1_worst": {"x": "x (fr)", "y": "y (fr)", "z": "z (fr)"},
        "pairs.x-y": {"x": "x (fr)", "no_preference": "Aucun", "y": "y (fr)", "dont_know": "dont_know (fr)"},
    }
    unlabelled = {column.name for column in columns_of([_survey(*_QUESTIONS)])} - words.keys()
    texts = {"said", "name", "gender.other", "roles.other", "age", "day"}
    assert unlabelled == texts | {"order.a", "order.b", "budget.a", "budget.b"}


@pytest.mark.parametrize("text", ["a", "First", "Premier", "premier", " PREMIER ", "first"])
def test_codes_and_labels_of_both_languages_are_read(text):
    assert survey_words([_survey(*_QUESTIONS)], _WORDS)["gender"].read(text) == "a"


@pytest.mark.parametrize("text", ["", "Third", "1"])
def test_what_means_nothing_stays_as_it_is(text):
    assert survey_words([_survey(*_QUESTIONS)], _WORDS)["gender"].read(text) == text


def test_the_newest_label_of_a_choice_counts_and_old_choices_keep_theirs():
    older = replace(_QUESTIONS[3], choices=(*_AB, Choice("c", Localised("Third", "Troisième"))))
    newer = replace(_QUESTIONS[3], choices=(Choice("a", Localised("One", "Un")), _AB[1]))
    words = survey_words([_survey(older), _survey(newer)], _WORDS)["gender"]
    assert (words.write("a", "en"), words.write("c", "en")) == ("One", "Third")
    assert words.read("First") == "First"


def test_labels_that_could_be_taken_for_one_another_carry_their_code():
    words = cell_words({"en": {"a": "Same", "b": "same ", "c": "a"}, "fr": {"a": "Un", "b": "Deux", "c": "Trois"}})
    assert words.labels["en"] == {"a": "Same [a]", "b": "same  [b]", "c": "a [c]"}
    assert [words.read(text) for text in ("Same [a]", "same [b]", "a [c]", "a")] == ["a", "b", "c", "a"]
    assert words.read("Same") == "Same"


def test_a_label_of_one_language_that_is_anothers_in_the_other_carries_its_code():
    words = cell_words({"en": {"a": "Pain", "b": "Bread"}, "fr": {"a": "Douleur", "b": "Pain"}})
    assert (words.labels["en"]["a"], words.labels["fr"]["b"]) == ("Pain [a]", "Pain [b]")


_LABEL = st.sampled_from(["a", "b", "A", "a [b]", "b [a]", "", "x", "X ", "x [a]", "y"]) | st.text(max_size=3)


@given(st.dictionaries(st.sampled_from("abcAB"), st.tuples(_LABEL, _LABEL), min_size=1))
def test_whatever_the_labels_are_each_leads_back_to_its_cell(labels):
    words = cell_words({language: {c: both[at] for c, both in labels.items()} for at, language in enumerate(_WORDS)})
    for cell in labels:
        assert words.read(cell) == cell
        assert [words.read(words.write(cell, language)) for language in _WORDS] == [cell, cell]
