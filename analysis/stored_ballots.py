"""Stored answers to questions that are not rankings become ballots; who said nothing of any candidate has none.

Answers are plain dicts as the record keeps them, each with the person's group; None where the question was skipped.
“I don’t know” and “I prefer not to answer” (``{"special": …}``, or in one row or pair) say nothing of a candidate, and
are not the middle of a scale. Every reader raises ``ballot.malformed`` for what the record never holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

from analysis.ballots import BEST, SHOWN, WORST, AnyBallot, Cell, Kind, Marks, read_ballots
from analysis.errors import AnalysisError

Answers = Iterable[tuple[object, str]]
Steps = Mapping[str, float]
"""What each choice of a matrix, or each reaction, counts."""

NO_PREFERENCE = "no_preference"
_SPECIAL = "special"
REACTIONS: Steps = {"agree": 1.0, "pass": 0.0, "disagree": -1.0}
CRITERION_STEPS: Steps = {"yes": 1.0, "undecided": 0.5, "no": 0.0}
_HALVES = frozenset({0.0, 0.5, 1.0})
_WHOLE = 100.0

_Cells = dict[Cell, float]


def read_points(answers: Answers) -> tuple[Marks, ...]:
    """Read ``{"points": {code: whole number}}``; each person's points come to a hundred, whatever the total was."""
    return _read(answers, Kind.POINTS, _points)


def read_best_worst(answers: Answers, sets: Mapping[str, Sequence[str]]) -> tuple[Marks, ...]:
    """Read ``{"sets": {"1": {"best": code, "worst": code}, …}}``.

    A set counts as shown where the person said at least one of its ends; a set left open says nothing.

    Parameters
    ----------
    sets
        By number, the codes that each set showed, as the design of that version of the survey made them. Answers to
        another version are read with that one’s.
    """
    return _read(answers, Kind.BEST_WORST, lambda value: _best_worst(value, sets))


def read_pairs(answers: Answers, candidates: Sequence[str]) -> tuple[Marks, ...]:
    """Read ``{"pairs": {"a-b": code or "no_preference"}}``; no preference is half for each.

    Parameters
    ----------
    candidates
        Everything that was compared, in any version: a pair is named after two of them.
    """
    named = {f"{one}-{other}": (one, other) for one in candidates for other in candidates if one < other}
    return _read(answers, Kind.PAIRS, lambda value: _pairs(value, named))


def read_scale(answers: Answers, steps: Steps | None = None) -> tuple[Marks, ...]:
    """Read a matrix with a row for each candidate, ``{"rows": {code: choice}}``.

    Parameters
    ----------
    steps
        What each choice counts, the highest for the most wanted. None where rows hold answers to scale questions,
        ``{"point": number}``.
    """
    return _read(answers, Kind.SCALE, lambda value: _rows(value, steps))


def read_reactions(answers: Answers, steps: Steps = REACTIONS) -> tuple[Marks, ...]:
    """Read ``{"rows": {code: "agree", "disagree" or "pass"}}``; a candidate without a reaction was not seen."""
    return _read(answers, Kind.REACTIONS, lambda value: _rows(value, steps))


def read_criteria(
    answers: Iterable[tuple[Mapping[str, object], str]], steps: Steps = CRITERION_STEPS
) -> tuple[Marks, ...]:
    """Read what each person answered to a matrix for each criterion, rows being candidates.

    Parameters
    ----------
    answers
        By criterion the stored matrix answer; one that is absent or None was left blank.
    steps
        What each choice counts: 1, ½ or 0, as the method has it.
    """
    if not set(steps.values()) <= _HALVES:
        raise AnalysisError("ballot.not_halves")
    return _read(answers, Kind.CRITERIA, lambda value: _criteria(value, steps))


def _read(answers: Iterable[tuple[object, str]], kind: Kind, cells: Callable[[object], _Cells]) -> tuple[Marks, ...]:
    read = ((cells(value), group) for value, group in answers if not _is_silent(value))
    return tuple(Marks(kind, tuple(sorted(said.items())), group) for said, group in read if said)


def _is_silent(value: object) -> bool:
    return value is None or (isinstance(value, Mapping) and value.keys() == {_SPECIAL})


def _inside(value: object, key: str) -> Mapping[str, object]:
    given = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(given, Mapping) or not all(isinstance(code, str) for code in given):
        raise AnalysisError("ballot.malformed")
    return given


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise AnalysisError("ballot.malformed")
    return float(value)


