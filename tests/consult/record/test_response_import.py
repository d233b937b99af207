"""A plan says what an import would do, and writes nothing; storing it does exactly that."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from consult.record.consultation import Anonymity
from consult.record.contribution import Channel, ContributionRevision
from consult.record.database import random_key, unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.response import Response, get_answers
from consult.record.response_import import ImportedResponse, import_responses, plan_import, prepare_import, store_import
from consult.record.submission import Submission, submit_response
from consult.record.survey import Survey, create_survey, publish_version, save_working_definition
from consult.record.withdrawal import withdraw_response


def _row(line: int, **changes) -> ImportedResponse:
    row = ImportedResponse(str(line), {"hardest": f"text {line}"}, "fr", date(2026, 10, line), "citizen", f"p{line}")
    return replace(row, **changes)


def _plan(world, *rows):
    with unit_of_work(world.engine, read_only=True) as session:
        return plan_import(session, world.keyring, world.version, rows)


def _import(world, *rows):
    with unit_of_work(world.engine) as session:
        return import_responses(session, world.keyring, world.version, rows)


def _keys(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return sorted(session.scalars(sa.select(Response.id)))


def _submit(world, today, version=None):
    submission = Submission(new_token(), version or world.version, {"hardest": "Waiting"}, "en")
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, submission, today).receipt


def _codes(plan):
    return [(each.place, each.problem.code, each.problem.place) for each in plan.refused]


def test_a_plan_is_made_without_writing_and_stored_as_it_says(world):
    _import(world, _row(1))
    plan = _plan(world, _row(1), _row(2), _row(3, raw={}), _row(2))
    assert (plan.rows, len(plan.fresh), plan.repeated, plan.refused) == (4, 2, 2, ())
    assert len(_keys(world)) == 1
    with unit_of_work(world.engine) as session:
        report = store_import(session, prepare_import(session, plan))
    assert (report.rows, report.responses, report.contributions, report.repeated, report.empty) == (4, 2, 1, 2, 1)
    assert len(_keys(world)) == 3


def test_what_was_stored_since_the_rows_were_made_ready_is_not_stored_again(world):
    with unit_of_work(world.engine, read_only=True) as session:
        plan = plan_import(session, world.keyring, world.version, [_row(1), _row(2), _row(3)])
        prepared = prepare_import(session, plan)
    _import(world, _row(1), _row(3))
    with unit_of_work(world.engine) as session:
        report = store_import(session, prepared)
    assert (report.rows, report.responses, report.contributions, report.repeated) == (3, 1, 1, 2)
    with unit_of_work(world.engine) as session:
        again = store_import(session, prepared)
    assert (again.responses, again.contributions, again.repeated, len(_keys(world))) == (0, 0, 3, 3)
    assert _texts(world) == ["text 1", "text 2", "text 3"]


def test_rows_made_ready_are_stored_as_any_others_are(world, today):
    _submit(world, today)
    naughty = ["=1", "%(id)s", "? :id %s", "l’été\n«\u00a0oui\u00a0»", "\U0001f600", "'; DROP TABLE responses"]
    _import(world, *(_row(at, raw={"hardest": text}) for at, text in enumerate(naughty, start=1)))
    assert _texts(world) == sorted([*naughty, "Waiting"])
    with unit_of_work(world.engine, read_only=True) as session:
        stored = session.scalars(sa.select(Response).where(Response.channel == Channel.IMPORT)).all()
        assert {each.submitted_on for each in stored} == {date(2026, 10, at + 1) for at in range(len(naughty))}
        assert {(each.language, each.is_withdrawn, each.receipt_hash) for each in stored} == {("fr", False, None)}
        assert sorted(get_answers(session, each)["hardest"]["text"] for each in stored) == sorted(naughty)


def test_all_or_nothing_where_the_last_table_refuses(world):
    with unit_of_work(world.engine, read_only=True) as session:
        prepared = prepare_import(session, plan_import(session, world.keyring, world.version, [_row(1), _row(2)]))
    twice = replace(prepared, tables=(*prepared.tables, prepared.tables[-1]))
    with pytest.raises(RecordError, match=r"record\.conflict"), unit_of_work(world.engine) as session:
        store_import(session, twice)
    assert _keys(world) == []
    assert _texts(world) == []


def _texts(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return sorted(session.scalars(sa.select(ContributionRevision.text)))


def test_what_was_stored_since_the_plan_is_not_stored_again(world):
    plan = _plan(world, _row(1), _row(2))
    _import(world, _row(1))
    with unit_of_work(world.engine) as session:
        report = store_import(session, prepare_import(session, plan))
    assert (report.responses, report.repeated, len(_keys(world))) == (1, 1, 2)


def test_every_refusal_names_its_row_and_its_question(world):
    bad = {"answer_as": "martian", "quoted": "perhaps"}
    plan = _plan(world, _row(1), _row(2, raw=bad), _row(3, group="martian", language="de"))
    assert _codes(plan) == [
        ("2", "answer.unknown_choice", "answer_as"),
        ("2", "answer.malformed", "quoted"),
        ("3", "group.unknown", ""),
        ("3", "language.unknown", ""),
    ]
    assert (len(plan.fresh), plan.repeated) == (1, 0)
    with pytest.raises(RecordError, match=r"import\.refused"), unit_of_work(world.engine) as session:
        store_import(session, prepare_import(session, plan))
    assert _keys(world) == []


def test_two_rows_of_one_name_with_other_answers_lose_nothing(world):
    plan = _plan(world, _row(1), _row(2, reference="p1"))
    assert _codes(plan) == [("2", "import.same_reference", "")]


def test_a_response_given_here_is_known_by_its_key(world, today):
    _submit(world, today)
    (key,) = _keys(world)
    report = _import(world, _row(1, reference=key), _row(2))
    assert (report.responses, report.repeated) == (1, 1)


def test_a_withdrawn_response_does_not_come_back_with_an_older_file(world, today):
    receipt = _submit(world, today)
    (key,) = _keys(world)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
    assert _import(world, _row(1, reference=key)).repeated == 1
    with unit_of_work(world.engine, read_only=True) as session:
        response = session.get_one(Response, key)
        assert (response.is_withdrawn, get_answers(session, response)) == (True, {})


def test_a_key_of_ours_is_kept_and_any_other_name_is_not(world):
    key = random_key()
    _import(world, _row(1, reference=key), _row(2, reference=key.upper()))
    kept = set(_keys(world))
    assert key in kept
    assert key.upper() not in kept
    assert len(kept) == 2


def test_responses_of_another_survey_are_refused(world, today, definition):
    with unit_of_work(world.engine) as session:
        other = create_survey(session, world.consultation, replace(definition, code="second"))
        version = publish_version(session, other, today)
    _submit(world, today, version)
    (key,) = _keys(world)
    assert _codes(_plan(world, _row(1, reference=key))) == [("1", "import.elsewhere", "")]


def test_each_row_answers_the_version_that_it_names(world, today, definition):
    with unit_of_work(world.engine) as session:
        survey = session.get_one(Survey, world.version.survey_id)
        (section,) = definition.sections
        fewer = replace(section, questions=section.questions[1:])
        save_working_definition(session, survey, replace(definition, sections=(fewer,)))
        newest = publish_version(session, survey, today)
    newer = replace(world, version=newest)
    asked = {"answer_as": "citizen"}
    rows = [_row(1, raw=asked, version=1), _row(2, raw=asked, version=2), _row(3, raw=asked, version=9)]
    assert _codes(_plan(newer, *rows)) == [
        ("2", "answer.unknown_question", "answer_as"),
        ("3", "answer.unknown_question", "answer_as"),
    ]
    _import(newer, rows[0], _row(4))
    with unit_of_work(world.engine, read_only=True) as session:
        stored = dict(session.execute(sa.select(Response.submitted_on, Response.version_id)).all())
    assert stored == {date(2026, 10, 1): world.version.id, date(2026, 10, 4): newest.id}


@pytest.mark.parametrize("anonymity", Anonymity)
def test_who_answered_is_kept_only_where_people_knew_it(make_world, anonymity):
    world = make_world(anonymity=anonymity)
    _import(world, _row(1, respondent="claire@example.org"))
    with unit_of_work(world.engine, read_only=True) as session:
        (kept,) = session.execute(sa.select(Response.respondent, Response.channel, Response.receipt_hash))
    named = "claire@example.org" if anonymity is Anonymity.IDENTIFIED else None
    assert tuple(kept) == (named, Channel.IMPORT, None)
