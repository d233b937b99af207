"""The notes of a session: statements, written on several devices at once, that become contributions when it is ready.

Until then a statement's text is in its own row. From then on it is the contribution's current revision and nowhere
else, so that whatever erases a contribution erases it here too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState, group_ids
from consult.record.contribution import (
    Contribution,
    ContributionRevision,
    NewContribution,
    add_contributions,
    add_revision,
    check_text,
)
from consult.record.database import Base, CodeText, KeyText, enum_type
from consult.record.errors import RecordError
from consult.record.session import (
    ListeningSession,
    SessionAttendance,
    SessionKind,
    SessionState,
    get_session,
)
from consult.record.session_guide import BESIDE_GUIDE, GuideQuestion, all_guide_questions
from consult.record.withdrawal import empty_quotes, erase_texts
from surveys.localised import LANGUAGES
from surveys.problems import Problem

LONGEST_STATEMENT = 5_000
MOST_STATEMENTS = 2_000


class SaidBy(StrEnum):
    """How many of those present said it."""

    ONE = "one"
    SEVERAL = "several"
    MOST = "most"


class Statement(Base):
    """One thing that was said. Its key is made on the device that writes it, so that sending twice keeps it once."""

    __tablename__ = "session_statements"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey("sessions.id"), index=True)
    # Its place in the notes: the order in which they were received.
    position: Mapped[int]
    # Counts the changes: whoever changes what they have not seen is told.
    revision: Mapped[int]
    question: Mapped[str | None] = mapped_column(CodeText)
    # None once it is a contribution, which then has it.
    text: Mapped[str | None] = mapped_column(sa.Text)
    said_by: Mapped[SaidBy] = mapped_column(enum_type(SaidBy))
    is_quote: Mapped[bool]
    may_quote: Mapped[bool]
    language: Mapped[str] = mapped_column(sa.String(2))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    contribution_id: Mapped[str | None] = mapped_column(KeyText, sa.ForeignKey("contributions.id"), index=True)
    is_removed: Mapped[bool]


@dataclass(frozen=True)
class NewStatement:
    """A statement as it is wanted; `question` is the code of a guide's question, `group` that of a group."""

    text: str
    language: str
    question: str | None = None
    said_by: SaidBy = SaidBy.ONE
    is_quote: bool = False
    may_quote: bool = False
    group: str | None = None


@dataclass(frozen=True)
class Noted:
    """A statement with its text, "" where its text was erased since."""

    id: str
    revision: int
    text: str
    language: str
    question: str | None
    said_by: SaidBy
    is_quote: bool
    may_quote: bool
    group: str | None
    is_removed: bool
    is_contribution: bool


class StatementChangedError(RecordError):
    """Somebody else changed the statement meanwhile: `current` is what it says now, None where it is gone."""

    def __init__(self, current: Noted | None) -> None:
        self.current = current
        super().__init__("statement.changed" if current else "statement.missing")

    def __reduce__(self) -> tuple[object, ...]:
        return StatementChangedError, (self.current,)


def save_statement(
    session: Session, consultation: Consultation, session_id: int, key: str, seen: int, new: NewStatement
) -> Noted:
    """Write a statement: a new one (`seen` 0), or a change of the revision that the person had seen.

    Sent twice it is kept once. Raises `StatementChangedError` where somebody else changed or erased it meanwhile,
    `statement.refused` with each field and why, `statement.too_many`, `session.missing`.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    groups = group_ids(session, consultation)
    if problems := check_statement(new, groups, all_guide_questions(session, consultation)):
        raise RecordError.of("statement.refused", problems)
    there = session.get(Statement, key)
    if there is None:
        if seen:
            raise StatementChangedError(None)
        return _note(session, add_statement(session, consultation, listening, key, new))
    if there.session_id != listening.id:
        raise RecordError("statement.refused")
    before = _note(session, there)
    if _same(before, new):
        return before
    if there.revision != seen or there.is_removed:
        raise StatementChangedError(before)
    _write(session, consultation, there, new, groups)
    return _note(session, there)


def add_statement(
    session: Session, consultation: Consultation, listening: ListeningSession, key: str, new: NewStatement
) -> Statement:
    """Add a checked statement under a fresh key; the session's row must be locked. Raises `statement.too_many`."""
    query = sa.select(sa.func.count(), sa.func.max(Statement.position)).where(Statement.session_id == listening.id)
    count, last = session.execute(query).one()
    if count >= MOST_STATEMENTS:
        raise RecordError("statement.too_many", limit=MOST_STATEMENTS)
    statement = Statement(
        id=key,
        session_id=listening.id,
        position=(last or 0) + 1,
        revision=1,
        question=new.question,
        text=new.text,
        said_by=new.said_by,
        is_quote=new.is_quote,
        may_quote=new.may_quote,
        language=new.language,
        group_id=group_ids(session, consultation)[new.group] if new.group else None,
        is_removed=False,
    )
    session.add(statement)
    session.flush()
    if listening.state is SessionState.READY:
        _contribute(session, consultation, listening, [statement])
    return statement


