"""The pages as a browser meets them: both languages, the way to the other, and what is shown when something fails."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask, abort, redirect
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import Engine
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from consult import create_app
from consult.extensions import db
from consult.record.consultation import get_consultation, set_dates
from consult.record.database import create_record_engine, unit_of_work
from consult.record.errors import RecordError
from consult.record.keys import Keyring
from consult.record.lifecycle import close_consultation, open_consultation, pause_consultation
from consult.record.migrations import upgrade
from consult.sample import load_sample
from consult.settings import Settings

SECRET = "a secret for tests that is long enough to be one"
TODAY = date.today()
DAY = timedelta(days=1)
LANGUAGES = ("fr", "en")
OTHER = {"fr": ("en", "English"), "en": ("fr", "Français")}
TITLE = {
    "fr": "Réseau de santé du Grand Héron\u00a0: plan stratégique 2027-2030",
    "en": "Great Heron Health Network: strategic plan 2027-2030",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """A migrated database with the sample consultation, not open yet."""
    path = tmp_path_factory.mktemp("loaded") / "record.sqlite"
    engine = create_record_engine(f"sqlite:///{path}")
    upgrade(engine)
    with unit_of_work(engine) as session:
        load_sample(session, Keyring(SECRET), TODAY)
    engine.dispose()
    return path


@pytest.fixture
def engine(loaded, tmp_path) -> Iterator[Engine]:
    """A copy of that database."""
    made = create_record_engine(f"sqlite:///{shutil.copy(loaded, tmp_path / 'record.sqlite')}")
    yield made
    made.dispose()


def _app(url: str) -> Iterator[Flask]:
    app = create_app(Settings(url, SECRET))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(engine) -> Iterator[Flask]:
    yield from _app(engine.url.render_as_string())


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def away(tmp_path) -> Iterator[FlaskClient]:
    """A client of a server whose database is away."""
    for app in _app(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'record.sqlite'}"):
        yield app.test_client()


def _open(engine: Engine, opens_on: date | None = None, closes_on: date | None = None) -> None:
    with unit_of_work(engine) as session:
        consultation = open_consultation(session, "grand_heron_2027_2030")
        set_dates(session, consultation, opens_on, closes_on)


def _check(response: TestResponse, language: str, status: int = 200) -> html.HtmlElement:
    """Check what every page has, and return the page."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    page = html.fromstring(response.text)
    assert page.get("lang") == f"{language}-CA"
    assert len(page.findall(".//h1")) == 1
    assert page.findtext(".//title").strip().endswith("Consult")
    assert page.findall(".//*[@style]") == page.findall(".//script") == []
    return page


def _other_language(page: html.HtmlElement) -> tuple[str, str, str]:
    """Return the address, the language and the words of the link to the other language, which the head repeats."""
    (link,) = page.findall(".//header/a[@hreflang]")
    (alternate,) = page.findall(".//link[@rel='alternate']")
    assert (alternate.get("href"), alternate.get("hreflang")) == (link.get("href"), link.get("hreflang"))
    return link.get("href"), link.get("lang"), link.text


def test_the_first_page_offers_both_languages(client):
    for preferred in ("fr-CA,fr;q=0.9,en;q=0.5", "en"):
        page = _check(client.get("/", headers={"Accept-Language": preferred}), preferred[:2])
        links = {link.get("href"): (link.get("lang"), link.text) for link in page.findall(".//main//a")}
        assert links == {"/fr/": ("fr-CA", "Français"), "/en/": ("en-CA", "English")}
        assert page.findtext(".//h1") == "Consult"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_in_the_language_of_its_address_and_leads_to_the_other(client, language):
    other, name = OTHER[language]
    page = _check(client.get(f"/{language}/", headers={"Accept-Language": other}), language)
    assert _other_language(page) == (f"/{other}/", f"{other}-CA", name)
    assert page.findtext(".//title") == "Consultations · Consult"
    assert page.findtext(".//h1") == "Consultations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_open_the_page_says_so(client, language):
    page = _check(client.get(f"/{language}/"), language)
    empty = {"fr": "Aucune consultation n’est ouverte en ce moment.", "en": "No consultation is open now."}
    assert page.findtext(".//main/p") == empty[language]
    assert page.findall(".//h2") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_consultation_is_shown_in_the_language_of_the_page(client, engine, language):
    _open(engine, closes_on=date(2999, 10, 18))
    page = _check(client.get(f"/{language}/"), language)
    assert [heading.text for heading in page.findall(".//h2")] == [TITLE[language]]
    flag = {"fr": "Données fictives", "en": "Fictional data"}
    assert page.findtext(".//p[@class='flag']").startswith(flag[language])
    until = {"fr": "18\u00a0octobre\u00a02999", "en": "October\u00a018, 2999"}
    said = page.findtext(".//p[@class='quiet']").replace(" ", "\u00a0")
    assert until[language].replace(" ", "\u00a0") in said


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "is_shown"),
    [
        (TODAY, TODAY, True),
        (None, None, True),
        (TODAY - 9 * DAY, None, True),
        (TODAY + 2 * DAY, None, False),
        (None, TODAY - 2 * DAY, False),
        (TODAY + 2 * DAY, TODAY + 9 * DAY, False),
    ],
)
def test_a_consultation_is_listed_on_the_days_when_it_takes_answers(client, engine, opens_on, closes_on, is_shown):
    _open(engine, opens_on, closes_on)
    titles = [heading.text for heading in _check(client.get("/en/"), "en").findall(".//h2")]
    assert titles == [TITLE["en"]] * is_shown


