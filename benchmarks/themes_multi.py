"""How well several themes per answer are found: ``python benchmarks/themes_multi.py ANSWERS.csv --help``.

Answers whose labels people gave, one or several each (``A;C``), are grouped twice: each left whole, and cut into its
ideas. Themes are matched one to one to labels so that most agrees (Hungarian method), and printed are, mean and
standard deviation over seeds:

- samples-F1: for each answer the F1 of the labels of its themes against its own, averaged over answers. A theme that
  matched no label counts as wrong;
- AMI: adjusted mutual information of main theme and label, over answers with a single label only, where there are ten;
- how many themes an answer has.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_mutual_info_score, f1_score
from sklearn.preprocessing import MultiLabelBinarizer

from analysis.corpus import build_corpus
from analysis.pipeline import Findings, find_themes
from analysis.settings import AUTOMATIC, Settings

_FEWEST_SINGLE = 10


def main() -> int:
    """Read the answers, group them both ways with each seed, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--text", default="text", metavar="COLUMN")
    parser.add_argument("--labels", default="themes", metavar="COLUMN", help="labels, several joined by a semicolon")
    parser.add_argument("--language", default="language", metavar="COLUMN", help="English where there is none")
    parser.add_argument("--by", metavar="COLUMN", help="group the answers to each question apart")
    parser.add_argument("--engine", default=AUTOMATIC)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    with given.answers.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[given.text].strip() and row[given.labels].strip()]
    for part in sorted({row[given.by] for row in rows}) if given.by else [""]:
        some = [row for row in rows if not given.by or row[given.by] == part]
        for line in _lines(some, given):
            sys.stdout.write(f"{given.answers.name} {part}: {line}\n")
            sys.stdout.flush()
    return 0


def _lines(rows: Sequence[dict[str, str]], given: argparse.Namespace) -> Iterator[str]:
    truth = [row[given.labels].split(";") for row in rows]
    number = len({label for labels in truth for label in labels})
    yield f"{len(rows)} answers, {number} labels, {np.mean([len(labels) for labels in truth]):.2f} of them an answer"
    languages = [row.get(given.language) or "en" for row in rows]
    for name, whole in (("left whole", True), ("cut into ideas", False)):
        corpus = build_corpus([row[given.text] for row in rows], languages=languages, whole=whole)
        measured = []
        for seed in range(given.seeds):
            settings = Settings(themes=number, engine=given.engine, seed=seed)
            measured.append(_measure(find_themes(corpus, settings, lambda step, done, total: None), truth))
        values = np.array(measured)
        mean, spread = values.mean(axis=0), values.std(axis=0)
        ami = "" if np.isnan(mean[1]) else f", AMI {mean[1]:.3f} ± {spread[1]:.3f}"
        ideas = len(corpus.ideas) / len(corpus.kept)
        yield (
            f"{name:15s} samples-F1 {mean[0]:.3f} ± {spread[0]:.3f}{ami}, {mean[2]:.2f} themes an answer"
            f" ({ideas:.2f} ideas)"
        )


def _measure(findings: Findings, truth: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    themes: list[list[int]] = [[] for _ in truth]
    main = np.full(len(truth), -1)
    for row, label, is_main in zip(findings.rows, findings.labels, findings.is_main, strict=True):
        themes[row].append(int(label))
        if is_main:
            main[row] = label
    given = MultiLabelBinarizer().fit_transform(truth)
    found = MultiLabelBinarizer(classes=range(len(findings.themes))).fit_transform(themes)
    single = np.flatnonzero(given.sum(axis=1) == 1)
    ami = float("nan")
    if len(single) >= _FEWEST_SINGLE:
        ami = float(adjusted_mutual_info_score(given[single].argmax(axis=1), main[single]))
    return _samples_f1(given, found), ami, float(np.mean(found.sum(axis=1)))


def _samples_f1(given: NDArray[np.int_], found: NDArray[np.int_]) -> float:
    both = given.T @ found
    agreement = 2 * both / np.maximum(given.sum(axis=0)[:, None] + found.sum(axis=0)[None, :], 1)
    labels, themes = linear_sum_assignment(-agreement)
    matched = np.zeros_like(given)
    matched[:, labels] = found[:, themes]
    unmatched = np.setdiff1d(np.arange(found.shape[1]), themes)
    answers = np.hstack([matched, found[:, unmatched]])
    truth = np.hstack([given, np.zeros((len(given), len(unmatched)), dtype=given.dtype)])
    return float(f1_score(truth, answers, average="samples", zero_division=0))


if __name__ == "__main__":
    sys.exit(main())
