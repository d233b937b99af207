"""One rule for the columns of every export, stable when a survey is revised."""

from dataclasses import replace

import pytest

from surveys.answers import check_answers
from surveys.columns import columns_of, from_row, to_row
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised

_TEXT = Localised("Text", "Texte")
_AB = (Choice("a", _TEXT), Choice("b", _TEXT))
_OTHER = (("has_other", True),)
_GENDER = Question("gender", "single_choice", _TEXT, offers=("dont_know",), settings=_OTHER, choices=_AB)
_ROLES = Question("roles", "several_choices", _TEXT, offers=("dont_know",), settings=_OTHER, choices=_AB)
_ORDER = Question("order", "ranking", _TEXT, choices=_AB)
_ACCESS = Question("access", "scale", _TEXT, offers=("not_applicable",))
_AGREE = Question("agree", "consent", _TEXT)


def _survey(*questions: Question) -> Survey:
    return Survey("plan", _TEXT, sections=(Section("first", _TEXT, questions=questions),))


_SURVEY = _survey(_AGREE, _GENDER, _ROLES, _ORDER, _ACCESS)


def _names(*surveys: Survey) -> list[str]:
    return [column.name for column in columns_of(surveys)]


def test_columns_are_named_after_the_question_and_its_parts():
    assert _names(_SURVEY) == [
        "agree",
        "gender",
        "gender.other",
        "roles.a",
        "roles.b",
        "roles.other",
        "roles.dont_know",
        "order.a",
        "order.b",
        "access",
    ]


def test_columns_of_versions_are_their_union_in_order_of_first_appearance():
    third = replace(_ORDER, choices=(Choice("c", _TEXT), *_AB))
    new = Question("idea", "long_text", _TEXT)
    assert _names(_survey(_ORDER, _ACCESS), _survey(new, third)) == [
        "order.a",
        "order.b",
        "access",
        "idea",
        "order.c",
    ]


def test_a_retired_choice_keeps_its_column():
    retired = replace(_ORDER, choices=(_AB[0], replace(_AB[1], retired=True)))
    assert _names(_survey(retired)) == ["order.a", "order.b"]


def test_cells_hold_codes_ranks_numbers_and_special_values():
    values, _ = check_answers(
        _SURVEY,
        {
            "agree": True,
            "gender": {"choice": "other", "other": "fluide"},
            "roles": ["b"],
            "order": ["b"],
            "access": "not_applicable",
        },
        final=True,
    )
    assert list(to_row(_SURVEY, values).values()) == [
        "1",
        "other",
        "fluide",
        "0",
        "1",
        "",
        "0",
        "",
        "1",
        "not_applicable",
    ]
    values, _ = check_answers(_SURVEY, {"gender": "dont_know", "roles": ["dont_know"], "access": 4}, final=True)
    assert list(to_row(_SURVEY, values).values()) == ["", "dont_know", "", "0", "0", "", "1", "", "", "4"]


def test_blank_answers_are_blank_cells_and_come_back_blank():
    row = to_row(_SURVEY, {})
    assert set(row.values()) == {""}
    assert check_answers(_SURVEY, from_row(_SURVEY, row), final=True) == ({}, ())


def test_columns_of_other_things_are_left_to_the_caller():
    assert from_row(_SURVEY, {"response": "p1", "language": "fr", "access": "3"}) == {"access": "3"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"order.z": "1"}, "answer.malformed"),
        ({"roles.a": "perhaps"}, "answer.malformed"),
        ({"access.other": "x"}, "answer.malformed"),
        ({"agree": "2"}, "answer.malformed"),
        ({"gender": "a", "gender.other": "x"}, "answer.other_not_chosen"),
        ({"gender": "z"}, "answer.unknown_choice"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_and_never_dropped(row, code):
    _, problems = check_answers(_SURVEY, from_row(_SURVEY, row), final=True)
    assert [problem.code for problem in problems] == [code]


def test_an_empty_cell_of_a_column_from_another_version_is_nothing():
    assert check_answers(_SURVEY, from_row(_SURVEY, {"order.z": "", "order.a": "1"}), final=True)[1] == ()


def test_a_row_cannot_be_made_of_answers_to_another_survey():
    with pytest.raises(KeyError):
        to_row(_SURVEY, {"weather": {"text": "x"}})
