"""Who has not been heard, as the page of participation shows it: findings first, then the counts behind them.

In an anonymous consultation a group crossed with an answer is shown only where it points at nobody, for the facilitator
too (`analysis.disclosure`). Plain counts of groups and of answers stay: they say who to look for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from analysis.disclosure import shown_cells
from consult.record.consultation import Anonymity, Consultation, Group, list_groups
from consult.record.contribution import SURVEY_CHANNELS, Channel
from consult.record.invitation import InvitationCount, count_invitations
from consult.record.participation import (
    Attribute,
    Heard,
    count_answers,
    count_by_group,
    count_by_language,
    list_targets,
    survey_people,
)
from surveys.localised import LANGUAGES, Localised

OTHER_WAYS = (Channel.DISCUSSION, Channel.FOCUS_GROUP, Channel.INTERVIEW)
MOST_FINDINGS = 12


@dataclass(frozen=True)
class Line:
    """A group or a language: how many people were heard in each way, the survey against what was hoped for."""

    name: Localised | None
    code: str
    heard: Heard
    target: int = 0

    @property
    def survey(self) -> int:
        """How many answered the survey."""
        return survey_people(self.heard)

    @property
    def missing(self) -> int:
        """How many more are hoped for."""
        return max(self.target - self.survey, 0)

    @property
    def is_heard(self) -> bool:
        """Whether anybody was heard in any way."""
        return any(self.heard.values())


@dataclass(frozen=True)
class Cell:
    """People of a group with an answer; `people` is None where it would point at somebody.

    `most` is how many they can be for whoever sees what is shown: nothing that is said of them tells more.
    """

    people: int | None
    target: int = 0
    most: int = 0

    @property
    def missing(self) -> int:
        """How many more are hoped for; of those who are hidden, how many are missing at least."""
        return max(self.target - (self.most if self.people is None else self.people), 0)


@dataclass(frozen=True)
class CrossLine:
    """A group's row of the table that crosses groups with answers."""

    name: Localised | None
    cells: tuple[Cell, ...]
    people: int


@dataclass(frozen=True)
class Crossed:
    """The answers to one question, alone and by group. The last value is that of people who gave none."""

    attribute: Attribute
    values: tuple[Localised | None, ...]
    totals: tuple[Cell, ...]
    lines: tuple[CrossLine, ...]
    has_hidden: bool
    is_protected: bool


@dataclass(frozen=True)
class Finding:
    """Somebody who is missing: a group, people with an answer, or both; `is_least` where the number is a least one."""

    group: Localised | None
    value: Localised | None
    missing: int
    target: int
    is_least: bool = False
    # How many were sent a link and have not used it.
    waiting: int = 0


@dataclass(frozen=True)
class Board:
    """Everything on the page."""

    findings: tuple[Finding, ...]
    more_findings: int
    groups: tuple[Line, ...]
    languages: tuple[Line, ...]
    crossed: Crossed | None

    @property
    def unknown(self) -> int:
        """How many answered and belong to no group that we know."""
        return sum(line.survey for line in self.groups if line.name is None)

    @property
    def survey_ways(self) -> tuple[Channel, ...]:
        """The ways in which responses arrived; the web always."""
        there = {channel for line in self.groups for channel, people in line.heard.items() if people}
        return tuple(each for each in SURVEY_CHANNELS if each is Channel.WEB or each in there)

    @property
    def ways(self) -> tuple[Channel, ...]:
        """The other ways, all of them: one that nobody took is a finding too."""
        return OTHER_WAYS


def make_board(session: Session, consultation: Consultation, attribute: Attribute | None, least: int) -> Board:
    """Count everything once, in a number of queries that does not depend on how many answered.

    In an anonymous consultation no number under `least` of a group and an answer is shown.
    """
    groups = list_groups(session, consultation)
    invitations = count_invitations(session, consultation)
    lines = _list_groups(groups, count_by_group(session, consultation))
    spoken = count_by_language(session, consultation)
    crossed = _cross(session, consultation, groups, attribute, least) if attribute is not None else None
    findings = [*_find_groups(groups, lines, invitations), *(_find_values(groups, crossed) if crossed else ())]
    return Board(
        findings=tuple(findings[:MOST_FINDINGS]),
        more_findings=max(len(findings) - MOST_FINDINGS, 0),
        groups=lines,
        languages=tuple(Line(None, code, spoken.get(code, {})) for code in LANGUAGES),
        crossed=crossed,
    )