@pytest.mark.parametrize("stop", [pause_consultation, close_consultation])
def test_a_consultation_that_was_stopped_is_not_listed(client, engine, stop):
    _open(engine)
    assert len(_check(client.get("/en/"), "en").findall(".//h2")) == 1
    with unit_of_work(engine) as session:
        stop(session, get_consultation(session, "grand_heron_2027_2030").code)
    assert _check(client.get("/en/"), "en").findall(".//h2") == []


@pytest.mark.parametrize(
    "query",
    ["page=2&q=soins", "q=%C3%A9t%C3%A9+%26+hiver", "language=en&_external=1&_scheme=javascript&_anchor=x", "a='\"<b>"],
)
def test_the_other_language_keeps_the_query_and_obeys_nothing_in_it(client, query):
    address, _, _ = _other_language(_check(client.get(f"/fr/?{query}"), "fr"))
    assert address == "/en/?" + query.replace('"', "%22").replace("<", "%3C").replace(">", "%3E")
    back, _, _ = _other_language(_check(client.get(address), "en"))
    assert back == address.replace("/en/", "/fr/", 1)


NOT_FOUND = {"fr": "Page introuvable", "en": "Page not found"}
FAILED = {"fr": "Un problème est survenu", "en": "Something went wrong"}
REFUSED = {"fr": "Cela ne peut se faire ici", "en": "This cannot be done here"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["nope", "nope/", "é/%00", "..%2f..%2fetc"])
def test_an_address_that_leads_nowhere_is_answered_in_its_own_language(client, language, path):
    other, name = OTHER[language]
    page = _check(client.get(f"/{language}/{path}", headers={"Accept-Language": other}), language, 404)
    assert page.findtext(".//h1") == NOT_FOUND[language]
    assert page.findtext(".//title") == f"{NOT_FOUND[language]} · Consult"
    assert _other_language(page) == (f"/{other}/", f"{other}-CA", name)
    assert [link.get("href") for link in page.findall(".//main//a")] == [f"/{language}/"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/nope", "/de/", "/french/", "/fran%C3%A7ais/nope", "/FR/"])
def test_an_address_without_a_language_is_answered_in_the_readers(client, language, path):
    page = _check(client.get(path, headers={"Accept-Language": f"{language}-CA"}), language, 404)
    assert page.findtext(".//h1") == NOT_FOUND[language]


def test_what_was_typed_is_not_repeated(client):
    assert "secret-token" not in client.get("/fr/secret-token?secret-token").text


def test_the_icon_that_browsers_ask_for_is_told_at_once_not_to_exist(client):
    _check(client.get("/favicon.ico"), "en", 404)


def test_an_address_without_its_last_stroke_leads_to_the_page(client):
    response = client.get("/fr")
    assert (response.status_code, response.headers["Location"]) == (308, "http://localhost/fr/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sending_to_a_page_that_is_only_read_is_refused_in_its_language(client, language):
    response = client.post(f"/{language}/", headers={"Accept-Language": OTHER[language][0]})
    page = _check(response, language, 405)
    assert page.findtext(".//h1") == REFUSED[language]
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert [link.get("href") for link in page.findall(".//main//a")] == [f"/{language}/"]


def _say(app: Flask, error: Exception | int) -> None:
    """Give the application a page that fails."""

    @app.get("/<language:language>/failing")
    def failing() -> str:
        if isinstance(error, int):
            abort(error)
        raise error


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (RuntimeError("My secret illness"), 500, FAILED),
        (RecordError("record.busy"), 503, FAILED),
        (RecordError("draft.missing"), 500, FAILED),
        (501, 501, FAILED),
        (503, 503, FAILED),
        (400, 400, REFUSED),
        (413, 413, REFUSED),
        (404, 404, NOT_FOUND),
        (410, 410, NOT_FOUND),
    ],
)
def test_a_failure_is_a_page_of_ours_in_the_language_of_the_address(app, language, error, status, heading):
    _say(app, error)
    other = OTHER[language][0]
    response = app.test_client().get(f"/{language}/failing?a=1", headers={"Accept-Language": other})
    page = _check(response, language, status)
    assert page.findtext(".//h1") == heading[language]
    assert _other_language(page)[0] == f"/{other}/failing?a=1"
    assert "secret" not in response.text


def test_what_a_refusal_tells_the_browser_is_kept(app):
    _say(app, TooManyRequests(retry_after=60))
    response = app.test_client().get("/en/failing")
    _check(response, "en", 429)
    assert response.headers["Retry-After"] == "60"


def test_an_answer_that_was_made_on_purpose_is_left_alone(app):
    @app.get("/<language:language>/elsewhere")
    def elsewhere() -> None:
        abort(redirect("/fr/"))

    response = app.test_client().get("/en/elsewhere")
    assert (response.status_code, response.headers["Location"]) == (302, "/fr/")


def test_the_server_is_well_while_its_database_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_database_the_server_is_not_well_and_says_so_in_both_languages(away, language):
    assert away.get("/healthz").status_code == 500
    assert _check(away.get(f"/{language}/"), language, 500).findtext(".//h1") == FAILED[language]
    # what needs no database is still there
    _check(away.get("/", headers={"Accept-Language": language}), language)


def test_the_style_sheet_is_found_and_may_be_kept(client):
    response = client.get(_check(client.get("/fr/"), "fr").find(".//link[@rel='stylesheet']").get("href"))
    assert (response.status_code, response.mimetype) == (200, "text/css")
    assert response.headers["Cache-Control"] != "no-store"
    response.close()
