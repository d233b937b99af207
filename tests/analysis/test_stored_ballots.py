"""Stored answers of every kind become ballots; silence says nothing, and what the record never holds is refused."""

import numpy as np
import pytest

from analysis.ballots import Ballot, Kind, Marks, profile_of, read_ballots
from analysis.errors import AnalysisError
from analysis.stored_ballots import (
    Spoken,
    read_best_worst,
    read_criteria,
    read_pairs,
    read_points,
    read_reactions,
    read_scale,
    read_spoken,
)
from surveys.definition import Choice, Question
from surveys.localised import Localised
from surveys.question_types import get_type

_CODES = ("a", "b", "c", "d")
_SPECIAL = {"special": "dont_know"}
_STEPS = {"low": 1.0, "middle": 2.0, "high": 3.0}


def _number(values):
    return np.nan_to_num(np.asarray(values, dtype=float), nan=-9).tolist()


# Rankings with ties


def test_tiers_are_places_that_are_shared():
    answers = [({"tiers": [["c", "a"], ["b"]]}, "patient"), ({"ranking": ["b"]}, "")]
    ballots = read_ballots(answers)
    assert ballots == (Ballot((("c", "a"), "b"), "patient"), Ballot(("b",)))
    profile = profile_of(ballots, _CODES)
    assert sorted(profile.places.tolist()) == [[0, 1, 0, 0], [1, 2, 1, 0]]
    assert not profile.has_one_first_choice
    assert profile.first_choices.tolist() == [1, 1, 1, 0]


def test_who_writes_a_tie_the_other_way_round_gives_the_same_ballot():
    profile = profile_of([Ballot((("c", "a"), "b")), Ballot((("a", "c"), "b"))], _CODES)
    assert profile.counts.tolist() == [2]


@pytest.mark.parametrize("stored", [{"tiers": "a"}, {"tiers": ["a"]}, {"tiers": [[1]]}, {"tiers": [["a"]], "x": 1}])
def test_what_are_no_tiers_is_refused(stored):
    with pytest.raises(AnalysisError, match=r"ballot\.malformed"):
        read_ballots([(stored, "")])


@pytest.mark.parametrize("ranking", [("a", ("b", "a")), (("a", "a"),)])
def test_a_place_that_is_shared_is_one_place(ranking):
    with pytest.raises(AnalysisError, match=r"ballot\.ranked_twice"):
        Ballot(ranking)


def test_a_place_of_nobody_is_none():
    with pytest.raises(AnalysisError, match=r"ballot\.empty"):
        Ballot(("a", ()))


# The other kinds


def test_points_come_to_a_hundred():
    answers = [({"points": {"a": 3, "b": 1, "c": 0}}, "g"), (None, "g"), (_SPECIAL, "g"), ({"points": {"a": 0}}, "g")]
    ballots = read_points(answers)
    assert [ballot.group for ballot in ballots] == ["g"]
    assert _number(profile_of(ballots, _CODES).values) == [[75, 25, 0, -9]]


def test_best_and_worst_count_the_sets_that_were_answered():
    sets = {"1": ("a", "b", "c"), "2": ("b", "c", "d"), "3": ("a", "c", "d")}
    stored = {"sets": {"1": {"best": "a", "worst": "b"}, "2": {"worst": "b"}}}
    values = profile_of(read_best_worst([(stored, ""), ({"sets": {}}, "")], sets), _CODES).values
    assert values.tolist() == [[[1, 0, 0, 0], [0, 2, 0, 0], [1, 2, 2, 1]]]


def test_pairs_are_named_after_two_codes_and_no_preference_is_half_for_each():
    stored = {"pairs": {"a-b": "b", "a-d": "no_preference", "c-d": "dont_know"}}
    values = profile_of(read_pairs([(stored, "g")], _CODES), _CODES).values[0]
    assert _number(values) == [[-9, 0, -9, 0.5], [1, -9, -9, -9], [-9, -9, -9, -9], [0.5, -9, -9, -9]]


