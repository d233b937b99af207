"""What in a text could point at a person: addresses, telephone numbers, long numbers, names.

Used to keep such answers from being quoted, and to show a person who reads a quote where to look. It finds forms, not
meanings: a name without a title or a capital passes. A person still reads every quote before it is published.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a form is."""

    EMAIL = "email"
    WEB = "web"
    HEALTH_NUMBER = "health_number"
    TELEPHONE = "telephone"
    POSTAL_CODE = "postal_code"
    NUMBER = "number"
    NAME = "name"
    # A capital inside a sentence: a person, a town, a hospital.
    MAYBE_NAME = "maybe_name"
    # What happens to so few that whoever knows of it knows to whom (analysis.pointing).
    RARE = "rare"


@dataclass(frozen=True)
class Found:
    """A form in a text: ``text[start:end]``."""

    kind: Kind
    start: int
    end: int


_CAPITAL = "A-ZÀÂÇÉÈÊËÎÏÔÙÛÜŒ"
# In this order: where two forms overlap, the first says what it is.
_FORMS = (
    (Kind.EMAIL, re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.\w+")),
    (Kind.WEB, re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)),
    # Québec: four letters, eight digits (RAMQ); Ontario: ten digits by 4, 3 and 3, or with its two letters (OHIP)
    (Kind.HEALTH_NUMBER, re.compile(r"\b[A-Za-z]{4}[\s-]?\d{4}[\s-]?\d{4}\b")),
    (
        Kind.HEALTH_NUMBER,
        re.compile(r"(?<!\d)\d{4}[\s-]\d{3}[\s-]\d{3}(?:[\s-]?[A-Z]{2})?\b|(?<!\d)\d{10}[\s-]?[A-Z]{2}\b"),
    ),
    (Kind.TELEPHONE, re.compile(r"(?<!\d)(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\d)")),
    (Kind.TELEPHONE, re.compile(r"(?<!\d)\d{3}[\s.-]\d{4}(?!\d)")),
    (Kind.NUMBER, re.compile(r"(?:\d[\s-]?){7,}\d")),  # social insurance and account numbers
    (
        Kind.POSTAL_CODE,
        re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\s?\d[ABCEGHJ-NPRSTV-Z]\d\b", re.IGNORECASE),
    ),
    # a title, however it is written, and a name with its capital: "le docteur Roy", "DR ROY", "Mr. O’Neil"
    (
        Kind.NAME,
        re.compile(
            r"\b(?:M\.|(?i:mme|mlle|dre?|mrs?|ms|docteure?|doctor|madame|mademoiselle|monsieur)\b\.?)"
            rf"\s+[{_CAPITAL}][\w’'\-]+"
        ),
    ),
)
# Words with a capital; abbreviations in capitals (CLSC, ER) are no names.
_CAPITALISED = re.compile(rf"(?<!\w)[{_CAPITAL}][a-zà-ÿœ][\w’'\-]*(?:\s+[{_CAPITAL}][a-zà-ÿœ][\w’'\-]*)*")
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?…:])[\s«“\"(]*$")


def points_at_a_person(text: str) -> bool:
    """Return whether the text holds a form that could identify somebody."""
    return any(form.search(text) for _, form in _FORMS)


def find_personal(text: str) -> tuple[Found, ...]:
    """Return each form that could identify somebody, and each word that may be a name, in the order of the text."""
    found: list[Found] = []
    for kind, form in _FORMS:
        for match in form.finditer(text):
            _add(found, Found(kind, match.start(), match.end()))
    for match in _CAPITALISED.finditer(text):
        # a capital that only begins a sentence says nothing; two words with one do
        if len(match.group().split()) > 1 or not _BEGINS_SENTENCE.search(text[: match.start()]):
            _add(found, Found(Kind.MAYBE_NAME, match.start(), match.end()))
    return tuple(sorted(found, key=lambda each: each.start))


def redact(text: str, mark: str = "[…]") -> str:
    """Return the text with a mark in place of each form that is surely one; what may be a name stays, to be judged."""
    for each in reversed([each for each in find_personal(text) if each.kind is not Kind.MAYBE_NAME]):
        text = text[: each.start] + mark + text[each.end :]
    return text


def _add(found: list[Found], new: Found) -> None:
    if all(new.end <= each.start or each.end <= new.start for each in found):
        found.append(new)
