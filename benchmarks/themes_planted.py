"""Are small concerns drowned? ``python benchmarks/themes_planted.py [--seeds 10]``, the number of themes left free.

Eight answers on one concern, four in each language, are put among 292 of the sample consultation that do not mention
it, and themes are found as ``consult themes`` does. The concern counts as found where a theme is the main one of at
least six of the eight and they are at least half of it. Printed are the number of large themes that was chosen, how
many small ones there are besides, and the same without the eight: what else few people say in the sample.
"""

import argparse
from pathlib import Path

import pandas as pd
from planted_words import CONCERNS

from analysis.corpus import build_corpus
from analysis.pipeline import Findings, find_themes
from analysis.settings import Settings

_MENTIONS = {
    "sign language": "sourd|signes|deaf|sign lang|hearing|malentend",
    "parking fees": "stationnement|parking",
    "hospital food": "repas|nourriture|food|meal|menu|soupe",
    "indigenous": "autocht|indigen|inuit|inuk|premières nations|first nation",
    "dental": "dentist|dentaire|dental|dents",
}
_FEWEST = 6
_SAMPLE = Path(__file__).parent.parent / "consult" / "sample" / "responses.csv"


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


def themes_of(answers: pd.DataFrame, seed: int) -> Findings:
    """Find themes as the command does."""
    corpus = build_corpus(answers["text"].tolist(), languages=answers["language"].tolist())
    return find_themes(corpus, Settings(seed=seed), lambda step, done, total: None)


def best_theme(findings: Findings, is_concern: pd.Series) -> tuple[int, int]:
    """Return how many of the concern's answers the theme that is the main one of most of them has, and its size."""
    main = pd.Series(findings.labels[findings.is_main], index=findings.rows[findings.is_main])
    main = main[~main.index.duplicated()]
    held = main[is_concern.reindex(main.index)]
    theme = held.mode()[0]
    return int((held == theme).sum()), int((main == theme).sum())


def _counted(findings: Findings) -> str:
    return f"{findings.choice.themes:2d} + {len(findings.themes) - findings.choice.themes} themes"


def main() -> None:
    """Print one line for each seed, and how often the concern was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    options = parser.parse_args()
    found = 0
    for seed in range(options.first, options.first + options.seeds):
        concern = sorted(CONCERNS)[seed % len(CONCERNS)]
        answers = draw_answers(concern, seed)
        with_it = themes_of(answers, seed)
        without = themes_of(answers[~answers["is_concern"]], seed)
        held, size = best_theme(with_it, answers["is_concern"])
        found += held >= _FEWEST and 2 * held >= size
        line = f"{_counted(with_it)}, one holds {held} of the 8 among {size:3d};  without them {_counted(without)}"
        print(f"seed {seed:2d} {concern:14s} {line}", flush=True)
    print(f"found in {found} of {options.seeds}")


if __name__ == "__main__":
    main()
