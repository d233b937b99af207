"""What stops a survey from being published is found, and nothing else."""

from dataclasses import replace

import pytest

from surveys.completeness import check_survey
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import NOTHING, Localised

_TEXT = Localised("Text", "Texte")
_TWO = (Choice("one", _TEXT), Choice("two", _TEXT))
_OPEN = Question("idea", "long_text", _TEXT)
_SINGLE = Question("region", "single_choice", _TEXT, choices=_TWO)
_SEVERAL = Question("roles", "several_choices", _TEXT, choices=_TWO)
_RANKING = Question("order", "ranking", _TEXT, choices=_TWO)
_SCALE = Question("access", "scale", _TEXT, settings=(("high", _TEXT), ("low", _TEXT), ("points", 5)))
_CONSENT = Question("agree", "consent", _TEXT)
_MATRIX = Question("grid", "matrix", _TEXT, choices=_TWO, rows=_TWO)
_BLOCK = Question("words", "text_block", _TEXT)
_MANY = tuple(Choice(f"c{number}", _TEXT) for number in range(10))
_FAR_TOO_MANY = tuple(Choice(f"c{number}", _TEXT) for number in range(40))
_ALL = (_MATRIX, _BLOCK, _OPEN, _SINGLE, _SEVERAL, _RANKING, _SCALE, _CONSENT)


def _survey(*questions: Question) -> Survey:
    return Survey("plan", _TEXT, sections=(Section("first", _TEXT, questions=questions),))


def _found(survey: Survey) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in check_survey(survey)]


def test_a_complete_survey_has_no_problem():
    assert check_survey(_survey(*_ALL)) == ()


_Q = "sections[0].questions[0]"


