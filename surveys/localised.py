"""One value in the two languages, and what is missing of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("en", "fr")


@dataclass(frozen=True)
class Localised:
    """A text in English and in French; '' where a draft has no translation yet."""

    en: str = ""
    fr: str = ""

    def get(self, language: str) -> str:
        """Return the text in "en" or "fr", '' if it is missing; raises ValueError for another language."""
        if language not in LANGUAGES:
            raise ValueError(language)
        return self.en if language == "en" else self.fr

    def shown(self, language: str) -> tuple[str, str]:
        """Return (language, text): as asked, or in the other language while a draft lacks the translation."""
        for candidate in (language, *LANGUAGES):
            if text := self.get(candidate):
                return candidate, text
        return language, ""

    def missing(self) -> tuple[str, ...]:
        """Return the languages without a text."""
        return tuple(language for language in LANGUAGES if not self.get(language).strip())

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)

    def to_json(self) -> dict[str, str]:
        """Return ``{"en": …, "fr": …}``."""
        return {"en": self.en, "fr": self.fr}

    @classmethod
    def from_json(cls, value: object) -> "Localised":
        """Read what `to_json` wrote; a language may be absent. Raises ValueError for anything else."""
        if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
            raise ValueError("not a text in two languages")
        if not all(isinstance(text, str) for text in value.values()):
            raise ValueError("not a text in two languages")
        return cls(**value)


NOTHING: Final = Localised()
