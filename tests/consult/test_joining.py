"""New answers join the themes of an earlier run, and all questions are read together: from the request to the page."""

# ruff: noqa: F811 - fixtures that are imported

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from consult.record.contribution import Channel, Contribution, NewContribution, add_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.job import JobState, get_job
from consult.record.keys import new_token
from consult.record.run import fail_unfinished_runs, list_runs
from consult.record.run_joining import read_joined_counts
from consult.record.run_request import (
    TOGETHER,
    fail_lost_runs,
    find_together,
    list_open_questions,
    request_joining,
    request_runs,
)
from consult.record.shown_run import find_shown_runs, show_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import Assignment, CandidateTheme, QuoteSnapshot, RunState, list_themes
from consult.worker import Worker
from tests.consult.record.conftest import (  # noqa: F401 - fixtures
    engine,
    keyring,
    postgres_template,
    postgres_url,
    sqlite_template,
    url,
    world,
)

# of nothing that the planted answers speak of
_NEW_CONCERN = [
    "Les éoliennes font trop de bruit la nuit",
    "Wind turbines are too noisy at night",
    "Le bruit des éoliennes nous empêche de dormir",
    "The noise of the wind turbines keeps us awake",
    "Trop de bruit la nuit à cause des éoliennes",
    "Noisy wind turbines wake us at night",
    "Le vacarme des éoliennes, la nuit, est trop fort",
]


def _now():
    return datetime.now(UTC)


def _add(world, texts, question="hardest", languages=None):
    languages = languages or ["fr" if number % 2 == 0 else "en" for number in range(len(texts))]
    with unit_of_work(world.engine) as session:
        return add_contributions(
            session,
            world.consultation.id,
            [
                NewContribution(text, language, question, Channel.IMPORT)
                for text, language in zip(texts, languages, strict=True)
            ],
        )


def _carry_out(world, job):
    assert job is not None
    assert Worker(world.engine).run_next(lambda step, share: None)
    with unit_of_work(world.engine, read_only=True) as session:
        done = get_job(session, job.id)
        runs = list_runs(session, world.consultation)
    assert done.state is JobState.DONE, done.error_code
    return runs[0]


def _find(world, question="hardest"):
    with unit_of_work(world.engine) as session:
        (job,) = request_runs(session, world.consultation, question, None, _now())
    return _carry_out(world, job)


def _join(world, question="hardest"):
    with unit_of_work(world.engine) as session:
        job = request_joining(session, world.consultation, question, None, _now())
    return _carry_out(world, job)


def _placed(world, run):
    """The numbers of the themes of each contribution."""
    query = (
        sa.select(Assignment.contribution_id, CandidateTheme.number)
        .join(CandidateTheme, CandidateTheme.id == Assignment.theme_id)
        .where(Assignment.run_id == run.id)
    )
    found = {}
    with unit_of_work(world.engine, read_only=True) as session:
        for key, number in session.execute(query):
            found.setdefault(key, set()).add(number)
    return found


def _themes(world, run):
    with unit_of_work(world.engine, read_only=True) as session:
        return [(theme.number, theme.labels, theme.terms) for theme in list_themes(session, run)]


@pytest.fixture
def found(world, planted):
    """Ninety people answered a question, and its themes were found; thirty answers are left to come."""
    _add(world, planted["text"][:90], languages=planted["language"][:90])
    return world, _find(world), planted["text"][90:], planted["language"][90:]


def test_new_answers_join_and_nothing_else_changes(found):
    world, first, texts, languages = found
    before = _placed(world, first)
    keys = _add(world, texts, languages=languages)
    second = _join(world)
    after = _placed(world, second)
    assert {key: after[key] for key in before} == before
    assert _themes(world, second) == _themes(world, first)
    with unit_of_work(world.engine, read_only=True) as session:
        told = read_joined_counts(session, second)
        assert read_joined_counts(session, first) is None
        (question,) = [one for one in list_open_questions(session, world.consultation) if one.code == "hardest"]
    assert told.run == first.id
    assert told.joined == len(set(keys) & after.keys()) >= 27
    assert told.joined + told.none == len(keys)
    assert list(told.possible) == []  # nothing new was said
    assert question.new == 0
    counts = second.summary
    assert counts["contributions"] + counts["set_aside"].get("fits_none", 0) == 120


def test_what_several_say_that_fits_none_is_told_and_in_no_theme(found):
    world, first, _, _ = found
    keys = set(_add(world, _NEW_CONCERN))
    second = _join(world)
    assert not keys & _placed(world, second).keys()
    with unit_of_work(world.engine, read_only=True) as session:
        told = read_joined_counts(session, second)
    assert [group.people for group in told.possible] == [len(keys)]
    assert {text for group in told.possible for text, _ in group.said} == set(_NEW_CONCERN)
    assert second.summary["set_aside"]["fits_none"] == len(keys)
    assert second.summary["people"] == first.summary["people"]