def remove_statement(session: Session, consultation: Consultation, session_id: int, key: str, seen: int) -> None:
    """Take a statement out of the notes; while they are being taken it can be put back, afterwards it is erased.

    Removing what is removed or gone already changes nothing. Raises `StatementChangedError`, `session.missing`.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    statement = _find(session, listening, key)
    if statement is None or statement.is_removed:
        return
    if statement.revision != seen:
        raise StatementChangedError(_note(session, statement))
    if listening.state is SessionState.READY:
        erase_statements(session, Statement.id == statement.id)
        return
    statement.is_removed, statement.revision = True, statement.revision + 1
    session.flush()


def restore_statement(session: Session, consultation: Consultation, session_id: int, key: str) -> None:
    """Put a removed statement back; raises `statement.missing` where it was erased, `session.missing`."""
    listening = get_session(session, consultation, session_id, lock=True)
    statement = _find(session, listening, key)
    if statement is None:
        raise RecordError("statement.missing")
    if statement.is_removed:
        statement.is_removed, statement.revision = False, statement.revision + 1
        session.flush()


def mark_ready(session: Session, consultation: Consultation, session_id: int) -> int:
    """Make the statements contributions, and erase those that were removed; return how many there are.

    Done twice, it is done once. Raises `session.no_consent`, `session.empty`, `session.not_open` while the
    consultation is a draft, `session.missing`.
    """
    listening = get_session(session, consultation, session_id, lock=True)
    kept = _list_rows(session, listening, removed=False)
    if listening.state is SessionState.READY:
        return len(kept)
    if consultation.state is ConsultationState.DRAFT:
        raise RecordError("session.not_open")
    if not listening.has_agreed:
        raise RecordError("session.no_consent")
    if not kept:
        raise RecordError("session.empty")
    erase_statements(session, sa.and_(Statement.session_id == listening.id, Statement.is_removed))
    _contribute(session, consultation, listening, kept)
    listening.state = SessionState.READY
    session.flush()
    return len(kept)


def list_statements(session: Session, listening: ListeningSession) -> list[Noted]:
    """Return the statements of a session in their order, those that were removed too."""
    query = (
        sa.select(Statement, ContributionRevision.text)
        .outerjoin(Contribution, Statement.contribution_id == Contribution.id)
        .outerjoin(
            ContributionRevision,
            sa.and_(
                ContributionRevision.contribution_id == Contribution.id,
                ContributionRevision.number == Contribution.revision,
            ),
        )
        .where(Statement.session_id == listening.id)
        .order_by(Statement.position, Statement.id)
    )
    groups = _group_codes(session, listening.consultation_id)
    return [_noted(row, row.text or text or "", groups) for row, text in session.execute(query)]


def count_statements(session: Session, consultation: Consultation) -> dict[int, int]:
    """Return how many statements the notes of each session hold."""
    query = (
        sa.select(Statement.session_id, sa.func.count())
        .join(ListeningSession, Statement.session_id == ListeningSession.id)
        .where(ListeningSession.consultation_id == consultation.id, Statement.is_removed.is_(False))
        .group_by(Statement.session_id)
    )
    return dict(session.execute(query).all())


def check_statement(new: NewStatement, groups: Collection[str], questions: Collection[str]) -> list[Problem]:
    """Return what is wrong with a statement, by field; `questions` holds the codes of the guides' questions."""
    problems = []
    try:
        check_text(new.text)
    except RecordError as error:
        problems.append(Problem(error.code, "text"))
    if len(new.text) > LONGEST_STATEMENT:
        problems.append(Problem("text.too_long", "text", {"limit": LONGEST_STATEMENT}))
    if new.language not in LANGUAGES:
        problems.append(Problem("language.unknown", "language"))
    if new.group is not None and new.group not in groups:
        problems.append(Problem("group.unknown", "group"))
    if new.question is not None and new.question not in questions:
        problems.append(Problem("question.unknown", "question"))
    return problems


