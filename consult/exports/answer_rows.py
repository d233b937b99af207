"""The answers of a file as rows for the analysis: one row for each answer, several where several questions are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.corpus import Corpus, build_corpus
from analysis.tables import QUESTION
from consult.languages import LANGUAGES
from surveys.exchange.spreadsheet import Table, read_columns


@dataclass(frozen=True)
class Columns:
    """Which columns of a file are read.

    ``texts`` are those that hold answers, one for each question. ``language`` is a column's name, or "fr" or "en" for
    all answers; None has each answer's language detected. ``quotable`` is the column that says who agreed to be quoted.
    """

    texts: tuple[str, ...]
    language: str | None = None
    identifier: str | None = None
    groups: tuple[str, ...] = ()
    quotable: str | None = None

    @property
    def named(self) -> list[str]:
        """The columns to read, each once."""
        language = None if self.language in LANGUAGES else self.language
        names = [*self.texts, self.identifier, language, self.quotable, *self.groups]
        return list(dict.fromkeys(name for name in names if name is not None))


@dataclass
class AnswerRows:
    """Rows of one or several files, one below the other; the answers of one row of a file stand together."""

    columns: Columns
    people: int = 0
    cells: dict[str, list[str]] = field(default_factory=dict)

    def add(self, path: Path) -> Table:
        """Read a file below what was read; return it. Raises `SurveyError`."""
        table = read_columns(path, self.columns.named)
        for name in self.columns.named:
            self.cells.setdefault(name, []).extend(table.columns[name])
        self.people += table.rows
        return table

    @property
    def rows(self) -> int:
        """How many rows there are: one for each question of each row of the files."""
        return self.people * len(self.columns.texts)

    def corpus(self) -> Corpus:
        """Return the rows as the analysis reads them; raises `AnalysisError`."""
        columns = self.columns
        texts = [text for answers in zip(*map(self.cells.__getitem__, columns.texts), strict=True) for text in answers]
        groups = {name: self._for_each(self.cells[name]) for name in columns.groups}
        if len(columns.texts) > 1:
            groups[QUESTION] = list(columns.texts) * self.people
        language = columns.language
        return build_corpus(
            texts,
            ids=self._identifiers(),
            languages=language if language is None or language in LANGUAGES else self._for_each(self.cells[language]),
            groups=groups,
            quotable=self._for_each(self.cells[columns.quotable]) if columns.quotable else None,
        )

    def _identifiers(self) -> list[str] | None:
        """Say whose each answer is: without a column for it, each row of the files is a person."""
        if self.columns.identifier:
            return self._for_each(self.cells[self.columns.identifier])
        return self._for_each([str(row) for row in range(1, self.people + 1)])

    def _for_each(self, cells: Sequence[str]) -> list[str]:
        return [cell for cell in cells for _ in self.columns.texts]
