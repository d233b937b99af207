"""How long a ranking takes: ``python benchmarks/rankings.py --help``.

Ballots of people of seven groups, who like eight candidates to different degrees and rank three, some or all of them,
as in the sample. Everybody's ranking, then everybody's with each group's and the equal voice, as a page shows them;
each the best of several runs on one thread. Ends with 1 if three hundred ballots take longer than a page may wait.
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from analysis.ballots import Ballot, profile_of
from analysis.ranking import RESAMPLES, rank, rank_groups

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


def main() -> int:
    """Measure, print a table, and tell whether the usual number of ballots is ranked in time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ballots", type=int, nargs="+", default=[100, _USUAL, 3_000, 30_000], metavar="N")
    parser.add_argument("--resamples", type=int, default=RESAMPLES, metavar="N")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
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


def make_ballots(number: int) -> list[Ballot]:
    """Make ballots that say something: candidates are liked to different degrees, by each group in its own way."""
    rng = np.random.default_rng(_SEED)
    groups = rng.choice(len(_GROUPS), number, p=list(_GROUPS.values()))
    liked = rng.normal(0, 0.7, (len(_GROUPS), len(CANDIDATES))) + np.linspace(1, -1, len(CANDIDATES))
    orders = np.argsort(-liked[groups] - rng.gumbel(size=(number, len(CANDIDATES))), axis=1)
    lengths = rng.choice(np.arange(1, len(CANDIDATES) + 1), number, p=_LENGTHS)
    names = list(_GROUPS)
    return [
        Ballot(tuple(CANDIDATES[at] for at in order[:length]), names[group])
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
