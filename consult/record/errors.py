"""What the record refuses, as codes with plain values: pages have the words."""

from collections.abc import Iterable

from surveys.problems import Problem


class RecordError(Exception):
    """An operation was refused and nothing was changed.

    `code` is ``noun.problem`` ("draft.submitted"); `values` holds what a sentence about it needs, numbers and
    codes, never what a participant wrote; `problems` says what and where, when several things are wrong.
    """

    def __init__(self, code: str, /, *, problems: Iterable[Problem] = (), **values: str | int) -> None:
        self.code = code
        self.problems = tuple(problems)
        self.values = values
        said = [f"{name}={value}" for name, value in sorted(values.items())]
        super().__init__(", ".join([code, *said, *map(str, self.problems)]))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.problems, self.values)

    @classmethod
    def of(cls, code: str, problems: Iterable[Problem]) -> "RecordError":
        """Return the error that names every problem."""
        return cls(code, problems=problems)


def _rebuild(code: str, problems: tuple[Problem, ...], values: dict[str, str | int]) -> RecordError:
    """Make the error again in another process: keyword values do not survive pickling by themselves."""
    return RecordError(code, problems=problems, **values)
