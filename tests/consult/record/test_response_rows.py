"""Responses as rows: all of them, once, on one snapshot, however many."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from consult.exports.responses import Layout, write_responses
from consult.record.consultation import Anonymity
from consult.record.contribution import Channel
from consult.record.database import random_key, unit_of_work
from consult.record.keys import new_token
from consult.record.response import Response, ResponseAnswer
from consult.record.response_rows import count_survey_responses, see_one_snapshot, stream_responses
from consult.record.submission import Submission, submit_response
from consult.record.survey import Survey, create_survey, publish_version
from consult.record.withdrawal import withdraw_response


def _submit(world, today, raw, **changes):
    submission = Submission(new_token(), world.version, raw, "en", **changes)
    with unit_of_work(world.engine) as session:
        return submit_response(session, world.keyring, submission, today)


def _survey(session, world):
    return session.get_one(Survey, world.version.survey_id)


def _rows(world):
    with unit_of_work(world.engine, read_only=True) as session:
        return list(stream_responses(session, _survey(session, world)))


def _export(world, today, layout=Layout()):  # noqa: B008 - it is frozen
    target = io.BytesIO()
    with unit_of_work(world.engine, read_only=True) as session:
        see_one_snapshot(session)
        made = write_responses(session, world.consultation, _survey(session, world), layout, "x.csv", today, target)
    return made, target.getvalue()


def _read(content: bytes, delimiter=","):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))


def test_a_row_holds_all_that_a_response_is(world, today):
    _submit(world, today, {"answer_as": "citizen", "hardest": 'le "répit"\net l’été'}, group_id=world.groups["citizen"])
    _submit(world, today, {}, channel=Channel.PAPER)
    full, empty = sorted(_rows(world), key=lambda row: row.channel, reverse=True)
    assert full[1:7] == (today, "en", "citizen", Channel.WEB, 1, None)
    answers = {code: json.loads(value) for code, value in json.loads(full.answers).items()}
    assert answers == {"answer_as": {"choice": "citizen"}, "hardest": {"text": 'le "répit"\net l’été'}}
    assert (empty.group, empty.answers) == (None, "{}")


def test_rows_come_in_the_order_of_random_keys_without_the_withdrawn_and_other_surveys(world, today, definition):
    receipts = [_submit(world, today, {"hardest": f"text {number}"}).receipt for number in range(6)]
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipts[0])
        other = create_survey(session, world.consultation, replace(definition, code="second"))
        version = publish_version(session, other, today)
    with unit_of_work(world.engine) as session:
        submit_response(session, world.keyring, Submission(new_token(), version, {}, "fr"), today)
    rows = _rows(world)
    assert len(rows) == 5
    assert [row.key for row in rows] == sorted(row.key for row in rows)
    with unit_of_work(world.engine, read_only=True) as session:
        assert count_survey_responses(session, _survey(session, world)) == 5
        assert count_survey_responses(session, other) == 1


def test_what_is_answered_meanwhile_is_not_seen(world, today):
    _submit(world, today, {"hardest": "before"})
    with unit_of_work(world.engine, read_only=True) as session:
        see_one_snapshot(session)
        survey = _survey(session, world)
        assert count_survey_responses(session, survey) == 1
        _submit(world, today, {"hardest": "meanwhile"})
        assert count_survey_responses(session, survey) == 1
        assert len(list(stream_responses(session, survey))) == 1
    assert len(_rows(world)) == 2


def test_an_export_reads_with_few_statements_whatever_the_number_of_responses(world, today):
    def count(more):
        for number in range(more):
            _submit(world, today, {"hardest": f"text {number}", "quoted": True})
        statements = []
        sa.event.listen(world.engine, "before_cursor_execute", lambda *about: statements.append(about[2]))
        _export(world, today)
        return len(statements)

    assert count(1) == count(7) <= 8


@pytest.mark.parametrize("number", [30_001])
def test_rows_exported_equal_responses_stored(world, today, number):
    keys = [random_key() for _ in range(number)]
    row = {
        "consultation_id": world.consultation.id,
        "version_id": world.version.id,
        "group_id": world.groups["citizen"],
        "language": "fr",
        "channel": Channel.WEB,
        "submitted_on": today,
        "is_withdrawn": False,
    }
    said = [{"response_id": key, "question_code": "hardest", "value": {"text": f"=dit {key}"}} for key in keys]
    with unit_of_work(world.engine) as session:
        session.execute(sa.insert(Response), [row | {"id": key, "submission_key": key * 2} for key in keys])
        session.execute(sa.insert(ResponseAnswer), said)
    made, content = _export(world, today)
    rows = _read(content)
    assert (made.rows, len(rows)) == (number, number)
    assert [each["response"] for each in rows] == sorted(keys)
    assert all(each["hardest"] == f"'=dit {each['response']}" for each in rows)
    assert hashlib.sha256(content).hexdigest() == made.sha256


def test_labels_and_semicolons(world, today):
    _submit(world, today, {"answer_as": "clinician", "quoted": True}, group_id=world.groups["citizen"])
    made, content = _export(world, today, Layout("fr", ";"))
    (row,) = _read(content, ";")
    assert (row["group"], row["language"]) == ("Citizens (fr)", "Anglais")
    assert (row["answer_as"], row["quoted"], row["channel"]) == ("Clinician (fr)", "Oui", "Sur le Web")
    assert (made.cells, made.delimiter) == ("labels:fr", ";")


@pytest.mark.parametrize("anonymity", Anonymity)
def test_who_answered_is_a_column_where_people_knew_it_and_nowhere_else(make_world, today, anonymity):
    world = make_world(anonymity=anonymity)
    _submit(world, today, {"hardest": "text"})
    with unit_of_work(world.engine) as session:  # even if it were stored
        session.execute(sa.update(Response).values(respondent="=claire@example.org"))
    made, content = _export(world, today)
    named = anonymity is Anonymity.IDENTIFIED
    assert ("respondent" in made.columns) is named
    assert (b"claire@example.org" in content) is named
    assert _read(content)[0].get("respondent") == ("'=claire@example.org" if named else None)
