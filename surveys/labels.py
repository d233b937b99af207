"""Cells ⇄ the words that people read: every label leads back to one cell, in either language.

A label that could be taken for another cell's (two choices that read alike, a choice that reads like another's
code) is followed by its own code in brackets.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.columns import question_columns
from surveys.definition import Survey
from surveys.question_types import get_type

Labels = Mapping[str, Mapping[str, str]]  # by language, the label of each cell


@dataclass(frozen=True)
class CellWords:
    """The labels of a column's cells by language, and the cell that each text means."""

    labels: Labels
    cells: Mapping[str, str]

    def write(self, cell: str, language: str) -> str:
        """Return the label of a cell, or the cell itself where it has none."""
        return self.labels[language].get(cell, cell)

    def read(self, text: str) -> str:
        """Return the cell that a code or a label of any language means, or the text itself."""
        if text in self.cells:
            return self.cells[text]
        return self.cells.get(_key(text), text)


def cell_words(labels: Labels) -> CellWords:
    """Return words that can be read back, from the labels of a column's cells in each language."""
    codes = {cell for by_cell in labels.values() for cell in by_cell}
    meant: dict[str, set[str]] = {}
    for cell in codes:
        meant.setdefault(_key(cell), set()).add(cell)
    for by_cell in labels.values():
        for cell, label in by_cell.items():
            meant.setdefault(_key(label), set()).add(cell)
    cells = {key: next(iter(owners)) for key, owners in meant.items() if len(owners) == 1 and key}
    written: dict[str, dict[str, str]] = {}
    for language, by_cell in labels.items():
        written[language] = {cell: _write(cell, label, cells, meant) for cell, label in by_cell.items()}
    return CellWords(written, cells | {cell: cell for cell in codes})


def survey_words(surveys: Sequence[Survey], words: Mapping[str, Mapping[str, str]]) -> dict[str, CellWords]:
    """Return the words of every column whose cells have labels, over all versions; the newest label counts.

    `words` are the labels of "other", of the special values, and of yes and no, for each language.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for survey in surveys:
        for question in survey.questions:
            for column in question_columns(question):
                for language, given in words.items():
                    labels = get_type(question).cell_labels(question, column.part, language, given)
                    if labels:
                        found.setdefault(column.name, {}).setdefault(language, {}).update(labels)
    return {name: cell_words(labels) for name, labels in found.items()}


def _write(cell: str, label: str, cells: dict[str, str], meant: Mapping[str, set[str]]) -> str:
    """Return the label if it means this cell alone, else with the code behind it, which is then remembered."""
    if cells.get(_key(label)) == cell:
        return label
    longer = f"{label} [{cell}]"
    if _key(longer) in meant or cells.setdefault(_key(longer), cell) != cell:
        return cell
    return longer


def _key(text: str) -> str:
    """Return a text without what people and spreadsheets change: capitals, spaces, the form of apostrophes."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())
