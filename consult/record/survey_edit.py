"""The working text of a survey as people change it: each state with who made it and when, undone and done again.

Two people may work on one survey. Each change is made to the text as it is when the change arrives, under a lock, so
that changes to different questions come together; a change to a question that somebody else has changed meanwhile is
refused: the caller says by `seen` (see `digest_of_part`) which state of the question it started from.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.account import Account
from consult.record.audit import record_action
from consult.record.consultation import Consultation
from consult.record.database import Base, CodeText, JsonValue, UtcDateTime
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.survey import Survey, SurveyVersion, list_versions, publish_version, read_definition
from consult.record.survey_presence import SurveyPresence
from surveys import definition as surveys_definition
from surveys.definition import Choice, Question, Section, dump_survey
from surveys.definition_reader import load_survey
from surveys.edit import keep_published_choices, replace_question, replace_section
from surveys.texts import Stale, digest_of, follow_changes

MOST_STATES = 100
# Changes of one person to one thing within this time are undone together: what autosave sends is one act.
_ONE_ACT = timedelta(minutes=2)

QUESTION, SECTION, OPENING = "question.changed", "section.changed", "survey.changed"
TRANSLATION = "translation.changed"
PUBLISHED, DELETED = "survey.published", "survey.deleted"
_GROWING = frozenset({QUESTION, SECTION, OPENING})

Change = Callable[[surveys_definition.Survey], surveys_definition.Survey]


class SurveyEdit(Base):
    """One state of a survey's working text, and the act that led to it."""

    __tablename__ = "survey_edits"

    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    definition: Mapped[str] = mapped_column(sa.Text)
    # Which translations wait for their source: see surveys.texts.
    stale: Mapped[Stale] = mapped_column(JsonValue)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(CodeText)
    # The code of the question or the section that was changed.
    subject: Mapped[str] = mapped_column(CodeText)


@dataclass(frozen=True)
class Act:
    """What led to a state: `name` and `account_id` are None when the command line acted."""

    action: str
    subject: str
    name: str | None
    at: datetime
    account_id: int | None


@dataclass(frozen=True)
class Working:
    """A survey as it is being written; `undo` is the act that undoing takes back, `redo` the one that comes again."""

    survey: Survey
    definition: surveys_definition.Survey
    stale: Stale
    undo: Act | None
    redo: Act | None

    @property
    def digest(self) -> str:
        """What tells this state from another."""
        return digest_of(self.survey.working_definition)


@dataclass(frozen=True)
class PublishedQuestion:
    """What a question code stands for in the answers that were given: its type, and its choices and rows ever."""

    type: str
    choices: tuple[Choice, ...]
    rows: tuple[Choice, ...]


def digest_of_part(part: Question | Section | surveys_definition.Survey) -> str:
    """Return what tells one state of a question, a section's head or a survey's head from another."""
    if isinstance(part, Section):
        part = replace(part, questions=())
    if isinstance(part, surveys_definition.Survey):
        part = replace(part, sections=())
    return digest_of(repr(part))


def lock_survey(session: Session, consultation: Consultation, code: str) -> Survey:
    """Return a survey with its row locked and read anew; raises `survey.missing`."""
    query = sa.select(Survey).where(Survey.consultation_id == consultation.id, Survey.code == code)
    query = query.with_for_update().execution_options(populate_existing=True)
    survey = session.scalars(query).one_or_none()
    if survey is None:
        raise RecordError("survey.missing", code=code)
    return survey


def read_working(session: Session, survey: Survey) -> Working:
    """Return the survey as it is being written, with what can be undone and done again."""
    position = survey.position
    near = sa.select(SurveyEdit, Account.name).outerjoin(Account, SurveyEdit.account_id == Account.id)
    near = near.where(SurveyEdit.survey_id == survey.id, SurveyEdit.position.between(position - 1, position + 1))
    rows = {edit.position: (edit, name) for edit, name in session.execute(near)}
    here = rows.get(position)
    # a text that was saved past us has no acts that lead to it
    is_ours = here is not None and here[0].definition == survey.working_definition
    return Working(
        survey,
        load_survey(survey.working_definition),
        dict(here[0].stale) if here is not None and is_ours else {},
        _act(here) if is_ours and position - 1 in rows else None,
        _act(rows.get(position + 1)) if is_ours else None,
    )


