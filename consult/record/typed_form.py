"""Forms typed in by somebody else: batches of paper forms and telephone answers, and what is counted about them.

While a batch is open, a form's number leads to its response, so that it can be corrected; only with the
installation's secret, for what is kept is the form's token, encrypted. Closing the batch deletes those rows: what
stays is how many forms there were and, by question, how many could not be read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.consultation import Consultation, ConsultationState, group_ids
from consult.record.contribution import Channel
from consult.record.database import Base, CodeText, JsonValue, KeyText, OptionalJson, check_language, enum_type
from consult.record.errors import RecordError
from consult.record.survey import SurveyVersion

CHANNELS = (Channel.PAPER, Channel.PHONE)
ILLEGIBLE, TWO_TICKED = "illegible", "two_ticked"
LONGEST_NAME = 100


class EntryBatch(Base):
    """A pile of forms, or of telephone answers, typed in together. Staff's work: it names no participant."""

    __tablename__ = "entry_batches"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_versions.id"), index=True)
    number: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    language: Mapped[str] = mapped_column(sa.String(2))
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    # The day on which the forms arrived: the day of their responses.
    received_on: Mapped[date]
    # Who wrote down what was said on the telephone, or collected the forms.
    note_taker: Mapped[str] = mapped_column(sa.Text)
    is_closed: Mapped[bool]
    # What stays once the batch is closed: the forms typed in, and those entered twice.
    forms: Mapped[int]
    compared: Mapped[int]


class TypedForm(Base):
    """A form of an open batch. It goes when the batch is closed."""

    __tablename__ = "typed_forms"
    __table_args__ = (sa.UniqueConstraint("batch_id", "number"), {"sqlite_with_rowid": False})

    # Made when the empty form is shown, so that saving it twice saves it once.
    id: Mapped[str] = mapped_column(KeyText, primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("entry_batches.id"), index=True)
    number: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    typed_on: Mapped[date]
    token_encrypted: Mapped[str] = mapped_column(sa.Text)
    # {question code: [ILLEGIBLE, TWO_TICKED]}
    marks: Mapped[dict[str, list[str]]] = mapped_column(JsonValue)
    # Whether answers that were begun online with its code went into the response too: nobody can type it in twice.
    is_joined: Mapped[bool]
    is_sampled: Mapped[bool]
    # The codes of the questions in which the second entry differs; None until there is one.
    differs: Mapped[list[str] | None] = mapped_column(OptionalJson)
    is_settled: Mapped[bool]


class EntryCount(Base):
    """What stays of a closed batch about one question, in numbers of forms."""

    __tablename__ = "entry_counts"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("entry_batches.id"), primary_key=True, autoincrement=False)
    question_code: Mapped[str] = mapped_column(CodeText, primary_key=True)
    illegible: Mapped[int]
    two_ticked: Mapped[int]
    disagreed: Mapped[int]


@dataclass(frozen=True)
class NewBatch:
    """What a batch is made from; `group` is the code of the group of all its forms, where they are of one."""

    channel: Channel
    language: str
    received_on: date
    note_taker: str = ""
    group: str | None = None


@dataclass(frozen=True)
class QuestionCount:
    """In how many forms of a batch a question could not be read, had two boxes ticked, or was typed otherwise twice."""

    illegible: int = 0
    two_ticked: int = 0
    disagreed: int = 0


@dataclass(frozen=True)
class BatchCounts:
    """The forms of a batch, those entered twice, the differences that nobody has settled, and counts by question."""

    forms: int
    compared: int
    unsettled: int
    questions: Mapping[str, QuestionCount]


def create_batch(
    session: Session, consultation: Consultation, version: SurveyVersion, new: NewBatch, today: date
) -> EntryBatch:
    """Begin a batch, numbered within its consultation.

    Raises `batch.channel`, `batch.name_too_long`, `batch.in_future`, `batch.late` (received after the last day for
    answering), `group.unknown`, `language.unknown`, and `consultation.not_accepting` for a draft.
    """
    if consultation.state is ConsultationState.DRAFT:
        raise RecordError("consultation.not_accepting", state=str(consultation.state))
    if new.channel not in CHANNELS:
        raise RecordError("batch.channel")
    if len(new.note_taker) > LONGEST_NAME:
        raise RecordError("batch.name_too_long", maximum=LONGEST_NAME)
    _check_day(consultation, new.received_on, today)
    groups = group_ids(session, consultation)
    if new.group is not None and new.group not in groups:
        raise RecordError("group.unknown")
    # Two people who begin a batch at once must not take the same number.
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    query = sa.select(sa.func.max(EntryBatch.number)).where(EntryBatch.consultation_id == consultation.id)
    batch = EntryBatch(
        consultation_id=consultation.id,
        version_id=version.id,
        number=(session.scalar(query) or 0) + 1,
        channel=new.channel,
        language=check_language(new.language),
        group_id=groups[new.group] if new.group is not None else None,
        received_on=new.received_on,
        note_taker=new.note_taker,
        is_closed=False,
        forms=0,
        compared=0,
    )
    session.add(batch)
    session.flush()
    return batch


