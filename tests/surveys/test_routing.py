"""The way through a survey: what is hidden decides nothing, and the same answers always show the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers import check_answers, follow_answers
from surveys.columns import to_row
from surveys.definition import Check, Choice, Question, Section, Survey
from surveys.localised import Localised
from surveys.routing import follow_values, may_change

_TEXT = Localised("x", "x")


def _choices(codes, **conditions):
    return tuple(
        Choice(code, _TEXT, exclusive=code == "none", show_if=conditions.get(code, "")) for code in codes.split()
    )


_NEEDS = _choices("a b c none", b="${role} = 'caregiver'")
SURVEY = Survey(
    "s",
    _TEXT,
    sections=(
        Section(
            "you",
            _TEXT,
            questions=(
                Question("role", "single_choice", _TEXT, choices=_choices("caregiver patient other_one")),
                Question("years", "number", _TEXT, required=True, show_if="${role} = 'caregiver'"),
                Question("needs", "several_choices", _TEXT, choices=_NEEDS),
            ),
        ),
        Section(
            "care",
            _TEXT,
            show_if="${role} = 'caregiver'",
            questions=(
                Question("respite", "yes_no", _TEXT, required=True),
                Question("hours", "number", _TEXT, show_if="${respite} = 'yes'"),
            ),
        ),
        Section("none_now", _TEXT, questions=(Question("why_none", "long_text", _TEXT, show_if="${needs} = 'none'"),)),
        Section(
            "last",
            _TEXT,
            questions=(
                Question("first", "single_choice", _TEXT, choices=_choices("a b", b="${hours} > 10")),
                Question("order", "ranking", _TEXT, choices=_choices("a b c", b="selected(${needs}, 'b')")),
                Question(
                    "table", "matrix", _TEXT, choices=_choices("a b"), rows=_choices("a b", a="${role} = 'patient'")
                ),
            ),
        ),
    ),
    checks=(Check("sum", "${years} + ${hours} <= 100", Localised("Too many.", "Trop.")),),
)
CAREGIVER = {
    "role": {"choice": "caregiver"},
    "years": {"number": "30"},
    "needs": {"choices": ["a", "b"]},
    "respite": {"choice": "yes"},
    "hours": {"number": "20"},
    "first": {"choice": "b"},
    "order": {"ranking": ["b", "a"]},
    "table": {"rows": {"b": "a"}},
}
PATIENT = {"choice": "patient"}


def test_what_is_shown_follows_the_answers():
    route = follow_values(SURVEY, CAREGIVER)
    assert route.values == CAREGIVER
    assert route.sections == (0, 1, 3)  # a section whose questions are all hidden is no page
    assert [route.after(index) for index in (0, 1, 2, 3)] == [1, 3, 3, 4]
    assert [route.before(index) for index in (0, 1, 3, 4)] == [-1, 0, 1, 3]
    assert route.offered_in(0) == {"years", "needs.b"}
    assert route.offered_in(3) == {"first.b", "order.b"}
    assert [may_change(section) for section in SURVEY.sections] == [True, True, True, True]
    assert not may_change(Section("plain", _TEXT, show_if="${role} = 'a'", questions=(Question("q", "date", _TEXT),)))


def test_going_back_hides_what_followed_in_turn():
    """Hours are hidden with their section, and with the hours the choice that hangs on them."""
    values, problems = check_answers(SURVEY, CAREGIVER | {"role": PATIENT}, final=True)
    assert problems == ()
    assert values == {
        "role": PATIENT,
        "needs": {"choices": ["a"]},
        "order": {"ranking": ["a"]},
        "table": {"rows": {"b": "a"}},
    }
    assert follow_values(SURVEY, CAREGIVER | {"role": PATIENT}).sections == (0, 3)


def test_only_what_is_shown_is_required():
    assert check_answers(SURVEY, {}, final=True) == ({}, ())
    _, problems = check_answers(SURVEY, {"role": {"choice": "caregiver"}}, final=True)
    assert [(each.code, each.place) for each in problems] == [
        ("answer.required", "years"),
        ("answer.required", "respite"),
    ]


def test_a_required_matrix_wants_the_rows_that_are_shown_and_speaks_for_no_other():
    patients = _choices("kept mine gone", mine="${role} = 'patient'")
    rows = tuple(replace(row, retired=row.code == "gone") for row in patients)
    table = Question("table", "matrix", _TEXT, required=True, choices=_choices("a b"), rows=rows)
    table = replace(table, offers=("dont_know",))
    role = Question("role", "single_choice", _TEXT, choices=_choices("patient other_one"))
    survey = Survey("s", _TEXT, sections=(Section("one", _TEXT, questions=(role, table)),))

    def stored(who: str, **cells: str) -> object:
        values, problems = check_answers(survey, {"role": who, "table": {"rows": cells}}, final=True)
        return [each.place for each in problems] or values["table"]

    assert stored("other_one", kept="a") == {"rows": {"kept": "a"}}
    assert stored("patient", kept="a") == ["table.mine"]
    assert stored("patient", kept="a", mine="b") == {"rows": {"kept": "a", "mine": "b"}}
    assert stored("patient", kept="dont_know", mine="dont_know") == {"special": "dont_know"}
    said = stored("other_one", kept="dont_know", mine="dont_know")
    assert said == {"rows": {"kept": "dont_know"}}  # so that its export leaves the hidden row blank
    assert to_row(survey, {"table": said})["table.mine"] == ""


def test_an_answer_that_is_refused_shows_nothing():
    values, problems = check_answers(SURVEY, {"role": "sailor", "respite": "yes"}, final=True)
    assert values == {}
    assert [each.code for each in problems] == ["answer.unknown_choice"]


def test_a_check_over_several_answers_is_said_at_its_last_question():
    raw = CAREGIVER | {"hours": {"number": "71"}}
    values, problems = check_answers(SURVEY, raw, final=True)
    assert values == raw
    assert [(each.code, each.place, each.values["fr"]) for each in problems] == [("answer.check", "hours", "Trop.")]
    assert check_answers(SURVEY, raw, final=False)[1] == ()
    for blank in ("years", "hours"):
        left = {code: value for code, value in raw.items() if code != blank}
        assert "answer.check" not in {each.code for each in check_answers(SURVEY, left, final=True)[1]}


def test_what_was_typed_into_a_form_is_pruned_alike():
    raw = {
        "role": {"cells": {"": "patient"}, "language": "fr"},
        "needs": {"cells": {"a": "1", "b": "1", "c": "", "none": ""}},
        "first": {"cells": {"": "b"}},
        "order": {"cells": {"a": "2", "b": "1", "c": ""}},
        "table": {"cells": {"a": "b", "b": "b"}},
    }
    values, problems = check_answers(SURVEY, raw, final=True)
    assert problems == ()
    assert values == {
        "role": PATIENT,
        "needs": {"choices": ["a"]},
        "order": {"ranking": ["a"]},
        "table": {"rows": {"a": "b", "b": "b"}},
    }
    caregiver = check_answers(SURVEY, raw | {"role": {"cells": {"": "caregiver"}}}, final=False)[0]
    assert caregiver["table"] == {"rows": {"b": "b"}}
    assert caregiver["order"] == {"ranking": ["b", "a"]}


def _number():
    return st.integers(0, 40).map(lambda number: {"number": str(number)})


_SOME = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["caregiver", "patient", "other_one", "gone"]).map(lambda code: {"choice": code}),
        "years": _number(),
        "needs": st.sets(st.sampled_from("abc"), min_size=1).map(lambda codes: {"choices": sorted(codes)})
        | st.just({"choices": ["none"]}),
        "respite": st.sampled_from(["yes", "no"]).map(lambda code: {"choice": code}),
        "hours": _number(),
        "why_none": st.just({"text": "Because"}),
        "first": st.sampled_from("ab").map(lambda code: {"choice": code}),
        "order": st.permutations("abc").map(lambda codes: {"ranking": codes[:2]}),
        "table": st.just({"rows": {"a": "a", "b": "b"}}),
        "nothing_like_it": st.just(3),
    },
)


@settings(max_examples=60)
@given(_SOME, _SOME)
def test_hidden_answers_never_matter(answers, others):
    """Whatever is put into what is hidden, the same is shown and the same is stored; what is stored stays so."""
    route, _ = follow_answers(SURVEY, answers)
    assert follow_answers(SURVEY, dict(reversed(answers.items())))[0] == route
    hidden = {
        code: value for code, value in others.items() if SURVEY.find_question(code) and code not in route.questions
    }
    assert follow_answers(SURVEY, answers | hidden)[0] == route
    left = {code: value for code, value in answers.items() if code in route.questions}
    assert follow_answers(SURVEY, left)[0] == route
    assert follow_answers(SURVEY, route.values)[0] == route
    assert follow_values(SURVEY, route.values) == route
    shown = [question.code for question in SURVEY.questions if question.code in route.questions]
    assert list(route.questions) == shown
    assert list(route.values) == [code for code in shown if code in route.values]
    assert all(route.shown_in(index) for index in route.sections)


@given(_SOME)
def test_a_survey_without_conditions_shows_everything(answers):
    plain = replace(
        SURVEY,
        sections=tuple(
            replace(
                section,
                show_if="",
                questions=tuple(
                    replace(each, show_if="", choices=(), rows=(), type="long_text") for each in section.questions
                ),
            )
            for section in SURVEY.sections
        ),
    )
    route, _ = follow_answers(plain, answers)
    assert route.sections == (0, 1, 2, 3)
    assert list(route.questions) == [question.code for question in plain.questions]
