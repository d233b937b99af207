"""What the columns and the cells of a file of responses mean, as a small CSV beside it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from consult.exports.csv_text import BOM, neutralise
from consult.exports.response_table import ResponseTable
from consult.languages import LANGUAGES, interface_words
from consult.messages import Words
from consult.question_words import question_words
from surveys.definition import Question
from surveys.labels import CellWords
from surveys.question_types import get_type

CODEBOOK_NAME = "questions.csv"
HEADER = ("column", "type", *(f"{what}_{each}" for what in ("question", "choice", "cells") for each in LANGUAGES))
_BETWEEN = " | "
_POINTS = 5


def make_codebook(table: ResponseTable, delimiter: str) -> bytes:
    """Return the codebook as CSV (see `codebook_rows`), its header first."""
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for row in codebook_rows(table):
        writer.writerow([neutralise(cell) for cell in row])
    return text.getvalue().encode()


def codebook_rows(table: ResponseTable) -> Iterator[list[str]]:
    """Yield a row for each column: the question, the choice that the column is about, what its cells may hold.

    The words of the newest version count. Cells are written ``code=label``, one after the other.
    """
    catalogues = {language: interface_words(language) for language in LANGUAGES}
    about = {language: about_responses(each) for language, each in catalogues.items()}
    for name in table.columns:
        if name in table.asked:
            row = list(_describe(*table.asked[name], table.words.get(name)))
        else:
            row = ["", *(about[language][name] for language in LANGUAGES), "", "", *_cells(table.words.get(name))]
        yield [name, *row]


def _describe(question: Question, part: str, words: CellWords | None) -> Iterator[str]:
    yield question.type
    for language in LANGUAGES:
        yield question.text.shown(language)[1]
    for language in LANGUAGES:
        yield part_label(question, part, language)
    yield from _ends(question) if question.label("low") and not part else _cells(words)


def part_label(question: Question, part: str, language: str) -> str:
    """Return what a part of a question is about, '' for the question itself."""
    return get_type(question).part_label(question, part, language, question_words(interface_words(language)))


def _cells(words: CellWords | None) -> list[str]:
    if words is None:
        return [""] * len(LANGUAGES)
    return [_BETWEEN.join(f"{code}={label}" for code, label in words.labels[each].items()) for each in LANGUAGES]


def _ends(question: Question) -> Iterator[str]:
    """Yield what the ends of a scale say, then what may be said instead of a point."""
    for language in LANGUAGES:
        said = question_words(interface_words(language))
        ends = {"1": question.label("low"), str(question.number("points", _POINTS)): question.label("high")}
        labels = {point: end.shown(language)[1] for point, end in ends.items()}
        yield _BETWEEN.join(f"{code}={label}" for code, label in {**labels, **_only(said, question.offers)}.items())


def _only(labels: Mapping[str, str], codes: Sequence[str]) -> dict[str, str]:
    return {code: labels[code] for code in codes}


def about_responses(words: Words) -> dict[str, str]:
    """Return what the columns that are no question hold."""
    _ = words.gettext
    return {
        "response": _("The response’s own random key"),
        "submitted_on": _("Day of the response"),
        "language": _("Language of the response"),
        "group": _("Group"),
        "channel": _("Channel"),
        "survey_version": _("Version of the survey"),
        "respondent": _("Who answered"),
    }
