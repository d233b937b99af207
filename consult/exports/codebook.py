"""What the columns and the cells of a file of responses mean, as a small CSV beside it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from consult.exports.csv_text import BOM, neutralise
from consult.exports.response_columns import file_columns, file_words
from consult.languages import LANGUAGES, interface_words
from consult.messages import Words
from consult.question_words import question_words
from consult.record.consultation import Consultation, Group
from surveys.columns import question_columns
from surveys.definition import Question, Survey
from surveys.labels import CellWords

CODEBOOK_NAME = "questions.csv"
HEADER = ("column", "type", *(f"{what}_{each}" for what in ("question", "choice", "cells") for each in LANGUAGES))
_BETWEEN = " | "
_POINTS = 5


def make_codebook(
    consultation: Consultation, groups: Sequence[Group], versions: Sequence[Survey], delimiter: str
) -> bytes:
    """Return a row for each column: the question, the choice that the column is about, what its cells may hold.

    The words of the newest version count. Cells are written ``code=label``, one after the other.
    """
    text = io.StringIO(BOM, newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    words = file_words(groups, versions)
    asked = {
        column.name: (question, column.part)
        for survey in versions
        for question in survey.questions
        for column in question_columns(question)
    }
    catalogues = {language: interface_words(language) for language in LANGUAGES}
    about = {language: _about_responses(each) for language, each in catalogues.items()}
    for name in file_columns(consultation, versions):
        if name in asked:
            row = list(_describe(*asked[name], words.get(name)))
        else:
            row = ["", *(about[language][name] for language in LANGUAGES), "", "", *_cells(words.get(name))]
        writer.writerow([neutralise(cell) for cell in (name, *row)])
    return text.getvalue().encode()


def _describe(question: Question, part: str, words: CellWords | None) -> Iterator[str]:
    yield question.type
    for language in LANGUAGES:
        yield question.text.shown(language)[1]
    for language in LANGUAGES:
        yield _choice_label(question, part, language)
    yield from _ends(question) if question.type == "scale" else _cells(words)


def _choice_label(question: Question, part: str, language: str) -> str:
    labels: Mapping[str, str] = question_words(interface_words(language))
    labels = {**labels, **{choice.code: choice.label.shown(language)[1] for choice in question.choices}}
    return labels.get(part, part)


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


def _about_responses(words: Words) -> dict[str, str]:
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
