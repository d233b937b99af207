"""Every question type has every part, and the parts agree with one another."""

from dataclasses import replace
from pathlib import Path

import pytest
from wtforms.form import BaseForm

from surveys import question_types
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_type import BEST, NO, NO_PREFERENCE, OTHER, WORST, YES, QuestionType, SpecialValue
from surveys.question_types import QUESTION_TYPES, get_type
from surveys.question_types.consent import text_version

_TEXT = Localised("Text", "Texte")
_LETTERS = tuple(Choice(code, Localised(code, code)) for code in "abcd")
_ROWS = tuple(Choice(code, Localised(code, code)) for code in ("one", "two", "three"))
_NONE = Choice("none", _TEXT, exclusive=True)
_WORDS = {code: code.replace("_", " ") for code in (OTHER, *SpecialValue, YES, NO, BEST, WORST, NO_PREFERENCE)}
_NO_IDEA = ("dont_know", "prefer_not_to_answer")
_NOT_SAID = {"dont_know": "0", "prefer_not_to_answer": "0"}

# For each type: a question that uses all it has, and an answer to it with its cells.
_AGREE = Question("q", "consent", _TEXT)
_EXAMPLES = {
    "consent": (_AGREE, {"given": True, "text_version": text_version(_AGREE)}, {"": "1"}),
    "long_text": (
        Question("q", "long_text", _TEXT, offers=_NO_IDEA),
        {"text": "a\nb"},
        {"": "a\nb"} | _NOT_SAID,
    ),
    "short_text": (Question("q", "short_text", _TEXT), {"text": "a b"}, {"": "a b"}),
    "number": (
        Question("q", "number", _TEXT, offers=_NO_IDEA, settings=(("decimals", 2), ("minimum", -5), ("unit", _TEXT))),
        {"number": "-1.5"},
        {"": "-1.5"} | _NOT_SAID,
    ),
    "date": (
        Question("q", "date", _TEXT, offers=_NO_IDEA, settings=(("minimum", "2020-01-01"),)),
        {"date": "2026-02-28"},
        {"": "2026-02-28"} | _NOT_SAID,
    ),
    "yes_no": (Question("q", "yes_no", _TEXT, offers=_NO_IDEA), {"choice": "no"}, {"": "no"}),
    "matrix": (
        Question("q", "matrix", _TEXT, offers=_NO_IDEA, choices=_LETTERS, rows=_ROWS),
        {"rows": {"one": "b", "two": "dont_know"}},
        {"one": "b", "two": "dont_know"},
    ),
    "points": (
        Question("q", "points", _TEXT, offers=_NO_IDEA, settings=(("total", 10), ("unit", _TEXT)), choices=_LETTERS),
        {"points": {"a": 7, "b": 0, "c": 3, "d": 0}},
        {"a": "7", "b": "0", "c": "3", "d": "0"} | _NOT_SAID,
    ),
    "best_worst": (
        Question("q", "best_worst", _TEXT, settings=(("set_size", 3), ("sets", 4)), choices=_LETTERS),
        {"sets": {"1": {"best": "c", "worst": "a"}, "3": {"worst": "d"}}},
        {"set1_best": "c", "set1_worst": "a", "set3_worst": "d"},
    ),
    "pairwise": (
        Question("q", "pairwise", _TEXT, offers=_NO_IDEA, settings=(("pairs", 5),), choices=_LETTERS),
        {"pairs": {"a-b": "b", "b-d": "no_preference"}},
        {"a-b": "b", "b-d": "no_preference"},
    ),
    "text_block": (Question("q", "text_block", _TEXT), None, {}),
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
        if kind.takes_answer:
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
            labels = [get_type(question).part_label(question, part, language, _WORDS) for part in fields if part]
            assert len(set(labels)) == len(labels)
            assert all(labels)

    def test_counts_answers_blanks_and_special_values_apart(self, code):
        question, value, _ = _EXAMPLES[code]
        specials = [{"special": special} for special in question.offers]
        given = [value, value] if get_type(question).takes_answer else []
        summary = get_type(question).summarise(question, [*given, None, *specials])
        assert (summary.answered, summary.blank) == (len(given), 1)
        assert summary.special == dict.fromkeys(question.offers, 1)

    def test_accepts_the_special_values_it_offers_and_no_other(self, code):
        question, _, _ = _EXAMPLES[code]
        for special in SpecialValue:
            checked = get_type(question).check(question, {"special": special.value})
            expected = {"special": special.value} if special in question.offers else None
            assert checked.value == expected
            assert bool(checked.problems) == (expected is None)
            if expected:
                cells = get_type(question).to_parts(question, expected)
                assert get_type(question).check(question, get_type(question).from_parts(question, cells)) == checked

    def test_shows_the_same_question_in_another_order(self, code):
        question, value, cells = _EXAMPLES[code]
        kind = get_type(question)
        arranged = kind.arranged(question, ["d", "b", "three", "unknown"])
        assert sorted(kind.parts(arranged)) == sorted(kind.parts(question))
        if kind.takes_answer:
            assert kind.check(question, kind.from_parts(arranged, cells)).value == value

    def test_takes_time(self, code):
        quick, slow = get_type(_EXAMPLES[code][0]).seconds(_EXAMPLES[code][0])
        assert 0 <= quick <= slow


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


@pytest.mark.parametrize("code", ["best_worst", "pairwise", "points"])
def test_what_is_compared_is_compared_by_everybody(code):
    question, _, _ = _EXAMPLES[code]
    first, *others = question.choices
    for choice, problem in ((replace(first, show_if="x"), "choice.always_compared"),
                            (replace(first, exclusive=True), "choice.exclusive_misused")):  # fmt: skip
        found = get_type(question).check_question(replace(question, choices=(choice, *others)))
        assert [each.code for each in found] == [problem]


def test_measures_and_comparisons_are_counted():
    number, _, _ = _EXAMPLES["number"]
    figures = get_type(number).summarise(number, [{"number": "1"}, {"number": "2.5"}, {"number": "10"}]).figures
    assert figures == {"lowest": 1, "mean": 4.5, "median": 2.5, "highest": 10}
    assert get_type(number).summarise(number, [None]).figures == {}
    points, value, _ = _EXAMPLES["points"]
    figures = get_type(points).summarise(points, [value, {"points": {"a": 0, "b": 10}}]).figures
    assert figures == {"a": 3.5, "b": 5, "c": 1.5, "d": 0}
    matrix, value, _ = _EXAMPLES["matrix"]
    counts = get_type(matrix).summarise(matrix, [value, value]).counts
    assert {key: count for key, count in counts.items() if count} == {"one.b": 2, "two.dont_know": 2}
    best, value, _ = _EXAMPLES["best_worst"]
    counts = get_type(best).summarise(best, [value]).counts
    assert {key: count for key, count in counts.items() if count} == {"c.best": 1, "a.worst": 1, "d.worst": 1}
    pairs, value, _ = _EXAMPLES["pairwise"]
    counts = get_type(pairs).summarise(pairs, [value]).counts
    assert {key: count for key, count in counts.items() if count} == {"a-b.b": 1, "b-d.no_preference": 1}
    either, value, _ = _EXAMPLES["yes_no"]
    assert get_type(either).summarise(either, [value]).counts == {"yes": 0, "no": 1}
    ties = replace(_EXAMPLES["ranking"][0], settings=(("ties", True),))
    summary = get_type(ties).summarise(ties, [{"tiers": [["a", "b"], ["c"]]}])
    assert summary.ranks == {"a": (1, 0, 0, 0), "b": (1, 0, 0, 0), "c": (0, 1, 0, 0), "d": (0, 0, 0, 0)}


def test_other_is_called_as_the_question_says():
    for code in ("single_choice", "several_choices"):
        question, value, _ = _EXAMPLES[code]
        named = replace(question, settings=(*question.settings, ("other_label", Localised("Else", "Ailleurs"))))
        kind = get_type(named)
        assert "Ailleurs" in str(kind.show(named, {**value, OTHER: ""}, "fr", _WORDS))
        assert "Else" in " ".join(str(field.kwargs) + str(field.args) for field in
                                  kind.build_fields(named, "en", _WORDS).values())  # fmt: skip
    assert kind.check_question(named)


def test_choices_can_be_shown_in_another_order_and_left_out():
    question, _, _ = _EXAMPLES["several_choices"]
    seen = get_type(question).arranged(question, ["c", "a"], {"b"})
    assert [choice.code for choice in seen.offered_choices] == ["c", "a", "d", "none"]
    matrix, _, _ = _EXAMPLES["matrix"]
    seen = get_type(matrix).arranged(matrix, ["three", "a"], {"one", "d"})
    assert [row.code for row in seen.rows if not row.retired] == ["three", "two"]
    assert [choice.code for choice in seen.offered_choices] == ["a", "b", "c"]
    assert list(get_type(matrix).build_fields(seen, "en", _WORDS)) == ["three", "two"]
