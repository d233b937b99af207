"""What every method keeps, and what some do: people and candidates alike, moving up, two crowds that agree."""

from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.ballots import Ballot, Kind, Marks, profile_of
from analysis.errors import AnalysisError
from analysis.methods import (
    AGREEMENT,
    BEST_WORST,
    BORDA,
    BRADLEY_TERRY,
    CHNRI,
    JLA,
    POINTS,
    SCALE,
    SCHULZE,
    load_rule,
    methods_for,
)
from analysis.methods.borda import borda
from analysis.methods.schulze import schulze

_CODES = ("a", "b", "c", "d")
_CRITERIA = ("x", "y")
_PAIRS = [(one, other) for one in _CODES for other in _CODES if one < other]
_ALL = [(BORDA, Kind.RANKING), (JLA, Kind.RANKING), (SCHULZE, Kind.RANKING), (BRADLEY_TERRY, Kind.RANKING)]
_ALL += [(SCHULZE, Kind.PAIRS), (BRADLEY_TERRY, Kind.PAIRS), (POINTS, Kind.POINTS), (SCALE, Kind.SCALE)]
_ALL += [(BEST_WORST, Kind.BEST_WORST), (AGREEMENT, Kind.REACTIONS), (CHNRI, Kind.CRITERIA)]
# Where all say something of everything, two crowds that put one above another put it there together.
_REINFORCING = [(BORDA, Kind.RANKING), (POINTS, Kind.POINTS), (SCALE, Kind.SCALE), (BEST_WORST, Kind.BEST_WORST)]
_REINFORCING += [(AGREEMENT, Kind.REACTIONS), (CHNRI, Kind.CRITERIA)]


@st.composite
def _tiers(draw):
    order = draw(st.permutations(_CODES))
    length = draw(st.integers(1, 4))
    joins = draw(st.lists(st.booleans(), min_size=length, max_size=length))
    tiers = [[order[0]]]
    for code, is_tied in zip(order[1:length], joins, strict=False):
        tiers[-1].append(code) if is_tied else tiers.append([code])
    return Ballot(tuple(map(tuple, tiers)))


def _marks(kind, cells, numbers, is_full=False):
    fewest = len(cells) if is_full else 1
    chosen = st.sets(st.sampled_from(cells), min_size=fewest)
    return chosen.flatmap(
        lambda some: st.tuples(*(st.sampled_from(numbers) for _ in some)).map(
            lambda said: Marks(kind, tuple(sorted(zip(sorted(some), said, strict=True))))
        )
    )


@st.composite
def _sets(draw):
    """Answer a few sets of three."""
    times = {}
    for _ in range(draw(st.integers(1, 3))):
        shown = draw(st.permutations(_CODES))[:3]
        for cell in [(shown[0], "best"), (shown[2], "worst"), *((code, "shown") for code in shown)]:
            times[cell] = times.get(cell, 0.0) + 1
    return Marks(Kind.BEST_WORST, tuple(sorted(times.items())))


@st.composite
def _shares(draw):
    points = draw(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any))
    return Marks(Kind.POINTS, tuple(((c,), 100 * n / sum(points)) for c, n in zip(_CODES, points, strict=True)))


@cache
def _ballot(kind, is_full=False):
    ones = [(code,) for code in _CODES]
    return {
        Kind.RANKING: _tiers(),
        Kind.PAIRS: _marks(kind, _PAIRS, [0.0, 0.5, 1.0], is_full),
        Kind.POINTS: _shares(),
        Kind.SCALE: _marks(kind, ones, [1.0, 2.0, 3.0, 4.0, 5.0], is_full),
        Kind.REACTIONS: _marks(kind, ones, [1.0, 0.0, -1.0], is_full),
        Kind.BEST_WORST: _sets(),
        Kind.CRITERIA: _marks(kind, [(x, c) for x in _CRITERIA for c in _CODES], [0.0, 0.5, 1.0], is_full),
    }[kind]


def _crowd(kind, is_full=False):
    return st.lists(_ballot(kind, is_full), min_size=1, max_size=9)


def _scores(method, ballots, codes=_CODES):
    profile = profile_of(ballots, codes, _CRITERIA if ballots[0].kind is Kind.CRITERIA else ())
    found = load_rule(method, profile.kind).score(profile.values, profile.counts[None, :].astype(float))[0]
    return dict(zip(codes, found.tolist(), strict=True))


def _renamed(ballot, name):
    if isinstance(ballot, Ballot):
        return Ballot(tuple(tuple(name[code] for code in tier) for tier in ballot.tiers))
    if ballot.kind is Kind.PAIRS:
        moved = [((name[one], name[other]), number) for (one, other), number in ballot.cells]
        cells = [(cell, n) if cell[0] < cell[1] else (cell[::-1], 1 - n) for cell, n in moved]
    else:
        cells = [(tuple(name.get(part, part) for part in cell), number) for cell, number in ballot.cells]
    return Marks(ballot.kind, tuple(sorted(cells)))


