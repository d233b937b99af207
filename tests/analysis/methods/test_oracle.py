"""Our methods against other libraries, on the profiles and results that benchmarks/ranking_oracle.py wrote down."""

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.ballots import Ballot, profile_of
from analysis.methods.borda import borda
from analysis.methods.bradley_terry import PRIOR, bradley_terry
from analysis.methods.pairs import preferences
from analysis.methods.schulze import schulze, stands_above

_ORACLE = Path(__file__).parent.parent / "oracle"
_RANKINGS = json.loads((_ORACLE / "rankings.json").read_text(encoding="utf-8"))["cases"]
_PAIRS = json.loads((_ORACLE / "pairs.json").read_text(encoding="utf-8"))["cases"]


def _profile(case):
    ballots = [Ballot(tuple(map(tuple, tiers))) for tiers, people in case["ballots"] for _ in range(people)]
    return profile_of(ballots, tuple(case["candidates"]))


def _counts(profile):
    return profile.counts[None, :].astype(float)


def test_the_profiles_hold_what_is_hard():
    tied = [case for case in _RANKINGS if any(len(tier) > 1 for tiers, _ in case["ballots"] for tier in tiers)]
    short = [case for case in _RANKINGS if any(len(tiers) < 2 for tiers, _ in case["ballots"])]
    no_winner = [case for case in _RANKINGS if _condorcet(case) is None]
    assert min(len(tied), len(short), len(no_winner)) >= 10
    assert any(len(case["schulze_winners"]) > 1 for case in _RANKINGS)


def _condorcet(case):
    profile = _profile(case)
    preferred = preferences(profile.values, _counts(profile))[0]
    beats = (preferred > preferred.T).sum(axis=1)
    return int(beats.argmax()) if beats.max() == len(beats) - 1 else None


@pytest.mark.parametrize("case", _RANKINGS)
def test_borda_is_pref_votings(case):
    profile = _profile(case)
    number = len(case["candidates"])
    # they count those below less those above, we those below and half of those level
    theirs = (np.array(case["borda"]) / profile.people + number - 1) / 2
    assert borda(profile.places, _counts(profile))[0] == pytest.approx(theirs)


@pytest.mark.parametrize("case", _RANKINGS)
def test_schulze_is_pref_votings(case):
    profile = _profile(case)
    codes = case["candidates"]
    above = stands_above(preferences(profile.values, _counts(profile)))[0]
    assert sorted([codes[i], codes[j]] for i, j in np.argwhere(above)) == case["schulze_defeats"]
    assert [codes[at] for at in np.flatnonzero(~above.any(axis=0))] == case["schulze_winners"]
    # the score puts in order what stands above what
    scores = schulze(profile.values, _counts(profile))[0]
    assert all(scores[i] > scores[j] for i, j in np.argwhere(above))


@pytest.mark.parametrize("case", _PAIRS)
def test_bradley_terry_is_choixs(case):
    assert PRIOR == 0.1
    wins = np.array(case["wins"], dtype=float)
    number = len(wins)
    # a ballot for each win of one over another
    cells = [(i, j) for i in range(number) for j in range(number) if wins[i, j]]
    values = np.full((len(cells), number, number), np.nan)
    for row, (i, j) in enumerate(cells):
        values[row, i, j], values[row, j, i] = 1, 0
    found = bradley_terry(values, np.array([[wins[cell] for cell in cells]]))[0]
    strengths = np.exp(case["log_strengths"])
    against = strengths[:, None] / (strengths[:, None] + strengths)
    assert found == pytest.approx((against.sum(axis=1) - 0.5) / (number - 1), abs=1e-6)
