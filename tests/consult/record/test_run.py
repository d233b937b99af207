import sqlite3

import pytest
import sqlalchemy as sa

from consult.record.account import create_account
from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ContributionRevision, ImportedText, import_contributions
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.run import approve_quote, fail_run, get_run, list_runs, save_run_results, start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import (
    Assignment,
    CandidateTheme,
    NewRun,
    ProposedAssignment,
    ProposedQuote,
    ProposedTheme,
    QuoteSnapshot,
    RunContribution,
    RunResults,
    RunState,
    list_quotes,
    list_themes,
)
from surveys.localised import Localised

LABELS = Localised("Access", "Accès")


@pytest.fixture
def run(world, now):
    """Begin a run on two texts of one question, with a third of another question left out."""
    with unit_of_work(world.engine) as session:
        rows = [ImportedText("1", "Waiting for months", "en"), ImportedText("2", "Attendre", "fr")]
        import_contributions(session, world.consultation, "hardest", rows)
        import_contributions(session, world.consultation, "protect", rows[:1])
        new = NewRun("tfidf", 42, "hardest", {"themes": 2}, {"scikit-learn": "1.9.1"})
        return start_run(session, world.consultation, new, now)


def _pins(world, run) -> list[str]:
    with unit_of_work(world.engine, read_only=True) as session:
        query = sa.select(RunContribution.contribution_id).where(RunContribution.run_id == run.id)
        return list(session.scalars(query.order_by(RunContribution.contribution_id)))


def _theme(number: int = 1) -> ProposedTheme:
    return ProposedTheme(number, LABELS, {"en": ["wait"], "fr": ["attente"]}, {"citizen": 2})


def _save(world, run, now, *results):
    with unit_of_work(world.engine) as session:
        return save_run_results(session, run.id, RunResults(*results), now)


def test_a_run_pins_the_question_it_reads_and_keeps_how_it_was_made(world, run, now):
    assert len(_pins(world, run)) == 2
    assert (run.engine, run.seed, run.settings, run.versions, run.state) == (
        "tfidf",
        42,
        {"themes": 2},
        {"scikit-learn": "1.9.1"},
        RunState.RUNNING,
    )


def test_two_runs_on_the_same_words_have_the_same_digest_and_one_more_word_changes_it(world, run, now):
    with unit_of_work(world.engine) as session:
        again = start_run(session, world.consultation, NewRun("tfidf", 42, "hardest"), now)
        import_contributions(session, world.consultation, "hardest", [ImportedText("3", "More", "en")])
        more = start_run(session, world.consultation, NewRun("tfidf", 42, "hardest"), now)
        listed = [each.id for each in list_runs(session, world.consultation, "hardest")]
    assert again.input_digest == run.input_digest
    assert more.input_digest != run.input_digest
    assert listed == [more.id, again.id, run.id]


def test_results_are_saved_at_once_and_the_run_is_done(world, run, now):
    first, second = _pins(world, run)
    assignments = [
        ProposedAssignment(first, 0.75, theme=1, starts_at=0, ends_at=7),
        ProposedAssignment(first, 0.5, theme=2, unit=1, starts_at=8, ends_at=18),
        ProposedAssignment(second, 0.0, reason="too_short"),
    ]
    _save(world, run, now, [_theme(1), _theme(2)], assignments, (), {"silhouette": 0.25})

    with unit_of_work(world.engine, read_only=True) as session:
        done = get_run(session, run.id)
        themes = list_themes(session, done)
        saved = session.execute(
            sa.select(Assignment.contribution_id, Assignment.unit, Assignment.theme_id, Assignment.reason)
        ).all()
    assert (done.state, done.finished_at, done.summary) == (RunState.DONE, now, {"silhouette": 0.25})
    assert [(theme.number, theme.labels, theme.terms["fr"]) for theme in themes] == [
        (1, LABELS, ["attente"]),
        (2, LABELS, ["attente"]),
    ]
    assert {tuple(row) for row in saved} == {
        (first, 0, themes[0].id, None),
        (first, 1, themes[1].id, None),
        (second, 0, None, "too_short"),
    }


def test_a_run_that_ended_never_changes(world, run, now):
    _save(world, run, now, [_theme()], [])
    with pytest.raises(RecordError) as caught:
        _save(world, run, now, [_theme(2)], [])
    assert caught.value.code == "run.finished"
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        fail_run(session, run.id, "themes.too_few", now)
    assert caught.value.code == "run.finished"


def test_a_failed_run_says_why_and_has_no_results(world, run, now):
    with unit_of_work(world.engine) as session:
        fail_run(session, run.id, "themes.too_few", now)
    with unit_of_work(world.engine, read_only=True) as session:
        failed = get_run(session, run.id)
    assert (failed.state, failed.error_code, failed.summary) == (RunState.FAILED, "themes.too_few", None)


def test_results_that_do_not_fit_the_run_are_refused_whole(world, run, now):
    first = _pins(world, run)[0]
    for code, results in (
        ("run.not_pinned", ([_theme()], [ProposedAssignment("0" * 32, 1.0, theme=1)])),
        ("theme.unknown", ([_theme()], [ProposedAssignment(first, 1.0, theme=9)])),
        ("theme.repeated", ([_theme(), _theme()], [])),
        ("quote.not_in_text", ([_theme()], [], [ProposedQuote(1, first, "never said", "en")])),
    ):
        with pytest.raises(RecordError) as caught:
            _save(world, run, now, *results)
        assert caught.value.code == code
    with unit_of_work(world.engine, read_only=True) as session:
        assert session.scalars(sa.select(CandidateTheme.id)).all() == []
        assert get_run(session, run.id).state is RunState.RUNNING


