"""Proposed quotes, and what a person decided of each: approved in a redacted form, or not this one; both can be undone.

What is approved stands in the quote itself; what was refused stands in the audit, which keeps every decision with its
author and time. A decision is about what somebody wrote, not about a run: a new run takes over those of earlier ones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.account import Account
from consult.record.audit import AuditEntry, record_action
from consult.record.consultation import Consultation, Group
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.errors import RecordError
from consult.record.findings import find_newest_runs
from consult.record.run import approve_quote, has_consent, list_quotable
from consult.record.theme import CandidateTheme, QuoteSnapshot, Run, RunContribution, RunState

MARK = "[…]"
"""What stands in the place of words that were taken out of a quote."""
APPROVED, REFUSED, REOPENED = "quote.approved", "quote.refused", "quote.reopened"


class QuoteState(StrEnum):
    """What was decided of a quote."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class ProposedWords:
    """A quote that may be approved: its author agreed to be quoted.

    `original` is what the person wrote, `text` what would be or is shown; `by` and `at` say who decided and when.
    """

    id: str
    theme: int
    original: str
    text: str
    language: str
    state: QuoteState
    by: str
    at: datetime | None


@dataclass(frozen=True)
class QuoteQueue:
    """The quotes of a run by theme; `without_consent` were proposed, but their authors did not agree to be quoted."""

    quotes: tuple[ProposedWords, ...]
    without_consent: int

    def count(self, state: QuoteState) -> int:
        """Return how many are in a state."""
        return sum(quote.state == state for quote in self.quotes)


@dataclass(frozen=True)
class ShownQuote:
    """A quote that a person approved, in the form that may be shown.

    `group` is the code of its author's group, "" where there is none; `consult.disclosure` says where it may be shown.
    """

    text: str
    language: str
    group: str = ""


def list_queue(session: Session, run: Run) -> QuoteQueue:
    """Return what a run proposed to quote and what was decided; what was taken back is not there any more."""
    query = (
        sa.select(QuoteSnapshot, CandidateTheme.number, ContributionRevision.text)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .join(
            RunContribution,
            sa.and_(RunContribution.run_id == run.id, RunContribution.contribution_id == QuoteSnapshot.contribution_id),
        )
        .join(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == QuoteSnapshot.contribution_id,
                ContributionRevision.number == RunContribution.revision,
            ),
        )
        .where(CandidateTheme.run_id == run.id, QuoteSnapshot.text.is_not(None))
        .order_by(CandidateTheme.number, QuoteSnapshot.id)
    )
    decided, quotable = _last_decisions(session, run), list_quotable(session, run)
    quotes, without_consent = [], 0
    for quote, number, original in session.execute(query):
        if quote.contribution_id in quotable:
            quotes.append(_proposed(quote, number, original, decided.get(quote.id)))
        else:
            without_consent += 1
    return QuoteQueue(tuple(quotes), without_consent)


def count_waiting(session: Session, consultation: Consultation) -> int:
    """Count the quotes of the newest analyses that wait for a person."""
    newest = find_newest_runs(session, consultation, RunState.DONE)
    return sum(list_queue(session, run).count(QuoteState.PROPOSED) for run in newest.values())


def list_approved(session: Session, run: Run) -> dict[int, list[ShownQuote]]:
    """Return the approved quotes of a run by the number of their theme: all that may leave the facilitator's pages."""
    query = (
        sa.select(CandidateTheme.number, QuoteSnapshot.text, QuoteSnapshot.language, Group.code)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .join(Contribution, Contribution.id == QuoteSnapshot.contribution_id)
        .outerjoin(Group, Group.id == Contribution.group_id)
        .where(CandidateTheme.run_id == run.id, QuoteSnapshot.text.is_not(None), QuoteSnapshot.approved_at.is_not(None))
        .order_by(CandidateTheme.number, QuoteSnapshot.id)
    )
    approved: dict[int, list[ShownQuote]] = {}
    for number, text, language, group in session.execute(query):
        approved.setdefault(number, []).append(ShownQuote(text or "", language, group or ""))
    return approved


def approve(session: Session, run: Run, quote_id: str, text: str, account_id: int, now: datetime) -> None:
    """Let a quote out in this form.

    Raises as `consult.record.run.approve_quote` does, `quote.missing`, and `quote.not_their_words` when the form has
    words that its author did not write there.
    """
    quote = _of_run(session, run, quote_id)
    if not has_consent(session, quote.contribution_id):
        raise RecordError("quote.no_consent")
    if quote.text is not None and not is_redaction(text, _pinned_text(session, run, quote)):
        raise RecordError("quote.not_their_words")
    quote = approve_quote(session, quote_id, text, account_id, now)
    record_action(session, account_id, APPROVED, quote, now=now)