def erase_statements(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Erase statements and the texts of the contributions that they made; the contributions' empty rows stay."""
    mine = sa.select(Statement.contribution_id).where(which, Statement.contribution_id.is_not(None))
    theirs = Contribution.id.in_(mine)
    # Locked in the order of the keys, as a run that saves its quotes locks them: any other is a deadlock.
    session.execute(sa.select(Contribution.id).where(theirs).order_by(Contribution.id).with_for_update()).all()
    erase_texts(session, theirs)
    session.execute(sa.delete(Statement).where(which).execution_options(synchronize_session="fetch"))


def _find(session: Session, listening: ListeningSession, key: str) -> Statement | None:
    query = sa.select(Statement).where(Statement.id == key, Statement.session_id == listening.id)
    return session.scalars(query).one_or_none()


def _list_rows(session: Session, listening: ListeningSession, *, removed: bool) -> list[Statement]:
    query = sa.select(Statement).where(Statement.session_id == listening.id, Statement.is_removed.is_(removed))
    return list(session.scalars(query.order_by(Statement.position, Statement.id)))


def _contribute(
    session: Session, consultation: Consultation, listening: ListeningSession, statements: list[Statement]
) -> None:
    """Write the contributions of statements, which then no longer hold the text themselves."""
    questions = all_guide_questions(session, consultation)
    person = listening.person if _is_one_person(session, listening) else None
    new = [
        NewContribution(
            text=statement.text or "",
            language=statement.language,
            question_code=_code(statement.question, questions),
            channel=listening.kind.channel,
            group_id=statement.group_id,
            person=person,
            may_quote=statement.may_quote,
        )
        for statement in statements
    ]
    for statement, key in zip(statements, add_contributions(session, consultation.id, new), strict=True):
        statement.contribution_id, statement.text = key, None
    session.flush()


def _code(question: str | None, questions: Mapping[str, GuideQuestion]) -> str:
    return questions[question].contribution_code if question else BESIDE_GUIDE


def _is_one_person(session: Session, listening: ListeningSession) -> bool:
    """Tell whether all that was said is one person's: an interview, unless several are said to have been there."""
    query = sa.select(sa.func.sum(SessionAttendance.people)).where(SessionAttendance.session_id == listening.id)
    return listening.kind is SessionKind.INTERVIEW and (session.execute(query).scalar_one() or 1) <= 1


def _write(
    session: Session, consultation: Consultation, statement: Statement, new: NewStatement, groups: dict[str, int]
) -> None:
    contribution = _lock_contribution(session, statement)
    if contribution is None:
        statement.text = new.text
    else:
        if new.text != _text(session, statement):
            add_revision(session, contribution, new.text)
            empty_quotes(session, Contribution.id == contribution.id)
        if contribution.may_quote and not new.may_quote:
            empty_quotes(session, Contribution.id == contribution.id)
        contribution.language, contribution.may_quote = new.language, new.may_quote
        contribution.group_id = groups[new.group] if new.group else None
        contribution.question_code = _code(new.question, all_guide_questions(session, consultation))
    statement.question, statement.said_by, statement.is_quote = new.question, new.said_by, new.is_quote
    statement.may_quote, statement.language = new.may_quote, new.language
    statement.group_id = groups[new.group] if new.group else None
    statement.revision += 1
    session.flush()


def _lock_contribution(session: Session, statement: Statement) -> Contribution | None:
    """Return the contribution for writing; raises `StatementChangedError` where its text was withdrawn since."""
    if statement.contribution_id is None:
        return None
    query = sa.select(Contribution).where(Contribution.id == statement.contribution_id).with_for_update()
    contribution = session.scalars(query.execution_options(populate_existing=True)).one()
    if contribution.is_withdrawn:
        raise StatementChangedError(None)
    return contribution


def _same(before: Noted, new: NewStatement) -> bool:
    held = {name: getattr(before, name) for name in NewStatement.__dataclass_fields__}
    return NewStatement(**held) == new and not before.is_removed


def _text(session: Session, statement: Statement) -> str:
    if statement.contribution_id is None:
        return statement.text or ""
    query = (
        sa.select(ContributionRevision.text)
        .join(Contribution, ContributionRevision.contribution_id == Contribution.id)
        .where(Contribution.id == statement.contribution_id, ContributionRevision.number == Contribution.revision)
    )
    return session.scalars(query).one_or_none() or ""


def _note(session: Session, statement: Statement) -> Noted:
    listening = session.get_one(ListeningSession, statement.session_id)
    return _noted(statement, _text(session, statement), _group_codes(session, listening.consultation_id))


def _noted(row: Statement, text: str, groups: dict[int, str]) -> Noted:
    return Noted(
        id=row.id,
        revision=row.revision,
        text=text,
        language=row.language,
        question=row.question,
        said_by=row.said_by,
        is_quote=row.is_quote,
        may_quote=row.may_quote,
        group=groups[row.group_id] if row.group_id else None,
        is_removed=row.is_removed,
        is_contribution=row.contribution_id is not None,
    )


def _group_codes(session: Session, consultation_id: int) -> dict[int, str]:
    consultation = session.get_one(Consultation, consultation_id)
    return {key: code for code, key in group_ids(session, consultation).items()}
