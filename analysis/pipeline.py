"""From rows of text to themes: the steps in reading order, and nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
from analysis.joining import Joining, centres_of
from analysis.label_pairs import Place
from analysis.language_by_language import (
    Parts,
    group_parts,
    languages_of,
    number_of_themes,
    place_parts,
    stability_of,
)
from analysis.nesting import part_theme
from analysis.placing import WHILE_GROUPING, Placed, in_context
from analysis.reading import Read, read_answers
from analysis.settings import Settings
from analysis.small_groups import find_knots
from analysis.stability import Agreement, Choice, Ground
from analysis.tables import LANGUAGE, QUESTION, CountTable, count_by_question, count_people, public_order
from analysis.theme_pairs import ThemePair, propose_pairs
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
        Shape (k, k): cosine of each theme's centre to each other's; -1 where they cannot be compared.
    seconds
        Seconds spent in each step.
    versions
        Version of each distribution that decides the result.
    languages
        The language of each theme, of length k, where each language was grouped by itself; empty where all were
        grouped together.
    pairs
        Then, the themes of two languages that may be one.
    joining
        Where answers joined earlier themes, what became of them; None where themes were found anew.
    parts
        What large themes that hold are made of, by number of theme; a part's share is that among its theme's people.
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
    languages: tuple[str, ...] = ()
    pairs: tuple[ThemePair, ...] = ()
    joining: Joining | None = None
    parts: Mapping[int, tuple[Theme, ...]] = field(default_factory=dict)

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
        ``answers.too_few``, ``answers.identical``, ``answers.too_alike``, ``settings.too_many_themes``, the engine’s.
    """
    seconds: dict[str, float] = {}
    with threadpool_limits(1):
        engine = load_engine(settings.engine, kept)
        with timed("vectors", seconds):
            read = _read_enough(engine, corpus, settings, progress)
        values = in_context(read.vectors, read.answers, read.of, WHILE_GROUPING)
        parts = _parts(values, read.of, read.ideas["language"], read.space)
        with timed("number", seconds):
            choice, curve = _number(read, settings, progress)
        with timed("clusters", seconds):
            clusters, placed, tables = _group_ideas(read, values, parts, choice, settings)
            stability = _stability(read, values, parts, clusters, choice, settings.seed)
            progress("clusters", 1, 1)
        with timed("themes", seconds):
            themes = describe_themes(read.ideas, placed, values, stability, *closeness_to(read.space, clusters.centres))
            progress("themes", 1, 1)
        with timed("parts", seconds):
            parts_of = _parts_of(read, values, placed.labels, themes, settings.seed)
    grouped = Grouped(read.ideas, placed, clusters.centres, themes, tables, choice, curve)
    return replace(gather(read.corpus, grouped, settings, engine, read.space, seconds), parts=parts_of)


@dataclass(frozen=True)
class Grouped:
    """Ideas in themes: where each stands, the themes' centres and descriptions, their people, and why so many."""

    ideas: pd.DataFrame
    placed: Placed
    centres: NDArray[np.float64]
    themes: tuple[Theme, ...]
    tables: tuple[CountTable, ...]
    choice: Choice
    curve: tuple[Agreement, ...] = ()


def gather(
    corpus: Corpus, grouped: Grouped, settings: Settings, engine: Engine, space: Vectors, seconds: dict[str, float]
) -> Findings:
    """Return all that was found, and how."""
    ideas, placed = grouped.ideas, grouped.placed
    languages = languages_of(placed.labels, ideas["language"].tolist()) if space.apart else ()
    return Findings(
        corpus=corpus,
        settings=settings,
        ideas=ideas,
        labels=placed.labels,
        strengths=placed.strengths,
        is_main=placed.is_main,
        is_weak=placed.is_weak,
        campaigns=_campaigns(corpus),
        themes=grouped.themes,
        tables=grouped.tables,
        engine=engine.name,
        engine_settings=dict(space.settings),
        choice=grouped.choice,
        curve=grouped.curve,
        language_agreement=_language_agreement(ideas["language"], placed.labels),
        nearness=_nearness(grouped.centres, languages),
        languages=languages,
        pairs=propose_pairs(ideas, placed.labels, languages, settings.least_people),
        seconds=seconds,
        versions=list_versions(engine),
    )


def list_versions(engine: Engine) -> dict[str, str]:
    """Return the version of each distribution that decides the result."""
    return {name: version(name) for name in sorted({*engine.needs, "pandas", "py3langid", "snowballstemmer"})}


@contextmanager
def timed(step: str, seconds: dict[str, float]) -> Iterator[None]:
    """Note how many seconds a step takes."""
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
    _enough(corpus)
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


def _parts(values: NDArray[np.float64], of: NDArray[np.intp], languages: pd.Series, space: Vectors) -> Parts:
    return Parts.of(_order_of(values), of, languages.tolist() if space.apart else None)


def _number(read: Read, settings: Settings, progress: Progress) -> tuple[Choice, tuple[Agreement, ...]]:
    """Choose from whole answers: the ideas of one lean on it, so that small groups of them would seem to come back."""
    languages = read.ideas["language"].iloc[np.unique(read.of, return_index=True)[1]]
    parts = _parts(read.answers, np.arange(len(read.answers)), languages, read.space)
    return number_of_themes(read.answers, parts, settings.themes, settings.seed, _group, partial(progress, "number"))


def _group(values: NDArray[np.float64], k: int, seed: int) -> NDArray[np.intp]:
    return cluster(values, k, seed, _RESTARTS_FOR_CURVE).labels


