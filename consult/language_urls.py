"""The language is the first part of an address: /fr/… and /en/…, and each page knows its other self."""

from typing import Any

from flask import Flask, abort, g, request, url_for
from werkzeug.routing import BuildError

from consult.languages import LANGUAGES, OWN_NAMES, Formats


def select_locale() -> str:
    """Return the locale of this request for Flask-Babel."""
    return f"{g.get('language', 'en')}_CA"


def add_languages(app: Flask) -> None:
    """Read the language from addresses, put it into those that are built, and tell templates of it."""

    @app.url_value_preprocessor
    def read_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.language = (values or {}).pop("language", None) or _preferred()
        if g.language not in LANGUAGES:
            g.language = _preferred()
            abort(404)

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
            "formats": Formats(g.language),
        }


def _preferred() -> str:
    return request.accept_languages.best_match(LANGUAGES) or "en"


def _address_in(language: str) -> str:
    """Return the address of this page in another language, or of the first page where it has none."""
    try:
        return url_for(request.endpoint or "home.index", **{**(request.view_args or {}), "language": language})
    except BuildError:
        return url_for("home.index", language=language)
