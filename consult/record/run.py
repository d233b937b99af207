"""The life of a run: it pins what it reads, then its results are saved at once, then it never changes."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from consult.record.consultation import Consultation
from consult.record.contribution import Contribution, ContributionRevision, check_text
from consult.record.database import random_key
from consult.record.errors import RecordError
from consult.record.response import ResponseAnswer
from consult.record.theme import (
    Assignment,
    CandidateTheme,
    NewRun,
    ProposedAssignment,
    ProposedQuote,
    QuoteSnapshot,
    Run,
    RunContribution,
    RunResults,
    RunState,
)

# Keys in one statement: SQLite and PostgreSQL both limit the parameters of a statement.
_BATCH = 1000


def start_run(session: Session, consultation: Consultation, new: NewRun, now: datetime) -> Run:
    """Begin a run on the contributions as they are now: each is pinned to its current revision.

    The digest of the input covers every pinned text: two runs with the same digest read the same words.
    """
    pins = _current_pins(session, consultation, new.question_code)
    digest = hashlib.sha256()
    for key, revision, text in pins:
        digest.update(f"{key}:{revision}:{len(text)}:{text}\n".encode())
    run = Run(
        consultation_id=consultation.id,
        question_code=new.question_code,
        engine=new.engine,
        settings=dict(new.settings),
        seed=new.seed,
        versions=dict(new.versions),
        input_digest=digest.hexdigest(),
        state=RunState.RUNNING,
        started_at=now,
    )
    session.add(run)
    session.flush()
    rows = [{"run_id": run.id, "contribution_id": key, "revision": revision} for key, revision, _ in pins]
    if rows:
        session.execute(sa.insert(RunContribution), rows)
    return run


def get_run(session: Session, run_id: int, *, lock: bool = False) -> Run:
    """Return a run; raises `run.missing`."""
    query = sa.select(Run).where(Run.id == run_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    run = session.scalars(query).one_or_none()
    if run is None:
        raise RecordError("run.missing", run=run_id)
    return run


def list_runs(session: Session, consultation: Consultation, question_code: str | None = None) -> list[Run]:
    """Return a consultation's runs (of one question if given), newest first."""
    query = sa.select(Run).where(Run.consultation_id == consultation.id)
    if question_code is not None:
        query = query.where(Run.question_code == question_code)
    return list(session.scalars(query.order_by(Run.id.desc())))


def save_run_results(session: Session, run_id: int, results: RunResults, now: datetime) -> Run:
    """Save what a run found, all at once, and end it.

    What was withdrawn or corrected while it ran keeps its place in the counts, but its words are not quoted.
    Raises `run.finished`, `run.not_pinned`, `theme.unknown`, `theme.repeated`, `quote.not_in_text`; nothing
    is saved then.
    """
    run = _running(session, run_id)
    pins = _pinned_revisions(session, run)
    used = {each.contribution_id for each in results.assignments}
    used |= {each.contribution_id for each in results.quotes}
    if not used <= pins.keys():
        raise RecordError("run.not_pinned", count=len(used - pins.keys()))
    themes = _save_themes(session, run, results)
    _save_assignments(session, run, results.assignments, themes)
    _save_quotes(session, results.quotes, themes, pins)
    run.state, run.finished_at, run.summary = RunState.DONE, now, dict(results.summary)
    session.flush()
    return run


def fail_run(session: Session, run_id: int, error_code: str, now: datetime) -> Run:
    """End a run without results; raises `run.finished`."""
    run = _running(session, run_id)
    run.state, run.finished_at, run.error_code = RunState.FAILED, now, error_code
    session.flush()
    return run


def fail_unfinished_runs(
    session: Session, consultation_id: int, question_code: str | None, error_code: str, now: datetime
) -> int:
    """End the runs of a question that were begun and never ended; return how many."""
    query = sa.select(Run.id).where(
        Run.consultation_id == consultation_id,
        Run.question_code.is_not_distinct_from(question_code),
        Run.state == RunState.RUNNING,
    )
    unfinished = list(session.scalars(query.order_by(Run.id)))
    return sum(end_unfinished_run(session, run_id, error_code, now) for run_id in unfinished)


def end_unfinished_run(session: Session, run_id: int, error_code: str, now: datetime) -> bool:
    """End a run without results, unless it has ended since somebody looked: it then stays as it ended."""
    run = get_run(session, run_id, lock=True)
    if run.state is not RunState.RUNNING:
        return False
    run.state, run.finished_at, run.error_code = RunState.FAILED, now, error_code
    session.flush()
    return True


def list_quotable(session: Session, run: Run) -> set[str]:
    """Return which contributions of a run have an author who agreed to be quoted, as `approve_quote` knows it."""
    query = _select_consents(Contribution.id).join(RunContribution, RunContribution.contribution_id == Contribution.id)
    found = session.execute(query.where(RunContribution.run_id == run.id))
    return {key for key, said, value in found if said or _is_given(value)}