def is_redaction(text: str, original: str) -> bool:
    """Tell whether a text is the original with nothing but passages taken out, […] standing in their place.

    White space does not matter; what is left out at either end needs no mark.
    """
    left = f" {' '.join(original.split())} "
    for piece in text.replace("[...]", MARK).split(MARK):
        wanted = " ".join(piece.split())
        found = _find_words(wanted, left) if wanted else None
        if wanted and not found:
            return False
        left = left[found.end() :] if found else left
    return bool(text.strip())


def find_proposed_runs(session: Session, consultation: Consultation, contribution_ids: Sequence[str]) -> dict[str, int]:
    """Return, of these contributions, those whose words a run proposes to quote, with the newest such run."""
    query = (
        sa.select(QuoteSnapshot.contribution_id, sa.func.max(CandidateTheme.run_id))
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .join(Run, Run.id == CandidateTheme.run_id)
        .where(
            Run.consultation_id == consultation.id,
            QuoteSnapshot.contribution_id.in_(contribution_ids),
            QuoteSnapshot.text.is_not(None),
        )
        .group_by(QuoteSnapshot.contribution_id)
    )
    return dict(session.execute(query).all())


def _find_words(wanted: str, text: str) -> re.Match[str] | None:
    """Find words in a text, not inside longer ones; a sign may touch the word beside it."""
    begins = r"(?<!\w)" if wanted[0].isalnum() else ""
    ends = r"(?!\w)" if wanted[-1].isalnum() else ""
    return re.search(begins + re.escape(wanted) + ends, text)


def refuse(session: Session, run: Run, quote_id: str, account_id: int, now: datetime) -> None:
    """Decide that a quote is not shown; raises `quote.missing`, `quote.withdrawn`."""
    record_action(session, account_id, REFUSED, _take_back(session, run, quote_id), now=now)


def reopen(session: Session, run: Run, quote_id: str, account_id: int, now: datetime) -> None:
    """Undo what was decided: the quote waits again, as its author wrote it; raises as `refuse` does."""
    record_action(session, account_id, REOPENED, _take_back(session, run, quote_id), now=now)


def _take_back(session: Session, run: Run, quote_id: str) -> QuoteSnapshot:
    """Take a quote out of view, with the words that the run read."""
    quote = _of_run(session, run, quote_id)
    if quote.text is None:
        raise RecordError("quote.withdrawn")
    if quote.approved_at is not None:
        quote.text = _pinned_text(session, run, quote)
    quote.approved_by_id = quote.approved_at = None
    session.flush()
    return quote


def _pinned_text(session: Session, run: Run, quote: QuoteSnapshot) -> str:
    """Return what the author of a quote had written when the run read it."""
    query = (
        sa.select(ContributionRevision.text)
        .join(
            RunContribution,
            sa.and_(
                RunContribution.contribution_id == ContributionRevision.contribution_id,
                RunContribution.revision == ContributionRevision.number,
            ),
        )
        .where(RunContribution.run_id == run.id, RunContribution.contribution_id == quote.contribution_id)
    )
    return session.scalars(query).one()


def _of_run(session: Session, run: Run, quote_id: str) -> QuoteSnapshot:
    query = (
        sa.select(QuoteSnapshot)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .where(QuoteSnapshot.id == quote_id, CandidateTheme.run_id == run.id)
        .with_for_update(of=QuoteSnapshot)
        .execution_options(populate_existing=True)
    )
    quote = session.scalars(query).one_or_none()
    if quote is None:
        raise RecordError("quote.missing")
    return quote


def _last_decisions(session: Session, run: Run) -> dict[str, tuple[str, str, datetime]]:
    """Return the last decision on each quote: what, by whom, when."""
    mine = (
        sa.select(QuoteSnapshot.id)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .where(CandidateTheme.run_id == run.id)
    )
    query = (
        sa.select(AuditEntry.object_id, AuditEntry.action, Account.name, AuditEntry.at)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.object_type == QuoteSnapshot.__tablename__, AuditEntry.object_id.in_(mine))
        .order_by(AuditEntry.id)
    )
    return {key: (action, name or "", at) for key, action, name, at in session.execute(query)}


def _proposed(
    quote: QuoteSnapshot, number: int, original: str, decided: tuple[str, str, datetime] | None
) -> ProposedWords:
    action, name, at = decided or ("", "", None)
    state = QuoteState.PROPOSED
    if quote.approved_at is not None:
        state, at = QuoteState.APPROVED, quote.approved_at
    elif action == REFUSED:
        state = QuoteState.REFUSED
    if state is QuoteState.PROPOSED:
        name, at = "", None
    return ProposedWords(quote.id, number, original, quote.text or "", quote.language, state, name, at)
