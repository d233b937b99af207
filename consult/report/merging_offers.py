"""Ways of putting groups together, each with how much of the tables of themes would be hidden from everybody.

Sizes and their order come from what the committee reads, so that who chooses learns no size that is hidden there. How
much is hidden is counted over the tables that a report would print, with regard to all that was published before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy.orm import Session

from analysis.merging import MOST_HIDDEN, merge_neighbours
from analysis.stored_counts import ShownTable
from consult.disclosure import GROUP, Rule, protect_themes
from consult.record.consultation import Consultation, Group, list_groups
from consult.record.group_merging import Merge
from consult.report.contents import GroupsTogether, TogetherSet
from consult.report.gather_themes import Rows, list_rows
from consult.report.merging import Merging, read_merging
from surveys.localised import LANGUAGES, NOTHING, Localised

# Of large tables fewer: what each way hides is worked out while the page waits.
_MOST_OFFERS, _FEW_OFFERS, _LARGE = 5, 2, 300

Sets = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Hidden:
    """How many cells of tables are hidden, of how many."""

    hidden: int = 0
    cells: int = 0

    @property
    def share(self) -> float:
        """The share that is hidden, 0 of no cells."""
        return self.hidden / self.cells if self.cells else 0.0

    @property
    def is_much(self) -> bool:
        """Tell whether it is so much that groups are better put together."""
        return self.share > MOST_HIDDEN

    def __add__(self, other: "Hidden") -> "Hidden":
        return Hidden(self.hidden + other.hidden, self.cells + other.cells)


@dataclass(frozen=True)
class Offer:
    """A way of putting groups together, and what it hides from everybody."""

    merge: Merge
    sets: Sets
    hidden: Hidden
    are_neighbours: bool = False

    @property
    def value(self) -> str:
        """What stands for it in a form."""
        if self.merge is not Merge.TOGETHER:
            return self.merge.value
        return "together:" + ";".join(",".join(each) for each in self.sets)


@dataclass(frozen=True)
class GroupLine:
    """A group with its people in each question's themes, as the committee reads them; None where hidden there."""

    code: str
    name: Localised
    people: tuple[int | None, ...]


@dataclass(frozen=True)
class Offered:
    """What is chosen from.

    Attributes
    ----------
    questions
        The texts of those that have a table by group.
    committee
        By question, what is hidden from the committee, which reads each group by itself.
    now
        By question, what is hidden from everybody as things are.
    """

    questions: tuple[Localised, ...]
    lines: tuple[GroupLine, ...]
    committee: tuple[Hidden, ...]
    now: tuple[Hidden, ...]
    offers: tuple[Offer, ...]

    @property
    def has_gaps(self) -> bool:
        """Tell whether some number is hidden from the committee."""
        return any(count is None for line in self.lines for count in line.people)

    @property
    def all_now(self) -> Hidden:
        """What is hidden from everybody in all tables."""
        return sum(self.now, Hidden())


def read_offers(session: Session, consultation: Consultation, public: Rule, within: Rule) -> Offered:
    """Return what there is to choose from; `public` and `within` are the rules of everybody and of the committee."""
    groups = list_groups(session, consultation)
    merging = read_merging(session, consultation)
    measured = [(rows, table) for rows in list_rows(session, consultation) if (table := _table(rows, within))]
    shown = [rows for rows, _table in measured]
    lines = [
        GroupLine(group.code, group.name, tuple(_people(table, group.code) for _rows, table in measured))
        for group in groups
    ]
    ways = _list_ways(lines, groups, shown, public)
    return Offered(
        tuple(rows.text for rows in shown),
        tuple(lines),
        tuple(count_hidden(table) for _rows, table in measured),
        tuple(_measure(rows, merging, public) for rows in shown),
        tuple(replace(each, hidden=_measure_all(shown, _with(merging, each), public)) for each in ways),
    )


def count_hidden(table: ShownTable) -> Hidden:
    """Return how much of a table is hidden, of the rows whose totals are shown, the totals left out."""
    rows = [row[:-1] for row in table.counts[:-1] if row[-1] is not None]
    return Hidden(sum(row.count(None) for row in rows), sum(map(len, rows)))


def _table(rows: Rows, rule: Rule) -> ShownTable | None:
    """Return a question's table by group as the committee reads it; None where it reads none."""
    if not rows.has_tables:
        return None
    counts = [row.counts for row in rows.counted]
    table = protect_themes(counts, rows.everybody, rows.columns, rule).tables.get(GROUP)
    return table if table is not None and len(table.values) > 1 else None


def _people(table: ShownTable, code: str) -> int | None:
    return table.counts[-1][table.values.index(code)] if code in table.values else None


def _list_ways(lines: Sequence[GroupLine], groups: Sequence[Group], shown: Sequence[Rows], rule: Rule) -> list[Offer]:
    """List the ways that are offered: by rule, none, the smallest, and neighbours where names have an order."""
    unknown = Hidden()
    ways = [Offer(Merge.AUTOMATIC, (), unknown), Offer(Merge.APART, (), unknown)]
    position = {group.code: at for at, group in enumerate(groups)}
    ordered = sorted(lines, key=lambda line: (sum(count or 0 for count in line.people), position[line.code]))
    codes = [line.code for line in ordered]
    is_large = len(codes) * sum(len(rows.counted) for rows in shown) > _LARGE
    for number in range(2, min(len(codes), (_FEW_OFFERS if is_large else _MOST_OFFERS) + 2)):
        together = tuple(sorted(codes[:number], key=position.__getitem__))
        ways.append(Offer(Merge.TOGETHER, (together,), unknown))
    if shown and _have_an_order(groups):
        neighbours = _find_neighbours([group.code for group in groups], shown, rule.least)
        if neighbours and neighbours not in [each.sets for each in ways]:
            ways.append(Offer(Merge.TOGETHER, neighbours, unknown, are_neighbours=True))
    return ways


def _have_an_order(groups: Sequence[Group]) -> bool:
    """Tell whether groups seem to stand in an order, as ages and years do: their names hold numbers."""
    numbered = [any(sign.isdigit() for sign in group.name.shown(LANGUAGES[0])[1]) for group in groups]
    return len(groups) > 2 and numbered.count(False) <= 1


def _find_neighbours(codes: Sequence[str], shown: Sequence[Rows], least: int) -> Sets:
    """Return the neighbours to put together in the question that most people answered."""
    rows = max(shown, key=lambda each: each.everybody.people)
    themes = [row.counts for row in rows.counted if row.counts.people >= least]
    counts = np.array([[theme.by.get(GROUP, {}).get(code, 0) for code in codes] for theme in themes], dtype=np.int_)
    if not themes:
        return ()
    blocks = merge_neighbours(counts, least)
    return tuple(tuple(codes[at] for at in block) for block in blocks if len(block) > 1)


def _with(merging: Merging, offer: Offer) -> Merging:
    sets = tuple(TogetherSet(codes, (), NOTHING) for codes in offer.sets)
    return replace(merging, together=GroupsTogether(offer.merge.value, sets=sets, kept=merging.published))


def _measure(rows: Rows, merging: Merging, rule: Rule) -> Hidden:
    counts = [row.counts for row in rows.counted]
    table = merging.protect(rows.code, counts, rows.everybody, rows.columns, rule).tables.get(GROUP)
    return count_hidden(table) if table is not None else Hidden()


def _measure_all(shown: Sequence[Rows], merging: Merging, rule: Rule) -> Hidden:
    return sum((_measure(rows, merging, rule) for rows in shown), Hidden())
