"""What is wrong, as codes: a problem names a place and plain values, never a sentence or a person's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    `code` is ``noun.problem`` ("answer.too_long"); `place` a question code, a file and line, or a path such
    as ``sections[2].questions[0]``; `values` what a sentence about it needs (limits, counts, column names).
    """

    code: str
    place: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} at {self.place}" if self.place else self.code


class SurveyError(Exception):
    """Something that was given cannot be used; `problems` says what and where."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(*problems)  # as given, so that the error survives a trip between processes

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)

    @classmethod
    def of(cls, code: str, place: str = "", **values: str | int) -> "SurveyError":
        """Return the error with one problem."""
        return cls(Problem(code, place, values))

    @classmethod
    def from_problems(cls, problems: Iterable[Problem]) -> "SurveyError":
        """Return the error that carries all these problems."""
        return cls(*problems)
