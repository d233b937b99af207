"""The two languages: interface words from the catalogues, numbers and dates as Canadians write them."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent

from consult.resources import resource

LANGUAGES = ("fr", "en")
LOCALES = {"fr": Locale("fr", "CA"), "en": Locale("en", "CA")}
# What each language is called in itself, for the link that leads to it.
OWN_NAMES = {"fr": "Français", "en": "English"}


@cache
def interface_words(language: str) -> GNUTranslations | NullTranslations:
    """Return the catalogue of a language; English sentences are their own translation."""
    return translation("messages", resource("translations"), [language], fallback=language == "en")


def terminal_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language to use on a terminal: CONSULT_LANGUAGE, or that of the system's messages, or English."""
    names = ("CONSULT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "en")
    return "fr" if chosen.lower().startswith("fr") else "en"


class Formats:
    """Numbers and dates in one language."""

    def __init__(self, language: str) -> None:
        self.locale = LOCALES[language]

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the language's separators: 1 234,5 or 1,234.5."""
        return str(format_decimal(value, "#,##0." + "0" * decimals if decimals else "#,##0", locale=self.locale))

    def percent(self, share: float) -> str:
        """Write a share between 0 and 1 as whole percents: 16 % or 16%."""
        return str(format_percent(share, locale=self.locale))

    def day(self, value: date) -> str:
        """Write a day in full: 22 novembre 2026 or November 22, 2026; of a moment, the day where the server is."""
        value = value.astimezone() if isinstance(value, datetime) else value
        written = str(format_date(value, "long", locale=self.locale))
        is_first_in_french = value.day == 1 and self.locale.language == "fr"
        return written.replace("1", "1er", 1) if is_first_in_french else written

    def time(self, value: datetime) -> str:
        """Write the time of a moment where the server is: 14 h 05 or 2:05 p.m."""
        return str(format_time(value.astimezone(), "short", locale=self.locale))

    def short_day(self, value: date) -> str:
        """Write a day and its month where there is little room: 22 nov. or Nov 22."""
        return str(format_skeleton("MMMd", value, locale=self.locale))
