"""How long a ranking takes: ``python benchmarks/rankings.py --help``.

Ballots of people of seven groups, who like eight candidates to different degrees and rank three, some or all of them,
as in the sample. Everybody's ranking, then everybody's with each group's and the equal voice, as a page shows them;
each the best of several runs on one thread. Ends with 1 if three hundred ballots take longer than a page may wait.

With ``--methods``, thirty candidates and a thousand resamples in place of that, by each method that reads rankings:
three hundred ballots, then very many, nearly all different. Times are told as multiples of Borda's count of the three
hundred in the same run, so that two machines can be compared. Ends with 1 if a ballot among very many costs more than
three among three hundred, or if methods that share their draws take clearly longer than one by one.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.ballots import Ballot, Kind, profile_of
from analysis.methods import BORDA, methods_for
from analysis.ranking import RESAMPLES, rank, rank_by_methods, rank_groups

CANDIDATES = tuple(f"candidate_{number}" for number in range(1, 9))
_GROUPS = {
    "citizen": 0.27,
    "patient": 0.22,
    "clinician": 0.19,
    "manager": 0.12,
    "caregiver": 0.1,
    "researcher": 0.06,
    "decision_maker": 0.04,
}
# How many people rank one candidate, two… and all eight, of a hundred: as in the sample.
_LENGTHS = (0.045, 0.065, 0.36, 0.125, 0.11, 0.04, 0.035, 0.22)
_SEED = 20270101
_USUAL = 300
_MOST_MILLISECONDS = 100
_MANY_CANDIDATES = tuple(f"candidate_{number}" for number in range(1, 31))
_MANY_RESAMPLES = 1_000
_MANY_BALLOTS = 100_000
_MOST_A_BALLOT = 3
_MOST_TOGETHER = 1.25


def main() -> int:
    """Measure, print a table, and tell whether the usual number of ballots is ranked in time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, nargs="+", default=[100, _USUAL, 3_000, 30_000], metavar="N")
    parser.add_argument("--resamples", type=int, default=RESAMPLES, metavar="N")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--methods", action="store_true", help="compare methods on thirty candidates")
    parser.add_argument(
        "--many", type=int, default=_MANY_BALLOTS, metavar="N", help="with --methods: very many ballots"
    )
    options = parser.parse_args()
    if options.methods:
        with threadpool_limits(1):
            return _compare_methods(options.many, options.runs)
    print(f"{len(CANDIDATES)} candidates, {options.resamples} resamples, best of {options.runs}, milliseconds\n")
    print(f"{'ballots':>8} {'distinct':>9} {'everybody':>10} {'with groups':>12}")
    in_time = True
    with threadpool_limits(1):
        for number in options.ballots:
            ballots = make_ballots(number)
            distinct = len(profile_of(ballots, CANDIDATES).counts)
            alone, groups = (
                _best(
                    lambda ballots=ballots, measured=measured: _run(measured, ballots, options.resamples), options.runs
                )
                for measured in (rank, rank_groups)
            )
            print(f"{number:>8} {distinct:>9} {alone:>10.0f} {groups:>12.0f}")
            in_time &= number != _USUAL or alone <= _MOST_MILLISECONDS
    if not in_time:
        print(f"{_USUAL} ballots take longer than {_MOST_MILLISECONDS} ms", file=sys.stderr)
    return 0 if in_time else 1


def _compare_methods(many: int, runs: int) -> int:
    """Measure each method, print a table in multiples of Borda's count, and tell whether it holds what it should."""
    methods = methods_for(Kind.RANKING)
    few_ballots, many_ballots = (make_ballots(number, _MANY_CANDIDATES, is_long=True) for number in (_USUAL, many))
    unit = _time(few_ballots, BORDA, runs)
    print(f"{len(_MANY_CANDIDATES)} candidates, {_MANY_RESAMPLES} resamples; 1 is {unit:.0f} milliseconds\n")
    print(f"{'method':>14} {_USUAL:>8} {many:>8} {'a ballot':>9}")
    is_well = True
    for method in methods:
        few, lots = _time(few_ballots, method, runs), _time(many_ballots, method, 1)
        a_ballot = lots / many / (few / _USUAL)
        is_well &= a_ballot <= _MOST_A_BALLOT
        print(f"{method:>14} {few / unit:>8.1f} {lots / unit:>8.0f} {a_ballot:>9.2f}")
    arguments = few_ballots, _MANY_CANDIDATES, _SEED, _MANY_RESAMPLES, methods
    together = _best(lambda: _forget(rank_by_methods(*arguments)), runs)
    singly = sum(
        _best(lambda one=method: _forget(rank_by_methods(*arguments[:-1], (one,))), runs) for method in methods
    )
    print(
        f"\nwith seven groups and the equal voice, all methods: {together / unit:.1f}, one by one {singly / unit:.1f}"
    )
    is_well &= together <= _MOST_TOGETHER * singly
    if not is_well:
        print("very many ballots, or shared draws, cost more than they should", file=sys.stderr)
    return 0 if is_well else 1


def _time(ballots: list[Ballot], method: str, runs: int) -> float:
    return _best(lambda: _forget(rank(ballots, _MANY_CANDIDATES, _SEED, _MANY_RESAMPLES, method=method)), runs)


def _forget(_result: object) -> None:
    """Only the time was wanted."""


def make_ballots(number: int, candidates: tuple[str, ...] = CANDIDATES, *, is_long: bool = False) -> list[Ballot]:
    """Make ballots that say something: candidates are liked to different degrees, by each group in its own way.

    Long ballots rank any number of candidates; the others as many as people do in the sample.
    """
    rng = np.random.default_rng(_SEED)
    groups = rng.choice(len(_GROUPS), number, p=list(_GROUPS.values()))
    liked = rng.normal(0, 0.7, (len(_GROUPS), len(candidates))) + np.linspace(1, -1, len(candidates))
    orders = np.argsort(-liked[groups] - rng.gumbel(size=(number, len(candidates))), axis=1)
    lengths = rng.choice(np.arange(1, len(candidates) + 1), number, p=None if is_long else _LENGTHS)
    names = list(_GROUPS)
    return [
        Ballot(tuple(candidates[at] for at in order[:length]), names[group])
        for order, length, group in zip(orders, lengths, groups, strict=True)
    ]


def _run(measured: Callable[..., object], ballots: list[Ballot], resamples: int) -> None:
    measured(ballots, CANDIDATES, _SEED, resamples)


def _best(run: Callable[[], None], runs: int) -> float:
    """Return the shortest time in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1_000 * min(times)


if __name__ == "__main__":
    sys.exit(main())
