"""The language is the first part of an address: /fr/… and /en/…, and each page knows its other self."""

from typing import Any
from urllib.parse import quote

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.routing import BaseConverter

from consult.languages import LANGUAGES, OWN_NAMES, Formats, interface_words
from consult.record.consultation import Consultation, LanguagePolicy


class _Language(BaseConverter):
    """The first part of an address, ``<language:language>``: /favicon.ico is no language."""

    regex = "|".join(LANGUAGES)


class _Code(BaseConverter):
    """The code of a consultation, ``<code:code>``: anything else is no address of ours."""

    regex = "[a-z][a-z0-9_]{0,63}"


# What an address says of whoever was led from a page in English to the same in French.
LED_FROM = "from"


def hold_policy(consultation: Consultation) -> None:
    """Lead a reader of English to the same page in French, where a consultation is held in French only.

    What a form sends is taken as it is: somebody had its page before them.
    """
    if consultation.language_policy is not LanguagePolicy.FRENCH_ONLY or g.language == "fr":
        return
    if request.method in {"GET", "HEAD"}:
        address = _address_in("fr")
        abort(redirect(f"{address}{'&' if '?' in address else '?'}{LED_FROM}=en", 303))
    g.language, g.led_from = "fr", "en"


def first_language(policy: LanguagePolicy) -> str | None:
    """Return the language in which a consultation shows its first page; None where people choose."""
    if policy is LanguagePolicy.EQUAL:
        return None
    return "en" if policy is LanguagePolicy.ENGLISH_FIRST else "fr"


def select_locale() -> str:
    """Return the locale of this request for Flask-Babel."""
    return f"{g.get('language', 'en')}_CA"


def add_languages(app: Flask) -> None:
    """Read the language from addresses, put it into those that are built, and tell templates of it."""
    app.url_map.converters |= {"language": _Language, "code": _Code}
    # straight to the catalogue: Flask-Babel looks for it anew at every word, a tenth of the time of a page
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]

    @app.url_value_preprocessor
    def read_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        given = (values or {}).pop("language", None) or request.path.split("/")[1]  # /fr/nope is in French too
        g.language = given if given in LANGUAGES else _preferred()

    @app.url_defaults
    def put_language(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = g.language

    @app.context_processor
    def tell_templates() -> dict[str, Any]:
        other = "en" if g.language == "fr" else "fr"
        return {
            "language": g.language,
            "other_language": other,
            "other_name": OWN_NAMES[other],
            "other_address": _address_in(other),
            "led_from": g.get("led_from") or request.args.get(LED_FROM),
            "formats": Formats(g.language),
        }


def _gettext(message: str) -> str:
    return interface_words(g.language).gettext(message)


def _ngettext(singular: str, plural: str, count: int) -> str:
    return interface_words(g.language).ngettext(singular, plural, count)


def _preferred() -> str:
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _address_in(language: str) -> str:
    """Return the address of this page in another language, or of the first page where it has none."""
    endpoint = request.endpoint
    if endpoint is None or not current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        return url_for("home.index", language=language)
    address = url_for(endpoint, **{**(request.view_args or {}), "language": language})
    # as it came, not through url_for, which would obey _external=1 and the like
    query = quote(request.query_string, safe="%&=+/?:;,@!$'()*")
    return f"{address}?{query}" if query else address
