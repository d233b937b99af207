"""Words in the place of numbers: “fewer than 5”, “some”, “most”, where these tell no more than may be told.

Whether a hidden number is small is itself something to be told. So it may be said only in a table that was protected
against readers who know which hidden numbers are small (`small_ones_known` of `analysis.disclosure.shown_cells`): there
each of them keeps ``least - 1`` possible values even so. In any other table a hidden number has no band.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

_HALF = 0.5


class Band(StrEnum):
    """How many people, in a word.

    - FEW: fewer than the smallest count that may be shown, nobody included
    - SOME: that many or more, and no more than half of their line; where the number is hidden, half or not
    - MOST: more than half of their line
    - UNTOLD: nothing may be said
    """

    FEW = "few"
    SOME = "some"
    MOST = "most"
    UNTOLD = "untold"


def hidden_bands(
    numbers: NDArray[np.int_], shown: NDArray[np.bool_], least: int, *, small_ones_known: bool, adds_up: bool = True
) -> list[list[Band | None]]:
    """Return a word for each hidden number, to stand in its place; None where the number is shown.

    Parameters
    ----------
    numbers, shown
        Shape (rows + 1, columns + 1): a table with its totals, and what of it may be shown.
    least
        The smallest count that may be shown.
    small_ones_known
        Whether the table was protected against readers who know which numbers are small.
    adds_up
        Whether the last row is the sum of the others: otherwise nothing is said of it.

    Notes
    -----
    Of a line whose total is hidden nothing is said, nor of a table of which nothing is shown: there silence protects.
    """
    rows, columns = numbers.shape
    bands: list[list[Band | None]] = [[None] * columns for _ in range(rows)]
    for i, j in np.argwhere(~shown):
        may = small_ones_known and bool(shown[i, -1]) and (adds_up or i < rows - 1)
        word = Band.FEW if numbers[i, j] < least else Band.SOME
        bands[i][j] = word if may else Band.UNTOLD
    return bands


def in_bands(
    numbers: NDArray[np.int_], shown: NDArray[np.bool_], least: int, *, small_ones_known: bool, adds_up: bool = True
) -> list[list[Band]]:
    """Return a word for each number of a table, shown ones included; parameters are those of :func:`hidden_bands`."""
    words = hidden_bands(numbers, shown, least, small_ones_known=small_ones_known, adds_up=adds_up)
    return [
        [_of_shown(int(number), int(row[-1])) if word is None else word for number, word in zip(row, line, strict=True)]
        for row, line in zip(numbers, words, strict=True)
    ]


def _of_shown(number: int, total: int) -> Band:
    return Band.MOST if number > _HALF * total else Band.SOME
