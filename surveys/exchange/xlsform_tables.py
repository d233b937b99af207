"""The sheets of an XLSForm as tables of text, and what their columns mean.

A column is a keyword ("relevant"), or a keyword with a language ("label::Français (fr)"). Old spellings that
XLSForm tools still take ("relevance", "list name", a single colon) are understood.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from surveys.exchange.guess_language import guess_language
from surveys.exchange.imported import NoticeBook
from surveys.exchange.plain_words import has_markup, strip_markup
from surveys.exchange.workbook import WorkbookLimits, read_sheets
from surveys.localised import Localised

OWN_SHEET = "consult"
SHEETS = ("survey", "choices", "settings", OWN_SHEET)
ROW_LIMIT = 20_000
COLUMN_LIMIT = 300
LIMITS = WorkbookLimits(unpacked=80_000_000, marks=3_000_000)
Tables: TypeAlias = Mapping[str, Sequence[tuple[int, list[str]]]]  # by sheet: (row number, cells), the header first

_SPELLINGS = {
    "relevance": "relevant",
    "list name": "list_name",
    "caption": "label",
    "value": "name",
    "constraining message": "constraint_message",
    "constraint message": "constraint_message",
    "parameter": "parameters",
    "appearances": "appearance",
    "title": "form_title",
    "id_string": "form_id",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::jr:constraintmsg": "constraint_message",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
}
TEXTS = frozenset({"label", "hint", "guidance_hint", "constraint_message", "required_message"})
_LANGUAGES = {
    "fr": {"fr", "fra", "fre", "french", "français", "francais", "fr-ca", "fr_ca", "fr-fr", "fr_fr"},
    "en": {"en", "eng", "english", "anglais", "en-ca", "en_ca", "en-us", "en-gb"},
}
_TAG = re.compile(r"\(([^()]*)\)\s*$")


@dataclass
class Row:
    """A row of a sheet: its keywords, its texts by keyword and language, and where each stands."""

    sheet: str
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Return a cell, '' where there is none."""
        return self.cells.get(name, "")

    def text(self, name: str) -> Localised:
        """Return a text in two languages."""
        return Localised(**self.texts.get(name, {}))

    def place(self, name: str = "") -> str:
        """Return the address of a cell, or of the row."""
        return f"{self.sheet}!{column_letters(self.columns.get(name, 0))}{self.number}"


def column_letters(position: int) -> str:
    """Return the letters by which a spreadsheet calls its columns: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_tables(path: Path) -> dict[str, list[tuple[int, list[str]]]]:
    """Return the sheets of a workbook that an XLSForm may have; raises `SurveyError` (codes file.…)."""
    return read_sheets(path, SHEETS, LIMITS, ROW_LIMIT)


def language_of(name: str) -> str:
    """Return "en" or "fr" for the name of a language as a column gives it, '' for another language."""
    tag = _TAG.search(name)
    candidates = {name.strip().lower(), tag[1].strip().lower() if tag else ""}
    candidates.add(_TAG.sub("", name).strip().lower())
    return next((code for code, names in _LANGUAGES.items() if candidates & names), "")


def _column(header: str) -> tuple[str, str | None]:
    """Return (keyword, name of the language or None) of a heading."""
    name = " ".join(header.split())
    if name.lower() in _SPELLINGS:
        return _SPELLINGS[name.lower()], None
    keyword, _, language = name.partition("::") if "::" in name else name.partition(":")
    base = keyword.strip().lower().replace(" ", "_") if keyword.strip().lower() not in _SPELLINGS else ""
    base = base or _SPELLINGS[keyword.strip().lower()]
    if base in TEXTS and language.strip():
        return base, language.strip()
    return (base, None) if not language else (name.lower(), None)


def read_rows(tables: Tables, sheet: str, plain_language: str, notices: NoticeBook) -> list[Row]:
    """Return the rows of a sheet below its heading; texts without a language are in `plain_language`.

    Notices: xlsform.language_left_out (language), xlsform.repeated_column (column), import.markup.
    """
    table = tables.get(sheet, ())
    if not table:
        return []
    columns = _columns(sheet, table[0][1][:COLUMN_LIMIT], plain_language, notices)
    return [_row(sheet, number, cells, columns, notices) for number, cells in table[1:] if any(map(str.strip, cells))]


_Columns: TypeAlias = list[tuple[int, str, str | None]]


def _columns(sheet: str, header: Sequence[str], plain_language: str, notices: NoticeBook) -> _Columns:
    found: _Columns = []
    seen: set[tuple[str, str | None]] = set()
    for position, heading in enumerate(header):
        keyword, name = _column(heading)
        language = None
        if not keyword:
            continue
        if keyword in TEXTS:
            language = plain_language if name is None else language_of(name)
            if not language:
                place = f"{sheet}!{column_letters(position)}1"
                notices.add("xlsform.language_left_out", place, language=name or "")
                continue
        if (keyword, language) in seen:
            notices.add("xlsform.repeated_column", f"{sheet}!{column_letters(position)}1", column=heading)
            continue
        seen.add((keyword, language))
        found.append((position, keyword, language))
    return found


def _row(sheet: str, number: int, cells: list[str], columns: _Columns, notices: NoticeBook) -> Row:
    row = Row(sheet, number)
    for position, keyword, language in columns:
        cell = cells[position].strip() if position < len(cells) else ""
        if not cell:
            continue
        row.columns.setdefault(keyword, position)
        if language is None:
            row.cells[keyword] = cell
            continue
        if has_markup(cell):
            notices.add("import.markup", f"{sheet}!{column_letters(position)}{number}")
        row.texts.setdefault(keyword, {})[language] = strip_markup(cell, entities=has_markup(cell))
    return row


def find_plain_language(tables: Tables, notices: NoticeBook) -> str:
    """Return the language of the columns that name none: what the settings say, else what their words look like."""
    for row in read_rows(tables, "settings", "en", NoticeBook())[:1]:
        if declared := language_of(row.get("default_language")):
            return declared
    words: list[str] = []
    for sheet in ("survey", "choices"):
        table = tables.get(sheet, ())
        plain = [at for at, heading in enumerate(table[0][1]) if _column(heading) == ("label", None)] if table else []
        words += [cells[plain[0]] for _, cells in table[1:500] if plain and plain[0] < len(cells)]
    if not words:
        return "en"
    guessed = guess_language(" ".join(words))
    notices.add("import.language_assumed", "", language=guessed)
    return guessed
