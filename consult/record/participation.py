"""Who has been heard, by whom they are and how: by group, language, and the answers to single-choice questions.

People are never added up over ways that cannot be told apart by person: whoever answered the survey may also have come
to a focus group, and no name is kept that would say so. So the ways stand side by side, and what is hoped for is
compared with the survey alone, where a person is one response however it arrived.
What somebody is counted as is what they said in that contribution: it does not change afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from consult.record.audit import record_action
from consult.record.consultation import Consultation, group_ids
from consult.record.contribution import SURVEY_CHANNELS, Channel
from consult.record.database import Base, CodeText
from consult.record.discussion import DiscussionParticipant, count_participants
from consult.record.errors import RecordError
from consult.record.lifecycle import By
from consult.record.response import Response, ResponseAnswer, count_responses
from consult.record.session import count_attendance
from consult.record.survey import list_surveys, list_versions, read_definition
from surveys.localised import Localised

TARGETS_CHANGED = "participation.targets_changed"
MOST_HOPED_FOR = 100_000
_SINGLE = "single_choice"

Heard = Mapping[Channel, int]
"""How many people were heard in each way; never to be added up over more than the channels of the survey."""


class ParticipationTarget(Base):
    """How many people with one answer, perhaps of one group, the facilitator hopes to hear."""

    __tablename__ = "participation_targets"
    __table_args__ = (sa.Index(None, "consultation_id", "question_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultations.id"))
    question_code: Mapped[str] = mapped_column(CodeText)
    value: Mapped[str] = mapped_column(CodeText)
    # None: of any group.
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("groups.id"), index=True)
    people: Mapped[int]


@dataclass(frozen=True)
class Attribute:
    """A single-choice question by which people can be counted, with its choices by code."""

    code: str
    text: Localised
    choices: Mapping[str, Localised]


def survey_people(heard: Heard) -> int:
    """Return how many people answered the survey: there a person is one response."""
    return sum(heard.get(channel, 0) for channel in SURVEY_CHANNELS)


def count_by_group(session: Session, consultation: Consultation) -> dict[int | None, dict[Channel, int]]:
    """Return the people of each group (None: unknown) heard in each way."""
    counts: dict[int | None, dict[Channel, int]] = {}
    cells = {
        **count_responses(session, consultation),
        **{(group, Channel.DISCUSSION): n for group, n in count_participants(session, consultation).items()},
        **count_attendance(session, consultation),
    }
    for (group, channel), people in cells.items():
        counts.setdefault(group, {})[channel] = people
    return counts


def count_by_language(session: Session, consultation: Consultation) -> dict[str, dict[Channel, int]]:
    """Return the people who answered or discussed in each language; of sessions it is not known by person."""
    answered = (
        sa.select(Response.language, Response.channel, sa.func.count())
        .where(Response.consultation_id == consultation.id, Response.is_withdrawn.is_(False))
        .group_by(Response.language, Response.channel)
    )
    discussed = (
        sa.select(DiscussionParticipant.language, sa.func.count())
        .where(
            DiscussionParticipant.consultation_id == consultation.id,
            DiscussionParticipant.has_taken_part,
            DiscussionParticipant.is_withdrawn.is_(False),
        )
        .group_by(DiscussionParticipant.language)
    )
    counts: dict[str, dict[Channel, int]] = {}
    for language, channel, people in session.execute(answered):
        counts.setdefault(language, {})[channel] = people
    for language, people in session.execute(discussed):
        counts.setdefault(language, {})[Channel.DISCUSSION] = people
    return counts


def list_attributes(session: Session, consultation: Consultation) -> list[Attribute]:
    """Return the single-choice questions that were published, but for the one that gives the group.

    Texts are those of the newest version; a choice that is offered no more stays while answers may name it.
    """
    found: dict[str, Attribute] = {}
    for survey in list_surveys(session, consultation):
        for version in reversed(list_versions(session, survey)):
            for question in read_definition(version).survey.questions:
                if question.type != _SINGLE or question.code == consultation.group_question:
                    continue
                choices = {choice.code: choice.label for choice in question.choices}
                newer = found.get(question.code)
                if newer is not None:
                    choices = {
                        **newer.choices,
                        **{code: choices[code] for code in choices if code not in newer.choices},
                    }
                found[question.code] = Attribute(question.code, newer.text if newer else question.text, choices)
    return list(found.values())


def count_answers(
    session: Session, consultation: Consultation, question_code: str
) -> dict[tuple[int | None, str | None], int]:
    """Return how many responses there are by group (None: unknown) and choice (None: no answer)."""
    choice = ResponseAnswer.value["choice"].as_string()
    query = (
        sa.select(Response.group_id, choice, sa.func.count())
        .outerjoin(
            ResponseAnswer,
            sa.and_(ResponseAnswer.response_id == Response.id, ResponseAnswer.question_code == question_code),
        )
        .where(Response.consultation_id == consultation.id, Response.is_withdrawn.is_(False))
        .group_by(Response.group_id, choice)
    )
    return {(group, value): people for group, value, people in session.execute(query)}


def list_targets(session: Session, consultation: Consultation, question_code: str) -> dict[tuple[int | None, str], int]:
    """Return how many people are hoped for, by group (None: of any) and choice."""
    query = sa.select(ParticipationTarget).where(
        ParticipationTarget.consultation_id == consultation.id, ParticipationTarget.question_code == question_code
    )
    return {(each.group_id, each.value): each.people for each in session.scalars(query)}


def set_targets(
    session: Session,
    consultation: Consultation,
    question_code: str,
    group_code: str | None,
    hoped: Mapping[str, int],
    by: By,
) -> None:
    """Replace how many people of a group (None: of any) are hoped for with each answer; 0 is no target.

    Raises `question.unknown`, `choice.unknown`, `group.unknown`, `target.bad_number`.
    """
    groups = group_ids(session, consultation)
    attribute = {each.code: each for each in list_attributes(session, consultation)}.get(question_code)
    if attribute is None:
        raise RecordError("question.unknown")
    if hoped.keys() - attribute.choices.keys():
        raise RecordError("choice.unknown")
    if group_code is not None and group_code not in groups:
        raise RecordError("group.unknown")
    if any(not 0 <= people <= MOST_HOPED_FOR for people in hoped.values()):
        raise RecordError("target.bad_number", maximum=MOST_HOPED_FOR)
    # two people who save at once are put one after the other: the last one's numbers stand, whole
    session.execute(sa.select(Consultation.id).where(Consultation.id == consultation.id).with_for_update())
    group_id = groups[group_code] if group_code is not None else None
    session.execute(
        sa.delete(ParticipationTarget).where(
            ParticipationTarget.consultation_id == consultation.id,
            ParticipationTarget.question_code == question_code,
            ParticipationTarget.group_id.is_not_distinct_from(group_id),
        )
    )
    session.add_all(
        ParticipationTarget(
            consultation_id=consultation.id, question_code=question_code, value=value, group_id=group_id, people=people
        )
        for value, people in hoped.items()
        if people
    )
    session.flush()
    record_action(session, by.account_id, TARGETS_CHANGED, consultation, now=by.now)