def _points(value: object) -> _Cells:
    points = {(code,): _number(cell) for code, cell in _inside(value, "points").items()}
    total = sum(points.values())
    if min(points.values(), default=0.0) < 0:
        raise AnalysisError("ballot.malformed")
    return {cell: _WHOLE * number / total for cell, number in points.items()} if total else {}


def _best_worst(value: object, sets: Mapping[str, Sequence[str]]) -> _Cells:
    times: _Cells = {}
    for number, ends in _inside(value, "sets").items():
        if number not in sets or not isinstance(ends, Mapping) or not set(ends.values()) <= set(sets[number]):
            raise AnalysisError("ballot.malformed")
        said = [(ends[end], end) for end in (BEST, WORST) if end in ends]
        for cell in [*said, *((code, SHOWN) for code in sets[number] if said)]:
            times[cell] = times.get(cell, 0.0) + 1
    return times


def _pairs(value: object, named: Mapping[str, tuple[str, str]]) -> _Cells:
    found: _Cells = {}
    for name, cell in _inside(value, "pairs").items():
        if name not in named or not isinstance(cell, str):
            raise AnalysisError("ballot.malformed")
        if cell in (*named[name], NO_PREFERENCE):
            found[named[name]] = 0.5 if cell == NO_PREFERENCE else float(cell == named[name][0])
    return found


def _rows(value: object, steps: Steps | None) -> _Cells:
    said = {(code,): _step(cell, steps) for code, cell in _inside(value, "rows").items()}
    return {cell: number for cell, number in said.items() if number is not None}


def _step(cell: object, steps: Steps | None) -> float | None:
    """Return what a cell counts; None where it says nothing, as every special value does."""
    if _is_silent(cell):
        return None
    if steps is None:
        return _number(cell.get("point") if isinstance(cell, Mapping) else None)
    if not isinstance(cell, str):
        raise AnalysisError("ballot.malformed")
    return steps.get(cell)


def _criteria(value: object, steps: Steps) -> _Cells:
    if not isinstance(value, Mapping):
        raise AnalysisError("ballot.malformed")
    return {
        (criterion, *cell): number
        for criterion, rows in value.items()
        if not _is_silent(rows)
        for cell, number in _rows(rows, steps).items()
    }


@dataclass(frozen=True)
class Spoken:
    """What one person said, as the record keeps it.

    Attributes
    ----------
    value
        The stored answer; for CRITERIA, by criterion.
    group, channel
        As of a `Ballot`.
    version
        Which of several versions of the survey was answered: best-worst sets are read with the design of that one.
    """

    value: Any
    group: str = ""
    channel: str = ""
    version: int = 0


def read_spoken(
    kind: Kind,
    spoken: Iterable[Spoken],
    candidates: Sequence[str],
    *,
    steps: Steps | None = None,
    designs: Mapping[int, Mapping[str, Sequence[str]]] | None = None,
) -> tuple[AnyBallot, ...]:
    """Read what people said as ballots of a kind, each with its channel; who said nothing has none.

    Parameters
    ----------
    candidates
        Everything that could be ranked, in any version.
    steps
        What each choice of a matrix counts: for SCALE and CRITERIA.
    designs
        By version, the sets that best-worst questions showed.

    Raises
    ------
    AnalysisError
        As the reader of that kind.
    """
    together: dict[tuple[str, int], list[tuple[Any, str]]] = {}
    for each in spoken:
        if not _is_silent(each.value):
            together.setdefault((each.channel, each.version), []).append((each.value, each.group))
    found: list[AnyBallot] = []
    for (channel, version), answers in sorted(together.items(), key=lambda item: item[0]):
        sets = (designs or {}).get(version, {})
        read = _read_kind(kind, answers, candidates, steps, sets)
        found += [replace(ballot, channel=channel) for ballot in read]
    return tuple(found)


def _read_kind(
    kind: Kind,
    answers: Sequence[tuple[Any, str]],
    candidates: Sequence[str],
    steps: Steps | None,
    sets: Mapping[str, Sequence[str]],
) -> Sequence[AnyBallot]:
    readers: dict[Kind, Callable[[], Sequence[AnyBallot]]] = {
        Kind.RANKING: lambda: read_ballots(answers),
        Kind.POINTS: lambda: read_points(answers),
        Kind.SCALE: lambda: read_scale(answers, steps),
        Kind.REACTIONS: lambda: read_reactions(answers),
        Kind.BEST_WORST: lambda: read_best_worst(answers, sets),
        Kind.PAIRS: lambda: read_pairs(answers, candidates),
        Kind.CRITERIA: lambda: read_criteria(answers, CRITERION_STEPS if steps is None else steps),
    }
    return readers[kind]()
