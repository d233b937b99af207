"""From rows of text to themes: the steps in reading order, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from time import perf_counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

from analysis.clusters import Clusters, cluster
from analysis.corpus import Corpus, SetAside
from analysis.engines import Engine, Vectors, load_engine
from analysis.errors import AnalysisError
from analysis.settings import Settings
from analysis.stability import (
    NUMBERS_TRIED,
    Agreement,
    Choice,
    Ground,
    agreement_curve,
    choose_number,
    theme_stability,
)
from analysis.tables import LANGUAGE, CountTable, count_people, public_order
from analysis.themes import Closeness, Theme, describe_themes

Progress = Callable[[str, int, int], None]
"""Told the step ("vectors", "number", "clusters", "themes"), how much is done, of how much."""

FEWEST_ANSWERS = 10
_RESTARTS_FOR_CURVE = 3


@dataclass(frozen=True)
class Findings:
    """Everything that one analysis found, and how.

    Attributes
    ----------
    corpus
        All input rows; those that the engine could not read are set aside here too.
    rows, labels, strengths
        Shape (n,): the rows in themes, the theme of each (0 to k - 1), and how close it is to the theme's centre.
    themes
        The one with the most people first; those too small to be counted in public last.
    tables
        Their people by language and by each column that was asked for, as they may be shown.
    engine, engine_settings, choice, curve
        Which engine ran, what it did, how many themes and why, and the numbers that were tried.
    language_agreement
        Adjusted mutual information of theme and language: 0 when themes ignore the language, 1 when they are the
        language.
    seconds
        Seconds spent in each step.
    versions
        Version of each distribution that decides the result.
    """

    corpus: Corpus
    settings: Settings
    rows: NDArray[np.intp]
    labels: NDArray[np.intp]
    strengths: NDArray[np.float64]
    themes: tuple[Theme, ...]
    tables: tuple[CountTable, ...]
    engine: str
    engine_settings: dict[str, str | int | float | bool]
    choice: Choice
    curve: tuple[Agreement, ...]
    language_agreement: float
    seconds: dict[str, float]
    versions: dict[str, str]

    @property
    def kept(self) -> pd.DataFrame:
        """The rows in themes, in input order."""
        return self.corpus.rows.iloc[self.rows]


def find_themes(corpus: Corpus, settings: Settings, progress: Progress) -> Findings:
    """Find the themes of a corpus.

    One thread computes at a time: on a small machine the numerical libraries' threads wait for each other, and sums
    made in another order would change the last digits.

    Raises
    ------
    AnalysisError
        ``answers.too_few``, ``answers.identical``, ``answers.too_alike``, ``settings.too_many_themes``, or what the
        engine raises.
    """
    seconds: dict[str, float] = {}
    with threadpool_limits(1):
        _enough(corpus)
        engine = load_engine(settings.engine)
        with _timed("vectors", seconds):
            vectors = _vectors(engine, corpus, settings, progress)
        corpus, rows, values = _readable(corpus, vectors)
        with _timed("number", seconds):
            choice, curve = _number(values, settings, progress)
        with _timed("clusters", seconds):
            people = pd.factorize(corpus.rows["person"].iloc[rows])[0]
            clusters = cluster(values, choice.themes, settings.seed, people=people)
            clusters, tables = _in_public_order(corpus, rows, clusters, settings.least_people)
            stability = theme_stability(values, clusters.labels, settings.seed, _group)
            progress("clusters", 1, 1)
        with _timed("themes", seconds):
            closeness = _closeness(vectors, clusters)
            themes = describe_themes(corpus, rows, clusters.labels, values, clusters.strengths, stability, closeness)
            progress("themes", 1, 1)
    return Findings(
        corpus=corpus,
        settings=settings,
        rows=rows,
        labels=clusters.labels,
        strengths=clusters.strengths,
        themes=themes,
        tables=tables,
        engine=engine.name,
        engine_settings=dict(vectors.settings),
        choice=choice,
        curve=curve,
        language_agreement=_language_agreement(corpus, rows, clusters),
        seconds=seconds,
        versions=list_versions(engine),
    )


def list_versions(engine: Engine) -> dict[str, str]:
    """Return the version of each distribution that decides the result."""
    return {name: version(name) for name in sorted({*engine.needs, "pandas", "py3langid", "snowballstemmer"})}


@contextmanager
def _timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    start = perf_counter()
    yield
    seconds[step] = round(perf_counter() - start, 3)


def _enough(corpus: Corpus) -> None:
    kept = corpus.kept
    if len(kept) < FEWEST_ANSWERS:
        raise AnalysisError("answers.too_few", contributions=len(kept), rows=len(corpus.rows), least=FEWEST_ANSWERS)
    if kept["text"].str.casefold().nunique() == 1:
        raise AnalysisError("answers.identical", contributions=len(kept))


def _vectors(engine: Engine, corpus: Corpus, settings: Settings, progress: Progress) -> Vectors:
    kept = corpus.kept
    return engine.vectors(
        kept["text"].tolist(),
        kept["language"].tolist(),
        settings.seed,
        lambda done, total: progress("vectors", done, total),
    )


def _readable(corpus: Corpus, vectors: Vectors) -> tuple[Corpus, NDArray[np.intp], NDArray[np.float64]]:
    """Set aside what the engine could not read, with its reason."""
    kept = corpus.kept.index.to_numpy()
    rows = corpus.rows.copy()
    rows.loc[kept[~vectors.readable], "set_aside"] = str(SetAside.NO_SHARED_WORDS)
    values = vectors.values[vectors.readable]
    if len(values) < FEWEST_ANSWERS:
        raise AnalysisError("answers.no_shared_words", contributions=len(kept))
    return replace(corpus, rows=rows), kept[vectors.readable], values


def _number(
    values: NDArray[np.float64], settings: Settings, progress: Progress
) -> tuple[Choice, tuple[Agreement, ...]]:
    distinct = len(np.unique(values.round(9), axis=0))
    if settings.themes is not None:
        if settings.themes > distinct:
            raise AnalysisError("settings.too_many_themes", themes=settings.themes, distinct=distinct)
        return Choice(settings.themes, Ground.ASKED_FOR), ()
    if distinct < 2:
        raise AnalysisError("answers.too_alike", contributions=len(values))
    curve = agreement_curve(
        values, NUMBERS_TRIED, settings.seed, _group, lambda done, total: progress("number", done, total)
    )
    return choose_number(curve, len(values)), curve


def _group(values: NDArray[np.float64], k: int, seed: int) -> NDArray[np.intp]:
    return cluster(values, k, seed, _RESTARTS_FOR_CURVE).labels


def _in_public_order(
    corpus: Corpus, rows: NDArray[np.intp], clusters: Clusters, least: int
) -> tuple[Clusters, tuple[CountTable, ...]]:
    """Count people, and number the groups so that a number tells nothing that the tables hide."""
    kept = corpus.rows.iloc[rows]
    columns = {LANGUAGE: kept["language"]}
    columns |= {str(name): corpus.groups[name].iloc[rows] for name in corpus.groups}
    tables = count_people(kept["person"], clusters.labels, len(clusters.centres), columns, least)
    first_seen = np.unique(clusters.labels, return_index=True)[1]
    order = public_order(tables[0], first_seen.tolist())
    return clusters.reordered(order), tuple(table.reordered(order) for table in tables)


def _closeness(vectors: Vectors, clusters: Clusters) -> Closeness:
    def closeness(terms: Sequence[str], language: str) -> NDArray[np.float64]:
        return np.asarray(vectors.place(terms, [language] * len(terms)) @ clusters.centres.T, dtype=np.float64)

    return closeness


def _language_agreement(corpus: Corpus, rows: NDArray[np.intp], clusters: Clusters) -> float:
    languages = corpus.rows["language"].iloc[rows]
    if languages.nunique() < 2:
        return 0.0
    return round(float(adjusted_mutual_info_score(languages, clusters.labels)), 4)
