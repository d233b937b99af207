"""How many participants answer at once: ``python benchmarks/answering.py --help``.

Participants answer the whole sample survey without a pause (a closed loop) on `consult serve`, beside the floor: a bare
Flask page with ten questions in one form and one INSERT, on the same database, server, processes and threads, in turns
in the same run. The client runs on the same machine and takes its share of the processors, which is printed. Every
session that was completed must be in the database, and nothing may go wrong, else the command ends with 1.
"""

import argparse
import os
import statistics
import sys
from collections.abc import Callable
from functools import partial

from participant import Browser, Crowd, answer_consultation, answer_floor, run_crowd
from servers import Running, count_rows, database, run_consult, run_floor

CODE = "grand_heron_2027_2030"
_LOADED = 240  # responses of the sample
_PAGES = ("landing", "section", "check", "done")


def main() -> int:
    """Measure, print two tables for each database, and tell whether all went well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--concurrent", type=int, nargs="+", default=[1, 10, 50, 100], metavar="N")
    parser.add_argument("--seconds", type=float, default=12.0, help="of each measurement")
    parser.add_argument("--workers", type=int, default=2, help="processes of each server")
    options = parser.parse_args()
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    print(f"{os.cpu_count()} processors, {options.workers} processes, {options.seconds:g} s each.\n")
    results = [_measure(kind, options) for kind in kinds]
    return 0 if all(results) else 1


def _measure(kind: str, options: argparse.Namespace) -> bool:
    """Measure on one database; return whether every session is there and nothing went wrong."""
    rows = []
    with database(kind) as url:
        with run_consult(url, options.workers) as ours, run_floor(url, options.workers) as floor:
            for running, session in ((ours, _session()), (floor, _floor_session())):
                run_crowd(running.address, 4, 2.0, session)  # what is compiled and cached once
            before = count_rows(url)
            for concurrent in options.concurrent:
                rows.append(
                    tuple(_one(*each, concurrent, options) for each in ((floor, _floor_session()), (ours, _session())))
                )
            memory = ours.megabytes(), floor.megabytes()
        after = count_rows(url)
    stored = after[0] - before[0], after[1] - before[1]
    done = sum(ours.sessions for _, (ours, _) in rows), sum(bare.sessions for (bare, _), _ in rows)
    errors = [error for pair in rows for crowd, _ in pair for error in crowd.errors]
    _print_tables(kind, rows)
    print(f"Memory: ours {memory[0]:.0f} MiB, floor {memory[1]:.0f} MiB, the database's processes not counted.")
    print(f"Sessions completed and rows stored: ours {done[0]} and {stored[0]}, floor {done[1]} and {stored[1]}.")
    print(f"Errors: {len(errors)}{': ' + '; '.join(sorted(set(errors))[:5]) if errors else ''}.\n")
    return stored == done and not errors and before[0] >= _LOADED


def _one(
    running: Running, session: Callable[[Browser], None], concurrent: int, options: argparse.Namespace
) -> tuple[Crowd, float]:
    cpu = running.cpu_seconds()
    crowd = run_crowd(running.address, concurrent, options.seconds, session)
    return crowd, running.cpu_seconds() - cpu


def _session() -> Callable[[Browser], None]:
    return partial(answer_consultation, code=CODE, language="fr")


def _floor_session() -> Callable[[Browser], None]:
    return partial(answer_floor, language="fr")


def _print_tables(kind: str, rows: list[tuple[tuple[Crowd, float], tuple[Crowd, float]]]) -> None:
    print(f"### {kind}\n")
    print(
        "| concurrent | sessions/s | requests/s | server ms a request | floor: sessions/s | requests/s"
        " | server ms a request | requests/s, ours : floor | client's share of the processors |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for (bare, bare_cpu), (ours, ours_cpu) in rows:
        rates = [crowd.requests / crowd.seconds for crowd in (ours, bare)]
        share = ours.client_seconds / ours.seconds / (os.cpu_count() or 1)
        print(
            f"| {ours.concurrent} | {ours.sessions / ours.seconds:.1f} | {rates[0]:.0f}"
            f" | {1000 * ours_cpu / max(ours.requests, 1):.1f} | {bare.sessions / bare.seconds:.1f} | {rates[1]:.0f}"
            f" | {1000 * bare_cpu / max(bare.requests, 1):.1f} | {rates[0] / rates[1]:.2f} | {share:.0%} |"
        )
    names = [f"{method} {page}" for page in _PAGES for method in ("GET", "POST") if (page, method) != ("done", "POST")]
    floor_names = ["GET form", "POST form", "GET thanks"]
    print(f"\np95, ms:\n\n| concurrent | {' | '.join(names)} | {' | '.join('floor ' + each for each in floor_names)} |")
    print("|---" * (1 + len(names) + len(floor_names)) + "|")
    for (bare, _), (ours, _) in rows:
        cells = [_p95(ours.times[name]) for name in names] + [_p95(bare.times[name]) for name in floor_names]
        print(f"| {ours.concurrent} | {' | '.join(cells)} |")
    print()


def _p95(times: list[float]) -> str:
    if len(times) < 2:
        return "–"
    return f"{1000 * statistics.quantiles(times, n=20)[-1]:.0f}"


if __name__ == "__main__":
    sys.exit(main())
