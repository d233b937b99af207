"""Texts of other tools, which are HTML with a language tag, as texts of ours."""

from collections.abc import Mapping

from surveys.exchange.imported import NoticeBook
from surveys.exchange.plain_words import has_markup, strip_markup
from surveys.localised import LANGUAGES, Localised


def language_code(tag: str) -> str:
    """Return "en" or "fr" for a language tag such as ``fr-CA``, '' for another language."""
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    return language if language in LANGUAGES else ""


def localise(texts: Mapping[str, str], place: str, notices: NoticeBook) -> Localised:
    """Return texts by language without their markup; what markup said beyond words is named (import.markup).

    Simple paragraphs, which every text of the editor has, are not worth a word.
    """
    cleaned = {language: strip_markup(text) for language, text in texts.items() if language in LANGUAGES}
    if any(_is_rich(text) for text in texts.values()):
        notices.add("import.markup", place)
    return Localised(**cleaned)


def _is_rich(text: str) -> bool:
    if not has_markup(text):
        return False
    plain = text.replace("<p>", "").replace("</p>", "").replace("<br>", "").replace("<br />", "").replace("<br/>", "")
    return has_markup(plain)