def _act(row: tuple[SurveyEdit, str | None] | None) -> Act | None:
    return None if row is None else Act(row[0].action, row[0].subject, row[1], row[0].at, row[0].account_id)


def edit_survey(session: Session, survey: Survey, action: str, subject: str, change: Change, by: By) -> None:
    """Make a change to the working text of a locked survey; `SurveyError` passes through and changes nothing."""
    before = load_survey(survey.working_definition)
    after = change(before)
    text = dump_survey(after)
    if text == survey.working_definition:
        return
    here = _keep_present(session, survey, by)
    forgotten = session.execute(
        sa.delete(SurveyEdit).where(SurveyEdit.survey_id == survey.id, SurveyEdit.position > survey.position)
    )
    stale = follow_changes(here.stale, before, after)
    is_new = bool(forgotten.rowcount) or not _continues(here, action, subject, by)  # type: ignore[attr-defined]
    survey.working_definition = text
    if is_new:
        survey.position += 1
        session.add(
            SurveyEdit(
                survey_id=survey.id,
                position=survey.position,
                definition=text,
                stale=stale,
                account_id=by.account_id,
                at=by.now,
                action=action,
                subject=subject,
            )
        )
    else:
        here.definition, here.stale, here.at = text, stale, by.now
    session.execute(
        sa.delete(SurveyEdit).where(
            SurveyEdit.survey_id == survey.id, SurveyEdit.position < survey.position - MOST_STATES
        )
    )
    session.flush()


def _keep_present(session: Session, survey: Survey, by: By) -> SurveyEdit:
    """Return the present state as a row of the history, made now where the text was written past us."""
    here = session.get(SurveyEdit, (survey.id, survey.position))
    if here is not None and here.definition == survey.working_definition:
        return here
    if here is not None:
        survey.position += 1
        session.execute(
            sa.delete(SurveyEdit).where(SurveyEdit.survey_id == survey.id, SurveyEdit.position >= survey.position)
        )
    made = SurveyEdit(
        survey_id=survey.id,
        position=survey.position,
        definition=survey.working_definition,
        stale={},
        account_id=None,
        at=by.now,
        action="survey.created",
        subject="",
    )
    session.add(made)
    session.flush()
    return made


def _continues(here: SurveyEdit, action: str, subject: str, by: By) -> bool:
    is_same = (here.action, here.subject, here.account_id) == (action, subject, by.account_id)
    return is_same and action in _GROWING and by.now - here.at <= _ONE_ACT


def check_sight(working: Working, act: Act, account_id: int, seen: str) -> None:
    """Raise `survey.other_act` where somebody would take back another's act without having read of it.

    `seen` is the digest of the state of which the person's page told. One's own last act is known to oneself.
    """
    if act.account_id != account_id and seen != working.digest:
        raise RecordError("survey.other_act")


def undo(session: Session, survey: Survey) -> None:
    """Go back to the state before the last act; raises `survey.nothing_to_undo`."""
    _go(session, survey, survey.position - 1, "survey.nothing_to_undo")


def redo(session: Session, survey: Survey) -> None:
    """Go forward to the state that undoing left; raises `survey.nothing_to_redo`."""
    _go(session, survey, survey.position + 1, "survey.nothing_to_redo")


def _go(session: Session, survey: Survey, position: int, refusal: str) -> None:
    here = session.get(SurveyEdit, (survey.id, survey.position))
    there = session.get(SurveyEdit, (survey.id, position))
    if there is None or here is None or here.definition != survey.working_definition:
        raise RecordError(refusal)
    survey.position, survey.working_definition = position, there.definition
    session.flush()