def approve_quote(session: Session, quote_id: str, text: str, account_id: int, now: datetime) -> QuoteSnapshot:
    """Let a quote out in the form that a person redacted, if its author agreed to be quoted.

    The author agreed by ticking the consent question that `Consultation.quote_question` names, in the response
    that the words come from; where there is no response, where it was said (`Contribution.may_quote`). Where the
    record knows of no agreement (no such question, no answer, a text
    imported without its response) nobody is quoted.
    Raises `quote.missing`, `quote.withdrawn`, `quote.no_consent`, and as `check_text` does.
    """
    check_text(text)
    query = (
        sa.select(QuoteSnapshot)
        .where(QuoteSnapshot.id == quote_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    quote = session.scalars(query).one_or_none()
    if quote is None:
        raise RecordError("quote.missing")
    if quote.text is None:
        raise RecordError("quote.withdrawn")
    if not has_consent(session, quote.contribution_id):
        raise RecordError("quote.no_consent")
    quote.text, quote.approved_by_id, quote.approved_at = text, account_id, now
    session.flush()
    return quote


def has_consent(session: Session, contribution_id: str) -> bool:
    """Tell whether the author of a contribution agreed to be quoted: in the response, or where it was said."""
    found = session.execute(_select_consents(Contribution.id).where(Contribution.id == contribution_id)).one_or_none()
    return found is not None and bool(found[1] or _is_given(found[2]))


def _select_consents(key: sa.ColumnElement[str] | InstrumentedAttribute[str]) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for (key, the consent given with the text itself, the answer to the consent question)."""
    asked = sa.and_(
        ResponseAnswer.response_id == Contribution.response_id,
        ResponseAnswer.question_code == Consultation.quote_question,
    )
    return (
        sa.select(
            key, sa.and_(Contribution.response_id.is_(None), Contribution.may_quote.is_(True)), ResponseAnswer.value
        )
        .select_from(Contribution)
        .join(Consultation, Consultation.id == Contribution.consultation_id)
        .outerjoin(ResponseAnswer, asked)
    )


def _is_given(value: object) -> bool:
    """Tell whether an answer is a consent that was given: an answer of any other type agrees to nothing."""
    return isinstance(value, dict) and value.get("given") is True


def _running(session: Session, run_id: int) -> Run:
    run = get_run(session, run_id, lock=True)
    if run.state is not RunState.RUNNING:
        raise RecordError("run.finished", run=run_id)
    return run


def _current_pins(
    session: Session, consultation: Consultation, question_code: str | None
) -> list[tuple[str, int, str]]:
    query = (
        sa.select(Contribution.id, Contribution.revision, ContributionRevision.text)
        .join(ContributionRevision, ContributionRevision.contribution_id == Contribution.id)
        .where(
            Contribution.consultation_id == consultation.id,
            Contribution.is_withdrawn.is_(False),
            ContributionRevision.number == Contribution.revision,
        )
        .order_by(Contribution.id)
    )
    if question_code is not None:
        query = query.where(Contribution.question_code == question_code)
    return [(key, revision, text) for key, revision, text in session.execute(query)]


def _pinned_revisions(session: Session, run: Run) -> dict[str, int]:
    query = sa.select(RunContribution.contribution_id, RunContribution.revision)
    query = query.where(RunContribution.run_id == run.id)
    return dict(session.execute(query).all())


def _save_themes(session: Session, run: Run, results: RunResults) -> dict[int, int]:
    """Write the themes; return the key of each by its number."""
    themes = [
        CandidateTheme(
            run_id=run.id,
            number=each.number,
            labels=each.labels,
            terms={language: list(terms) for language, terms in each.terms.items()},
            counts=dict(each.counts),
        )
        for each in results.themes
    ]
    if len({theme.number for theme in themes}) != len(themes):
        raise RecordError("theme.repeated")
    session.add_all(themes)
    session.flush()
    return {theme.number: theme.id for theme in themes}


def _save_assignments(
    session: Session, run: Run, assignments: Iterable[ProposedAssignment], themes: dict[int, int]
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "run_id": run.id,
            "contribution_id": each.contribution_id,
            "unit": each.unit,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "theme_id": None if each.theme is None else _theme_key(themes, each.theme),
            "reason": each.reason,
            "strength": each.strength,
        }
        for each in assignments
    ]
    if rows:
        session.execute(sa.insert(Assignment), rows)


def _save_quotes(
    session: Session, quotes: Iterable[ProposedQuote], themes: dict[int, int], pins: dict[str, int]
) -> None:
    """Write the quotes of what still stands as it was read; who takes words back waits for us, or we see it."""
    quotes = list(quotes)
    keys = sorted({each.contribution_id for each in quotes})
    texts = _lock_texts(session, keys, pins)
    rows: list[dict[str, Any]] = []
    for each in quotes:
        theme_id = _theme_key(themes, each.theme)
        text = texts.get(each.contribution_id)
        if text is None:
            continue
        if each.text not in text:
            raise RecordError("quote.not_in_text", theme=each.theme)
        rows.append(
            {
                "id": random_key(),
                "theme_id": theme_id,
                "contribution_id": each.contribution_id,
                "text": each.text,
                "language": each.language,
                "approved_by_id": None,
                "approved_at": None,
            }
        )
    if rows:
        session.execute(sa.insert(QuoteSnapshot), rows)


def _lock_texts(session: Session, keys: list[str], pins: dict[str, int]) -> dict[str, str]:
    """Return the pinned text of each contribution neither withdrawn nor corrected since, its row locked.

    The keys are sorted, so that rows are locked in the order in which a withdrawal locks them.
    """
    texts: dict[str, str] = {}
    for start in range(0, len(keys), _BATCH):
        locked = session.execute(
            sa.select(Contribution.id, Contribution.revision)
            .where(Contribution.id.in_(keys[start : start + _BATCH]), Contribution.is_withdrawn.is_(False))
            .order_by(Contribution.id)
            .with_for_update()
        ).all()
        unchanged = [key for key, revision in locked if revision == pins[key]]
        query = sa.select(ContributionRevision).where(ContributionRevision.contribution_id.in_(unchanged))
        texts |= {
            revision.contribution_id: revision.text
            for revision in session.scalars(query)
            if revision.number == pins[revision.contribution_id]
        }
    return texts


def _theme_key(themes: dict[int, int], number: int) -> int:
    if number not in themes:
        raise RecordError("theme.unknown", theme=number)
    return themes[number]
