import pytest
import sqlalchemy as sa

from consult.record.account import create_account
from consult.record.audit import AuditEntry
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.quote import QuoteState, approve, list_approved, list_queue, refuse, reopen
from consult.record.run import get_run, save_run_results, start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import NewRun, ProposedQuote, ProposedTheme, RunContribution, RunResults
from consult.record.withdrawal import withdraw_response
from surveys.localised import Localised

WORDS = "Waiting for Dr. Roy"


@pytest.fixture
def alice(world):
    with unit_of_work(world.engine) as session:
        return create_account(session, "alice@example.org", "Alice").id


@pytest.fixture
def quoted(world, today, now):
    """Give a run that proposes the words of two people, one of whom agreed; return its key and the receipt of her."""
    with unit_of_work(world.engine) as session:
        receipts = [
            submit_response(
                session,
                world.keyring,
                Submission(new_token(), world.version, {"hardest": WORDS, "quoted": agreed}, "en"),
                today,
            ).receipt
            for agreed in (True, False)
        ]
        run = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
        keys = session.scalars(sa.select(RunContribution.contribution_id).filter_by(run_id=run.id)).all()
        theme = ProposedTheme(1, Localised("Wait", "Attente"), {}, {})
        results = RunResults([theme], [], [ProposedQuote(1, key, WORDS, "en") for key in keys])
        save_run_results(session, run.id, results, now)
        return run.id, receipts[0]


def _queue(world, run_id):
    with unit_of_work(world.engine, read_only=True) as session:
        return list_queue(session, get_run(session, run_id))


def _approved(world, run_id):
    with unit_of_work(world.engine, read_only=True) as session:
        return list_approved(session, get_run(session, run_id))


def test_only_the_words_of_who_agreed_wait(world, quoted):
    queue = _queue(world, quoted[0])
    assert [(quote.original, quote.text, quote.state) for quote in queue.quotes] == [
        (WORDS, WORDS, QuoteState.PROPOSED)
    ]
    assert (queue.without_consent, queue.count(QuoteState.PROPOSED)) == (1, 1)


def test_decisions_and_their_undoing(world, quoted, alice, now):
    run_id, _ = quoted
    (quote,) = _queue(world, run_id).quotes

    def act(operation, *text):
        with unit_of_work(world.engine) as session:
            operation(session, get_run(session, run_id), quote.id, *text, alice, now)
        (decided,) = _queue(world, run_id).quotes
        return decided

    approved = act(approve, "Waiting […]")
    assert (approved.state, approved.text, approved.original, approved.by, approved.at) == (
        QuoteState.APPROVED,
        "Waiting […]",
        WORDS,
        "Alice",
        now,
    )
    assert [each.text for each in _approved(world, run_id)[1]] == ["Waiting […]"]
    assert act(reopen).text == WORDS
    assert _approved(world, run_id) == {}
    refused = act(refuse)
    assert (refused.state, refused.by, refused.at) == (QuoteState.REFUSED, "Alice", now)
    assert act(reopen).state is QuoteState.PROPOSED
    act(approve, "Waiting […]")
    assert act(refuse).state is QuoteState.REFUSED
    assert _approved(world, run_id) == {}
    with unit_of_work(world.engine, read_only=True) as session:
        acts = session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-6:] == [
        "quote.approved",
        "quote.reopened",
        "quote.refused",
        "quote.reopened",
        "quote.approved",
        "quote.refused",
    ]


def test_a_withdrawn_quote_cannot_be_decided_and_is_shown_nowhere(world, quoted, alice, now):
    run_id, receipt = quoted
    (quote,) = _queue(world, run_id).quotes
    with unit_of_work(world.engine) as session:
        approve(session, get_run(session, run_id), quote.id, "Waiting", alice, now)
    with unit_of_work(world.engine) as session:
        withdraw_response(session, world.keyring, receipt)
    assert _queue(world, run_id).quotes == ()
    assert _approved(world, run_id) == {}
    for operation in (refuse, reopen):
        with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
            operation(session, get_run(session, run_id), quote.id, alice, now)
        assert caught.value.code == "quote.withdrawn"


def test_a_quote_of_another_run_is_missing(world, quoted, alice, now):
    (quote,) = _queue(world, quoted[0]).quotes
    with unit_of_work(world.engine) as session:
        other = start_run(session, world.consultation, NewRun("tfidf", 1, "hardest"), now)
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        approve(session, other, quote.id, "Waiting", alice, now)
    assert caught.value.code == "quote.missing"
    assert _approved(world, quoted[0]) == {}
