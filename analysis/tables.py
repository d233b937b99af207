"""Counts of people, each kept with which of its cells may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.disclosure import shown_cells, with_totals
from analysis.languages import LANGUAGES

LANGUAGE = ""
"""The name under which people are counted by language: no column of a file can have it."""
MOST_COLUMNS = 12
OTHER_VALUES = "\0others"
"""Stands for all values that have no heading of their own; no cell of a file can hold it."""
_ALWAYS_OWN = {"", *LANGUAGES}


@dataclass(frozen=True)
class CountTable:
    """People by theme (rows) and by the values of one column, as it may be shown.

    Attributes
    ----------
    column
        What is counted by: :data:`LANGUAGE` or the name of a column of the input.
    values
        The columns' headings, the largest first of those whose total is shown, then the others by name; "" where the
        input said nothing.
    counts
        Shape (themes + 1, values + 1), the last row and column being totals; None where hidden.
    """

    column: str
    values: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]

    def reordered(self, rows: Sequence[int]) -> "CountTable":
        """Return the table with its themes in another order, the totals staying last."""
        return replace(self, counts=(*(self.counts[row] for row in rows), self.counts[-1]))


def public_order(table: CountTable, first_seen: Sequence[int]) -> list[int]:
    """Return the order in which themes may be shown: by people, those whose people are hidden last.

    Hidden ones stand in the order they first appear in the input: a place among the others would tell how large they
    are.
    """
    totals = [row[-1] for row in table.counts[:-1]]
    return sorted(range(len(totals)), key=lambda row: (totals[row] is None, -(totals[row] or 0), first_seen[row]))


def count_people(
    people: pd.Series, themes: NDArray[np.intp], number: int, columns: Mapping[str, pd.Series], least: int
) -> tuple[CountTable, ...]:
    """Count each theme's people by each of several columns.

    A total that one table hides is hidden in all, and none gives it away.

    Parameters
    ----------
    people
        Who wrote each contribution, length n.
    themes
        Shape (n,): the theme of each contribution, 0 to number - 1.
    columns
        For each column, the value of each contribution, length n.
    least
        The smallest count that may be shown.
    """
    drafts = [_Draft(people, themes, number, by, column, least) for column, by in columns.items()]
    secret: set[int] = set()
    while True:
        for draft in drafts:
            draft.protect(secret)
        found = {row for draft in drafts for row in draft.hidden_totals()}
        if found <= secret:
            return tuple(draft.table() for draft in drafts)
        secret |= found


class _Draft:
    """A table before it is decided what of it may be shown."""

    def __init__(
        self, people: pd.Series, themes: NDArray[np.intp], number: int, by: pd.Series, column: str, least: int
    ) -> None:
        self.column, self.least = column, least
        self.values, codes = _columns(people, _one_value_each(people, by), least)
        self.frame = pd.DataFrame({"person": people.to_numpy(), "theme": themes, "value": codes})
        self.counts = _distinct(self.frame, number, len(self.values))
        self.numbers = with_totals(self.counts)
        self.shown = np.ones_like(self.numbers, dtype=bool)

    def protect(self, secret: set[int]) -> None:
        """Decide what may be shown when the totals of the rows ``secret`` are hidden elsewhere."""
        rows = secret - {len(self.counts)}
        told = self.column == LANGUAGE  # a theme's names and quotes tell in which language few people speak
        if self.frame["person"].is_unique:
            self.shown = shown_cells(self.counts, self.least, small_ones_known=told, hidden_elsewhere=secret)
            return
        # people in several themes stand in several rows: each theme is protected by itself, and the last row holds
        # the distinct people of each value, protected as a table of its own
        self.shown = shown_cells(
            self.counts, self.least, columns_add_up=False, small_ones_known=told, hidden_elsewhere=rows
        )
        once = self.frame.drop_duplicates(["person", "value"])
        totals = np.bincount(once["value"], minlength=self.counts.shape[1]).astype(np.int_)[None, :]
        whole = {0} if len(self.counts) in secret else set()
        self.shown[-1, :] = shown_cells(totals, self.least, hidden_elsewhere=whole)[0]
        self.numbers[-1, :] = with_totals(totals)[0]
        if not self.shown[:-1].all():
            # how many people a column has bounds its hidden cells from above, and from below where all speak somewhere
            self.shown[-1, :-1] = False
            self.shown[self._rows_bounded_by_columns(), -1] = False
        if self._everybody_bounds_a_row():
            self.shown[-1, -1] = False

    def _everybody_bounds_a_row(self) -> bool:
        """Tell whether the number of all people says how large a theme is at least whose people are hidden.

        Everybody speaks somewhere: whom the themes that are shown cannot hold speaks in those that are hidden, of
        which an outsider may guess that each counts fewer than ``least``.
        """
        seen = self.shown[:-1, -1]
        left = int(self.numbers[-1, -1] - self.numbers[:-1, -1][seen].sum())
        return not seen.all() and left - (self.least - 1) * int((~seen).sum() - 1) > 1

    def _rows_bounded_by_columns(self) -> list[int]:
        """List the rows whose hidden cells an outsider could still pin down, where people stand in several rows.

        No cell is larger than its column, and no column larger than what everybody leaves when the others have at least
        their largest shown cell.
        """
        seen = np.where(self.shown[:-1, :-1], self.numbers[:-1, :-1], 0)
        largest = seen.max(axis=0)
        caps = self.numbers[-1, -1] - (largest.sum() - largest)
        found = []
        for row in np.flatnonzero(self.shown[:-1, -1] & ~self.shown[:-1, :-1].all(axis=1)):
            hidden = ~self.shown[row, :-1]
            small = self.numbers[row, :-1][hidden] < self.least
            told = small if self.column == LANGUAGE else np.zeros_like(small)
            lowest = np.where(small | ~told.any(), 0, self.least)
            highest = np.where(told, np.minimum(caps[hidden], self.least - 1), caps[hidden])
            rest = self.numbers[row, -1] - seen[row].sum()
            low = np.maximum(lowest, rest - (highest.sum() - highest))
            high = np.minimum(highest, rest - (lowest.sum() - lowest))
            if small.any() and (high - low)[small].min() < self.least - 2:
                found.append(int(row))
        return found

    def hidden_totals(self) -> list[int]:
        """List the rows whose totals are hidden, the last one being all themes together."""
        return [int(row) for row in np.flatnonzero(~self.shown[:, -1])]

    def table(self) -> CountTable:
        """Return the table with None where a number is hidden."""
        order = [*sorted(range(len(self.values)), key=self._place), len(self.values)]
        counts = tuple(
            tuple(int(numbers[j]) if shown[j] else None for j in order)
            for numbers, shown in zip(self.numbers, self.shown, strict=True)
        )
        return CountTable(self.column, tuple(self.values[j] for j in order[:-1]), counts)

    def _place(self, column: int) -> tuple[bool, bool, int, str]:
        """Return what columns are ordered by: nothing that is hidden."""
        value, is_shown = self.values[column], bool(self.shown[-1, column])
        size = int(self.numbers[-1, column]) if is_shown else 0
        return value in ("", OTHER_VALUES), not is_shown, -size, value


def count_reasons(reasons: pd.Series, least: int) -> tuple[dict[str, int | None], int | None]:
    """Count what was set aside by reason, and in all; None where a count is hidden."""
    counts = reasons[reasons != ""].value_counts().sort_index()
    if counts.empty:
        return {}, 0
    shown = shown_cells(np.asarray(counts, dtype=np.int_)[None, :], least)[0]
    numbers = [*counts.tolist(), int(counts.sum())]
    protected = [int(n) if ok else None for n, ok in zip(numbers, shown, strict=True)]
    return dict(zip(counts.index, protected[:-1], strict=True)), protected[-1]


def _one_value_each(people: pd.Series, by: pd.Series) -> pd.Series:
    """Give all contributions of a person the value that most of them have, the first given of equal ones.

    Somebody who writes in both languages would otherwise count twice in a theme, and the difference between the totals
    of two tables would say how many such people there are.
    """
    frame = pd.DataFrame({"person": people.to_numpy(), "value": by.to_numpy(), "row": range(len(by))})
    given = frame[frame["value"] != ""].groupby(["person", "value"], sort=False)["row"].agg(["size", "min"])
    usual = given.sort_values(["size", "min"], ascending=[False, True]).reset_index().drop_duplicates("person")
    value = people.map(usual.set_index("person")["value"]).fillna("")
    return value.astype("str")


def _columns(people: pd.Series, by: pd.Series, least: int) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Name the columns and give each contribution its own; values of few people, or beyond the limit, are one column.

    A heading that few people stand under would say of them what they answered.
    """
    counts = people.groupby(by.to_numpy()).nunique()
    own = [value for value in counts.index if value in _ALWAYS_OWN or counts[value] >= least]
    ordered = sorted(own, key=lambda value: (value == "", -counts[value], value))
    if len(ordered) > MOST_COLUMNS or len(ordered) < len(counts):
        ordered = [*ordered[: MOST_COLUMNS - 1], OTHER_VALUES]
    place = {value: i for i, value in enumerate(ordered)}
    return tuple(ordered), by.map(lambda value: place.get(value, len(ordered) - 1)).to_numpy(dtype=np.intp)


def _distinct(frame: pd.DataFrame, rows: int, columns: int) -> NDArray[np.int_]:
    counts = np.zeros((rows, columns), dtype=int)
    once = frame.drop_duplicates()
    np.add.at(counts, (once["theme"].to_numpy(), once["value"].to_numpy()), 1)
    return counts
