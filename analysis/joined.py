"""From new rows of text to the themes that there are: the steps in reading order, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.corpus import Corpus, SetAside
from analysis.engines import Vectors, load_engine
from analysis.errors import AnalysisError
from analysis.joining import Earlier, Fit, Joining, centres_of, fit_new
from analysis.pipeline import Findings, Grouped, Progress, closeness_to, count_themes, gather, timed
from analysis.placing import WHILE_GROUPING, WHILE_PLACING, Placed, in_context, place_as, place_ideas
from analysis.reading import Read, read_answers
from analysis.settings import Settings
from analysis.stability import Choice, Ground
from analysis.themes import Theme, describe_themes

_TEXTS_AT_ONCE = 2_048


@dataclass(frozen=True)
class _Ideas:
    """n ideas of m answers, earlier ones first, and their vectors; ``rows`` has the row of each idea."""

    frame: pd.DataFrame
    of: NDArray[np.intp]
    vectors: NDArray[np.float64]
    answers: NDArray[np.float64]

    @property
    def rows(self) -> NDArray[np.intp]:
        return self.frame["row"].to_numpy(dtype=np.intp)

    def only(self, kept: NDArray[np.bool_]) -> "_Ideas":
        """Return some of them, and the answers that still have any."""
        answers, of = np.unique(self.of[kept], return_inverse=True)
        return _Ideas(self.frame[kept].reset_index(drop=True), of, self.vectors[kept], self.answers[answers])


def join_themes(
    corpus: Corpus, earlier: Earlier, settings: Settings, progress: Progress, kept: Path | None = None
) -> Findings:
    """Place the answers that are new in the themes that there are; nothing is grouped again.

    The space is made of the earlier answers alone, each theme's centre of those in it, so that joining the same
    answers twice, or one by one, gives the same. The themes of earlier answers stay as they were, and so do names and
    numbers of themes; people and shares are counted over all.

    Parameters
    ----------
    corpus
        The earlier rows first, in the order in which they were read then, then the new ones.
    settings
        Those with which the themes were found: the same engine and the same seed.

    Raises
    ------
    AnalysisError
        ``join.theme_empty`` where a theme has none of its answers any more, or what the engine raises.
    """
    seconds: dict[str, float] = {}
    with threadpool_limits(1):
        engine = load_engine(settings.engine, kept)
        with timed("vectors", seconds):
            read = read_answers(engine, _first(corpus, earlier.rows), settings.seed, partial(progress, "vectors"))
            corpus, ideas = _with_new(corpus, read, earlier.rows)
        with timed("clusters", seconds):
            themes = len(earlier.names)
            given = _given(ideas, earlier)
            centres = _centres(ideas, given, themes)
            labels, fit = _join(ideas, given, centres, read.space)
            corpus = _set_aside(corpus, ideas, fit)
            inside = ideas.only(fit.fits)
            placed = _placed(inside, centres, labels[fit.fits], earlier)
            tables = count_themes(corpus, inside.frame, placed.labels, themes, settings, apart=read.space.apart)
            progress("clusters", 1, 1)
        with timed("themes", seconds):
            described = _described(inside, placed, centres, read.space, earlier)
            possible = _possible(ideas, labels, fit, centres, read.space)
            progress("themes", 1, 1)
    choice = Choice(themes, Ground(earlier.ground))
    grouped = Grouped(inside.frame, placed, centres, described, tables, choice)
    findings = gather(corpus, grouped, settings, engine, read.space, seconds)
    return replace(findings, joining=_joining(ideas, given, fit, earlier, possible))


def _first(corpus: Corpus, rows: int) -> Corpus:
    units = corpus.units[corpus.units["row"] < rows].reset_index(drop=True)
    return replace(corpus, rows=corpus.rows.iloc[:rows], groups=corpus.groups.iloc[:rows], units=units)


def _with_new(corpus: Corpus, read: Read, first: int) -> tuple[Corpus, _Ideas]:
    """Put beside the earlier ideas those of new answers, placed in the space of the earlier ones."""
    rows = corpus.rows.copy()
    rows.loc[read.corpus.rows.index, "set_aside"] = read.corpus.rows["set_aside"]
    new = corpus.ideas
    new = new[new["row"] >= first].reset_index(drop=True)
    answers, of = np.unique(new["row"].to_numpy(dtype=np.intp), return_inverse=True)
    texts, languages = new["text"].tolist(), new["language"].tolist()
    vectors = _read_new(read.space, texts, languages)
    said = rows.loc[answers]
    whole = _read_new(read.space, said["text"].tolist(), said["language"].tolist())
    can = np.asarray(whole.any(axis=1), dtype=np.bool_)
    rows.loc[answers[~can], "set_aside"] = str(SetAside.NO_SHARED_WORDS)
    few = rows["language"].isin(read.space.few) & rows.index.isin(answers[~can])
    rows.loc[few, "set_aside"] = str(SetAside.FEW_IN_LANGUAGE)
    every = _Ideas(
        pd.concat([read.ideas, new], ignore_index=True),
        np.concatenate([read.of, of + len(read.answers)]).astype(np.intp),
        np.vstack([read.vectors, vectors]),
        np.vstack([read.answers, whole]),
    )
    return replace(corpus, rows=rows), every.only(np.concatenate([np.ones(len(read.of), dtype=bool), can[of]]))


def _read_new(space: Vectors, texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float64]:
    """Return the vectors of further texts, shape (n, dimensions), each distinct one read once."""
    distinct = sorted(set(zip(texts, languages, strict=True)))
    parts = [distinct[start : start + _TEXTS_AT_ONCE] for start in range(0, len(distinct), _TEXTS_AT_ONCE)]
    found = [space.place([text for text, _ in part], [language for _, language in part]) for part in parts]
    place = {document: i for i, document in enumerate(distinct)}
    rows = [place[document] for document in zip(texts, languages, strict=True)]
    return np.vstack(found)[rows] if found else np.zeros((0, space.values.shape[1]))


def _given(ideas: _Ideas, earlier: Earlier) -> NDArray[np.intp]:
    """Return the theme that each idea had, shape (n,), -1 where it had none."""
    places = ideas.frame[["row", "starts_at", "ends_at"]].itertuples(index=False, name=None)
    given = np.array([earlier.places.get(p, earlier.main.get(p[0], -1)) for p in places], dtype=np.intp)
    if len(np.setdiff1d(range(len(earlier.names)), given)):
        raise AnalysisError("join.theme_empty")
    return given


def _centres(ideas: _Ideas, given: NDArray[np.intp], themes: int) -> NDArray[np.float64]:
    old = given >= 0
    values = in_context(ideas.vectors, ideas.answers, ideas.of, WHILE_GROUPING)
    return centres_of(values[old], given[old], themes)


def _join(
    ideas: _Ideas, given: NDArray[np.intp], centres: NDArray[np.float64], space: Vectors
) -> tuple[NDArray[np.intp], Fit]:
    """Return the theme of each idea, those that had one keeping it, and how it fits, each of shape (n,)."""
    old = given >= 0
    nearest = (ideas.answers @ centres.T).argmax(axis=1)[ideas.of]
    placed = place_ideas(ideas.vectors, ideas.answers, ideas.of, centres, np.where(old, given, nearest))
    labels = np.where(old, given, placed.labels)
    said = _said(ideas, space)
    people = pd.factorize(ideas.frame["person"])[0]
    new = fit_new(said[old], given[old], said[~old], labels[~old], people[~old])
    fits, group = np.ones(len(old), dtype=bool), np.full(len(old), -1, dtype=np.intp)
    fits[~old], group[~old] = new.fits, new.group
    return labels, Fit(fits, group)


def _said(ideas: _Ideas, space: Vectors) -> NDArray[np.float64]:
    """Return what each idea means, with some of what its answer means, where the engine knows meanings."""
    if space.meaning is None:
        return in_context(ideas.vectors, ideas.answers, ideas.of, WHILE_PLACING)
    of_meaning = replace(space, place=space.meaning)
    answers = ideas.frame.drop_duplicates("row")
    texts, whole = (
        _read_new(of_meaning, frame[column].tolist(), frame["language"].tolist())
        for frame, column in ((ideas.frame, "text"), (answers, "answer"))
    )
    return in_context(texts, whole, ideas.of, WHILE_PLACING)


def _set_aside(corpus: Corpus, ideas: _Ideas, fit: Fit) -> Corpus:
    """Set aside the ideas that fit none, and the answers that have no other."""
    where = pd.MultiIndex.from_frame(corpus.units[["row", "unit"]])
    out = where.isin(pd.MultiIndex.from_frame(ideas.frame.loc[~fit.fits, ["row", "unit"]]))
    units, rows = corpus.units.copy(), corpus.rows.copy()
    units.loc[out, "set_aside"] = str(SetAside.FITS_NONE)
    whole = np.setdiff1d(ideas.rows[~fit.fits], ideas.rows[fit.fits])
    rows.loc[whole, "set_aside"] = str(SetAside.FITS_NONE)
    return replace(corpus, rows=rows, units=units)


def _placed(ideas: _Ideas, centres: NDArray[np.float64], labels: NDArray[np.intp], earlier: Earlier) -> Placed:
    """Tell how firmly ideas stand; the main theme of an earlier answer stays what it was."""
    placed = place_as(ideas.vectors, ideas.answers, ideas.of, centres, labels)
    main = [earlier.main.get(row, -1) for row in ideas.rows.tolist()]
    return replace(placed, is_main=np.where(np.array(main) >= 0, labels == main, placed.is_main))


def _described(
    ideas: _Ideas, placed: Placed, centres: NDArray[np.float64], space: Vectors, earlier: Earlier
) -> tuple[Theme, ...]:
    """Describe the themes as they are now, under the names that they had."""
    values = in_context(ideas.vectors, ideas.answers, ideas.of, WHILE_GROUPING)
    themes = describe_themes(ideas.frame, placed, values, np.array(earlier.stability), *closeness_to(space, centres))
    return tuple(replace(theme, names=names) for theme, names in zip(themes, earlier.names, strict=True))


def _possible(
    ideas: _Ideas, labels: NDArray[np.intp], fit: Fit, centres: NDArray[np.float64], space: Vectors
) -> tuple[Theme, ...]:
    """Describe what several people say that fits no theme, in words that set it apart from the themes."""
    groups, themes = int(fit.group.max(initial=-1)) + 1, len(centres)
    if not groups:
        return ()
    inside = fit.fits | (fit.group >= 0)
    shown = ideas.only(inside)
    now = np.where(fit.group >= 0, themes + fit.group, labels)[inside]
    values = in_context(shown.vectors, shown.answers, shown.of, WHILE_GROUPING)
    every = centres_of(values, now, themes + groups)
    placed = place_as(shown.vectors, shown.answers, shown.of, every, now)
    found = describe_themes(shown.frame, placed, values, np.ones(len(every)), *closeness_to(space, every))[themes:]
    return tuple(replace(theme, number=number) for number, theme in enumerate(found, start=1))


def _joining(
    ideas: _Ideas, given: NDArray[np.intp], fit: Fit, earlier: Earlier, possible: tuple[Theme, ...]
) -> Joining:
    new = given < 0
    joined, none = (len(np.unique(ideas.rows[new & here])) for here in (fit.fits, ~fit.fits))
    return Joining(earlier.rows, joined, none, possible)
