"""What became of a workshop: places in its votes, and its ideas kept as notes of a focus group."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, Group
from consult.record.database import random_key
from consult.record.decision import SubjectKey
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.session import ListeningSession, NewSession, SessionKind, create_session, get_session
from consult.record.session_notes import NewStatement, add_statement
from consult.record.workshop import (
    RoundState,
    Workshop,
    WorkshopIdea,
    WorkshopOption,
    WorkshopParticipant,
    WorkshopRound,
)
from surveys.localised import LANGUAGES, Localised


@dataclass(frozen=True)
class WorkshopPlace:
    """Where a theme or an option stood in the last vote of a workshop."""

    title: Localised
    rank: int
    of: int
    people: int


def list_places(session: Session, consultation: Consultation) -> dict[SubjectKey, list[WorkshopPlace]]:
    """Return where themes and options stood in the last vote that ended of each workshop; none where few voted."""
    query = (
        sa.select(Workshop, WorkshopRound)
        .join(WorkshopRound, WorkshopRound.workshop_id == Workshop.id)
        .where(Workshop.consultation_id == consultation.id, WorkshopRound.state == RoundState.ENDED)
        .order_by(Workshop.id, WorkshopRound.number)
    )
    last = {workshop.id: (workshop, ended) for workshop, ended in session.execute(query) if ended.result}
    found: dict[SubjectKey, list[WorkshopPlace]] = {}
    for workshop, ended in last.values():
        result = ended.result or {}
        for option in session.scalars(sa.select(WorkshopOption).where(WorkshopOption.workshop_id == workshop.id)):
            place = result.get("places", {}).get(option.code)
            if place and (option.theme_id is not None or option.option_code):
                key = SubjectKey(option.theme_id, option.question_code, option.option_code or "")
                rank, of = place
                found.setdefault(key, []).append(WorkshopPlace(workshop.title, rank, of, result["people"]))
    return found


def keep_ideas(
    session: Session, keyring: Keyring, consultation: Consultation, workshop: Workshop, consent_text: str
) -> ListeningSession:
    """Move the ideas of a workshop that is over into the notes of a focus group; done twice it is done once.

    There they become contributions when the facilitator has read them, as notes do, under their authors' groups and
    languages, and nobody is quoted. Here their words are erased. The workshop must be locked.

    Raises `workshop.not_over`, `workshop.no_ideas`, and `workshop.unworded` while an option is called by an idea's
    words only: it would lose its name.
    """
    if workshop.session_id is not None:
        return get_session(session, consultation, workshop.session_id)
    if not workshop.is_over:
        raise RecordError("workshop.not_over")
    query = (
        sa.select(WorkshopIdea, Group.code)
        .join(WorkshopParticipant, WorkshopParticipant.id == WorkshopIdea.participant_id)
        .outerjoin(Group, Group.id == WorkshopParticipant.group_id)
        .where(WorkshopIdea.workshop_id == workshop.id, WorkshopIdea.text.is_not(None))
        .order_by(WorkshopIdea.id)
    )
    ideas = session.execute(query).all()
    if not ideas:
        raise RecordError("workshop.no_ideas")
    _check_worded(session, workshop)
    new = NewSession(
        kind=SessionKind.FOCUS_GROUP,
        held_on=workshop.held_on,
        title=workshop.title,
        languages=tuple(sorted({idea.language for idea, _group in ideas} & set(LANGUAGES))),
        consent_text=consent_text,
        has_agreed=True,
        attendance=_count_there(session, workshop),
    )
    listening = create_session(session, keyring, consultation, new)
    for idea, group in ideas:
        statement = NewStatement(idea.text or "", idea.language, is_quote=True, group=group)
        add_statement(session, consultation, listening, random_key(), statement)
        idea.text = None
    workshop.session_id = listening.id
    session.flush()
    return listening


def _check_worded(session: Session, workshop: Workshop) -> None:
    query = sa.select(WorkshopOption).where(
        WorkshopOption.workshop_id == workshop.id,
        WorkshopOption.idea_id.is_not(None),
        WorkshopOption.is_out.is_(False),
        WorkshopOption.merged_into_id.is_(None),
    )
    if any(not option.label for option in session.scalars(query)):
        raise RecordError("workshop.unworded")


def _count_there(session: Session, workshop: Workshop) -> dict[str | None, int]:
    query = (
        sa.select(Group.code, sa.func.count())
        .select_from(WorkshopParticipant)
        .outerjoin(Group, Group.id == WorkshopParticipant.group_id)
        .where(WorkshopParticipant.workshop_id == workshop.id)
        .group_by(Group.code)
    )
    return dict(session.execute(query).all())
