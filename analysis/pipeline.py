"""From rows of text to themes: the steps in reading order, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_mutual_info_score
from threadpoolctl import threadpool_limits

from analysis.campaigns import Campaign, find_campaigns
from analysis.clusters import Clusters, cluster
from analysis.corpus import Corpus
from analysis.engines import Engine, Vectors, load_engine
from analysis.errors import AnalysisError
from analysis.label_pairs import Place
from analysis.placing import WHILE_GROUPING, Placed, in_context, place_ideas
from analysis.reading import Read, read_answers
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
# Rows that agree in these are the same text.
_COLUMNS_TO_ORDER = 6
_RESTARTS_FOR_CURVE = 3


@dataclass(frozen=True)
class Findings:
    """Everything that one analysis found, and how.

    Attributes
    ----------
    corpus
        All input rows; those that the engine could not read are set aside here too.
    ideas
        The n ideas in themes, in input order: an answer has one or several (:attr:`analysis.corpus.Corpus.ideas`).
    labels, strengths
        Shape (n,): the theme of each idea (0 to k - 1), and how close it is to the theme's centre.
    is_main, is_weak
        Shape (n,): whether the theme of each is its answer's main one, and whether it hardly belongs there.
    campaigns
        Long texts that several people sent in nearly the same words; they are counted like any other.
    themes
        The one with the most people first; those too small to be counted in public last.
    tables
        Their people by language and by each column that was asked for, as they may be shown.
    engine, engine_settings, choice, curve
        Which engine ran, what it did, how many themes and why, and the numbers that were tried.
    language_agreement
        Adjusted mutual information of theme and language: 0 when themes ignore the language, 1 when they are the
        language.
    nearness
        Shape (k, k): cosine of each theme's centre to each other's.
    seconds
        Seconds spent in each step.
    versions
        Version of each distribution that decides the result.
    """

    corpus: Corpus
    settings: Settings
    ideas: pd.DataFrame
    labels: NDArray[np.intp]
    strengths: NDArray[np.float64]
    is_main: NDArray[np.bool_]
    is_weak: NDArray[np.bool_]
    campaigns: tuple[Campaign, ...]
    themes: tuple[Theme, ...]
    tables: tuple[CountTable, ...]
    engine: str
    engine_settings: dict[str, str | int | float | bool]
    choice: Choice
    curve: tuple[Agreement, ...]
    language_agreement: float
    nearness: NDArray[np.float64]
    seconds: dict[str, float]
    versions: dict[str, str]

    @property
    def rows(self) -> NDArray[np.intp]:
        """The input row of each idea, shape (n,): a row stands here as often as it has ideas in themes."""
        return self.ideas["row"].to_numpy(dtype=np.intp)

    @property
    def kept(self) -> pd.DataFrame:
        """The row of each idea, in input order, length n."""
        return self.corpus.rows.iloc[self.rows]

    @property
    def answers(self) -> int:
        """How many answers are in themes."""
        return int(self.ideas["row"].nunique())


def find_themes(corpus: Corpus, settings: Settings, progress: Progress, kept: Path | None = None) -> Findings:
    """Find the themes of a corpus.

    One thread computes at a time: on a small machine the libraries' threads wait for each other, and sums made in
    another order would change the last digits. A folder ``kept`` keeps personal data: see engines/kept_vectors.py.

    Raises
    ------
    AnalysisError
        ``answers.too_few``, ``answers.identical``, ``answers.too_alike``, ``settings.too_many_themes``, or what the
        engine raises.
    """
    seconds: dict[str, float] = {}
    with threadpool_limits(1):
        _enough(corpus)
        engine = load_engine(settings.engine, kept)
        with _timed("vectors", seconds):
            read = _read_enough(engine, corpus, settings, progress)
        values = in_context(read.vectors, read.answers, read.of, WHILE_GROUPING)
        order = _order_of(values)
        with _timed("number", seconds):
            # of whole answers: the ideas of one lean on it, so that small groups of them would seem to come back
            choice, curve = _number(read.answers[_order_of(read.answers)], settings, progress)
        with _timed("clusters", seconds):
            clusters, placed, tables = _group_ideas(read, values, order, choice.themes, settings)
            stability = _stability(read, values, order, clusters, settings.seed)
            progress("clusters", 1, 1)
        with _timed("themes", seconds):
            themes = describe_themes(read.ideas, placed, values, stability, *_closeness(read.space, clusters))
            progress("themes", 1, 1)
    return Findings(
        corpus=read.corpus,
        settings=settings,
        ideas=read.ideas,
        labels=placed.labels,
        strengths=placed.strengths,
        is_main=placed.is_main,
        is_weak=placed.is_weak,
        campaigns=_campaigns(read.corpus),
        themes=themes,
        tables=tables,
        engine=engine.name,
        engine_settings=dict(read.space.settings),
        choice=choice,
        curve=curve,
        language_agreement=_language_agreement(read.ideas["language"], placed.labels),
        nearness=clusters.centres @ clusters.centres.T,
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
    if kept["folded"].nunique() == 1:
        raise AnalysisError("answers.identical", contributions=len(kept))


def _read_enough(engine: Engine, corpus: Corpus, settings: Settings, progress: Progress) -> Read:
    read = read_answers(engine, corpus, settings.seed, partial(progress, "vectors"))
    if len(read.answers) < FEWEST_ANSWERS:
        raise AnalysisError("answers.no_shared_words", contributions=len(corpus.kept))
    return read


def _order_of(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order in which ideas are grouped, which their own vectors decide.

    k-means begins at rows drawn by number: the same answers in another order, as another database gives them, would
    otherwise have other themes.
    """
    return np.lexsort(values.round(9)[:, :_COLUMNS_TO_ORDER].T)


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