def test_rows_of_a_matrix_are_steps_and_what_has_no_step_says_nothing():
    stored = {"rows": {"a": "high", "b": "dont_know", "c": "low"}}
    values = profile_of(read_scale([(stored, ""), ({"rows": {"a": "dont_know"}}, "")], _STEPS), _CODES).values
    assert _number(values) == [[3, -9, 1, -9]]


def test_scale_questions_are_read_where_each_candidate_has_its_own():
    ballots = read_scale([({"rows": {"a": {"point": 4}, "b": _SPECIAL}}, "")])
    assert ballots == (Marks(Kind.SCALE, ((("a",), 4.0),)),)


def test_reactions_are_agree_disagree_and_pass():
    ballots = read_reactions([({"rows": {"a": "agree", "b": "disagree", "c": "pass"}}, "")])
    assert _number(profile_of(ballots, _CODES).values) == [[1, -1, 0, -9]]


def test_criteria_are_a_matrix_each():
    answer = {"useful": {"rows": {"a": "yes", "b": "undecided"}}, "feasible": {"rows": {"a": "no"}}, "fair": None}
    ballots = read_criteria([(answer, ""), ({"useful": _SPECIAL}, "")])
    values = profile_of(ballots, ("a", "b"), ("useful", "feasible", "fair")).values
    assert _number(values) == [[[1, 0.5], [0, -9], [-9, -9]]]


def test_criteria_know_three_answers():
    with pytest.raises(AnalysisError, match=r"ballot\.not_halves"):
        read_criteria([], {"yes": 1.0, "rather": 0.7})


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_points([({"points": {"a": "3"}}, "")]),
        lambda: read_points([({"points": {"a": True}}, "")]),
        lambda: read_points([({"points": {"a": -1, "b": 2}}, "")]),
        lambda: read_points([({"points": [1]}, "")]),
        lambda: read_points([("a", "")]),
        lambda: read_best_worst([({"sets": {"9": {"best": "a"}}}, "")], {"1": _CODES}),
        lambda: read_best_worst([({"sets": {"1": {"best": "z"}}}, "")], {"1": _CODES}),
        lambda: read_best_worst([({"sets": {"1": "a"}}, "")], {"1": _CODES}),
        lambda: read_pairs([({"pairs": {"a-z": "a"}}, "")], _CODES),
        lambda: read_pairs([({"pairs": {"a-b": 1}}, "")], _CODES),
        lambda: read_scale([({"rows": {"a": 3}}, "")], _STEPS),
        lambda: read_scale([({"rows": {"a": "3"}}, "")]),
        lambda: read_reactions([({}, "")]),
        lambda: read_criteria([([], "")]),
    ],
)
def test_what_the_record_never_holds_is_refused(read):
    with pytest.raises(AnalysisError, match=r"ballot\.malformed"):
        read()


def test_what_is_no_candidate_or_criterion_is_refused():
    for marks, criteria in (
        (Marks(Kind.POINTS, ((("z",), 1.0),)), ()),
        (Marks(Kind.CRITERIA, ((("z", "a"), 1.0),)), ("x",)),
        (Marks(Kind.PAIRS, ((("a", "z"), 1.0),)), ()),
        (Marks(Kind.BEST_WORST, ((("z", "best"), 1.0),)), ()),
    ):
        with pytest.raises(AnalysisError) as refused:
            profile_of([marks], _CODES, criteria)
        assert (refused.value.code, refused.value.values) == ("ballot.unknown_candidate", {"candidate": "z"})


def test_kinds_are_not_mixed_and_a_ballot_says_something():
    with pytest.raises(AnalysisError, match=r"ballot\.mixed_kinds"):
        profile_of([Ballot(("a",)), Marks(Kind.POINTS, ((("a",), 100.0),))], _CODES)
    with pytest.raises(AnalysisError, match=r"ballot\.empty"):
        Marks(Kind.POINTS, ())


