"""A file of contacts, CSV or XLSX, to rows that can be checked: columns are known by their names in either language."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consult.exports.csv_text import restore
from consult.record.consultation import Group
from consult.record.contact import MOST_CONTACTS, ContactDetails
from surveys.cleaning import clean_text
from surveys.exchange.spreadsheet import Limits, open_rows
from surveys.exchange.workbook import WorkbookLimits
from surveys.problems import SurveyError

# A file that is sent to us must keep no worker busy for long.
_LIMITS = Limits(MOST_CONTACTS, 1_000_000, WorkbookLimits(unpacked=50_000_000, marks=2_000_000))
_LONGEST_SHOWN = 40
_NAMED = 8

# As `_key` writes them: without capitals, accents and signs.
_NAMES = {
    "email": ("email", "e mail", "mail", "courriel", "email address", "e mail address", "adresse courriel",
              "adresse de courriel", "adresse electronique", "adresse e mail", "adresse email", "contact"),
    "name": ("name", "full name", "nom complet", "nom et prenom", "prenom et nom", "personne", "person"),
    "given": ("first name", "given name", "prenom", "prenoms", "firstname"),
    "family": ("last name", "family name", "surname", "nom de famille", "nom", "lastname"),
    "language": ("language", "langue", "lang", "preferred language", "langue preferee", "langue de correspondance"),
    "group": ("group", "groupe", "milieu", "stakeholder group"),
    "region": ("region", "area", "region administrative", "territoire", "territory"),
    "organisation": ("organisation", "organization", "organisme", "etablissement", "institution", "employer",
                     "employeur"),
}  # fmt: skip
_ROLES = {name: role for role, names in _NAMES.items() for name in names}
_LANGUAGES = {
    "fr": "fr", "fra": "fr", "fre": "fr", "francais": "fr", "francaise": "fr", "french": "fr", "fr ca": "fr", "f": "fr",
    "en": "en", "eng": "en", "anglais": "en", "anglaise": "en", "english": "en", "en ca": "en", "a": "en", "e": "en",
}  # fmt: skip


@dataclass(frozen=True)
class ContactFile:
    """What a file holds: its rows, which column was read as what, and the columns of no use."""

    rows: tuple[ContactDetails, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]


def read_contacts(path: Path, groups: Sequence[Group], language: str) -> ContactFile:
    """Read a file; `language` is that of rows that name none.

    Raises `SurveyError`: file.…, column.duplicate, column.unnamed, row.too_long, and `column.missing` where no column
    is known to hold addresses.
    """
    known = {_key(group.code): group.code for group in groups}
    known |= {_key(name): group.code for group in groups for name in group.name.to_json().values() if name}
    with open_rows(path, _LIMITS) as (header, lines):
        columns = _match(header)
        if "email" not in columns:
            named = ", ".join(map(_shorten, header[:_NAMED])) + (", …" if len(header) > _NAMED else "")
            raise SurveyError.of("column.missing", path.name, column="email", columns=named)
        rows = tuple(_read_row(line, cells, columns, known, language) for line, cells in lines if any(cells.values()))
    used = set(columns.values())
    return ContactFile(rows, columns, tuple(_shorten(name) for name in header if name not in used))


def read_language(text: str) -> str:
    """Return the code of a language however it is written; what is none stays, to be refused."""
    return _LANGUAGES.get(_key(text), text.strip())


def _match(header: Sequence[str]) -> dict[str, str]:
    """Return the column of each role, the first of several; "nom" alone is a whole name, beside "prénom" a family's."""
    columns: dict[str, str] = {}
    for name in header:
        role = _ROLES.get(_key(name))
        if role is not None:
            columns.setdefault(role, name)
    return columns


def _read_row(
    line: int, cells: Mapping[str, str], columns: Mapping[str, str], groups: Mapping[str, str], language: str
) -> ContactDetails:
    said = {role: clean_text(restore(cells[name])).strip() for role, name in columns.items()}
    parts = [said.get("given", ""), said.get("family", "")]
    group = said.get("group", "")
    return ContactDetails(
        email=said["email"],
        name=said.get("name") or " ".join(part for part in parts if part),
        language=read_language(said["language"]) if said.get("language") else language,
        group=groups.get(_key(group), group) or None,
        region=said.get("region", ""),
        organisation=said.get("organisation", ""),
        place=str(line),
    )


def _key(name: str) -> str:
    """Return a name without capitals, accents and signs, as names are compared."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", plain.casefold()).strip()


def _shorten(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…"
