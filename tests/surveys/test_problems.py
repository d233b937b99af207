"""A refusal carries its problems wherever it goes, and shows codes and places only."""

import pickle

from surveys.problems import Problem, SurveyError

_PROBLEMS = (Problem("answer.too_long", "idea", {"limit": 10}), Problem("file.empty", "a.csv"), Problem("survey.empty"))


def test_the_text_of_an_error_is_its_codes_and_places():
    error = SurveyError(*_PROBLEMS, Problem("column.missing", "a.csv", {"column": "Mon secret"}))
    assert str(error) == "answer.too_long at idea; file.empty at a.csv; survey.empty; column.missing at a.csv"


def test_an_error_survives_a_trip_between_processes():
    error = pickle.loads(pickle.dumps(SurveyError(*_PROBLEMS)))
    assert (error.problems, str(error)) == (_PROBLEMS, str(SurveyError(*_PROBLEMS)))
    assert SurveyError.of("file.empty", "a.csv").problems == _PROBLEMS[1:2]
    assert SurveyError.from_problems(list(_PROBLEMS)).problems == _PROBLEMS