def list_batches(session: Session, consultation: Consultation) -> list[EntryBatch]:
    """Return the batches of a consultation, newest first."""
    query = sa.select(EntryBatch).where(EntryBatch.consultation_id == consultation.id)
    return list(session.scalars(query.order_by(EntryBatch.number.desc())))


def get_batch(session: Session, consultation: Consultation, number: int, *, lock: bool = False) -> EntryBatch:
    """Return a batch by its number, its row locked if asked; raises `batch.missing`."""
    query = sa.select(EntryBatch).where(EntryBatch.consultation_id == consultation.id, EntryBatch.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    batch = session.scalars(query).one_or_none()
    if batch is None:
        raise RecordError("batch.missing")
    return batch


def list_forms(session: Session, batch: EntryBatch) -> list[TypedForm]:
    """Return the forms of an open batch by their number; none once it is closed."""
    query = sa.select(TypedForm).where(TypedForm.batch_id == batch.id).order_by(TypedForm.number)
    return list(session.scalars(query))


def get_form(session: Session, batch: EntryBatch, key: str) -> TypedForm:
    """Return a form of an open batch by its key; raises `form.missing`."""
    form = session.get(TypedForm, key)
    if form is None or form.batch_id != batch.id:
        raise RecordError("form.missing")
    return form


def count_batch(session: Session, batch: EntryBatch) -> BatchCounts:
    """Return what is known of a batch: of its forms while it is open, what was kept of them afterwards."""
    if batch.is_closed:
        query = sa.select(EntryCount).where(EntryCount.batch_id == batch.id)
        kept = {
            each.question_code: QuestionCount(each.illegible, each.two_ticked, each.disagreed)
            for each in session.scalars(query)
        }
        return BatchCounts(batch.forms, batch.compared, 0, kept)
    forms = list_forms(session, batch)
    compared = [form for form in forms if form.differs is not None]
    unsettled = sum(bool(form.differs) and not form.is_settled for form in compared)
    return BatchCounts(len(forms), len(compared), unsettled, _count_questions(forms))


def close_batch(session: Session, consultation: Consultation, number: int) -> EntryBatch:
    """Close a batch for good: keep its counts and delete the rows that lead from a form to its response.

    Closing a closed batch changes nothing. Raises `batch.missing`.
    """
    batch = get_batch(session, consultation, number, lock=True)
    if batch.is_closed:
        return batch
    counts = count_batch(session, batch)
    batch.forms, batch.compared, batch.is_closed = counts.forms, counts.compared, True
    session.add_all(
        EntryCount(
            batch_id=batch.id,
            question_code=code,
            illegible=count.illegible,
            two_ticked=count.two_ticked,
            disagreed=count.disagreed,
        )
        for code, count in counts.questions.items()
    )
    session.execute(
        sa.delete(TypedForm).where(TypedForm.batch_id == batch.id).execution_options(synchronize_session="fetch")
    )
    session.flush()
    return batch


def check_open(batch: EntryBatch) -> None:
    """Raise `batch.closed` for a batch that takes nothing any more."""
    if batch.is_closed:
        raise RecordError("batch.closed")


def _check_day(consultation: Consultation, received_on: date, today: date) -> None:
    """Forms of a consultation that is over are taken where they had arrived by its last day."""
    if received_on > today:
        raise RecordError("batch.in_future")
    if consultation.closes_on is not None and received_on > consultation.closes_on:
        raise RecordError("batch.late")


def _count_questions(forms: Sequence[TypedForm]) -> dict[str, QuestionCount]:
    counts: dict[str, dict[str, Any]] = {}
    for form in forms:
        named = [(code, mark) for code, marks in form.marks.items() for mark in marks]
        for code, what in [*named, *((code, "disagreed") for code in form.differs or ())]:
            found = counts.setdefault(code, {})
            found[what] = found.get(what, 0) + 1
    return {code: QuestionCount(**found) for code, found in counts.items()}
