"""What a discussion came to, for both who facilitate it and who takes part: the numbers of each statement, in order."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from analysis.discussions import Finding, Tendency, read_statement, shown_groups
from consult.disclosure import Rule
from consult.record.consultation import Consultation, Group, list_groups
from consult.record.discussion import Prompt
from consult.record.discussion_results import DiscussionCounts, count_reactions
from consult.record.reaction_counts import read_kept
from consult.record.statement import DiscussionStatement


@dataclass(frozen=True)
class Line:
    """One row of a statement's table: a group, everybody (`is_total`), or those of unknown group (no `group`)."""

    group: Group | None
    is_total: bool
    agree: int
    disagree: int
    passed: int
    share: float
    is_shown: bool

    @property
    def people(self) -> int:
        """How many reacted."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True)
class Statement:
    """A statement with its lines (the groups, then everybody) and what they come to."""

    statement: DiscussionStatement
    lines: tuple[Line, ...]
    finding: Finding
    tendency: Tendency = Tendency.UNKNOWN

    @property
    def total(self) -> Line:
        """Everybody."""
        return self.lines[-1]


@dataclass(frozen=True)
class Findings:
    """The statements that people reacted to, those most agreed with first, and the others."""

    statements: tuple[Statement, ...]
    waiting: tuple[DiscussionStatement, ...]
    counts: DiscussionCounts
    groups: tuple[Group, ...]

    @property
    def bridging(self) -> list[Statement]:
        """Those with which most agree in every group that can be compared, the surest first."""
        found = [each for each in self.statements if each.finding.bridges]
        return sorted(found, key=lambda each: -each.finding.lowest)

    @property
    def dividing(self) -> list[Statement]:
        """Those on which groups differ by more than chance, the widest apart first."""
        found = [each for each in self.statements if each.finding.divides]
        return sorted(found, key=lambda each: -each.finding.spread)


def read_findings(session: Session, consultation: Consultation, prompt: Prompt, rule: Rule | None = None) -> Findings:
    """Return what a prompt came to, as far as the rule lets it be shown; without one, to staff, every number.

    Whom the rule is for reads counts that were kept, and staff those of now.
    """
    groups = list_groups(session, consultation)
    counts = count_reactions(session, prompt) if rule is None else read_kept(session, prompt)
    found, waiting = [], []
    for statement, by_group in zip(counts.statements, counts.counts, strict=True):
        if by_group:
            found.append(_read(statement, by_group, groups, rule))
        else:
            waiting.append(statement)
    found.sort(key=_place)
    return Findings(tuple(found), tuple(waiting), counts, tuple(groups))


def _place(each: Statement) -> tuple[int, float]:
    """Return a statement's place: an order that tells nothing of hidden numbers but what is said in words."""
    if each.total.is_shown:
        return 1, -each.total.share
    return {Tendency.NEARLY_ALL: 0, Tendency.HARDLY_ANY: 2, Tendency.UNKNOWN: 3}[each.tendency], 0.0


def _read(
    statement: DiscussionStatement,
    by_group: dict[int | None, tuple[int, int, int]],
    groups: list[Group],
    rule: Rule | None,
) -> Statement:
    nobody = (0, 0, 0)
    rows = [(group, by_group.get(group.id, nobody)) for group in groups]
    unknown = len(rows) if None in by_group else None
    listed: list[tuple[Group | None, tuple[int, int, int]]] = [*rows]
    if unknown is not None:
        listed.append((None, by_group[None]))
    table = np.array([counts for _, counts in listed], dtype=np.int_).reshape(len(listed), 3)
    finding = read_statement(table, unknown=unknown)
    is_staff = rule is None
    shown, total_shown, tendency = shown_groups(table, rule.least) if rule else shown_groups(table)
    lines = [
        _line(group, False, counts, share, is_shown=is_staff or bool(may))
        for (group, counts), share, may in zip(listed, finding.shares, shown, strict=True)
    ]
    totals = (int(table[:, 0].sum()), int(table[:, 1].sum()), int(table[:, 2].sum()))
    lines.append(_line(None, True, totals, finding.share, is_shown=is_staff or total_shown))
    return Statement(statement, tuple(lines), finding, tendency)


def _line(group: Group | None, is_total: bool, counts: tuple[int, int, int], share: float, *, is_shown: bool) -> Line:
    agree, disagree, passed = counts
    return Line(group, is_total, agree, disagree, passed, share, is_shown)
