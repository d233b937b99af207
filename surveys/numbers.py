"""Numbers as people write them, and the one form in which they are stored."""

import math
import re
from typing import Final

DIGITS: Final = 15  # before the point: what spreadsheets and statistics keep exactly
DECIMALS: Final = 6

_SPACES = " \u00a0\u2007\u2009\u202f"
# A comma or a point before the decimals; spaces between thousands; where commas or points can only stand between
# thousands (1,234.5 and 1.234.567), that too. "1,234" alone is one and a bit: as the comma says in French.
_SHAPES = tuple(
    re.compile(rf"([+-]?){shape}")
    for shape in (
        r"(\d*)(?:[.,](\d*))?",
        rf"(\d{{1,3}}(?:[{_SPACES}]\d{{3}})+)(?:[.,](\d*))?",
        r"(\d{1,3}(?:,\d{3})+)\.(\d+)",
        r"(\d{1,3}(?:\.\d{3})+),(\d+)",
        r"(\d{1,3}(?:,\d{3}){2,})()",
        r"(\d{1,3}(?:\.\d{3}){2,})()",
    )
)
_LONGEST = 60  # characters: nobody writes a longer number


def read_number(raw: object) -> str | None:
    """Return a number as it is stored, or None where it is none that can be stored.

    The form is canonical: a sign only before what is below zero, a point, no zeros that say nothing ("-0.50" is
    "-0.5"). It takes whole numbers and floats as well as texts; at most 15 digits before the point.
    """
    if type(raw) is int:
        return str(raw) if abs(raw) < 10**DIGITS else None
    if type(raw) is float:
        return _canonical(*_split(raw)) if math.isfinite(raw) and abs(raw) < 10**DIGITS else None
    if not isinstance(raw, str) or len(raw) > _LONGEST or not _is_plain(raw):
        return None
    text = raw.strip(_SPACES + "\t\r\n").replace("\u2212", "-")
    for shape in _SHAPES:
        if (found := shape.fullmatch(text)) and (found[2] or found[3]):
            return _canonical(found[1], re.sub(r"\D", "", found[2]), found[3] or "")
    return None


def write_number(number: str, language: str) -> str:
    """Return a stored number as it is read in a language: 1 234,5 or 1,234.5."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, decimals = digits.partition(".")
    space, point = ("\u00a0", ",") if language == "fr" else (",", ".")
    first = len(whole) % 3 or 3
    groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    return sign + space.join(groups) + (point + decimals if decimals else "")


def count_decimals(number: str) -> int:
    """Return how many decimals a stored number has."""
    return len(number.partition(".")[2])


def _is_plain(text: str) -> bool:
    """Return whether the only signs beyond ASCII are spaces and the minus sign: no other digits, no fractions."""
    return all(sign.isascii() or sign in _SPACES or sign == "\u2212" for sign in text)


def _split(number: float) -> tuple[str, str, str]:
    text = f"{number:.12f}" if "e" in repr(number) else repr(number)
    whole, _, decimals = text.removeprefix("-").partition(".")
    return "-" if number < 0 else "", whole, decimals


def _canonical(sign: str, whole: str, decimals: str) -> str | None:
    whole, decimals = whole.lstrip("0") or "0", decimals.rstrip("0")
    if len(whole) > DIGITS:
        return None
    number = whole + ("." + decimals if decimals else "")
    return f"-{number}" if sign == "-" and number != "0" else number