def _raised(ballot, code):
    """Return the ballot with a candidate higher, everything else as it was; None where it cannot be."""
    if isinstance(ballot, Ballot):
        rest = [tuple(each for each in tier if each != code) for tier in ballot.tiers]
        return Ballot((code, *(tier for tier in rest if tier)))
    highest = {Kind.SCALE: 5.0, Kind.REACTIONS: 1.0, Kind.CRITERIA: 1.0}.get(ballot.kind)
    cells = dict(ballot.cells)
    if highest is not None:
        changed = {cell: highest for cell in cells if cell[-1] == code}
    elif ballot.kind is Kind.PAIRS:
        changed = {cell: float(cell[0] == code) for cell in cells if code in cell}
    elif ballot.kind is Kind.BEST_WORST:
        # put best where another was: once
        other = next((c for c, end in cells if end == "best" and c != code), None)
        if other is None or (code, "shown") not in cells:
            return None
        changed = {(other, "best"): cells[other, "best"] - 1, (code, "best"): cells.get((code, "best"), 0.0) + 1}
    else:  # points: all that the others have
        changed = {cell: 100.0 * (cell == (code,)) for cell in cells}
    return Marks(ballot.kind, tuple(sorted((cells | changed).items())))


def test_every_method_is_here():
    assert {(name, kind) for kind in Kind for name in methods_for(kind)} == set(_ALL)


@pytest.mark.parametrize(("method", "kind"), _ALL)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_people_are_alike(method, kind, data):
    ballots = data.draw(_crowd(kind))
    shuffled = data.draw(st.permutations(ballots))
    assert _scores(method, shuffled) == _scores(method, ballots)


@pytest.mark.parametrize(("method", "kind"), _ALL)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_candidates_are_alike(method, kind, data):
    ballots = data.draw(_crowd(kind))
    name = dict(zip(_CODES, data.draw(st.permutations(_CODES)), strict=True))
    renamed = _scores(method, [_renamed(ballot, name) for ballot in ballots])
    assert renamed == pytest.approx({name[code]: score for code, score in _scores(method, ballots).items()})


@pytest.mark.parametrize(("method", "kind"), _ALL)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_equal_ballots_put_together_score_as_each_by_itself(method, kind, data):
    ballots = data.draw(_crowd(kind)) * data.draw(st.integers(1, 3))
    together = profile_of(ballots, _CODES, _CRITERIA if kind is Kind.CRITERIA else ())
    rows = np.repeat(np.arange(len(together.counts)), together.counts)
    one_by_one = load_rule(method, kind).score(together.values[rows], np.ones((1, len(rows))))[0]
    assert one_by_one == pytest.approx(list(_scores(method, ballots).values()))


@pytest.mark.parametrize(("method", "kind"), _ALL)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_moving_up_on_a_ballot_never_costs(method, kind, data):
    ballots = data.draw(_crowd(kind))
    code, at = data.draw(st.sampled_from(_CODES)), data.draw(st.integers(0, len(ballots) - 1))
    raised = _raised(ballots[at], code)
    assume(raised is not None)
    before, after = (_scores(method, each) for each in (ballots, [*ballots[:at], raised, *ballots[at + 1 :]]))
    for other in _CODES:
        if before[code] > before[other] + 1e-6 and _keeps_above(method, ballots, code, other):
            assert after[code] > after[other] - 1e-6


def _keeps_above(method, ballots, code, other):
    """Tell whether one really stands above another: by Schulze's method a higher score need not mean it."""
    if method != SCHULZE:
        return True
    return _scores(method, ballots)[code] == len(_CODES) - 1  # it stands above all


@pytest.mark.parametrize(("method", "kind"), _REINFORCING)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_two_crowds_agree_on_holds_for_both_together(method, kind, data):
    ones, others = data.draw(_crowd(kind, is_full=True)), data.draw(_crowd(kind, is_full=True))
    if kind is Kind.BEST_WORST:  # all were shown all
        ones, others = ([_shown_all(ballot) for ballot in crowd] for crowd in (ones, others))
    one, other, both = (_scores(method, crowd) for crowd in (ones, others, ones + others))
    for first in _CODES:
        for second in _CODES:
            if one[first] > one[second] + 1e-9 and other[first] > other[second] + 1e-9:
                assert both[first] > both[second]


def _shown_all(ballot):
    cells = {cell: number for cell, number in ballot.cells if cell[1] != "shown"}
    return Marks(Kind.BEST_WORST, tuple(sorted((cells | {(code, "shown"): 4.0 for code in _CODES}).items())))


def test_with_majorities_two_crowds_can_agree_and_both_together_not():
    orders = [Ballot(tuple(order)) for order in permutations("abc")]
    values = profile_of(orders, ("a", "b", "c")).values
    crowds = np.random.default_rng(1).integers(0, 9, (400, len(orders))).astype(float)
    agree = crowds[schulze(values, crowds)[:, 0] == 2]  # a stands above both others
    together = (agree[:, None] + agree).reshape(-1, len(orders))
    assert (schulze(values, together)[:, 0] < 2).any()
    assert (borda(values, agree).argmax(axis=1) == 0).any()


@pytest.mark.parametrize(
    ("method", "kind", "code"),
    [
        ("coombs", Kind.RANKING, "ranking.unknown_method"),
        (BORDA, Kind.POINTS, "ranking.method_does_not_fit"),
        (POINTS, Kind.RANKING, "ranking.method_does_not_fit"),
    ],
)
def test_a_method_that_does_not_read_such_ballots_is_refused(method, kind, code):
    with pytest.raises(AnalysisError) as refused:
        load_rule(method, kind)
    assert refused.value.code == code
