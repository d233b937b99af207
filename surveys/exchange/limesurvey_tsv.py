"""LimeSurvey’s tab-separated structure (.txt): one row for each group, question, subquestion and answer.

The rows of the base language come first, then those of each other language, in the same order and number.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.exchange.foreign_texts import language_code, localise
from surveys.exchange.imported import NoticeBook
from surveys.exchange.limesurvey_structure import Asked, Group, Item, Structure
from surveys.localised import LANGUAGES
from surveys.problems import SurveyError

ROW_LIMIT = 120_000
_FIELD_LIMIT = 1_000_000
_STRUCTURE = {"G", "Q", "SQ", "A"}
_NOT_ATTRIBUTES = {
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "encrypted", "other", "default", "same_default", "same_script"),
}


@dataclass
class _Row:
    number: int
    cells: Mapping[str, str]
    translations: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        return self.cells.get(name, "").strip()

    def texts(self, name: str) -> dict[str, str]:
        return {language: cells.get(name, "") for language, cells in self.translations.items()}


def looks_like_tsv(text: str) -> bool:
    """Return whether a text begins with the heading of such a file."""
    columns = text[:500].lstrip("\ufeff").split("\n", 1)[0].replace('"', "").strip().lower().split("\t")
    return {"class", "type/scale", "name", "text"} <= set(columns)


def read_tsv(text: str, name: str, notices: NoticeBook) -> Structure:
    """Return the questionnaire of a tab-separated file.

    Raises `SurveyError`: limesurvey.bad_table (line), file.too_large. Notices: import.language_left_out,
    limesurvey.translation_lost (line), limesurvey.row_lost (line), import.markup.
    """
    rows, structure = _read_rows(text, name), Structure()
    spoken = _base_language(rows)
    _read_settings(rows, structure, spoken, notices)
    group, asked = None, None
    for row in _join(rows, spoken, notices):
        kind = row.get("class").upper()
        if kind == "G":
            group, asked = _group(row, notices), None
            structure.groups.append(group)
        elif kind == "Q" and group is not None:
            asked = _question(row, notices)
            group.questions.append(asked)
        elif kind in {"SQ", "A"} and asked is not None:
            text_of = localise(row.texts("text"), asked.code, notices)
            item = Item(row.get("name"), text_of, row.get("type/scale") or "0", row.get("relevance"))
            (asked.subquestions if kind == "SQ" else asked.answers).append(item)
        else:
            notices.add("limesurvey.row_lost", "", line=row.number)
    structure.groups = [each for each in structure.groups if each.questions]
    return structure


def _read_rows(text: str, name: str) -> list[_Row]:
    csv.field_size_limit(_FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter="\t")
    rows: list[_Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not any(cells):
                continue
            if not header:
                header = [cell.strip().lower() for cell in cells]
                continue
            rows.append(_Row(reader.line_num, dict(zip(header, cells, strict=False))))
            if len(rows) > ROW_LIMIT:
                raise SurveyError.of("file.too_large", name, rows=len(rows), limit=ROW_LIMIT)
    except csv.Error:
        raise SurveyError.of("limesurvey.bad_table", name, line=reader.line_num) from None
    return rows


def _base_language(rows: Sequence[_Row]) -> str:
    settings = {row.get("name"): row.get("text") for row in rows if row.get("class").upper() == "S"}
    first = next((row.get("language") for row in rows if row.get("class").upper() == "G"), "")
    return settings.get("language") or first or LANGUAGES[0]


def _read_settings(rows: Sequence[_Row], structure: Structure, base: str, notices: NoticeBook) -> None:
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        language = language_code(row.get("language") or base)
        if row.get("class").upper() == "SL" and language:
            texts[row.get("name")][language] = row.get("text")
    structure.title = localise(texts["surveyls_title"], "", notices)
    parts = [texts["surveyls_description"], texts["surveyls_welcometext"]]
    joined = {each: "\n".join(part[each] for part in parts if part.get(each)) for each in LANGUAGES}
    structure.introduction = localise(joined, "", notices)
    if any(texts["surveyls_endtext"].values()):
        notices.add("limesurvey.part_left_out", "", part="surveyls_endtext", count=1)


def _join(rows: Sequence[_Row], base: str, notices: NoticeBook) -> list[_Row]:
    """Return the structural rows of the base language, each with the rows that translate it."""
    by_language: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.get("class").upper() in _STRUCTURE:
            by_language[row.get("language") or base].append(row)
    if not by_language:
        return []
    first = base if base in by_language else next(iter(by_language))
    joined = by_language.pop(first)
    for tag, translated in {first: joined, **by_language}.items():
        language = language_code(tag)
        if not language:
            notices.add("import.language_left_out", "", language=tag)
            continue
        for row, other in zip(joined, translated, strict=False):
            if row.get("class") == other.get("class"):
                row.translations[language] = other.cells
            else:
                notices.add("limesurvey.translation_lost", "", line=other.number)
    return joined


def _group(row: _Row, notices: NoticeBook) -> Group:
    name = localise(row.texts("name"), "", notices)
    return Group(name, localise(row.texts("text"), "", notices), row.get("relevance"))


def _question(row: _Row, notices: NoticeBook) -> Asked:
    attributes: dict[tuple[str, str], str] = {}
    for column, cell in row.cells.items():
        if column and column not in _NOT_ATTRIBUTES and cell.strip():
            attributes[column, ""] = cell
            attributes |= {(column, language): cells.get(column, "") for language, cells in row.translations.items()}
    code = row.get("name")
    return Asked(
        code,
        row.get("type/scale"),
        localise(row.texts("text"), code, notices),
        localise(row.texts("help"), code, notices),
        row.get("mandatory"),
        row.get("other").upper() == "Y",
        row.get("relevance"),
        attributes,
    )
