"""A survey read from another tool's file, with everything that was not carried over as it stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from surveys.definition import Survey
from surveys.problems import Problem, SurveyError

Notice: TypeAlias = Problem
Words: TypeAlias = Mapping[str, Mapping[str, str]]  # by language, the platform's labels of "other", "yes"…

QUESTION_LIMIT = 2_000
CHOICE_LIMIT = 50_000  # over the whole survey
TEXT_LIMIT = 20_000  # characters of one text
NOTICE_LIMIT = 1_000
_VALUE_LENGTH = 120


@dataclass(frozen=True)
class ImportedSurvey:
    """A survey, whose shape is right and whose sense `check_survey` judges, and what a person should look at.

    A notice is a code, a place in the file that was read (``survey!E12`` is a cell of a workbook, else the code of
    a question), and plain values.
    """

    survey: Survey
    notices: tuple[Notice, ...] = ()


@dataclass
class NoticeBook:
    """Collects notices; after `NOTICE_LIMIT` of them only their number is kept, told by `import.more`."""

    notices: list[Notice] = field(default_factory=list)
    left: int = 0
    lowered: int = 0

    def renamed(self, place: str, old: str, new: str) -> None:
        """Note a code that had to change; those that only lost their capitals are counted together."""
        if old.lower() == new:
            self.lowered += 1
        else:
            self.add("import.code_renamed", place, old=old, new=new)

    def add(self, code: str, place: str = "", **values: str | int) -> None:
        """Note one thing; long values are cut, for they come from the file."""
        if len(self.notices) >= NOTICE_LIMIT:
            self.left += 1
            return
        cut = {name: _shorten(value) if isinstance(value, str) else value for name, value in values.items()}
        self.notices.append(Notice(code, _shorten(place), cut))

    def finish(self) -> tuple[Notice, ...]:
        """Return what was noted; import.codes_lowered and import.more (count) come last."""
        counts = (("import.codes_lowered", self.lowered), ("import.more", self.left))
        return (*self.notices, *(Notice(code, "", {"count": count}) for code, count in counts if count))


def check_size(place: str, questions: int, choices: int, limit: int = QUESTION_LIMIT) -> None:
    """Raise `SurveyError` with import.too_many_questions or import.too_many_choices (count, limit)."""
    if questions > limit:
        raise SurveyError.of("import.too_many_questions", place, count=questions, limit=limit)
    if choices > CHOICE_LIMIT:
        raise SurveyError.of("import.too_many_choices", place, count=choices, limit=CHOICE_LIMIT)


def _shorten(text: str) -> str:
    """Return a text of the file as it may stand in a line: one line, printable, not long."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text[: 2 * _VALUE_LENGTH]).split())
    return line if len(line) <= _VALUE_LENGTH else line[:_VALUE_LENGTH] + "…"
