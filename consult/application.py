"""The web application: every set of pages, in one place to read."""

from datetime import timedelta

from flask import Flask

from consult import (
    access,
    accounts,
    build,
    committee,
    discuss,
    enter,
    home,
    invite,
    language_urls,
    listen,
    manage,
    respond,
    workshop,
)
from consult.assets import add_assets
from consult.audited_pages import audit_pages
from consult.disclosure import fewest_people
from consult.drain import Drain
from consult.error_pages import add_error_pages
from consult.extensions import babel, csrf, db, limiter
from consult.headers import add_headers
from consult.record.database import normalise_url, prepare_engine
from consult.record.keys import Keyring
from consult.resources import resource
from consult.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Make the web application: a table of contents."""
    app = Flask("consult", template_folder=str(resource("templates")))
    app.config.from_mapping(flask_settings(settings))
    app.extensions["settings"] = settings
    app.add_template_global(fewest_people)
    app.extensions["keyring"] = Keyring(settings.secret_key)
    for extension in (db, csrf, limiter):
        extension.init_app(app)
    babel.init_app(app, locale_selector=language_urls.select_locale)
    with app.app_context():
        prepare_engine(db.engine)
    add_headers(app)
    add_assets(app)
    add_error_pages(app)
    language_urls.add_languages(app)
    others = accounts.add_accounts(app)
    for pages in (home, respond, manage, build, invite, discuss, listen, enter, committee, workshop):
        app.register_blueprint(pages.blueprint)
    app.register_blueprint(invite.no_mail)
    audit_pages(app)
    access.guard_routes(app, others | {"static": access.PUBLIC})
    app.wsgi_app = Drain(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does it
    return app


def flask_settings(settings: Settings) -> dict[str, object]:
    """Return what Flask and its extensions are told."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": normalise_url(settings.database_url),
        # A server that was started again has dropped the connections that wait here.
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": settings.database_url.startswith("postgres")},
        "BABEL_TRANSLATION_DIRECTORIES": str(resource("translations")),
        "SESSION_COOKIE_SECURE": not settings.is_development,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A participant's link lives in the session: the same device resumes weeks later.
        "PERMANENT_SESSION_LIFETIME": timedelta(days=60),
        # Sent when it changed only: an older answer that arrives late must not bring an older cookie back.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a page left open over lunch still saves
        "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, which our pages do not send
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "RATELIMIT_HEADERS_ENABLED": False,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # where Redis is away, each process counts for itself
    }