def _list_groups(groups: Sequence[Group], heard: Mapping[int | None, Heard]) -> tuple[Line, ...]:
    lines = [Line(group.name, group.code, heard.get(group.id, {}), group.target) for group in groups]
    unknown = Line(None, "", heard.get(None, {}))
    return (*lines, unknown) if unknown.is_heard else tuple(lines)


def _find_groups(
    groups: Sequence[Group], lines: Sequence[Line], invitations: Mapping[int | None, InvitationCount]
) -> list[Finding]:
    """Return the groups under their target, the one heard least for its target first."""
    under = [(group, line) for group, line in zip(groups, lines, strict=False) if line.missing]
    under.sort(key=lambda pair: (pair[1].survey / pair[1].target, -pair[1].missing))
    return [
        Finding(line.name, None, line.missing, line.target, waiting=_count_waiting(invitations.get(group.id)))
        for group, line in under
    ]


def _count_waiting(count: InvitationCount | None) -> int:
    return count.invited - count.used if count is not None else 0


def _find_values(groups: Sequence[Group], crossed: Crossed) -> list[Finding]:
    """Return the answers under their target, then those of a group, the largest gap first."""
    alone = [
        Finding(None, value, cell.missing, cell.target, cell.people is None)
        for value, cell in zip(crossed.values, crossed.totals, strict=True)
        if cell.missing
    ]
    both = [
        Finding(line.name, value, cell.missing, cell.target, cell.people is None)
        for line in crossed.lines[: len(groups)]
        for value, cell in zip(crossed.values, line.cells, strict=True)
        if cell.missing
    ]
    return [*sorted(alone, key=lambda each: -each.missing), *sorted(both, key=lambda each: -each.missing)]


def _cross(
    session: Session, consultation: Consultation, groups: Sequence[Group], attribute: Attribute, least: int
) -> Crossed:
    people = count_answers(session, consultation, attribute.code)
    targets = list_targets(session, consultation, attribute.code)
    rows: list[tuple[int | None, Localised | None]] = [(group.id, group.name) for group in groups]
    if any(group is None for group, _ in people):
        rows.append((None, None))
    codes: list[str | None] = [*attribute.choices, None]
    counts = np.array([[people.get((key, code), 0) for code in codes] for key, _ in rows], dtype=np.int_)
    counts = counts.reshape(len(rows), len(codes))
    is_protected = consultation.anonymity is Anonymity.ANONYMOUS
    shown = np.ones(counts.shape, dtype=np.bool_)
    if is_protected and counts.size:
        shown = shown_cells(counts, least, totals_known=True)[:-1, :-1]
        # nobody is in a cell whose group or whose answer nobody has: that is known without it
        shown |= (counts.sum(axis=1) == 0)[:, None] | (counts.sum(axis=0) == 0)[None, :]
    hidden = np.where(shown, 0, counts)
    most = np.minimum(hidden.sum(axis=1)[:, None], hidden.sum(axis=0)[None, :])
    lines = [
        CrossLine(
            name,
            tuple(
                Cell(
                    int(counts[i, j]) if shown[i, j] else None,
                    targets.get((key, code or ""), 0) if key else 0,
                    int(most[i, j]),
                )
                for j, code in enumerate(codes)
            ),
            int(counts[i].sum()),
        )
        for i, (key, name) in enumerate(rows)
    ]
    return Crossed(
        attribute,
        (*attribute.choices.values(), None),
        tuple(Cell(int(counts[:, j].sum()), targets.get((None, code or ""), 0)) for j, code in enumerate(codes)),
        tuple(lines),
        not bool(shown.all()),
        is_protected,
    )
