"""How many people speak in each theme, and how many are left there without those who sent a campaign."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.campaigns import Campaign


class CampaignCounts:
    """The people of each theme, read once, so that what each campaign takes away costs as much as the campaign is long.

    Parameters
    ----------
    ideas
        Columns ``person`` and ``row``: who said each idea, and in which row of the input.
    labels
        Shape (n,): the theme of each idea, from 0.
    """

    def __init__(self, ideas: pd.DataFrame, labels: NDArray[np.intp]) -> None:
        people, names = pd.factorize(ideas["person"])
        self._persons = max(1, len(names))
        # one number for each person in each theme, and how many ideas stand behind it
        self._pairs = np.asarray(labels, dtype=np.int64) * self._persons + people
        self._distinct, self._ideas = np.unique(self._pairs, return_counts=True)
        self._people = np.bincount(self._distinct // self._persons)
        rows = ideas["row"].to_numpy(dtype=np.int64)
        self._order = np.argsort(rows, kind="stable")
        self._rows = rows[self._order]

    def without(self, campaign: Campaign) -> dict[int, tuple[int, int]]:
        """Return, for the number of each theme that a campaign speaks in, its people and those left without it.

        Somebody who says the same theme elsewhere, too, is left.
        """
        rows = np.array(sorted(campaign.rows), dtype=np.int64)
        starts, ends = np.searchsorted(self._rows, rows, "left"), np.searchsorted(self._rows, rows, "right")
        inside = [self._order[start:end] for start, end in zip(starts, ends, strict=True)]
        sent, ideas = np.unique(self._pairs[np.concatenate(inside)] if inside else [], return_counts=True)
        gone = ideas == self._ideas[np.searchsorted(self._distinct, sent)]
        themes = (sent // self._persons).astype(np.intp)
        lost = np.bincount(themes[gone], minlength=len(self._people))
        return {int(t) + 1: (int(self._people[t]), int(self._people[t] - lost[t])) for t in np.unique(themes)}
