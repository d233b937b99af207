"""Consult: the platform that ties surveys and analysis to a record, pages and a command line."""

from flask import Flask

from consult import home, language_urls
from consult.error_pages import add_error_pages
from consult.extensions import babel, db
from consult.headers import add_headers
from consult.record.database import normalise_url, prepare_engine
from consult.resources import resource
from consult.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Make the web application: a table of contents."""
    app = Flask(__name__, template_folder=str(resource("templates")))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=normalise_url(settings.database_url),
        BABEL_TRANSLATION_DIRECTORIES=str(resource("translations")),
        SESSION_COOKIE_SECURE=not settings.is_development,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    db.init_app(app)
    babel.init_app(app, locale_selector=language_urls.select_locale)
    with app.app_context():
        prepare_engine(db.engine)
    add_headers(app)
    add_error_pages(app)
    language_urls.add_languages(app)
    app.register_blueprint(home.blueprint)
    return app
