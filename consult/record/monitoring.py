"""What a facilitator watches: how many have answered, by day, group, language and channel, and where people stop.

Counts only: no answer is read here. They are for the facilitator; what leaves these pages goes through
`analysis/disclosure.py`. The number of queries is the same for ten responses and for thirty thousand.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from consult.record.consultation import Consultation, Group, list_groups
from consult.record.contribution import SURVEY_CHANNELS, Channel
from consult.record.draft import Draft
from consult.record.invitation import InvitationCount, count_invitations
from consult.record.response import Response
from consult.record.survey import Survey, SurveyVersion, read_definition
from surveys.localised import LANGUAGES, Localised

# A survey's key and the code of one of its sections.
_Place: TypeAlias = tuple[int, str]
SENDING: _Place = (0, "")


@dataclass(frozen=True)
class Reception:
    """How many responses a consultation received, of how many hoped for (0: no target)."""

    received: int
    target: int


@dataclass(frozen=True)
class GroupCount:
    """A group's responses and invitations; `name` is None for responses whose group is not known."""

    name: Localised | None
    received: int
    target: int
    invitations: InvitationCount

    @property
    def missing(self) -> int:
        """How many more people the facilitator hopes to hear."""
        return max(self.target - self.received, 0)


@dataclass(frozen=True)
class Stop:
    """A section at which unfinished responses stand; without a title, the answers were only to be sent.

    `today` of them were touched today: those people may still be answering.
    """

    title: Localised | None
    unfinished: int
    today: int


@dataclass(frozen=True)
class Monitoring:
    """Everything that the dashboard shows; each part adds up to `received` or says why it does not."""

    received: int
    target: int
    days: dict[date, int]
    groups: tuple[GroupCount, ...]
    languages: dict[str, int]
    channels: dict[Channel, int]
    # Of those who began on the web: paper, telephone and imports have no drafts.
    finished: int
    stops: tuple[Stop, ...]

    @property
    def missing(self) -> list[GroupCount]:
        """The groups under their target, the one that is heard least, for its target, first."""
        under = [group for group in self.groups if group.missing]
        return sorted(under, key=lambda group: (group.received / group.target, -group.missing))

    @property
    def unfinished(self) -> int:
        """How many people began and have not sent their answers."""
        return sum(stop.unfinished for stop in self.stops)

    @property
    def started(self) -> int:
        """How many people began on the web."""
        return self.finished + self.unfinished

    @property
    def invited(self) -> list[GroupCount]:
        """The groups to which personal links were given."""
        return [group for group in self.groups if group.invitations.invited]


def count_receptions(session: Session, consultations: Iterable[Consultation]) -> dict[int, Reception]:
    """Return the responses and the targets of consultations, by their key."""
    keys = [consultation.id for consultation in consultations]
    received = (
        sa.select(Response.consultation_id, sa.func.count())
        .where(Response.consultation_id.in_(keys), Response.is_withdrawn.is_(False))
        .group_by(Response.consultation_id)
    )
    hoped = (
        sa.select(Group.consultation_id, sa.func.sum(Group.target))
        .where(Group.consultation_id.in_(keys))
        .group_by(Group.consultation_id)
    )
    counts, targets = dict(session.execute(received).all()), dict(session.execute(hoped).all())
    return {key: Reception(counts.get(key, 0), int(targets.get(key, 0))) for key in keys}


def monitor(session: Session, consultation: Consultation, today: date) -> Monitoring:
    """Count everything that the dashboard shows; withdrawn responses no longer count."""
    days: Counter[date] = Counter()
    groups: Counter[int | None] = Counter()
    languages: Counter[str] = Counter()
    channels: Counter[Channel] = Counter()
    for day, group, language, channel, count in session.execute(_count_cells(consultation)):
        days[day] += count
        groups[group] += count
        languages[language] += count
        channels[channel] += count
    listed = list_groups(session, consultation)
    return Monitoring(
        received=sum(days.values()),
        target=sum(group.target for group in listed),
        days=dict(sorted(days.items())),
        groups=_count_groups(listed, groups, count_invitations(session, consultation)),
        languages={language: languages[language] for language in LANGUAGES},
        channels={channel: channels[channel] for channel in SURVEY_CHANNELS},
        finished=channels[Channel.WEB],
        stops=_find_stops(session, consultation, today),
    )


def _count_cells(consultation: Consultation) -> sa.Select[date, int | None, str, Channel, int]:
    """Return the one query that counts the responses: every view of them is a sum of its cells."""
    by = (Response.submitted_on, Response.group_id, Response.language, Response.channel)
    return (
        sa.select(*by, sa.func.count())
        .where(Response.consultation_id == consultation.id, Response.is_withdrawn.is_(False))
        .group_by(*by)
    )


def _count_groups(
    listed: list[Group], received: Counter[int | None], invitations: dict[int | None, InvitationCount]
) -> tuple[GroupCount, ...]:
    none = InvitationCount(0, 0)
    counts = [
        GroupCount(group.name, received[group.id], group.target, invitations.get(group.id, none)) for group in listed
    ]
    unknown = GroupCount(None, received[None], 0, invitations.get(None, none))
    return (*counts, unknown) if unknown.received or unknown.invitations.invited else tuple(counts)


def _find_stops(session: Session, consultation: Consultation, today: date) -> tuple[Stop, ...]:
    """Return the sections in order, with the drafts that stand at each; what is only to be sent comes last.

    Versions are put together by the section's code, under the title of the newest; a section that is asked no
    more is listed only where somebody stands at it.
    """
    versions = list(
        session.scalars(
            sa.select(SurveyVersion)
            .join(Survey)
            .where(Survey.consultation_id == consultation.id)
            .order_by(SurveyVersion.survey_id, SurveyVersion.number.desc())
        )
    )
    titles: dict[_Place, Localised] = {}
    unfinished: Counter[_Place] = Counter()
    fresh: Counter[_Place] = Counter()
    standing = _count_drafts(session, versions, today)
    for version in versions:
        sections = read_definition(version).survey.sections
        places = [(version.survey_id, section.code) for section in sections]
        for page, count, touched_today in standing.get(version.id, ()):
            place = places[page] if page < len(places) else SENDING
            unfinished[place] += count
            fresh[place] += touched_today
        is_newest = not any(survey == version.survey_id for survey, _ in titles)
        for place, section in zip(places, sections, strict=True):
            if is_newest or unfinished[place]:
                titles.setdefault(place, section.title)
    stops = [Stop(title, unfinished[place], fresh[place]) for place, title in titles.items()]
    return (*stops, Stop(None, unfinished[SENDING], fresh[SENDING])) if stops else ()


def _count_drafts(
    session: Session, versions: list[SurveyVersion], today: date
) -> dict[int, list[tuple[int, int, int]]]:
    """Return (page, drafts, those of them that were touched today) by version."""
    touched_today = sa.func.sum(sa.case((Draft.touched_on >= today, 1), else_=0))
    query = (
        sa.select(Draft.version_id, Draft.page, sa.func.count(), touched_today)
        .where(Draft.version_id.in_([version.id for version in versions]))
        .group_by(Draft.version_id, Draft.page)
    )
    standing: dict[int, list[tuple[int, int, int]]] = {}
    for version, page, count, fresh in session.execute(query):
        standing.setdefault(version, []).append((page, count, fresh))
    return standing