def _knots(read: Read, choice: Choice) -> list[NDArray[np.intp]]:
    """Return the ideas of the few people who say one thing of their own; none where a person asked for a number.

    Words alone hardly tell them from chance.
    """
    if read.space.meaning is None or choice.ground not in {Ground.COMES_BACK, Ground.NONE_COMES_BACK}:
        return []
    order = _order_of(read.answers)
    people = pd.factorize(read.ideas["person"].iloc[np.unique(read.of, return_index=True)[1]])[0]
    return [np.flatnonzero(np.isin(read.of, order[rows])) for rows in find_knots(read.answers[order], people[order])]


def _stability(
    read: Read, values: NDArray[np.float64], parts: Parts, clusters: Clusters, choice: Choice, seed: int
) -> NDArray[np.float64]:
    """Tell how well each theme comes back; the small ones, if any, are looked for again beside the others."""
    small = len(clusters.centres) - choice.themes

    def besides(values: NDArray[np.float64], k: int, seed: int) -> NDArray[np.intp]:
        knots = find_knots(values, np.arange(len(values)))
        return cluster(values, max(2, k - small), seed, _RESTARTS_FOR_CURVE, knots=knots).labels

    return stability_of(values, parts, clusters.labels, read.of, seed, besides if small > 0 else _group)


def _group_ideas(
    read: Read, values: NDArray[np.float64], parts: Parts, choice: Choice, settings: Settings
) -> tuple[Clusters, Placed, tuple[CountTable, ...]]:
    """Group ideas, place them, count their people, and number themes so that a number tells nothing that is hidden."""
    people = pd.factorize(read.ideas["person"])[0]
    clusters = group_parts(values, parts, choice.themes, settings.seed, people, _knots(read, choice))
    placed = place_parts(read.vectors, read.answers, read.of, parts, clusters)
    number, apart = len(clusters.centres), read.space.apart
    tables = count_themes(read.corpus, read.ideas, placed.labels, number, settings, apart=apart)
    first_seen = np.unique(placed.labels, return_index=True)[1]
    public = public_order(tables[0], first_seen.tolist())
    return clusters.reordered(public), placed.reordered(public), tuple(table.reordered(public) for table in tables)


def count_themes(
    corpus: Corpus, ideas: pd.DataFrame, labels: NDArray[np.intp], number: int, settings: Settings, *, apart: bool
) -> tuple[CountTable, ...]:
    """Count the people of each theme, by language and by each column that was asked for."""
    # what language a theme of one language is in is no secret: counted by it, the empty cells would seem to be some
    columns = {LANGUAGE: ideas["language"].map(lambda language: "" if apart else language)}
    columns |= {str(name): corpus.groups[name].iloc[ideas["row"]] for name in corpus.groups if name != QUESTION}
    tables = count_people(ideas["person"], labels, number, columns, settings.least_people, told=columns)
    if QUESTION not in corpus.groups:
        return tables
    questions, totals = corpus.groups[QUESTION].iloc[ideas["row"]], [row[-1] for row in tables[0].counts]
    return *tables, count_by_question(ideas["person"], labels, questions, totals, settings.least_people)


def _parts_of(
    read: Read, values: NDArray[np.float64], labels: NDArray[np.intp], themes: Sequence[Theme], seed: int
) -> dict[int, tuple[Theme, ...]]:
    """Look into each theme; describe its parts, if it has any, by what sets them apart from one another."""
    people = pd.factorize(read.ideas["person"])[0]
    found = {}
    for theme in themes:
        inside = np.flatnonzero(labels == theme.number - 1)
        own = values[inside]
        parts = part_theme(own, people[inside], read.of[inside], theme.stability, seed, _group)
        if parts is None:
            continue
        centres = centres_of(own, parts, int(parts.max()) + 1)
        strengths = np.einsum("ij,ij->i", own, centres[parts])
        sure = np.ones(len(own), dtype=np.bool_)
        placed, stability = Placed(parts, strengths, sure, ~sure), np.full(len(centres), theme.stability)
        ideas = read.ideas.iloc[inside].reset_index(drop=True)
        described = describe_themes(ideas, placed, own, stability, *closeness_to(read.space, centres))
        found[theme.number] = tuple(replace(part, quotes=()) for part in described)
    return found


def _campaigns(corpus: Corpus) -> tuple[Campaign, ...]:
    """Return the long texts that several people sent."""
    kept = corpus.kept
    return find_campaigns(kept.index.tolist(), kept["folded"].tolist(), kept["person"].tolist())


def _nearness(centres: NDArray[np.float64], languages: Sequence[str]) -> NDArray[np.float64]:
    """Return the cosine of each theme's centre to each other's, shape (k, k); -1 between two languages kept apart."""
    nearness = np.asarray(centres @ centres.T, dtype=np.float64)
    if languages:
        spoken = np.asarray(languages, dtype=object)
        nearness[spoken[:, None] != spoken[None, :]] = -1.0
    return nearness


def closeness_to(vectors: Vectors, centres: NDArray[np.float64]) -> tuple[Closeness, Place]:
    """Return how close terms are to each group's centre, and the vectors by which labels are paired."""
    meaning = vectors.meaning or vectors.place

    def place(terms: Sequence[str], language: str) -> NDArray[np.float64]:
        return meaning(terms, [language] * len(terms))

    def closeness(terms: Sequence[str], language: str) -> NDArray[np.float64]:
        return np.asarray(vectors.place(terms, [language] * len(terms)) @ centres.T, dtype=np.float64)

    return closeness, place


def _language_agreement(languages: pd.Series, labels: NDArray[np.intp]) -> float:
    """Return the adjusted mutual information of theme and language."""
    if languages.nunique() < 2:
        return 0.0
    return round(float(adjusted_mutual_info_score(languages, labels)), 4)