@pytest.mark.parametrize(
    ("question", "code", "place"),
    [
        (replace(_OPEN, text=Localised("Text")), "translation.missing", f"{_Q}.text"),
        (replace(_OPEN, help=Localised("", "Aide")), "translation.missing", f"{_Q}.help"),
        (replace(_OPEN, why=Localised("Why")), "translation.missing", f"{_Q}.why"),
        (replace(_OPEN, code="Idea"), "code.bad_format", f"{_Q}.code"),
        (replace(_OPEN, code="a.b"), "code.bad_format", f"{_Q}.code"),
        (replace(_OPEN, code="language"), "code.reserved", f"{_Q}.code"),
        (replace(_OPEN, code="revision"), "code.reserved", f"{_Q}.code"),
        (replace(_OPEN, type="oracle"), "question.unknown_type", f"{_Q}.type"),
        (replace(_OPEN, choices=_TWO), "question.choices_not_used", f"{_Q}.choices"),
        (replace(_CONSENT, offers=("dont_know",)), "question.special_not_possible", f"{_Q}.offers[0]"),
        (replace(_SINGLE, rows=_TWO), "question.rows_not_used", f"{_Q}.rows"),
        (replace(_MATRIX, rows=()), "question.too_few_rows", f"{_Q}.rows"),
        (replace(_MATRIX, rows=(*_TWO, _TWO[0])), "code.duplicate", f"{_Q}.rows[2]"),
        (replace(_MATRIX, rows=(Choice("Row", _TEXT),)), "code.bad_format", f"{_Q}.rows[0].code"),
        (replace(_MATRIX, rows=(Choice("r", Localised("Row")),)), "translation.missing", f"{_Q}.rows[0].label"),
        (replace(_BLOCK, required=True), "question.takes_no_answer", f"{_Q}.required"),
        (
            replace(_BLOCK, type="number", settings=(("decimals", 9),)),
            "setting.out_of_range",
            f"{_Q}.settings.decimals",
        ),
        (
            replace(_BLOCK, type="number", settings=(("maximum", 1), ("minimum", 2))),
            "setting.out_of_range",
            f"{_Q}.settings.maximum",
        ),
        (
            replace(_BLOCK, type="date", settings=(("minimum", "1er mai"),)),
            "setting.not_a_date",
            f"{_Q}.settings.minimum",
        ),
        (
            replace(_BLOCK, type="date", settings=(("maximum", "2026-01-01"), ("minimum", "2026-01-02"))),
            "setting.dates_out_of_order",
            f"{_Q}.settings.maximum",
        ),
        (replace(_RANKING, type="points", settings=(("total", 1),)), "setting.out_of_range", f"{_Q}.settings.total"),
        (
            replace(_RANKING, type="pairwise", choices=(*_TWO, replace(_TWO[0], code="no_preference"))),
            "code.reserved",
            f"{_Q}.choices[2].code",
        ),
        (
            replace(_RANKING, type="best_worst", choices=_MANY, settings=(("set_size", 9),)),
            "setting.out_of_range",
            f"{_Q}.settings.set_size",
        ),
        (replace(_RANKING, type="best_worst", choices=_FAR_TOO_MANY), "question.too_many_choices", f"{_Q}.choices"),
        (replace(_SINGLE, offers=("perhaps",)), "question.special_not_possible", f"{_Q}.offers[0]"),
        (replace(_SINGLE, offers=("dont_know",) * 2), "code.duplicate", f"{_Q}.offers[1]"),
        (replace(_OPEN, settings=(("maximum", 0),)), "setting.out_of_range", f"{_Q}.settings.maximum"),
        (replace(_OPEN, settings=(("maximum", "9"),)), "setting.wrong_type", f"{_Q}.settings.maximum"),
        (replace(_OPEN, settings=(("size", 9),)), "setting.unknown", f"{_Q}.settings.size"),
        (replace(_SINGLE, choices=_TWO[:1]), "question.too_few_choices", f"{_Q}.choices"),
        (replace(_RANKING, choices=_TWO[:1]), "question.too_few_choices", f"{_Q}.choices"),
        (
            replace(_SINGLE, choices=(*_TWO[:1], replace(_TWO[1], retired=True))),
            "question.too_few_choices",
            f"{_Q}.choices",
        ),
        (replace(_SINGLE, choices=(*_TWO, _TWO[0])), "code.duplicate", f"{_Q}.choices[2]"),
        (replace(_SINGLE, choices=(*_TWO, Choice("other", _TEXT))), "code.reserved", f"{_Q}.choices[2].code"),
        (
            replace(_SINGLE, choices=(*_TWO, Choice("three", Localised("Three")))),
            "translation.missing",
            f"{_Q}.choices[2].label",
        ),
        (
            replace(_SINGLE, choices=(*_TWO, Choice("three", _TEXT, exclusive=True))),
            "choice.exclusive_misused",
            f"{_Q}.choices[2].exclusive",
        ),
        (
            replace(_RANKING, choices=(*_TWO, Choice("three", _TEXT, exclusive=True))),
            "choice.exclusive_misused",
            f"{_Q}.choices[2].exclusive",
        ),
        (replace(_SEVERAL, settings=(("maximum", 3),)), "setting.out_of_range", f"{_Q}.settings.maximum"),
        (replace(_RANKING, settings=(("minimum", 3),)), "setting.out_of_range", f"{_Q}.settings.minimum"),
        (replace(_SCALE, settings=(*_SCALE.settings[:2], ("points", 2))), "setting.out_of_range", None),
        (replace(_SCALE, settings=_SCALE.settings[:1]), "setting.missing", f"{_Q}.settings.low"),
        (
            replace(_SCALE, settings=(("high", _TEXT), ("low", Localised("", "Bas")))),
            "translation.missing",
            f"{_Q}.settings.low",
        ),
    ],
)
def test_each_fault_of_a_question_is_found_at_its_place(question, code, place):
    found = _found(_survey(question))
    assert (code, place or f"{_Q}.settings.points") in found
    assert {fault for fault, _ in found} <= {code, "setting.out_of_range"}


def test_choices_that_are_all_exclusive_are_a_misuse():
    alone = tuple(replace(choice, exclusive=True) for choice in _TWO)
    found = _found(_survey(replace(_SEVERAL, choices=alone)))
    assert ("choice.exclusive_misused", f"{_Q}.choices") in found


def test_the_same_code_twice_is_found_across_sections():
    survey = _survey(_OPEN)
    twice = replace(survey, sections=(*survey.sections, replace(survey.sections[0], code="second")))
    assert _found(twice) == [("code.duplicate", "sections[1].questions[0]")]


def test_empty_surveys_and_sections_are_found():
    assert _found(Survey("plan", _TEXT)) == [("survey.empty", "sections")]
    assert _found(_survey()) == [("section.empty", "sections[0]")]


def test_missing_titles_name_the_language():
    problems = check_survey(replace(_survey(_OPEN), title=NOTHING))
    assert [(problem.place, problem.values) for problem in problems] == [
        ("title", {"language": "en"}),
        ("title", {"language": "fr"}),
    ]
