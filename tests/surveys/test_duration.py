"""The minutes that are announced before anybody begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition import Choice, Question, Section, Survey
from surveys.duration import estimate_minutes
from surveys.localised import Localised
from surveys.question_types import QUESTION_TYPES

TEXT = Localised("x", "x")


def survey_of(types: list[str]) -> Survey:
    questions = tuple(Question(f"q{at}", kind, TEXT) for at, kind in enumerate(types))
    return Survey("s", TEXT, sections=(Section("a", TEXT, questions=questions),))


@pytest.mark.parametrize(
    ("types", "minutes"),
    [
        ([], (1, 2)),
        (["consent"], (1, 2)),
        (["long_text"] * 3 + ["single_choice"] * 4, (3, 10)),
        (["long_text"] * 20, (15, 35)),
    ],
)
def test_minutes(types, minutes):
    assert estimate_minutes(survey_of(types)) == minutes


@given(st.lists(st.sampled_from(sorted(QUESTION_TYPES)), max_size=60), st.sampled_from(sorted(QUESTION_TYPES)))
def test_a_question_more_never_makes_it_shorter(types, more):
    low, high = estimate_minutes(survey_of(types))
    longer = estimate_minutes(survey_of([*types, more]))
    assert low < high
    assert longer[0] >= low
    assert longer[1] >= high


def test_what_is_asked_several_times_takes_as_many_times():
    rows = tuple(Choice(f"r{number}", TEXT) for number in range(30))
    short, long = (Question("q", "matrix", TEXT, choices=rows[:3], rows=rows[:count]) for count in (1, 30))
    few, many = (Question("q", "pairwise", TEXT, choices=rows[:count]) for count in (2, 9))
    for less, more in ((short, long), (few, many)):
        brief, lengthy = (estimate_minutes(Survey("s", TEXT, sections=(Section("a", TEXT, questions=(each,)),)))
                          for each in (less, more))  # fmt: skip
        assert brief < lengthy


def test_reading_takes_time_too():
    text = Localised("word " * 1000, "mot")
    survey = Survey("s", TEXT, sections=(Section("a", TEXT, questions=(Question("q", "text_block", text),)),))
    assert estimate_minutes(survey) == (4, 10)
