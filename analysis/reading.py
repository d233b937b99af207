"""Answers and the ideas they hold get their vectors: what several people wrote in the same words is read once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.corpus import Corpus, SetAside
from analysis.engines import Engine, Progress, Vectors

_TEXTS_AT_ONCE = 4_096


@dataclass(frozen=True)
class Read:
    """What an engine could read: n ideas of m answers, ``of`` saying which; the vectors of both, and their space."""

    corpus: Corpus
    ideas: pd.DataFrame
    of: NDArray[np.intp]
    vectors: NDArray[np.float64]
    answers: NDArray[np.float64]
    space: Vectors


def read_answers(engine: Engine, corpus: Corpus, seed: int, progress: Progress) -> Read:
    """Give answers and ideas their vectors; what the engine cannot read is set aside, with its reason.

    The space is made of the answers, and their ideas are then placed in it.
    """
    ideas = corpus.ideas
    of, rows = pd.factorize(ideas["row"])
    many = np.bincount(of)[of] > 1
    texts = _one_spelling(ideas)
    whole = corpus.rows["text"].iloc[rows].to_numpy(dtype=object)
    whole[of[~many]] = texts[~many]
    parts = sorted(set(zip(texts[many], ideas["language"][many], strict=True)))
    space = engine.vectors(
        whole.tolist(),
        corpus.rows["language"].iloc[rows].tolist(),
        seed,
        lambda done, total: progress(done, total + len(parts)),
    )
    vectors = space.values[of]
    vectors[many] = _placed(space, parts, list(zip(texts[many], ideas["language"][many], strict=True)), progress)
    kept = np.flatnonzero(space.readable)
    unread = corpus.rows.copy()
    unread.loc[rows[~space.readable], "set_aside"] = str(SetAside.NO_SHARED_WORDS)
    few = unread["language"].isin(space.few) & (unread["set_aside"] == SetAside.NO_SHARED_WORDS)
    unread.loc[few, "set_aside"] = str(SetAside.FEW_IN_LANGUAGE)
    stays = space.readable[of]
    return Read(
        replace(corpus, rows=unread),
        ideas[stays].reset_index(drop=True),
        np.searchsorted(kept, of[stays]),
        vectors[stays],
        space.values[kept],
        space,
    )


def _one_spelling(ideas: pd.DataFrame) -> NDArray[np.object_]:
    """Return the text of each idea as most people spell it: what is the same but for case or accents is read once."""
    counts = ideas.groupby(["folded", "text"], sort=True).size().reset_index(name="people")
    usual = counts.sort_values(["people", "text"], ascending=[False, False], kind="stable").drop_duplicates("folded")
    return ideas["folded"].map(usual.set_index("folded")["text"]).to_numpy(dtype=object)


def _placed(
    space: Vectors, parts: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]], progress: Progress
) -> NDArray[np.float64]:
    """Return the vectors of texts in their languages, each distinct one encoded once."""
    found = np.zeros((len(parts), space.values.shape[1]))
    answers = len(space.values)
    for start in range(0, len(parts), _TEXTS_AT_ONCE):
        some = parts[start : start + _TEXTS_AT_ONCE]
        found[start : start + len(some)] = space.place([text for text, _ in some], [language for _, language in some])
        progress(answers + start + len(some), answers + len(parts))
    place = {part: i for i, part in enumerate(parts)}
    return found[[place[part] for part in wanted]]
