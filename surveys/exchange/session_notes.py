"""The notes of a focus group or an interview from a DOCX, TXT or CSV file: statements under the questions of a guide.

In a document or a text, a line that says what a question of the guide says, in either language, or its code or its
number, is a heading; each bullet or paragraph below it is a statement. Who spoke is never kept: a name before a colon
is taken off and told as `speaker`, so that the person who imports sees what was taken off; it is stored nowhere.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from surveys.cleaning import clean_text
from surveys.exchange.encoding import detect_encoding
from surveys.exchange.spreadsheet import Limits, open_rows
from surveys.exchange.word_document import PACKED_LIMIT, read_paragraphs
from surveys.problems import SurveyError

ROW_LIMIT = 2_000
_ALIKE = 0.9
_SHORTEST_ALIKE = 12
_BULLET = re.compile(r"^\s*(?:[-–—•*·▪‣◦]|\(?\d{1,2}[.)])\s+")
_NUMBERED = re.compile(r"^(?:#+\s*)?(?:question|q)?\s*(\d{1,2})\s*(?:[.:)–—-]\s*|$)", re.IGNORECASE)
_QUOTED = re.compile('^(?:«\\s*(.+?)\\s*»|“(.+)”|"(.+)")$', re.DOTALL)
# A name, a first name with an initial, initials, or "P3", "Participante 2", perhaps with a group in brackets.
_NAME = r"[^\W\d_a-zà-öø-ÿ][\w'’.-]{0,24}"
_SPEAKER = re.compile(
    r"((?i:participant(?:e|\(e\)|·e)?|personne|person|speaker|intervenant(?:e)?|p|r)\s?\d{1,3}"
    rf"|{_NAME}(?:\s(?:(?:de|du|des|la|le)\s){{0,2}}{_NAME}){{0,2}})"
    r"(?:\s?\([^)]{1,40}\))?\s?[:：]\s*(?=[^\s/\d])"
)
# Capitalised words that stand before a colon and name nobody.
_NO_NAMES = frozenset(
    (
        "note",
        "notes",
        "exemple",
        "example",
        "question",
        "réponse",
        "reponse",
        "answer",
        "idée",
        "idee",
        "idea",
        "priorité",
        "priorite",
        "priority",
        "problème",
        "probleme",
        "problem",
        "solution",
        "besoin",
        "besoins",
        "need",
        "needs",
        "action",
        "enjeu",
        "enjeux",
        "issue",
        "conclusion",
        "résumé",
        "resume",
        "summary",
        "attention",
        "important",
        "remarque",
        "remark",
        "suggestion",
        "suggestions",
        "objectif",
        "goal",
        "accès",
        "acces",
        "access",
        "transport",
    )
)
_COLUMNS = {
    "text": ("text", "texte", "statement", "énoncé", "enonce", "note", "notes"),
    "question": ("question", "question_code", "guide_question"),
    "group": ("group", "groupe", "milieu"),
    "language": ("language", "langue"),
    "said_by": ("said_by", "dit_par"),
    "quote": ("quote", "citation"),
    "may_quote": ("may_quote", "peut_citer", "citable"),
}
_SAID_BY = {
    "one": ("", "one", "une", "un", "1"),
    "several": ("several", "plusieurs"),
    "most": ("most", "la plupart", "all", "tous", "toutes"),
}
_YES = {"1", "yes", "oui", "true", "vrai", "x"}
_NO = {"", "0", "no", "non", "false", "faux"}


@dataclass(frozen=True)
class GuideLine:
    """A question of the guide: its code, its number in the guide from 1, what it says in each language."""

    code: str
    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ReadStatement:
    """A statement of a file. What the file does not say is None; `speaker` was taken off and must not be kept."""

    place: int
    text: str
    question: str | None
    speaker: str = ""
    group: str | None = None
    language: str | None = None
    said_by: str = "one"
    is_quote: bool = False
    may_quote: bool | None = None


@dataclass(frozen=True)
class ReadNotes:
    """What a file holds: statements, headings that match no question (with their places), columns of no use."""

    statements: tuple[ReadStatement, ...]
    unmatched: tuple[tuple[int, str], ...] = ()
    unused: tuple[str, ...] = ()
    is_lines: bool = True


def read_notes(path: Path, guide: Sequence[GuideLine]) -> ReadNotes:
    """Read a file by its extension (.docx, .txt, .md, .csv, .tsv).

    Raises `SurveyError`: file.… (too_large, empty, unreadable, unknown_notes…), column.missing, and for a CSV
    notes.bad_cell with the line and the column of each cell that cannot be read.
    """
    if path.stat().st_size > PACKED_LIMIT:
        raise SurveyError.of("file.too_large", path.name, bytes=path.stat().st_size, limit=PACKED_LIMIT)
    if path.stat().st_size == 0:
        raise SurveyError.of("notes.empty", path.name)
    ending = path.suffix.lower()
    if ending == ".docx":
        lines = [(each.number, each.text, each.is_heading, each.is_listed) for each in read_paragraphs(path)]
        notes = _read_lines(lines, guide, is_lines=False)
    elif ending in (".txt", ".md"):
        notes = _read_lines(_text_lines(path), guide, is_lines=True)
    elif ending in (".csv", ".tsv"):
        notes = _read_table(path, guide)
    else:
        raise SurveyError.of("notes.unknown_format", path.name)
    if not notes.statements:
        raise SurveyError.of("notes.empty", path.name)
    if len(notes.statements) > ROW_LIMIT:
        raise SurveyError.of("file.too_large", path.name, rows=len(notes.statements), limit=ROW_LIMIT)
    return notes


def find_question(heading: str, guide: Sequence[GuideLine]) -> GuideLine | None:
    """Return the question that a heading names by its text, its code or its number, a slip of the pen allowed."""
    stripped = heading.strip().lstrip("#").strip()
    for line in guide:
        if stripped.casefold() == line.code.casefold():
            return line
    numbered = _NUMBERED.match(stripped)
    rest = stripped[numbered.end() :] if numbered else stripped
    if numbered and not rest.strip():
        return next((line for line in guide if line.number == int(numbered.group(1))), None)
    wanted = {_plain(stripped), _plain(rest)}
    for line in guide:
        if any(_is_alike(each, _plain(text)) for each in wanted for text in line.texts if text):
            return line
    return None


def split_speaker(text: str) -> tuple[str, str]:
    """Return who is named before what was said ("" where nobody is) and what was said."""
    match = _SPEAKER.match(text)
    if match is None or match.group(1).casefold() in _NO_NAMES:
        return "", text
    return match.group(0).strip(), text[match.end() :]


def _text_lines(path: Path) -> list[tuple[int, str, bool, bool]]:
    with path.open(encoding=detect_encoding(path).codec, newline=None) as file:
        lines: list[tuple[int, str, bool, bool]] = []
        goes_on = False
        for number, line in enumerate(file, start=1):
            text = line.rstrip("\n")
            is_listed = bool(_BULLET.match(text))
            if goes_on and not is_listed and _continues(text):
                at, before, heading, listed = lines[-1]
                lines[-1] = (at, f"{before} {text.strip()}", heading, listed)
            elif text.strip():
                lines.append((number, text, text.lstrip().startswith("#"), is_listed))
            goes_on = bool(text.strip()) and bool(lines) and not lines[-1][2]
        return lines


def _continues(text: str) -> bool:
    """Tell whether a line goes on with the one above: it is indented, or begins with a small letter."""
    return bool(text.strip()) and (text[:1].isspace() or text[:1].islower())


def _read_lines(
    lines: Sequence[tuple[int, str, bool, bool]], guide: Sequence[GuideLine], *, is_lines: bool
) -> ReadNotes:
    if len(lines) > ROW_LIMIT * 2:
        raise SurveyError.of("file.too_large", "", rows=len(lines), limit=ROW_LIMIT * 2)
    statements, unmatched = [], []
    current: GuideLine | None = None
    for place, text, is_heading, is_listed in lines:
        bare = _BULLET.sub("", text, count=1) if is_listed else text
        found = find_question(text, guide) or find_question(bare, guide)
        if found is not None and (is_heading or not is_listed or _plain(bare) in map(_plain, found.texts)):
            current = found
        elif is_heading:
            unmatched.append((place, clean_text(text.lstrip("# "))))
            current = None
        else:
            statements.append(_statement(place, bare, current))
    return ReadNotes(tuple(each for each in statements if each.text), tuple(unmatched), (), is_lines)


def _statement(place: int, text: str, question: GuideLine | None) -> ReadStatement:
    speaker, said = split_speaker(clean_text(text))
    quoted = _QUOTED.match(said.strip())
    words = next((group for group in quoted.groups() if group), "") if quoted else said
    code = question.code if question else None
    return ReadStatement(place, clean_text(words), code, speaker, is_quote=quoted is not None)


def _read_table(path: Path, guide: Sequence[GuideLine]) -> ReadNotes:
    problems: list[SurveyError] = []
    statements = []
    with open_rows(path, Limits(rows=ROW_LIMIT * 2, cells=200_000)) as (header, rows):
        columns = {name: column for column in header if (name := _column(column))}
        if "text" not in columns:
            raise SurveyError.of("column.missing", path.name, column="text", columns=", ".join(header[:20]))
        for line, cells in rows:
            given = {name: clean_text(cells[column]) for name, column in columns.items()}
            if given["text"]:
                try:
                    statements.append(_row(line, given, guide))
                except SurveyError as error:
                    problems.append(error)
    if problems:
        raise SurveyError.from_problems(problem for error in problems for problem in error.problems)
    used = set(columns.values())
    return ReadNotes(tuple(statements), (), tuple(name for name in header if name not in used), is_lines=True)


def _column(header: str) -> str | None:
    wanted = header.strip().casefold()
    return next((name for name, known in _COLUMNS.items() if wanted in known), None)


def _row(line: int, given: dict[str, str], guide: Sequence[GuideLine]) -> ReadStatement:
    read = _statement(line, given["text"], None)
    question = find_question(given["question"], guide) if given.get("question") else None
    if given.get("question") and question is None:
        raise SurveyError.of("notes.bad_cell", str(line), column="question")
    said_by = next((name for name, known in _SAID_BY.items() if given.get("said_by", "").casefold() in known), None)
    if said_by is None:
        raise SurveyError.of("notes.bad_cell", str(line), column="said_by")
    return ReadStatement(
        place=line,
        text=read.text,
        question=question.code if question else None,
        speaker=read.speaker,
        group=given.get("group") or None,
        language=given.get("language", "").casefold() or None,
        said_by=said_by,
        is_quote=read.is_quote or _tell(line, given, "quote") is True,
        may_quote=_tell(line, given, "may_quote"),
    )


def _tell(line: int, given: dict[str, str], name: str) -> bool | None:
    """Return yes or no, None where the file has no such column or an empty cell."""
    said = given.get(name, "").casefold()
    if said in _YES:
        return True
    if said not in _NO:
        raise SurveyError.of("notes.bad_cell", str(line), column=name)
    return False if said else None


def _plain(text: str) -> str:
    """Return the letters and digits of a text, small, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(kept.split())


def _is_alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_ALIKE or abs(len(one) - len(other)) > max(len(one), len(other)) // 5:
        return False
    compared = SequenceMatcher(None, one, other)
    return compared.quick_ratio() >= _ALIKE and compared.ratio() >= _ALIKE


def list_speakers(notes: ReadNotes) -> Iterator[str]:
    """Yield who was named, each once, in the order of the file: what the person is shown as taken off."""
    yield from dict.fromkeys(each.speaker for each in notes.statements if each.speaker)
