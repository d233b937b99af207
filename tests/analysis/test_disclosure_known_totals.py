"""Where every total is known, no hidden small number can be worked out further than its totals leave."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import LEAST_PEOPLE, shown_cells

COUNTS = st.sampled_from([0, 1, 2, 3, 5, 6, 9])
TABLES = st.sampled_from([(2, 2), (2, 3), (3, 2)]).flatmap(
    lambda shape: st.lists(COUNTS, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda values: np.array(values).reshape(shape)
    )
)


def _splits(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _splits(total - first, parts - 1):
            yield first, *rest


def _possible(table, shown):
    """Return the values that each cell can have for whoever knows all totals and the cells that are shown."""
    fitting = [
        [
            split
            for split in _splits(int(row.sum()), len(row))
            if all(split[j] == row[j] for j in np.flatnonzero(shown[i]))
        ]
        for i, row in enumerate(table)
    ]
    values = {cell: set() for cell in np.ndindex(table.shape)}
    for rows in itertools.product(*fitting):
        if (np.sum(rows, axis=0) == table.sum(axis=0)).all():
            for i, j in values:
                values[i, j].add(rows[i][j])
    return values


@settings(max_examples=30, deadline=None)
@given(TABLES)
def test_a_hidden_number_stays_as_open_as_its_totals_leave_it(table):
    shown = shown_cells(table, totals_known=True)
    assert shown[-1].all()
    assert shown[:, -1].all()
    body = shown[:-1, :-1]
    assert not (body & (table < LEAST_PEOPLE)).any()
    if not body.any():
        return  # nothing is shown but the totals, which are known anyway
    values = _possible(table, body)
    for i, j in np.argwhere(table < LEAST_PEOPLE):
        most = min(LEAST_PEOPLE - 1, int(table[i].sum()), int(table[:, j].sum()))
        assert len(values[i, j]) > most


def test_a_large_table_keeps_most_of_its_large_numbers():
    table = np.array([[20, 15, 9, 2], [18, 12, 8, 7], [3, 9, 14, 11]])
    shown = shown_cells(table, totals_known=True)[:-1, :-1]
    assert shown.sum() >= 5
    assert not shown[0, 3]
    assert not shown[2, 0]
