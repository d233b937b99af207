"""Scores by criteria are those of the method, and what is shown of them tells no count of a few people."""

import numpy as np
import pytest

from analysis.ballots import Kind, Marks, profile_of
from analysis.criteria_scores import HIDDEN, LESS, MORE, ShownShare, score_by_criteria, show_share
from analysis.stored_rankings import Signed, make_rankings, read_criteria

LEAST, PEOPLE = 5, 30


def _ballots():
    """Twelve people on two candidates by two criteria: nine say yes to a, two cannot say, one leaves it blank."""
    said = [1.0] * 9 + [0.5] * 2 + [None]
    return [
        Marks(
            Kind.CRITERIA,
            tuple(
                sorted(
                    ((criterion, code), value)
                    for criterion, code, value in (("x", "a", each), ("y", "a", 1.0), ("x", "b", 0.0), ("y", "b", 0.5))
                    if value is not None
                )
            ),
        )
        for each in said
    ]


def test_scores_and_agreement_by_hand():
    ballots, weights = _ballots(), {"x": 3.0, "y": 1.0}
    a, b = score_by_criteria(profile_of(ballots, ["a", "b"], tuple(weights)), ["a", "b"], weights)
    assert a.score == pytest.approx((3 * 10 / 11 + 1) / 4)
    assert a.agreement == pytest.approx((9 / 11 + 1) / 2)
    assert (a.scorers, b.scorers) == (11, 12)
    assert (b.score, b.agreement) == (pytest.approx(0.125), 1.0)
    kept = make_rankings(Kind.CRITERIA, ballots, ["a", "b"], Signed("chnri", criteria=weights, resamples=100))
    assert read_criteria(kept) == {"a": a, "b": b}
    assert read_criteria({}) == {}


def test_a_share_near_its_end_is_no_number():
    assert show_share(0.62, PEOPLE, LEAST) == ShownShare(60)
    assert show_share(1.0, PEOPLE, LEAST) == ShownShare(62, MORE) == show_share(0.7, PEOPLE, LEAST)
    assert show_share(0.0, PEOPLE, LEAST) == ShownShare(38, LESS)
    assert show_share(0.5, PEOPLE - 1, LEAST) == HIDDEN
    assert show_share(0.91, 1000, LEAST) == ShownShare(90)


def _tells_of_few(weight, shown):
    """Count the readings from which some answer to a criterion is known to be of one to four people."""
    counts = np.array([(y, u, PEOPLE - y - u) for y in range(PEOPLE + 1) for u in range(PEOPLE + 1 - y)])
    score, agreed = (counts[:, 0] + 0.5 * counts[:, 1]) / PEOPLE, counts.max(axis=1) / PEOPLE
    scores = (weight * score[:, None] + score[None]) / (weight + 1)
    read = 1000 * shown(scores) + shown((agreed[:, None] + agreed[None]) / 2)
    first = np.repeat(np.arange(len(counts)), len(counts))
    order = np.argsort(read, axis=None, kind="stable")
    parts = np.split(first[order], np.flatnonzero(np.diff(read.ravel()[order])) + 1)
    worlds = (counts[np.unique(part)] for part in parts)
    return sum(bool(((each > 0) & (each < LEAST)).all(axis=0).any()) for each in worlds)


def _as_printed(shares):
    values, at = np.unique(np.round(shares, 9), return_inverse=True)
    printed = [show_share(float(value), PEOPLE, LEAST).hundredths for value in values]
    return np.array(printed)[at].reshape(shares.shape)


@pytest.mark.parametrize("weight", [1, 5, 100])
def test_of_all_possible_counts_none_of_a_few_people_can_be_read(weight):
    assert not _tells_of_few(weight, _as_printed)


def test_the_attack_finds_them_where_shares_are_printed_as_they_are():
    assert _tells_of_few(5, lambda shares: np.rint(100 * shares))
