"""Every question type has every part, and the parts agree with one another."""

from pathlib import Path

import pytest
from wtforms.form import BaseForm

from surveys import question_types
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_type import OTHER, QuestionType, SpecialValue
from surveys.question_types import QUESTION_TYPES, get_type
from surveys.question_types.consent import text_version

_TEXT = Localised("Text", "Texte")
_LETTERS = tuple(Choice(code, Localised(code, code)) for code in "abcd")
_NONE = Choice("none", _TEXT, exclusive=True)
_WORDS = {OTHER: "Autre", **{special: special.replace("_", " ") for special in SpecialValue}}

# For each type: a question that uses all it has, and an answer to it with its cells.
_AGREE = Question("q", "consent", _TEXT)
_EXAMPLES = {
    "consent": (_AGREE, {"given": True, "text_version": text_version(_AGREE)}, {"": "1"}),
    "long_text": (Question("q", "long_text", _TEXT), {"text": "a\nb"}, {"": "a\nb"}),
    "short_text": (Question("q", "short_text", _TEXT), {"text": "a b"}, {"": "a b"}),
    "single_choice": (
        Question(
            "q",
            "single_choice",
            _TEXT,
            offers=("dont_know",),
            settings=(("has_other", True),),
            choices=_LETTERS,
        ),
        {"choice": "other", "other": "x"},
        {"": "other", "other": "x"},
    ),
    "several_choices": (
        Question(
            "q",
            "several_choices",
            _TEXT,
            offers=("dont_know",),
            settings=(("has_other", True), ("maximum", 3), ("minimum", 2)),
            choices=(*_LETTERS, _NONE),
        ),
        {"choices": ["a", "c"], "other": "x"},
        {"a": "1", "b": "0", "c": "1", "d": "0", "none": "0", "dont_know": "0", "other": "x"},
    ),
    "scale": (
        Question(
            "q",
            "scale",
            _TEXT,
            offers=("not_applicable",),
            settings=(("high", _TEXT), ("low", _TEXT), ("points", 7)),
        ),
        {"point": 7},
        {"": "7"},
    ),
    "ranking": (
        Question("q", "ranking", _TEXT, choices=_LETTERS),
        {"ranking": ["c", "a"]},
        {"c": "1", "a": "2"},
    ),
}


def test_every_file_of_the_folder_is_a_type_under_its_own_name():
    folder = Path(question_types.__file__).parent
    assert sorted(QUESTION_TYPES) == sorted(path.stem for path in folder.glob("[!_]*.py"))
    for code, kind in QUESTION_TYPES.items():
        assert isinstance(kind, QuestionType)
        assert kind.code == code


def test_every_type_has_an_example_here():
    assert sorted(_EXAMPLES) == sorted(QUESTION_TYPES)


@pytest.mark.parametrize("code", sorted(QUESTION_TYPES))
class TestEveryType:
    def test_says_what_it_is(self, code):
        kind = QUESTION_TYPES[code]
        assert kind.__class__.__doc__
        assert set(kind.settings.values()) <= {int, bool, str, Localised}
        assert kind.specials <= frozenset(SpecialValue)

    def test_accepts_its_example_and_its_stored_value_again(self, code):
        question, value, _ = _EXAMPLES[code]
        assert list(get_type(question).check_question(question)) == []
        assert get_type(question).check(question, value).value == value

    def test_writes_its_columns_and_reads_them_back(self, code):
        question, value, cells = _EXAMPLES[code]
        kind = get_type(question)
        assert kind.to_parts(question, value) == cells
        assert set(cells) <= set(kind.parts(question))
        assert kind.check(question, kind.from_parts(question, cells)).value == value

    def test_draws_a_labelled_field_for_each_part_in_both_languages(self, code):
        question, _, _ = _EXAMPLES[code]
        for language in ("en", "fr"):
            fields = get_type(question).build_fields(question, language, _WORDS)
            assert set(fields) == set(get_type(question).parts(question))
            form = BaseForm({name or "main": field for name, field in fields.items()})
            form.process()
            assert all(field.label.text and field() for field in form)

    def test_counts_answers_blanks_and_special_values_apart(self, code):
        question, value, _ = _EXAMPLES[code]
        specials = [{"special": special} for special in question.offers]
        summary = get_type(question).summarise(question, [value, value, None, *specials])
        assert (summary.answered, summary.blank) == (2, 1)
        assert summary.special == dict.fromkeys(question.offers, 1)

    def test_accepts_the_special_values_it_offers_and_no_other(self, code):
        question, _, _ = _EXAMPLES[code]
        for special in SpecialValue:
            checked = get_type(question).check(question, {"special": special.value})
            expected = {"special": special.value} if special in question.offers else None
            assert checked.value == expected
            assert bool(checked.problems) == (expected is None)


def test_a_text_that_spells_a_special_value_is_a_text():
    question = _EXAMPLES["long_text"][0]
    assert get_type(question).check(question, "dont_know").value == {"text": "dont_know"}


def test_counts_are_by_choice_and_ranks_by_place():
    single, _, _ = _EXAMPLES["single_choice"]
    given = [{"choice": "a"}, {"choice": "a"}, {"choice": "other", "other": "x"}]
    assert get_type(single).summarise(single, given).counts == {"a": 2, "b": 0, "c": 0, "d": 0, "other": 1}
    several, value, _ = _EXAMPLES["several_choices"]
    counts = get_type(several).summarise(several, [value, {"choices": ["none"]}]).counts
    assert counts == {"a": 1, "b": 0, "c": 1, "d": 0, "none": 1, "other": 1}
    ranking, value, _ = _EXAMPLES["ranking"]
    summary = get_type(ranking).summarise(ranking, [value, {"ranking": ["a", "b"]}])
    assert summary.counts == {"a": 2, "b": 1, "c": 1, "d": 0}
    assert summary.ranks == {"a": (1, 1, 0, 0), "b": (0, 1, 0, 0), "c": (1, 0, 0, 0), "d": (0, 0, 0, 0)}
    scale, _, _ = _EXAMPLES["scale"]
    assert get_type(scale).summarise(scale, [{"point": 7}]).counts == {**dict.fromkeys("123456", 0), "7": 1}
    agree, value, _ = _EXAMPLES["consent"]
    assert get_type(agree).summarise(agree, [value]).counts == {"1": 1, "0": 0}


def test_only_words_of_the_person_are_free_text():
    assert get_type(_EXAMPLES["long_text"][0]).free_text({"text": "a"}) == "a"
    assert get_type(_EXAMPLES["single_choice"][0]).free_text({"choice": "other", "other": "x"}) == "x"
    assert get_type(_EXAMPLES["single_choice"][0]).free_text({"choice": "a"}) == ""
    assert get_type(_EXAMPLES["scale"][0]).free_text({"point": 3}) == ""


def test_a_consent_knows_its_text_in_both_languages():
    other = Question("q", "consent", Localised("Text", "Un autre texte"))
    assert text_version(other) != text_version(_AGREE)
    assert len(text_version(_AGREE)) == 16
