"""Counts of people, each kept with which of its cells may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.disclosure import shown_cells
from analysis.languages import LANGUAGES
from analysis.protection import MOST_COLUMNS, OTHER_VALUES, ProtectedTable, protect_together

LANGUAGE = ""
"""The name under which people are counted by language: no column of a file can have it."""
QUESTION = "\0question"
"""The name under which people are counted by the question they answer, where several are read together."""
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
    people: pd.Series,
    themes: NDArray[np.intp],
    number: int,
    columns: Mapping[str, pd.Series],
    least: int,
    told: Collection[str] = (LANGUAGE,),
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
    told
        The columns of which readers know which hidden numbers are small: a theme's names and quotes tell it of
        languages, and pages of the same people say it of groups (`analysis.bands`).
    """
    drafts = [_Draft(people, themes, number, by, column, least, column in told) for column, by in columns.items()]
    protect_together([draft.protected for draft in drafts], least)
    return tuple(draft.table() for draft in drafts)


class _Draft:
    """A table before it is decided what of it may be shown."""

    def __init__(
        self,
        people: pd.Series,
        themes: NDArray[np.intp],
        number: int,
        by: pd.Series,
        column: str,
        least: int,
        is_told: bool,
    ) -> None:
        self.column = column
        self.values, codes = _columns(people, _one_value_each(people, by), least)
        frame = pd.DataFrame({"person": people.to_numpy(), "theme": themes, "value": codes})
        counts = _distinct(frame, number, len(self.values))
        totals = None
        if not frame["person"].is_unique:
            once = frame.drop_duplicates(["person", "value"])
            distinct = np.bincount(once["value"], minlength=counts.shape[1]).astype(np.int_)
            # somebody may speak twice in one theme: columns still add up
            totals = None if distinct.sum() == counts.sum() else distinct
        self.protected = ProtectedTable(counts, totals, small_ones_known=is_told)

    def table(self) -> CountTable:
        """Return the table with None where a number is hidden."""
        order = [*sorted(range(len(self.values)), key=self._place), len(self.values)]
        counts = tuple(
            tuple(int(numbers[j]) if shown[j] else None for j in order)
            for numbers, shown in zip(self.protected.numbers, self.protected.shown, strict=True)
        )
        return CountTable(self.column, tuple(self.values[j] for j in order[:-1]), counts)

    def _place(self, column: int) -> tuple[bool, bool, int, str]:
        """Return what columns are ordered by: nothing that is hidden."""
        value, is_shown = self.values[column], bool(self.protected.shown[-1, column])
        size = int(self.protected.numbers[-1, column]) if is_shown else 0
        return value in ("", OTHER_VALUES), not is_shown, -size, value


def count_by_question(
    people: pd.Series, themes: NDArray[np.intp], questions: pd.Series, totals: Sequence[int | None], least: int
) -> CountTable:
    """Count each theme's people by the question under which they speak of it: somebody may stand under several.

    So rows do not add up, and what protects other tables does not protect this one. A number under ``least`` is hidden,
    zero included. Where only one of a row is hidden and the row's shown numbers come to fewer than its people, how many
    are missing would tell of it: the smallest shown one is hidden besides. Nothing is shown of a theme whose people are
    hidden, and a question's people only where all its numbers are shown.

    Parameters
    ----------
    people, themes, questions
        Of length n: who wrote each idea, its theme, and the question that it answers.
    totals
        Of length k + 1: each theme's people as another table shows them, the last one being everybody.
    """
    frame = pd.DataFrame({"person": people.to_numpy(), "theme": themes, "question": questions.to_numpy()})
    asked = sorted(frame["question"].unique(), key=str)
    frame["value"] = frame["question"].map({question: place for place, question in enumerate(asked)})
    counts = _distinct(frame[["person", "theme", "value"]], len(totals) - 1, len(asked))
    shown = (counts >= least) & np.array([total is not None for total in totals[:-1]])[:, None]
    for row, total in enumerate(totals[:-1]):
        seen = shown[row]
        if total is not None and (~seen).sum() == 1 and counts[row][seen].sum() < total:
            shown[row, np.flatnonzero(seen)[counts[row][seen].argmin()]] = False
    everybody = frame.groupby("value")["person"].nunique()
    last = [int(everybody[place]) if shown[:, place].all() else None for place in range(len(asked))]
    rows = [
        (*(int(count) if ok else None for count, ok in zip(*cells, strict=True)), total)
        for *cells, total in zip(counts, shown, totals[:-1], strict=True)
    ]
    return CountTable(QUESTION, tuple(map(str, asked)), (*rows, (*last, totals[-1])))


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
    # as objects: where nobody has a value the map is of numbers, which "" does not fit into
    value = people.map(usual.set_index("person")["value"]).astype("object").fillna("")
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