def test_what_was_corrected_since_is_placed_anew_and_what_was_withdrawn_is_gone(found):
    world, first, texts, _ = found
    before = _placed(world, first)
    corrected, gone = sorted(before)[:2]
    with unit_of_work(world.engine) as session:
        session.execute(
            sa.text("UPDATE contribution_revisions SET number = 2, text = :t WHERE contribution_id = :k"),
            {"t": texts[0], "k": corrected},
        )
        session.execute(sa.update(Contribution).where(Contribution.id == corrected).values(revision=2))
        session.execute(sa.update(Contribution).where(Contribution.id == gone).values(is_withdrawn=True))
    second = _join(world)
    with unit_of_work(world.engine, read_only=True) as session:
        told = read_joined_counts(session, second)
    assert told.joined + told.none == 1
    after = _placed(world, second)
    assert gone not in after
    assert {key: after[key] for key in before if key not in (corrected, gone)} == {
        key: themes for key, themes in before.items() if key not in (corrected, gone)
    }


def test_quotes_and_decisions_stay(world, planted):
    with unit_of_work(world.engine) as session:
        for text, language in zip(planted["text"][:90], planted["language"][:90], strict=True):
            raw = {"hardest": text, "answer_as": "citizen", "quoted": True}
            submission = Submission(new_token(), world.version, raw, language, group_id=world.groups["citizen"])
            submit_response(session, world.keyring, submission, date.today())
    first = _find(world)

    def quotes(run):
        query = (
            sa.select(CandidateTheme.number, QuoteSnapshot.contribution_id, QuoteSnapshot.text)
            .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
            .where(CandidateTheme.run_id == run.id)
        )
        with unit_of_work(world.engine, read_only=True) as session:
            return {tuple(row) for row in session.execute(query)}

    before = quotes(first)
    _add(world, planted["text"][90:], languages=planted["language"][90:])
    assert before
    assert quotes(_join(world)) == before


def test_there_is_nothing_to_join_before_themes_were_found(world, planted):
    _add(world, planted["text"][:20], languages=planted["language"][:20])
    with unit_of_work(world.engine) as session:
        for question in ("hardest", TOGETHER, "nonsense"):
            with pytest.raises(RecordError) as refused:
                request_joining(session, world.consultation, question, None, _now())
            assert refused.value.code == "question.unknown"


def test_it_is_asked_for_once(found):
    world, _, texts, languages = found
    _add(world, texts, languages=languages)
    with unit_of_work(world.engine) as session:
        assert request_joining(session, world.consultation, "hardest", None, _now())
        assert request_joining(session, world.consultation, "hardest", None, _now()) is None
        assert request_runs(session, world.consultation, "hardest", None, _now()) == []


def test_all_questions_are_read_together_and_people_counted_once(world, planted):
    half = len(planted["text"]) // 2
    with unit_of_work(world.engine) as session:
        for text in planted["text"][:half]:
            submission = Submission(new_token(), world.version, {"hardest": text, "answer_as": "citizen"}, "fr")
            submit_response(session, world.keyring, submission, date.today())
        people = session.scalars(sa.select(Contribution.response_id)).all()
        second = [
            NewContribution(text, "fr", "one_change", Channel.WEB, response_id=person)
            for text, person in zip(planted["text"][half:], people, strict=True)
        ]
        add_contributions(session, world.consultation.id, second)
        assert find_together(session, world.consultation).contributions == 2 * half
    run = _find(world, TOGETHER)
    assert run.question_code is None
    assert run.summary["contributions"] > run.summary["people"] == half
    assert run.summary["question"] == {"hardest": half, "one_change": half}
    with unit_of_work(world.engine, read_only=True) as session:
        for theme in list_themes(session, run):
            by_question = theme.counts["question"]
            assert max(by_question.values()) <= theme.counts["people"] <= sum(by_question.values())
    with unit_of_work(world.engine, read_only=True) as session:
        assert find_together(session, world.consultation).run.id == run.id
        assert {one.run for one in list_open_questions(session, world.consultation)} == {None}


def test_the_committee_is_never_shown_all_questions_together(world, planted):
    _add(world, planted["text"][:60], languages=planted["language"][:60])
    _add(world, planted["text"][60:], question="one_change", languages=planted["language"][60:])
    run = _find(world, TOGETHER)
    with unit_of_work(world.engine) as session:
        with pytest.raises(RecordError) as refused:
            show_run(session, world.consultation, run, None, _now())
        assert refused.value.code == "run.together"
        world.consultation.is_fictional = True
        assert find_shown_runs(session, world.consultation) == {}


def test_a_lost_run_of_all_questions_is_ended(world, planted):
    _add(world, planted["text"][:20], languages=planted["language"][:20])
    with unit_of_work(world.engine) as session:
        request_runs(session, world.consultation, TOGETHER, None, _now())
        assert fail_lost_runs(session, _now()) == 0
        assert fail_unfinished_runs(session, world.consultation.id, None, "run.interrupted", _now()) == 0
        assert all(run.state is not RunState.RUNNING for run in list_runs(session, world.consultation))
