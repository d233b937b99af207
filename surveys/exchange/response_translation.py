"""The rows of another tool's file → cells by our columns, with codes where a code or a label is known."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256

from surveys.columns import column_name
from surveys.definition import Question
from surveys.exchange.response_matching import Match, Matching, Words, heading_key
from surveys.labels import CellWords
from surveys.localised import LANGUAGES
from surveys.question_type import OTHER
from surveys.question_types import get_type

# What tools write for yes and no, and for "other", besides the words of the survey.
_ALIASES: Mapping[str, str] = {
    "y": "yes", "n": "no", "o": "oui", "x": "yes", "1": "yes", "0": "no", "true": "yes", "false": "no", "vrai": "yes",
    "faux": "no", "-oth-": OTHER,
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_MOST_PIECES = 400


class Translator:
    """Rows to cells. `columns` are the words of our columns' cells, `words` those that every question may need.

    `months_first` says how to read 03/04/2026 (see `has_months_first`).
    """

    def __init__(
        self, matching: Matching, columns: Mapping[str, CellWords], words: Words, *, months_first: bool = True
    ) -> None:
        self._matching = matching
        self._columns = columns
        self._codes = {name: frozenset(known.cells.values()) for name, known in columns.items()}
        self._months_first = months_first
        self._times: Counter[str] = Counter()
        self._lookups = {match.question.code: _look_up(match.question, words) for match in matching.matches}

    def answers(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return the answers of a row; what cannot be read stays as it stands, to be refused with its place."""
        found: dict[str, str] = {}
        for match in self._matching.matches:
            text = row[match.column].strip()
            if text:
                found |= self._read(match, text)
        return found

    def day(self, row: Mapping[str, str]) -> str:
        """Return the day of a row as YYYY-MM-DD; what stands there if it is none, '' where the tool kept none."""
        for name in self._matching.days:
            text = row[name].strip()
            if text and text[:10] != self._matching.tool.no_day:
                day = read_day(text, months_first=self._months_first)
                return day.isoformat() if day else text
        return ""

    def reference(self, row: Mapping[str, str]) -> str:
        """Return a name for the row that is the same when the file is read again; it tells nothing of the row."""
        told = [row[name] for name in self._matching.reference]
        is_named = bool(told) and all(told)
        text = "\x1f".join(told if is_named else row.values())
        digest = sha256(f"{self._matching.tool.code}\x1f{text}".encode()).hexdigest()[:40]
        self._times[digest] += 1
        # two people may say the very same; a name that the tool gave twice is for the import to refuse
        times = "" if is_named or self._times[digest] == 1 else f"-{self._times[digest]}"
        return f"{self._matching.tool.code}-{digest}{times}"

    def _read(self, match: Match, text: str) -> dict[str, str]:
        question, lookup = match.question, self._lookups[match.question.code]
        said = lookup.get(heading_key(text)) or ""
        if match.rank:
            return {_name(question, said): str(match.rank)} if said else {_name(question, f"rank{match.rank}"): text}
        if match.part is None:
            return self._read_list(question, text)
        parts = get_type(question).parts(question)
        if not match.part and said in question.offers and said in parts:
            return {_name(question, said): "1"}
        name = _name(question, match.part)
        cell = self._read_cell(name, text)
        if cell is None and self._matching.tool.other_in_place and not match.part and OTHER in parts:
            return {name: OTHER, _name(question, OTHER): text}
        return {name: text if cell is None else cell}

    def _read_cell(self, name: str, text: str) -> str | None:
        """Return the code that a cell means, the cell itself where no codes are known, None where it means nothing."""
        words = self._columns.get(name)
        if words is None:
            return text
        for candidate in (text, _ALIASES.get(text.casefold(), "")):
            cell = words.read(candidate)
            if cell in self._codes[name]:
                return cell
        return None

    def _read_list(self, question: Question, text: str) -> dict[str, str]:
        """Return the cells of several choices in one cell: ticks, or ranks in their order."""
        lookup, kind = self._lookups[question.code], get_type(question)
        codes, rest = min(
            (split_choices(lookup, text, separator) for separator in self._matching.tool.separators or ("\n",)),
            key=lambda read: sum(map(len, read[1])),
        )
        if rest and OTHER not in kind.parts(question):
            return {_name(question, "unread"): text}
        is_ranked = question.type == "ranking"
        found = {
            _name(question, code): str(at) if is_ranked else "1"
            for at, code in enumerate(codes, start=1)
            if code != OTHER  # its text stands in a column of its own
        }
        return found | ({_name(question, OTHER): ", ".join(rest)} if rest else {})


def split_choices(lookup: Mapping[str, str], text: str, separator: str) -> tuple[list[str], list[str]]:
    """Return the choices of a list in their order, and what is none of them; a label may hold the separator.

    `lookup` gives the code for each code and label, as `heading_key` makes them.
    """
    pieces = text.split(separator)
    if len(pieces) > _MOST_PIECES:
        return [], [text]
    widest = max((key.count(separator.strip() or separator) for key in lookup), default=0) + 1
    codes: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(pieces):
        for end in range(min(len(pieces), at + widest), at, -1):
            if choice := lookup.get(heading_key(separator.join(pieces[at:end]))):
                codes.append(choice)
                at = end
                break
        else:
            if piece := pieces[at].strip():
                rest.append(piece)
            at += 1
    return codes, rest


def read_day(text: str, *, months_first: bool) -> date | None:
    """Return the day at the beginning of a text, or None."""
    if found := _YEAR_FIRST.match(text):
        year, month, day = map(int, found.groups())
    elif found := _YEAR_LAST.match(text):
        first, second, year = map(int, found.groups())
        month, day = (first, second) if months_first else (second, first)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def has_months_first(texts: Iterable[str], usual: bool) -> bool:
    """Return whether 03/04/2026 is in March, by the days of the whole file; the usual way where none of them tells."""
    for text in texts:
        if found := _YEAR_LAST.match(text.strip()):
            first, second, _ = map(int, found.groups())
            if (first > 12) != (second > 12):
                return second > 12
    return usual


def _look_up(question: Question, words: Words) -> dict[str, str]:
    """Return the code that each code or label means, in either language; what could mean two things is left out."""
    meant: dict[str, set[str]] = {}
    for choice in question.choices:
        for text in (choice.code, *(choice.label.get(language) for language in LANGUAGES)):
            meant.setdefault(_key(text), set()).add(choice.code)
    extra = (*question.offers, OTHER) if OTHER in get_type(question).parts(question) else question.offers
    for code in extra:
        for text in (code, *(words[language][code] for language in LANGUAGES)):
            meant.setdefault(_key(text), set()).add(code)
    return {key: codes.pop() for key, codes in meant.items() if key and len(codes) == 1}


_key = cache(heading_key)


def _name(question: Question, part: str) -> str:
    return column_name(question.code, part)
