"""Codes of our own for what other tools call Q1, 2-b or Région."""

import re
import unicodedata

from surveys.answers import CODE
from surveys.question_type import OTHER, SpecialValue

_LONGEST = 40
_UNUSABLE = re.compile(r"[^a-z0-9]+")
# what stands for no choice of the survey's own
CHOICE_CODES_TAKEN = frozenset({OTHER, *map(str, SpecialValue)})


class Codes:
    """Gives each name a code that nobody else has; a name that can be a code stays as it is."""

    def __init__(self, prefix: str, taken: frozenset[str] = frozenset()) -> None:
        self._prefix = prefix
        self._taken = set(taken)
        self._next: dict[str, int] = {}  # without it, ten thousand equal names would take a minute

    def give(self, name: str) -> str:
        """Return a code for a name: new at each call, even for the same name."""
        code = name if CODE.fullmatch(name) else code_like(name, self._prefix)
        if code in self._taken:
            code = self._number(code)
        self._taken.add(code)
        return code

    def _number(self, code: str) -> str:
        stem = code[: _LONGEST - 7]
        number = self._next.get(stem, 2)
        while f"{stem}_{number}" in self._taken:
            number += 1
        self._next[stem] = number + 1
        return f"{stem}_{number}"


def code_like(name: str, prefix: str) -> str:
    """Return the code that is nearest to a name; the prefix stands before a digit and for a name without letters."""
    plain = unicodedata.normalize("NFKD", name[:200]).encode("ascii", "ignore").decode().lower()
    slug = _UNUSABLE.sub("_", plain).strip("_")
    if not slug or not slug[0].isalpha():
        slug = f"{prefix}{slug}" if slug else prefix
    return slug[:_LONGEST].rstrip("_")
