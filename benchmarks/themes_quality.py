"""How good are the themes? ``python benchmarks/themes_quality.py ANSWERS.csv --text COLUMN --label COLUMN …``.

Labelled answers, drawn in balanced samples; printed are, mean and standard deviation over seeds: adjusted mutual
information (AMI) of theme and label with the number of labels given and with the number left free, of theme and
language, and the number chosen. Each engine in turn, and with ``--bertopic PYTHON`` (an interpreter of an environment
that has BERTopic) its figure on the same samples, given the sentence encoder's vectors: answers that it leaves out
count as one more theme, as they do for us.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

from analysis.clusters import cluster
from analysis.engines import ENGINE_NAMES, Engine, load_engine
from analysis.engines.encoder import Encoder
from analysis.stability import NUMBERS_TRIED, agreement_curve, choose_number

_STARTS_FOR_CURVE = 3
_BERTOPIC = """
import json, sys
import numpy as np
from bertopic import BERTopic
from umap import UMAP
asked = json.load(sys.stdin)
near = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=asked["seed"])
model = BERTopic(umap_model=near)
topics, _ = model.fit_transform(asked["texts"], np.array(asked["vectors"]))
json.dump([int(topic) for topic in topics], sys.stdout)
"""


def draw(
    answers: pd.DataFrame, label: str, language: str | None, pair: str | None, sample: int, seed: int
) -> pd.DataFrame:
    """Draw as many answers for each label, as many in each language, and of translations one language each."""
    by = [label, language] if language else [label]
    if pair and language:
        languages = sorted(answers[language].unique())
        rank = answers[pair].map(
            {name: i for i, name in enumerate(np.random.default_rng(seed).permutation(answers[pair].unique()))}
        )
        answers = answers[answers[language] == rank.map(lambda number: languages[number % len(languages)])]
    each = max(1, sample // answers.groupby(by).ngroups)
    drawn = pd.concat(rows.sample(min(len(rows), each), random_state=seed) for _, rows in answers.groupby(by))
    return drawn.sample(frac=1, random_state=seed).reset_index(drop=True)


def judge(
    engine: Engine, texts: Sequence[str], languages: Sequence[str], labels: Sequence[str], seed: int
) -> dict[str, float]:
    """Return what is printed of one engine on one sample."""
    values = engine.vectors(texts, languages, seed, lambda done, total: None).values
    given = cluster(values, len(set(labels)), seed).labels
    curve = agreement_curve(
        values,
        NUMBERS_TRIED,
        seed,
        lambda rows, k, start: cluster(rows, k, start, _STARTS_FOR_CURVE).labels,
        lambda done, total: None,
    )
    number = choose_number(curve, len(values)).themes
    return {
        "AMI": adjusted_mutual_info_score(labels, given),
        "AMI-lang": adjusted_mutual_info_score(languages, given) if len(set(languages)) > 1 else 0.0,
        "k free": number,
        "AMI free": adjusted_mutual_info_score(labels, cluster(values, number, seed).labels),
    }


def judge_bertopic(python: str, texts: Sequence[str], labels: Sequence[str], seed: int) -> dict[str, float]:
    """Return BERTopic's figures on one sample, given the same encoder's vectors."""
    asked = json.dumps({"texts": list(texts), "vectors": Encoder().encode(texts).tolist(), "seed": seed})
    done = subprocess.run([python, "-c", _BERTOPIC], input=asked, capture_output=True, text=True, check=True)  # noqa: S603
    topics = json.loads(done.stdout.splitlines()[-1])
    return {"k free": len(set(topics) - {-1}), "AMI free": adjusted_mutual_info_score(labels, topics)}


def main() -> None:
    """Print one block for each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers")
    for name in ("--text", "--label"):
        parser.add_argument(name, required=True)
    for name in ("--language", "--pair", "--where", "--bertopic"):
        parser.add_argument(name)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--least", type=int, default=10, help="drop labels with fewer answers")
    options = parser.parse_args()
    answers = pd.read_csv(options.answers, dtype=str).dropna(subset=[options.text, options.label])
    if options.where:
        column, value = options.where.split("=", 1)
        answers = answers[answers[column] == value]
    answers = answers[~answers[options.label].str.contains(";")]
    answers = answers[answers.groupby(options.label)[options.label].transform("size") >= options.least]
    rows: dict[str, list[dict[str, float]]] = {}
    for seed in range(options.seeds):
        drawn = draw(answers, options.label, options.language, options.pair, options.sample, seed)
        texts, labels = drawn[options.text].tolist(), drawn[options.label].tolist()
        languages = drawn[options.language].tolist() if options.language else ["en"] * len(drawn)
        for name in ENGINE_NAMES:
            rows.setdefault(name, []).append(judge(load_engine(name), texts, languages, labels, seed))
        if options.bertopic:
            rows.setdefault("BERTopic", []).append(judge_bertopic(options.bertopic, texts, labels, seed))
    print(f"{answers[options.label].nunique()} labels, {len(drawn)} answers, {options.seeds} seeds")
    for name, found in rows.items():
        table = pd.DataFrame(found)
        print(f"{name:9s}", "  ".join(f"{c} {table[c].mean():.3f} ± {table[c].std(ddof=0):.3f}" for c in table))


if __name__ == "__main__":
    with threadpool_limits(1):
        sys.exit(main())
