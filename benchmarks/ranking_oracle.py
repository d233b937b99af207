"""Profiles with what other libraries make of them: ``python benchmarks/ranking_oracle.py``.

pref_voting ranks generated ballots by Borda's count and by Schulze's method, choix fits Bradley and Terry's model to
generated pairs, and both are written with their results into ``tests/analysis/oracle/``, which a test checks ours
against. The two libraries are heavy (nearly 800 MB with all they need), so they never come into this project's
environment: this command makes one of its own in the folder given, which may be thrown away afterwards, and runs itself
there. The same seed gives the same files.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from pathlib import Path

import numpy as np

PACKAGES = ("pref_voting==1.18.2", "choix==0.4.1")
TARGET = Path(__file__).resolve().parent.parent / "tests" / "analysis" / "oracle"
_SEED = 20270102
_CASES = 60
_CODES = "abcdefgh"
_PRIOR = 0.1


def main() -> int:
    """Make the environment where there is none yet, and run there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, help="folder of the environment; a temporary one if left out")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        write_all()
        return 0
    if options.environment:
        return _run_in(options.environment)
    with tempfile.TemporaryDirectory() as folder:
        return _run_in(Path(folder))


def _run_in(folder: Path) -> int:
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *PACKAGES]
        subprocess.run(install, check=True)  # noqa: S603
    return subprocess.run([python, Path(__file__).resolve(), "--inside"], check=False).returncode  # noqa: S603


def write_all() -> None:
    """Write profiles and results, a few hundred short lines."""
    rng = np.random.default_rng(_SEED)
    TARGET.mkdir(exist_ok=True)
    _write("rankings.json", [_ranking_case(rng, at) for at in range(_CASES)])
    _write("pairs.json", [_pairs_case(rng) for _ in range(_CASES // 2)])


def _write(name: str, cases: list[dict[str, object]]) -> None:
    lines = ",\n".join(json.dumps(case) for case in cases)
    (TARGET / name).write_text(f'{{"packages": {json.dumps(PACKAGES)}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def _ranking_case(rng: np.random.Generator, at: int) -> dict[str, object]:
    """Rank a small crowd, which has cycles and ties often; full, short and tied ballots by turns."""
    codes = _CODES[: rng.integers(3, len(_CODES) + 1)]
    liked = rng.normal(0, 0.25, len(codes))
    ballots: Counter[tuple[tuple[str, ...], ...]] = Counter()
    for _ in range(rng.integers(3, 40)):
        order = np.argsort(-liked - rng.gumbel(size=len(codes)))
        length = len(codes) if at % 3 == 0 else rng.integers(1, len(codes) + 1)
        ballots[_tiers([codes[one] for one in order[:length]], rng, has_ties=at % 3 == 2)] += 1
    rows = sorted(ballots.items())
    return {"candidates": codes, "ballots": [[tiers, people] for tiers, people in rows], **_by_pref_voting(codes, rows)}


def _tiers(ranking: list[str], rng: np.random.Generator, has_ties: bool) -> tuple[tuple[str, ...], ...]:
    tiers: list[list[str]] = []
    for code in ranking:
        if tiers and has_ties and rng.random() < 0.3:
            tiers[-1].append(code)
        else:
            tiers.append([code])
    return tuple(tuple(sorted(tier)) for tier in tiers)


def _by_pref_voting(codes: str, rows: list[tuple[tuple[tuple[str, ...], ...], int]]) -> dict[str, object]:
    from pref_voting.margin_based_methods import beat_path, beat_path_defeat  # noqa: PLC0415 (only there)
    from pref_voting.profiles_with_ties import ProfileWithTies  # noqa: PLC0415
    from pref_voting.scoring_methods import symmetric_borda_scores  # noqa: PLC0415

    rankings = [{codes.index(c): place for place, tier in enumerate(tiers) for c in tier} for tiers, _ in rows]
    profile = ProfileWithTies(rankings, [people for _, people in rows], candidates=list(range(len(codes))))
    profile.use_extended_strict_preference()  # what is ranked stands above what is not
    points = symmetric_borda_scores(profile)
    return {
        "borda": [float(points[at]) for at in range(len(codes))],
        "schulze_winners": [codes[at] for at in beat_path(profile)],
        "schulze_defeats": sorted([codes[one], codes[other]] for one, other in beat_path_defeat(profile).edges),
    }


def _pairs_case(rng: np.random.Generator) -> dict[str, object]:
    """Fit wins of a few candidates, some pairs never asked; with our prior added, choix needs none of its own."""
    import choix  # noqa: PLC0415 (only there)

    number = int(rng.integers(3, len(_CODES) + 1))
    wins = rng.integers(0, 9, (number, number)) * (rng.random((number, number)) < 0.6)
    np.fill_diagonal(wins, 0)
    prior = _PRIOR * (1 - np.eye(number))
    strengths = choix.ilsr_pairwise_dense(wins + prior, max_iter=1_000, tol=1e-10)
    return {"candidates": _CODES[:number], "wins": wins.tolist(), "log_strengths": strengths.round(8).tolist()}


if __name__ == "__main__":
    sys.exit(main())