def test_groups_and_channels_stay_apart_where_asked():
    ballots = [Ballot(("a",), "g", "web"), Ballot(("a",), "g", "paper"), Ballot(("a",), "h", "web")]
    ballots += [Ballot(("a",), "g", "web")]
    apart = profile_of(ballots, _CODES, apart=True)
    assert list(zip(apart.groups.tolist(), apart.channels.tolist(), apart.counts.tolist(), strict=True)) == [
        ("g", "paper", 1),
        ("g", "web", 2),
        ("h", "web", 1),
    ]
    assert profile_of(ballots, _CODES).counts.tolist() == [4]
    assert apart.part(apart.groups == "g").people == 3


# What the surveys store


def _question(kind):
    def label(code):
        return Localised(code, code)

    settings = (("ties", True),) if kind == "ranking" else ()
    return Question("q", kind, label("q"), choices=tuple(Choice(c, label(c)) for c in _CODES), settings=settings)


@pytest.mark.parametrize(
    ("kind", "raw", "read"),
    [
        ("points", {"points": {"a": "60", "b": "40"}}, lambda answers, sets: read_points(answers)),
        ("pairwise", {"pairs": {"a-b": "b"}}, lambda answers, sets: read_pairs(answers, _CODES)),
        ("best_worst", None, read_best_worst),
        ("ranking", {"ranks": {"a": "1", "b": "1", "c": "2"}}, lambda answers, sets: read_ballots(answers)),
    ],
)
def test_what_a_survey_stores_is_read(kind, raw, read):
    question = _question(kind)
    question_type = get_type(question)
    sets = {}
    if raw is None:
        sets = {str(number): shown for number, shown in enumerate(question_type.design(question), start=1)}
        raw = {"sets": {"1": {"best": sets["1"][0], "worst": sets["1"][1]}}}
    stored = question_type.check(question, raw)
    assert not stored.problems
    assert len(read([(stored.value, "")], sets)) == 1


# What the record holds, of any kind


def test_each_ballot_keeps_its_channel_and_who_said_nothing_has_none():
    spoken = [
        Spoken({"ranking": ["a", "b"]}, "patient", "web"),
        Spoken({"ranking": ["b"]}, "", "paper"),
        Spoken(_SPECIAL, "patient", "web"),
        Spoken(None, "patient", "paper"),
    ]
    assert read_spoken(Kind.RANKING, spoken, _CODES) == (
        Ballot(("b",), "", "paper"),
        Ballot(("a", "b"), "patient", "web"),
    )


def test_best_worst_answers_are_read_with_the_sets_of_their_own_version():
    said = {"sets": {"1": {"best": "a", "worst": "b"}}}
    designs = {1: {"1": ("a", "b", "c")}, 2: {"1": ("a", "b", "d")}}
    spoken = [Spoken(said, "", "web", version) for version in (1, 2)]
    one, two = read_spoken(Kind.BEST_WORST, spoken, _CODES, designs=designs)
    assert [{cell[0] for cell, _ in each.cells} for each in (one, two)] == [{"a", "b", "c"}, {"a", "b", "d"}]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.POINTS, {"points": {"a": 60, "b": 40}}),
        (Kind.PAIRS, {"pairs": {"a-b": "a"}}),
        (Kind.SCALE, {"rows": {"a": "high"}}),
        (Kind.REACTIONS, {"rows": {"a": "agree"}}),
        (Kind.CRITERIA, {"useful": {"rows": {"a": "yes"}}}),
    ],
)
def test_every_kind_is_read(kind, value):
    (ballot,) = read_spoken(kind, [Spoken(value, "g", "web")], _CODES, steps=_STEPS if kind is Kind.SCALE else None)
    assert (ballot.kind, ballot.group, ballot.channel) == (kind, "g", "web")