def save_question(session: Session, survey: Survey, code: str, question: Question, seen: str, by: By) -> Question:
    """Put a question in the place of the one that the person was looking at; return it as it was stored.

    A choice or a row that was published and is no longer listed is retired: answers use it. Raises
    `survey.question_gone`, `survey.question_changed` (somebody else changed it meanwhile), `survey.type_fixed` and
    `survey.code_fixed` (answers use the published question), and `SurveyError` as `replace_question` does.
    """
    present = load_survey(survey.working_definition).find_question(code)
    if present is None:
        raise RecordError("survey.question_gone")
    if digest_of_part(present) != seen:
        raise RecordError("survey.question_changed")
    published = list_published(session, survey).get(code)
    if published is not None:
        question = _hold(question, code, published)
    edit_survey(session, survey, QUESTION, question.code, lambda now: replace_question(now, code, question), by)
    return question


def delete_survey(session: Session, survey: Survey, by: By) -> None:
    """Delete a locked survey that was never published, with all its states; raises `survey.published`.

    Nothing brings it back. What was published is what people answered, and stays.
    """
    if list_versions(session, survey):
        raise RecordError("survey.published", code=survey.code)
    record_action(session, by.account_id, DELETED, survey, now=by.now, reason=survey.code)
    for table in (SurveyEdit, SurveyPresence):
        session.execute(sa.delete(table).where(table.survey_id == survey.id))
    session.delete(survey)
    session.flush()


def _hold(question: Question, code: str, published: PublishedQuestion) -> Question:
    if question.code != code:
        raise RecordError("survey.code_fixed", code=code)
    if question.type != published.type:
        raise RecordError("survey.type_fixed")
    return replace(
        question,
        choices=keep_published_choices(published.choices, question.choices),
        rows=keep_published_choices(published.rows, question.rows),
    )


def save_section(session: Session, survey: Survey, code: str, section: Section, seen: str, by: By) -> None:
    """Change a section's title, introduction and condition.

    Raises `survey.section_gone`, `survey.section_changed`, and `SurveyError` as `replace_section` does.
    """
    present = next((each for each in load_survey(survey.working_definition).sections if each.code == code), None)
    if present is None:
        raise RecordError("survey.section_gone")
    if digest_of_part(present) != seen:
        raise RecordError("survey.section_changed")
    edit_survey(session, survey, SECTION, section.code, lambda now: replace_section(now, code, section), by)


def save_opening(session: Session, survey: Survey, head: surveys_definition.Survey, seen: str, by: By) -> None:
    """Change a survey's title, introduction and checks; raises `survey.opening_changed`."""
    if digest_of_part(load_survey(survey.working_definition)) != seen:
        raise RecordError("survey.opening_changed")
    edit_survey(session, survey, OPENING, "", lambda now: replace(head, code=now.code, sections=now.sections), by)


def list_published(session: Session, survey: Survey) -> dict[str, PublishedQuestion]:
    """Return what each question code was published as, over all versions; the newest words of a choice count."""
    found: dict[str, PublishedQuestion] = {}
    for version in list_versions(session, survey):
        for question in read_definition(version).survey.questions:
            known = found.get(question.code)
            found[question.code] = PublishedQuestion(
                question.type,
                _join(known.choices if known else (), question.choices),
                _join(known.rows if known else (), question.rows),
            )
    return found


def _join(before: tuple[Choice, ...], after: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple(({choice.code: choice for choice in before} | {choice.code: choice for choice in after}).values())


def publish_working(session: Session, survey: Survey, seen: str, today: date, by: By) -> SurveyVersion:
    """Publish a locked survey's working text, which is the one that the person was looking at.

    Raises `survey.changed` (it was changed since), `survey.incomplete`, `survey.contradicts`.
    """
    if digest_of(survey.working_definition) != seen:
        raise RecordError("survey.changed")
    version = publish_version(session, survey, today)
    record_action(session, by.account_id, PUBLISHED, version, now=by.now)
    return version
