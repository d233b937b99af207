"""Laws over random surveys and answers: what is written comes back equal, in every form."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from surveys.answers import check_answers
from surveys.columns import columns_of, from_row, to_row
from surveys.completeness import check_survey
from surveys.definition import Choice, Question, Section, Survey, dump_survey, survey_to_json
from surveys.definition_reader import load_survey, survey_from_json
from surveys.localised import Localised
from surveys.question_type import SpecialValue
from surveys.question_types import QUESTION_TYPES, get_type

_CODES = st.from_regex(r"q[a-z0-9_]{0,5}", fullmatch=True)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
_LOCALISED = st.builds(Localised, _TEXTS, _TEXTS)
_COMPLETE = st.builds(Localised, _TEXTS.map("E{}".format), _TEXTS.map("F{}".format))


def _choices(minimum: int, *, exclusive: bool = False) -> st.SearchStrategy[tuple[Choice, ...]]:
    choice = st.builds(Choice, _CODES, _COMPLETE, st.booleans() if exclusive else st.just(False))
    several = st.lists(choice, min_size=minimum, max_size=6, unique_by=lambda one: one.code)
    return several.map(lambda drawn: (*(replace(one, exclusive=False) for one in drawn[:2]), *drawn[2:]))


def _settings(**values: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional=values).map(lambda drawn: tuple(sorted(drawn.items())))


_OTHER_SETTING = _settings(has_other=st.just(True))
_ENDS = st.builds(
    lambda low, high, points: (("high", high), ("low", low), ("points", points)),
    *([_COMPLETE] * 2),
    st.integers(3, 11),
)
_SPECIALS = st.lists(st.sampled_from([str(special) for special in SpecialValue]), unique=True).map(tuple)
_RANK_SETTINGS = _settings(ties=st.just(True))
_NUMBER_SETTINGS = _settings(decimals=st.integers(1, 6), unit=_COMPLETE)
_TEXTLIKE = st.sampled_from(["long_text", "short_text", "date", "yes_no"])
_SEEDS = _settings(seed=st.integers(0, 99))
_QUESTIONS = st.one_of(
    st.builds(Question, _CODES, _TEXTLIKE, _COMPLETE, offers=_SPECIALS),
    st.builds(Question, _CODES, st.just("text_block"), _COMPLETE),
    st.builds(Question, _CODES, st.just("number"), _COMPLETE, offers=_SPECIALS, settings=_NUMBER_SETTINGS),
    st.builds(Question, _CODES, st.just("matrix"), _COMPLETE, offers=_SPECIALS, choices=_choices(2), rows=_choices(1)),
    st.builds(Question, _CODES, st.just("points"), _COMPLETE, offers=_SPECIALS, choices=_choices(2)),
    st.builds(Question, _CODES, st.just("best_worst"), _COMPLETE, settings=_SEEDS, choices=_choices(3)),
    st.builds(
        Question,
        _CODES,
        st.just("pairwise"),
        _COMPLETE,
        offers=_SPECIALS,
        settings=_SEEDS,
        choices=_choices(2),
    ),
    st.builds(Question, _CODES, st.just("consent"), _COMPLETE),
    st.builds(Question, _CODES, st.just("scale"), _COMPLETE, offers=_SPECIALS, settings=_ENDS),
    st.builds(
        Question, _CODES, st.just("ranking"), _COMPLETE, offers=_SPECIALS, settings=_RANK_SETTINGS, choices=_choices(2)
    ),
    st.builds(
        Question,
        _CODES,
        st.just("single_choice"),
        _COMPLETE,
        offers=_SPECIALS,
        settings=_OTHER_SETTING,
        choices=_choices(2),
    ),
    st.builds(
        Question,
        _CODES,
        st.just("several_choices"),
        _COMPLETE,
        offers=_SPECIALS,
        settings=_OTHER_SETTING,
        choices=_choices(2, exclusive=True),
    ),
)


# Anything that has the shape of a survey, however senseless.
_ANY_SETTINGS = st.dictionaries(_TEXTS, st.booleans() | st.integers() | _TEXTS | _LOCALISED, max_size=2)
_ANY_CHOICE = st.builds(Choice, _TEXTS, _LOCALISED, st.booleans(), st.booleans())
_ANY_QUESTION = st.builds(
    Question,
    code=_TEXTS,
    type=_TEXTS,
    text=_LOCALISED,
    help=_LOCALISED,
    why=_LOCALISED,
    required=st.booleans(),
    offers=st.lists(_TEXTS, max_size=2).map(tuple),
    settings=_ANY_SETTINGS.map(lambda drawn: tuple(sorted(drawn.items(), key=lambda item: item[0]))),
    choices=st.lists(_ANY_CHOICE, max_size=2).map(tuple),
)
_ANY_SECTION = st.builds(Section, _TEXTS, _LOCALISED, _LOCALISED, st.lists(_ANY_QUESTION, max_size=2).map(tuple))
_DRAFTS = st.builds(Survey, _TEXTS, _LOCALISED, _LOCALISED, st.lists(_ANY_SECTION, max_size=2).map(tuple))


@st.composite
def _surveys(draw) -> Survey:
    questions = draw(st.lists(_QUESTIONS, min_size=1, max_size=6, unique_by=lambda question: question.code))
    cut = draw(st.integers(1, len(questions)))
    halves = [tuple(half) for half in (questions[:cut], questions[cut:]) if half]
    sections = tuple(Section(f"s{number}", draw(_COMPLETE), questions=half) for number, half in enumerate(halves))
    return Survey("plan", draw(_COMPLETE), sections=sections)


def _raw(draw, question: Question) -> object:
    """Draw a valid input in the shape in which people give it: blank, a special value, or an answer."""
    if draw(st.integers(0, 9)) == 0:
        return None
    if question.offers and draw(st.booleans()):
        return {"special": draw(st.sampled_from(question.offers))}
    if question.type in _RAW:
        return draw(_RAW[question.type](question))
    if question.choices:
        return _raw_choices(draw, question)
    if question.type == "consent":
        return draw(st.booleans())
    return draw(st.integers(1, question.number("points", 5)) if question.type == "scale" else st.text())


def _some_of(parts: Iterable[str], cell: Callable[[str], st.SearchStrategy]) -> st.SearchStrategy:
    return st.fixed_dictionaries({}, optional={part: cell(part) for part in parts})


def _matrix(question: Question) -> st.SearchStrategy:
    cells = st.sampled_from([*(choice.code for choice in question.choices), *question.offers])
    return _some_of((row.code for row in question.rows), lambda row: cells).map(lambda rows: {"rows": rows})


def _points(question: Question) -> st.SearchStrategy:
    cuts = st.lists(st.integers(0, 100), min_size=len(question.choices) - 1, max_size=len(question.choices) - 1)
    shares = cuts.map(lambda drawn: [after - at for at, after in pairwise([0, *sorted(drawn), 100])])
    return shares.map(lambda each: {"points": {q.code: n for q, n in zip(question.choices, each, strict=True)}})


def _best_worst(question: Question) -> st.SearchStrategy:
    design = {str(number): shown for number, shown in enumerate(get_type(question).design(question), start=1)}

    def ends(number: str) -> st.SearchStrategy:
        return st.permutations(design[number]).map(lambda drawn: {"best": drawn[0], "worst": drawn[1]})

    return _some_of(design, ends).map(lambda sets: {"sets": sets})


def _pairs(question: Question) -> st.SearchStrategy:
    design = get_type(question).design(question)
    cells = {name: st.sampled_from([*pair, "no_preference", *question.offers]) for name, pair in design.items()}
    return _some_of(design, cells.__getitem__).map(lambda pairs: {"pairs": pairs})


def _ranks(question: Question) -> st.SearchStrategy:
    codes = [choice.code for choice in question.choices]
    if not question.flag("ties"):
        return st.lists(st.sampled_from(codes), unique=True)
    return _some_of(codes, lambda code: st.integers(1, len(codes))).map(lambda ranks: {"ranks": ranks})


_RAW = {
    "number": lambda question: st.decimals(-(10**9), 10**9, places=question.number("decimals", 0)).map(str),
    "date": lambda question: st.dates(date(1900, 1, 1)).map(str),
    "yes_no": lambda question: st.sampled_from(["yes", "no"]),
    "text_block": lambda question: st.none(),
    "matrix": _matrix,
    "points": _points,
    "best_worst": _best_worst,
    "pairwise": _pairs,
    "ranking": _ranks,
}


def _raw_choices(draw, question: Question) -> object:
    codes = [choice.code for choice in question.choices if not choice.exclusive]
    exclusive = [choice.code for choice in question.choices if choice.exclusive]
    chosen = draw(st.lists(st.sampled_from(codes), unique=True))
    said = "x" + draw(st.text(max_size=20))
    has_other = question.flag("has_other") and draw(st.booleans())
    if question.type == "single_choice":
        return {"choice": "other", "other": said} if has_other else draw(st.sampled_from(codes))
    if has_other:
        return {"choices": chosen, "other": said}
    return [draw(st.sampled_from(exclusive))] if exclusive and draw(st.booleans()) else chosen


@given(_surveys())
def test_a_random_survey_can_be_published(survey):
    assert check_survey(survey) == ()


@given(_surveys())
def test_a_survey_comes_back_from_its_json_and_the_text_byte_for_byte(survey):
    text = dump_survey(survey)
    assert load_survey(text) == survey
    assert dump_survey(load_survey(text)) == text
    assert survey_from_json(json.loads(json.dumps(survey_to_json(survey)))) == survey


@given(_DRAFTS)
def test_a_senseless_draft_comes_back_from_its_json_too(survey):
    assert load_survey(dump_survey(survey)) == survey
    assert dump_survey(load_survey(dump_survey(survey))) == dump_survey(survey)
    check_survey(survey)  # whatever it finds, it does not raise


@given(st.data())
def test_a_row_exported_is_imported_equal(data):
    survey = data.draw(_surveys())
    raw = {question.code: _raw(data.draw, question) for question in survey.questions}
    values, problems = check_answers(survey, raw, final=True)
    assert problems == ()
    row = to_row(survey, values)
    assert list(row) == [column.name for column in columns_of([survey])]
    assert all(isinstance(cell, str) for cell in row.values())
    assert check_answers(survey, from_row(survey, row), final=True) == (values, ())


def test_the_random_surveys_use_every_type():
    others = {"long_text", "short_text", "consent", "scale", "single_choice", "several_choices"}
    assert others | _RAW.keys() == set(QUESTION_TYPES)
