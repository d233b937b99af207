"""What the facilitator watches adds up, on both databases, with the same few queries however many have answered."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from consult.record.consultation import get_consultation
from consult.record.contribution import Channel
from consult.record.database import random_key, unit_of_work
from consult.record.draft import Draft
from consult.record.invitation import InvitationRequest, create_invitations
from consult.record.monitoring import count_receptions, monitor
from consult.record.response import Response
from consult.record.survey import get_survey, publish_version, save_working_definition
from surveys.definition import Question, Section, Survey
from surveys.localised import Localised

DAY = timedelta(days=1)


def _answer(session, world, count=1, **changes) -> None:
    for _ in range(count):
        values = {
            "consultation_id": world.consultation.id,
            "version_id": world.version.id,
            "group_id": world.groups["citizen"],
            "language": "fr",
            "channel": Channel.WEB,
            "submitted_on": date(2026, 11, 22),
            "submission_key": random_key() * 2,
            "is_withdrawn": False,
        }
        session.add(Response(**(values | changes)))


def _draft(session, version, page, touched_on, count=1) -> None:
    for _ in range(count):
        session.add(Draft(id=random_key(), version_id=version.id, language="en", page=page, touched_on=touched_on))


def _monitor(world, today):
    with unit_of_work(world.engine, read_only=True) as session:
        return monitor(session, get_consultation(session, "plan"), today)


def test_an_empty_consultation_counts_nothing(world, today):
    counted = _monitor(world, today)
    assert (counted.received, counted.target, counted.days) == (0, 100, {})
    assert (counted.started, counted.finished, counted.unfinished) == (0, 0, 0)
    assert [group.missing for group in counted.missing] == [60, 40]
    assert counted.invited == []
    assert counted.languages == {"en": 0, "fr": 0}
    assert set(counted.channels.values()) == {0}


def test_every_view_is_of_the_same_responses(world, today):
    with unit_of_work(world.engine) as session:
        _answer(session, world, 5)
        _answer(session, world, 2, submitted_on=today - 3 * DAY, language="en", channel=Channel.PAPER)
        _answer(session, world, 4, group_id=world.groups["clinician"], channel=Channel.IMPORT)
        _answer(session, world, 1, group_id=None, channel=Channel.PHONE)
        _answer(session, world, 7, is_withdrawn=True)
    counted = _monitor(world, today)
    assert counted.received == 12
    assert counted.days == {today - 3 * DAY: 2, today: 10}
    assert counted.languages == {"en": 2, "fr": 10}
    assert counted.channels == {Channel.WEB: 5, Channel.PAPER: 2, Channel.PHONE: 1, Channel.IMPORT: 4}
    received = [(group.name and group.name.en, group.received, group.missing) for group in counted.groups]
    assert received == [("Citizens", 7, 53), ("Clinicians", 4, 36), (None, 1, 0)]
    for parts in (counted.days, counted.languages, counted.channels):
        assert sum(parts.values()) == counted.received
    assert sum(group.received for group in counted.groups) == counted.received


def test_the_group_that_is_heard_least_comes_first(world, today):
    with unit_of_work(world.engine) as session:
        _answer(session, world, 20)  # a third of 60
        _answer(session, world, 10, group_id=world.groups["clinician"])  # a quarter of 40
    missing = [(group.name.en, group.missing) for group in _monitor(world, today).missing]
    assert missing == [("Clinicians", 30), ("Citizens", 40)]


def test_a_group_at_its_target_or_above_is_not_missing(world, today):
    with unit_of_work(world.engine) as session:
        _answer(session, world, 40, group_id=world.groups["clinician"])
        _answer(session, world, 61)
    assert _monitor(world, today).missing == []


def test_another_consultation_is_not_counted(world, make_world, today):
    other = make_world(code="other")
    with unit_of_work(world.engine) as session:
        _answer(session, other, 3)
        _answer(session, world, 2)
        _draft(session, other.version, 0, today)
    counted = _monitor(world, today)
    assert (counted.received, counted.unfinished) == (2, 0)
    with unit_of_work(world.engine, read_only=True) as session:
        receptions = count_receptions(session, [world.consultation, other.consultation])
    assert [(each.received, each.target) for each in receptions.values()] == [(2, 100), (3, 100)]


def test_those_who_stopped_are_counted_where_they_stand(world, today):
    with unit_of_work(world.engine) as session:
        _answer(session, world, 6)
        _answer(session, world, 3, channel=Channel.PAPER)
        _draft(session, world.version, 0, today - DAY, 2)
        _draft(session, world.version, 0, today)
        _draft(session, world.version, 1, today)
    counted = _monitor(world, today)
    assert (counted.started, counted.finished, counted.unfinished) == (10, 6, 4)
    stops = [(stop.title and stop.title.en, stop.unfinished, stop.today) for stop in counted.stops]
    assert stops == [("First", 3, 1), (None, 1, 1)]


def test_sections_of_all_versions_are_one_list_under_the_newest_titles(world, today):
    question = (Question("hardest", "long_text", Localised("What is hardest?", "Le plus difficile?")),)
    more = (Question("more", "long_text", Localised("More?", "Encore?")),)
    with unit_of_work(world.engine) as session:
        survey = get_survey(session, get_consultation(session, "plan"), "main")
        sections = (
            Section("start", Localised("New", "Nouveau"), questions=more),
            Section("first", Localised("Renamed", "Renommé"), questions=question),
        )
        save_working_definition(
            session, survey, Survey("main", Localised("Survey", "Questionnaire"), sections=sections)
        )
        newest = publish_version(session, survey, today)
        _draft(session, world.version, 0, today - DAY, 2)  # "first", as it was called then
        _draft(session, newest, 1, today - DAY, 3)
        _draft(session, newest, 0, today - DAY)
    stops = [(stop.title and stop.title.en, stop.unfinished) for stop in _monitor(world, today).stops]
    assert stops == [("New", 1), ("Renamed", 5), (None, 0)]


@pytest.mark.parametrize("is_somebody_there", [False, True])
def test_a_section_that_is_asked_no_more_is_listed_where_somebody_stands_at_it(world, today, is_somebody_there):
    question = (Question("other", "long_text", Localised("Other?", "Autre?")),)
    with unit_of_work(world.engine) as session:
        survey = get_survey(session, get_consultation(session, "plan"), "main")
        sections = (Section("second", Localised("Second", "Deux"), questions=question),)
        save_working_definition(
            session, survey, Survey("main", Localised("Survey", "Questionnaire"), sections=sections)
        )
        publish_version(session, survey, today)
        if is_somebody_there:
            _draft(session, world.version, 0, today)
    titles = [stop.title and stop.title.en for stop in _monitor(world, today).stops]
    assert titles == ["Second", *["First"] * is_somebody_there, None]


def test_links_are_counted_by_group(world, today):
    requests = [InvitationRequest("fr", "citizen")] * 3 + [InvitationRequest("en")] * 2
    with unit_of_work(world.engine) as session:
        create_invitations(session, world.keyring, world.consultation, requests)
        session.execute(
            sa.text("UPDATE invitations SET is_used = true WHERE group_id = :group"), {"group": world.groups["citizen"]}
        )
    invited = [(group.name and group.name.en, group.invitations) for group in _monitor(world, today).invited]
    assert [(name, each.invited, each.used) for name, each in invited] == [("Citizens", 3, 3), (None, 2, 0)]


def test_the_number_of_queries_does_not_grow_with_the_responses(world, today):
    def count_queries() -> int:
        seen = []
        listen = (world.engine, "before_cursor_execute", lambda *_: seen.append(1))
        sa.event.listen(*listen)
        try:
            counted = _monitor(world, today)
        finally:
            sa.event.remove(*listen)
        assert counted.received == total
        return len(seen)

    total = 10
    with unit_of_work(world.engine) as session:
        _answer(session, world, total)
    few = count_queries()
    with unit_of_work(world.engine) as session:
        for number in range(99):
            _answer(session, world, 10, submitted_on=today - number * DAY, language="en" if number % 2 else "fr")
            _draft(session, world.version, number % 3, today - number * DAY)
    total = 1_000
    assert count_queries() == few <= 8
