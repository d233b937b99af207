"""A new run takes over what was decided of the same words in earlier runs: nobody has to approve them twice."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from consult.record.audit import AuditEntry, record_action
from consult.record.database import random_key
from consult.record.quote import APPROVED, REFUSED, REOPENED, is_redaction
from consult.record.run import list_quotable
from consult.record.theme import Assignment, CandidateTheme, QuoteSnapshot, Run, RunContribution


class _Decided(NamedTuple):
    """A quote of an earlier run that was decided on, and what the decision was."""

    quote: QuoteSnapshot
    action: str
    account_id: int | None
    at: datetime


def take_over_decisions(session: Session, run: Run) -> int:
    """Decide of a new run's quotes what was last decided of the same words; return of how many.

    Words that were approved and that the run does not propose to quote are quoted in the theme where it places them.
    What its author has changed since, or does not agree to have quoted any more, waits for a person again.
    """
    quotable = list_quotable(session, run)
    proposed: dict[str, list[QuoteSnapshot]] = {}
    mine = sa.select(QuoteSnapshot).join(CandidateTheme).where(CandidateTheme.run_id == run.id)
    for quote in session.scalars(mine.order_by(QuoteSnapshot.id)):
        proposed.setdefault(quote.contribution_id, []).append(quote)
    taken = 0
    for decided in _last_decisions(session, run):
        key = decided.quote.contribution_id
        if key not in quotable:
            continue
        if decided.action == REFUSED:
            for quote in proposed.get(key, []):
                record_action(session, decided.account_id, REFUSED, quote, now=decided.at)
                taken += 1
        elif decided.action == APPROVED and decided.quote.text is not None:
            taken += _approve(session, run, proposed.get(key, []), decided)
    session.flush()
    return taken


def _last_decisions(session: Session, run: Run) -> list[_Decided]:
    """Return the last decision on each text that stands as it did, over the earlier runs of the same question."""
    there, here = aliased(RunContribution), aliased(RunContribution)
    query = (
        sa.select(QuoteSnapshot, AuditEntry.action, AuditEntry.account_id, AuditEntry.at)
        .join(AuditEntry, AuditEntry.object_id == QuoteSnapshot.id)
        .join(CandidateTheme, CandidateTheme.id == QuoteSnapshot.theme_id)
        .join(Run, Run.id == CandidateTheme.run_id)
        .join(there, sa.and_(there.run_id == Run.id, there.contribution_id == QuoteSnapshot.contribution_id))
        .join(here, sa.and_(here.run_id == run.id, here.contribution_id == QuoteSnapshot.contribution_id))
        .where(
            AuditEntry.object_type == QuoteSnapshot.__tablename__,
            AuditEntry.action.in_((APPROVED, REFUSED, REOPENED)),
            Run.consultation_id == run.consultation_id,
            Run.question_code.is_not_distinct_from(run.question_code),
            Run.id < run.id,
            there.revision == here.revision,
        )
        .order_by(AuditEntry.id)
    )
    last = {row[0].contribution_id: _Decided(*row) for row in session.execute(query)}
    return list(last.values())


def _approve(session: Session, run: Run, proposed: Sequence[QuoteSnapshot], decided: _Decided) -> bool:
    """Approve the quote that the approved form is a form of; where there is none, quote the words in their theme."""
    text = str(decided.quote.text)
    quote = next((each for each in proposed if each.text is not None and is_redaction(text, each.text)), None)
    if quote is None:
        theme_id = session.scalar(
            sa.select(Assignment.theme_id)
            .where(
                Assignment.run_id == run.id,
                Assignment.contribution_id == decided.quote.contribution_id,
                Assignment.theme_id.is_not(None),
            )
            .order_by(Assignment.strength.desc())
            .limit(1)
        )
        if theme_id is None:
            return False
        quote = QuoteSnapshot(
            id=random_key(),
            theme_id=theme_id,
            contribution_id=decided.quote.contribution_id,
            language=decided.quote.language,
        )
        session.add(quote)
    quote.text, quote.approved_by_id, quote.approved_at = text, decided.quote.approved_by_id, decided.quote.approved_at
    session.flush()
    record_action(session, decided.account_id, APPROVED, quote, now=decided.at)
    return True