def _group_ideas(
    read: Read, values: NDArray[np.float64], order: NDArray[np.intp], number: int, settings: Settings
) -> tuple[Clusters, Placed, tuple[CountTable, ...]]:
    """Group ideas, place them, count their people, and number themes so that a number tells nothing that is hidden."""
    people = pd.factorize(read.ideas["person"])[0]
    clusters = cluster(values[order], number, settings.seed, people=people[order]).of_rows(np.argsort(order))
    placed = place_ideas(read.vectors, read.answers, read.of, clusters.centres, clusters.labels)
    groups = read.corpus.groups
    columns = {LANGUAGE: read.ideas["language"]}
    columns |= {str(name): groups[name].iloc[read.ideas["row"]] for name in groups}
    tables = count_people(read.ideas["person"], placed.labels, len(clusters.centres), columns, settings.least_people)
    first_seen = np.unique(placed.labels, return_index=True)[1]
    public = public_order(tables[0], first_seen.tolist())
    return clusters.reordered(public), placed.reordered(public), tuple(table.reordered(public) for table in tables)


def _stability(
    read: Read, values: NDArray[np.float64], order: NDArray[np.intp], clusters: Clusters, seed: int
) -> NDArray[np.float64]:
    answers = pd.factorize(read.of[order])[0]
    return theme_stability(values[order], clusters.labels[order], seed, _group, answers)


def _campaigns(corpus: Corpus) -> tuple[Campaign, ...]:
    kept = corpus.kept
    return find_campaigns(kept.index.tolist(), kept["folded"].tolist(), kept["person"].tolist())


def _closeness(vectors: Vectors, clusters: Clusters) -> tuple[Closeness, Place]:
    """Return how close terms are to each group's centre, and the vectors by which labels are paired."""
    meaning = vectors.meaning or vectors.place

    def place(terms: Sequence[str], language: str) -> NDArray[np.float64]:
        return meaning(terms, [language] * len(terms))

    def closeness(terms: Sequence[str], language: str) -> NDArray[np.float64]:
        return np.asarray(vectors.place(terms, [language] * len(terms)) @ clusters.centres.T, dtype=np.float64)

    return closeness, place


def _language_agreement(languages: pd.Series, labels: NDArray[np.intp]) -> float:
    if languages.nunique() < 2:
        return 0.0
    return round(float(adjusted_mutual_info_score(languages, labels)), 4)