def test_an_assignment_has_a_theme_or_a_reason(world, run, now):
    first = _pins(world, run)[0]
    with pytest.raises(sa.exc.IntegrityError):
        _save(world, run, now, [_theme()], [ProposedAssignment(first, 1.0, theme=1, reason="too_short")])


def _propose_quote(world, today, now, raw):
    """Answer, and let a run propose what was said as its only quote."""
    with unit_of_work(world.engine) as session:
        submission = Submission(new_token(), world.version, {"hardest": "Waiting for Dr. Roy", **raw}, "en")
        submit_response(session, world.keyring, submission, today)
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
    (pin,) = _pins(world, run)
    return _save(world, run, now, [_theme()], [], [ProposedQuote(1, pin, "Waiting for Dr. Roy", "en")])


def _approve_only_quote(world, now) -> None:
    with unit_of_work(world.engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        approve_quote(session, session.scalars(sa.select(QuoteSnapshot.id)).one(), "Waiting […]", alice.id, now)


def test_a_quote_leaves_once_a_person_approved_its_redacted_form(world, today, now):
    run = _propose_quote(world, today, now, {"quoted": True})
    with unit_of_work(world.engine) as session:
        alice = create_account(session, "alice@example.org", "Alice")
        (theme,) = list_themes(session, run)
        assert list_quotes(session, theme) == []
        (quote,) = list_quotes(session, theme, approved=False)
        approve_quote(session, quote.id, "[…]", alice.id, now)
        (approved,) = list_quotes(session, theme)
    assert (approved.text, approved.approved_by_id, approved.approved_at) == ("[…]", alice.id, now)


@pytest.mark.parametrize("raw", [{}, {"quoted": False}])
def test_nobody_is_quoted_who_did_not_agree(world, today, now, raw):
    _propose_quote(world, today, now, raw)
    with pytest.raises(RecordError) as caught:
        _approve_only_quote(world, now)
    assert caught.value.code == "quote.no_consent"
    with unit_of_work(world.engine, read_only=True) as session:
        approved = sa.select(QuoteSnapshot.text, QuoteSnapshot.approved_by_id, QuoteSnapshot.approved_at)
        assert session.execute(approved).all() == [("Waiting for Dr. Roy", None, None)]


@pytest.mark.parametrize("question", [None, "answer_as"])
def test_nobody_is_quoted_where_the_consultation_names_no_consent(make_world, today, now, question):
    world = make_world()
    with unit_of_work(world.engine) as session:
        session.execute(sa.update(Consultation).values(quote_question=question))
    _propose_quote(world, today, now, {"quoted": True, "answer_as": "citizen"})
    with pytest.raises(RecordError) as caught:
        _approve_only_quote(world, now)
    assert caught.value.code == "quote.no_consent"


def test_the_consent_of_one_person_does_not_quote_another(world, today, now):
    with unit_of_work(world.engine) as session:
        said = {"protect": "The nurses", "quoted": True}
        submission = Submission(new_token(), world.version, said, "en")
        submit_response(session, world.keyring, submission, today)
    _propose_quote(world, today, now, {"quoted": False})
    with pytest.raises(RecordError) as caught:
        _approve_only_quote(world, now)
    assert caught.value.code == "quote.no_consent"


def test_a_text_imported_without_its_response_is_not_quoted(world, run, now):
    first = _pins(world, run)[0]
    with unit_of_work(world.engine, read_only=True) as session:
        words = session.scalars(
            sa.select(ContributionRevision.text).where(ContributionRevision.contribution_id == first)
        ).one()
    _save(world, run, now, [_theme()], [], [ProposedQuote(1, first, words, "en")])
    with pytest.raises(RecordError) as caught:
        _approve_only_quote(world, now)
    assert caught.value.code == "quote.no_consent"


def test_a_missing_quote_says_so(world, now):
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        approve_quote(session, "0" * 32, "Words", 1, now)
    assert caught.value.code == "quote.missing"


def test_more_quotes_than_one_statement_takes_are_saved(world, now):
    count = 2_500
    with unit_of_work(world.engine) as session:
        rows = [ImportedText(str(number), f"Text {number}", "en") for number in range(count)]
        import_contributions(session, world.consultation, "hardest", rows)
        run = start_run(session, world.consultation, NewRun("tfidf", 1), now)
        texts = dict(session.execute(sa.select(ContributionRevision.contribution_id, ContributionRevision.text)).all())
    quotes = [ProposedQuote(1, key, text, "en") for key, text in texts.items()]
    with unit_of_work(world.engine) as session:
        if world.engine.dialect.name == "sqlite":
            driver = session.connection().connection.driver_connection
            driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, count - 1)
            with pytest.raises(sa.exc.OperationalError):  # the naive way
                session.scalars(sa.select(Contribution.id).where(Contribution.id.in_(list(texts)))).all()
        save_run_results(session, run.id, RunResults([_theme()], [], quotes), now)
        saved = session.execute(sa.select(QuoteSnapshot.contribution_id, QuoteSnapshot.text)).all()
    assert dict(saved) == texts


def test_a_missing_run_says_so(engine):
    with pytest.raises(RecordError) as caught, unit_of_work(engine, read_only=True) as session:
        get_run(session, 9)
    assert (caught.value.code, caught.value.values) == ("run.missing", {"run": 9})
