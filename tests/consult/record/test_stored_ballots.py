"""Ballots of every kind come out of the record as they went in, with their group, channel and version."""

import pytest

from analysis.ballots import Kind
from analysis.methods import AGREEMENT, CHNRI
from analysis.stored_ballots import Spoken, read_spoken
from consult.record import stored_ballots
from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.keys import new_token
from consult.record.lifecycle import By
from consult.record.priority_rule import NewRule
from consult.record.ranking import read_ranked, sign_priorities
from consult.record.reaction import Stand
from consult.record.stored_ballots import list_ranking_questions, list_signable
from consult.record.submission import Submission, submit_response
from consult.record.survey import create_survey, list_surveys, publish_version, save_working_definition
from surveys.definition import Choice, Question, Section, Survey
from surveys.localised import Localised
from tests.consult.record.discussing import Talk


def _both(text):
    return Localised(text, f"{text} (fr)")


def _choices(*codes):
    return tuple(Choice(code, _both(code)) for code in codes)


def _survey(*options):
    steps, rows = _choices("no", "perhaps", "yes"), _choices("a", "b")
    questions = (
        Question("order", "ranking", _both("?"), settings=(("ties", True),), choices=_choices(*options)),
        Question("shares", "points", _both("?"), choices=_choices("a", "b")),
        Question("sets", "best_worst", _both("?"), choices=_choices(*options)),
        Question("two", "pairwise", _both("?"), choices=_choices("a", "b")),
        Question("useful", "matrix", _both("Useful"), rows=rows, choices=steps),
        Question("feasible", "matrix", _both("Feasible"), rows=rows, choices=steps),
    )
    return Survey("second", _both("Second"), sections=(Section("s", _both("S"), questions=questions),))


def _publish(session, consultation, definition, today):
    survey = next((each for each in list_surveys(session, consultation) if each.code == "second"), None)
    if survey is None:
        survey = create_survey(session, consultation, definition)
    else:
        save_working_definition(session, survey, definition)
    return publish_version(session, survey, today)


def _answer(world, session, version, answers, today):
    submit_response(session, world.keyring, Submission(new_token(), version, answers, "fr"), today)


def _ballots(ranked):
    asked = ranked.asked
    spoken = [Spoken(each.value, each.group, each.channel, each.version) for each in ranked.answers]
    return read_spoken(
        Kind(asked.kind), spoken, list(asked.candidates), steps=asked.steps or None, designs=asked.designs
    )


def test_the_record_s_words_for_kinds_and_methods_are_the_analysis_s():
    kinds = {*stored_ballots.KINDS.values(), stored_ballots.SCALE, stored_ballots.CRITERIA, stored_ballots.REACTIONS}
    assert kinds == set(Kind)
    assert (stored_ballots.CHNRI, stored_ballots.AGREEMENT) == (CHNRI, AGREEMENT)


def test_every_kind_is_read_from_every_version(world, today, now):
    first, second = _survey("a", "b", "c"), _survey("a", "b", "c", "d")
    said = {"shares": {"points": {"a": 70, "b": 30}}, "two": {"pairs": {"a-b": "b"}}}
    with unit_of_work(world.engine) as session:
        one = _publish(session, world.consultation, first, today)
        tied = {"order": {"tiers": [["a", "b"], ["c"]]}, "sets": {"sets": {"1": {"best": "a", "worst": "b"}}}}
        _answer(world, session, one, tied | said, today)
        two = _publish(session, world.consultation, second, today)
        asked = list_ranking_questions(session, world.consultation)
        shown = next(codes for codes in asked["sets"].designs[two.id].values() if "d" in codes)
        number = next(key for key, codes in asked["sets"].designs[two.id].items() if codes == shown)
        best, worst = shown[:2]
        newer = {"order": {"ranking": ["d"]}, "sets": {"sets": {number: {"best": best, "worst": worst}}}}
        _answer(world, session, two, newer, today)
        ranked = read_ranked(session, world.consultation)
    assert {code: each.asked.kind for code, each in ranked.items()} == {
        "order": "ranking",
        "shares": "points",
        "sets": "best_worst",
        "two": "pairs",
    }
    assert set(ranked["order"].asked.candidates) == {"a", "b", "c", "d"}
    assert {each.ranking for each in _ballots(ranked["order"])} == {(("a", "b"), "c"), ("d",)}
    sets = [{cell[0] for cell, _ in each.cells} for each in _ballots(ranked["sets"])]
    assert sorted(map(len, sets)) == sorted([3, len(shown)])  # each with the set that its version showed
    assert {each.channel for each in _ballots(ranked["shares"])} == {"web"}
    assert [each.cells for each in _ballots(ranked["two"])] == [((("a", "b"), 0.0),)]


@pytest.mark.parametrize("method", ["scale_mean", "chnri"])
def test_matrices_are_ranked_once_somebody_has_signed_so(world, today, now, method):
    rows = {"useful": {"rows": {"a": "yes", "b": "perhaps"}}, "feasible": {"rows": {"a": "no"}}}
    with unit_of_work(world.engine) as session:
        version = _publish(session, world.consultation, _survey("a", "b", "c"), today)
        _answer(world, session, version, rows, today)
        assert "useful" not in list_ranking_questions(session, world.consultation)
        assert "useful" in list_signable(session, world.consultation)
        weights = {"useful": 2.0, "feasible": 1.0} if method == "chnri" else {}
        rule, by = NewRule(method, weights=weights), By(None, now, "a reason")
        sign_priorities(session, world.consultation, "useful", rule, by, seen=0)
        ranked = read_ranked(session, session.get_one(Consultation, world.consultation.id))["useful"]
    (ballot,) = _ballots(ranked)
    if method == "chnri":
        assert dict(ballot.cells) == {("useful", "a"): 1.0, ("useful", "b"): 0.5, ("feasible", "a"): 0.0}
    else:
        assert dict(ballot.cells) == {("a",): 3.0, ("b",): 2.0}


def test_reactions_are_ranked_once_somebody_has_signed_so(world, now):
    talk = Talk(world)
    author, other = talk.join(), talk.join("clinician")
    statement = talk.post(author, "Plus de lits")
    talk.react(other, statement, Stand.AGREE)
    with unit_of_work(world.engine) as session:
        assert talk.code not in list_ranking_questions(session, world.consultation)
        sign_priorities(session, world.consultation, talk.code, NewRule("agreement"), By(None, now, "why"), seen=0)
        ranked = read_ranked(session, world.consultation)[talk.code]
    (ballot,) = _ballots(ranked)
    assert (ballot.cells, ballot.group, ballot.channel) == ((((statement.id,), 1.0),), "clinician", "discussion")
