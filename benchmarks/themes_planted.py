"""Are small concerns drowned? ``python benchmarks/themes_planted.py [--seeds 10]``, the number of themes left free.

Eight answers on one concern, four in each language, are put among 292 of the sample consultation that do not mention
it. The concern counts as found where a theme holds at least six of the eight and they are at least half of it. Printed
too is the same with 25 themes, the most that the program chooses: whether the vectors could tell it apart at all.
"""

import argparse
from pathlib import Path

import pandas as pd
from planted_words import CONCERNS
from threadpoolctl import threadpool_limits

from analysis.clusters import cluster
from analysis.corpus import build_corpus
from analysis.engines import load_engine
from analysis.stability import NUMBERS_TRIED, agreement_curve, choose_number

_MENTIONS = {
    "sign language": "sourd|signes|deaf|sign lang|hearing|malentend",
    "parking fees": "stationnement|parking",
    "hospital food": "repas|nourriture|food|meal|menu|soupe",
    "indigenous": "autocht|indigen|inuit|inuk|premières nations|first nation",
    "dental": "dentist|dentaire|dental|dents",
}
_SAMPLE = Path(__file__).parent.parent / "consult" / "sample" / "responses.csv"
_STARTS_FOR_CURVE = 3


def draw_answers(concern: str, seed: int) -> pd.DataFrame:
    """Return 300 answers, eight of them on the concern (``is_concern``)."""
    sample = pd.read_csv(_SAMPLE, dtype=str)
    said = pd.concat([sample[question].dropna() for question in ("hardest", "one_change", "protect")])
    base = build_corpus(said.tolist()).kept.drop_duplicates("text")
    base = base[~base["text"].str.casefold().str.contains(_MENTIONS[concern])].sample(292, random_state=seed)
    small = [(text, language) for language, texts in CONCERNS[concern].items() for text in texts]
    own = pd.DataFrame(small, columns=["text", "language"])
    drawn = pd.concat([base[["text", "language"]].assign(is_concern=False), own.assign(is_concern=True)])
    return drawn.reset_index(drop=True)


def best_theme(labels: pd.Series, is_concern: pd.Series) -> tuple[int, int]:
    """Return how many of the concern's answers the theme that holds most of them has, and its size."""
    theme = labels[is_concern].mode()[0]
    return int(((labels == theme) & is_concern).sum()), int((labels == theme).sum())


def main() -> None:
    """Print one line for each seed, and how often the concern was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    found = {"chosen": 0, "25": 0}
    for seed in range(seeds):
        concern = sorted(CONCERNS)[seed % len(CONCERNS)]
        answers = draw_answers(concern, seed)
        made = load_engine().vectors(answers["text"], answers["language"], seed, lambda done, total: None).values
        curve = agreement_curve(
            made,
            NUMBERS_TRIED,
            seed,
            lambda rows, k, start: cluster(rows, k, start, _STARTS_FOR_CURVE).labels,
            print_nothing,
        )
        line = []
        for name, k in (("chosen", choose_number(curve, len(made)).themes), ("25", 25)):
            held, size = best_theme(pd.Series(cluster(made, k, seed).labels), answers["is_concern"])
            found[name] += held >= 6 and 2 * held >= size
            line.append(f"of {k:2d} themes, one holds {held} of the 8 among {size:3d}")
        print(f"seed {seed} {concern:14s} {';  '.join(line)}", flush=True)
    print(f"found in {found['chosen']} of {seeds} with the number chosen, in {found['25']} of {seeds} with 25 themes")


def print_nothing(done: int, total: int) -> None:
    """Stand in for whoever waits."""


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
