import pytest
import sqlalchemy as sa

from consult.record.account import create_account
from consult.record.audit import AuditEntry
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import new_token
from consult.record.quote import QuoteState, approve, is_redaction, list_approved, list_queue, refuse, reopen
from consult.record.quote_decisions import take_over_decisions
from consult.record.run import get_run, save_run_results, start_run
from consult.record.submission import Submission, submit_response
from consult.record.theme import (
    NewRun,
    ProposedAssignment,
    ProposedQuote,
    ProposedTheme,
    QuoteSnapshot,
    RunContribution,
    RunResults,
)
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


@pytest.mark.parametrize(
    ("form", "is_one"),
    [
        ("Waiting for Dr. Roy", True),
        ("Waiting for […]", True),
        ("[…] for Dr. Roy", True),
        ("Waiting […] Roy", True),
        ("for", True),
        ("  Waiting   for\n[…] ", True),
        ("Waiting [...] Roy", True),
        ("Waiting for Dr[…]. Roy", True),
        ("Waiting is wonderful", False),
        ("Roy […] Waiting", False),  # in another order
        ("Wait […] Roy", False),  # a part of a word
        ("Waiting for for Dr. Roy", False),
        ("waiting for Dr. Roy", False),
        ("", False),
    ],
)
def test_a_redaction_only_takes_words_out(form, is_one):
    assert is_redaction(form, WORDS) is is_one


def test_other_words_than_the_authors_are_not_approved(world, quoted, alice, now):
    run_id, _ = quoted
    (quote,) = _queue(world, run_id).quotes
    with pytest.raises(RecordError) as caught, unit_of_work(world.engine) as session:
        approve(session, get_run(session, run_id), quote.id, "The board is wonderful", alice, now)
    assert caught.value.code == "quote.not_their_words"
    assert _approved(world, run_id) == {}


@pytest.fixture
def rerun(world, now):
    """Run the question again: the same words in one theme, proposed to be quoted or not; return the new run's key."""

    def run_again(*, proposes: bool) -> int:
        with unit_of_work(world.engine) as session:
            run = start_run(session, world.consultation, NewRun("tfidf", 2, "hardest"), now)
            keys = session.scalars(sa.select(RunContribution.contribution_id).filter_by(run_id=run.id)).all()
            results = RunResults(
                [ProposedTheme(1, Localised("Other", "Autre"), {}, {})],
                [ProposedAssignment(key, 0.5, 1) for key in keys],
                [ProposedQuote(1, key, WORDS, "en") for key in keys] if proposes else [],
            )
            take_over_decisions(session, save_run_results(session, run.id, results, now))
            return run.id

    return run_again


@pytest.mark.parametrize("proposes", [True, False])
def test_a_new_run_takes_over_what_was_approved(world, quoted, alice, now, rerun, proposes):
    (quote,) = _queue(world, quoted[0]).quotes
    with unit_of_work(world.engine) as session:
        approve(session, get_run(session, quoted[0]), quote.id, "Waiting […]", alice, now)
    again = rerun(proposes=proposes)
    assert [each.text for each in _approved(world, again)[1]] == ["Waiting […]"]
    (taken,) = _queue(world, again).quotes
    assert (taken.state, taken.by, taken.at) == (QuoteState.APPROVED, "Alice", now)


def test_a_new_run_takes_over_what_was_refused_and_asks_again_of_what_waits(world, quoted, alice, now, rerun):
    (quote,) = _queue(world, quoted[0]).quotes
    assert _queue(world, rerun(proposes=True)).quotes[0].state is QuoteState.PROPOSED
    with unit_of_work(world.engine) as session:
        refuse(session, get_run(session, quoted[0]), quote.id, alice, now)
    assert _queue(world, rerun(proposes=True)).quotes[0].state is QuoteState.REFUSED
    assert _queue(world, rerun(proposes=False)).quotes == ()
    with unit_of_work(world.engine) as session:
        reopen(session, get_run(session, quoted[0]), quote.id, alice, now)


def test_what_its_author_changed_since_waits_again(world, quoted, alice, now, rerun):
    run_id, _ = quoted
    (quote,) = _queue(world, run_id).quotes
    with unit_of_work(world.engine) as session:
        approve(session, get_run(session, run_id), quote.id, "Waiting […]", alice, now)
        key = session.get_one(QuoteSnapshot, quote.id).contribution_id
        session.execute(sa.update(Contribution).where(Contribution.id == key).values(revision=2))
        session.add(ContributionRevision(contribution_id=key, number=2, text=WORDS))
    assert _approved(world, rerun(proposes=True)) == {}
