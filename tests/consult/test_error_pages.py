"""The pages for what goes wrong, as a browser meets them: in its language, with the way on, and nothing repeated."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import abort, redirect, request
from lxml import html
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from consult.access import PUBLIC
from consult.drain import MOST_BYTES
from consult.record.errors import RecordError

LANGUAGES = ("fr", "en")
OTHER = {"fr": ("en", "English"), "en": ("fr", "Français")}
HEADINGS = {
    "not_found": {"fr": "Page introuvable", "en": "Page not found"},
    "failed": {"fr": "Un problème est survenu", "en": "Something went wrong"},
    "refused": {"fr": "Cela ne peut se faire ici", "en": "This cannot be done here"},
    "too_much": {"fr": "Envoi trop volumineux", "en": "This is too much at once"},
    "too_often": {"fr": "Veuillez attendre une minute", "en": "Please wait a minute"},
    "busy": {"fr": "Le serveur est occupé", "en": "The server is busy"},
    "not_allowed": {"fr": "Votre compte ne donne pas accès à cette page", "en": "This page is not for your account"},
    "form_refused": {"fr": "Cette page n’a pas pu être enregistrée", "en": "This page could not be saved"},
}


def _check(response: TestResponse, language: str, status: int, heading: str) -> html.HtmlElement:
    """Check what every error page has, and return the page."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    page = html.fromstring(response.text)
    assert page.get("lang") == f"{language}-CA"
    assert [title.text for title in page.findall(".//h1")] == [HEADINGS[heading][language]]
    assert page.findtext(".//title") == f"{HEADINGS[heading][language]} · Consult"
    assert f"/{language}/" in [link.get("href") for link in page.findall(".//main//a")]
    return page


def _other_language(page: html.HtmlElement) -> tuple[str, str, str]:
    (link,) = page.findall(".//header/a[@hreflang]")
    return link.get("href"), link.get("lang"), link.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["nope", "nope/", "é/%00", "..%2f..%2fetc"])
def test_an_address_that_leads_nowhere_is_answered_in_its_own_language(client, language, path):
    other, name = OTHER[language]
    page = _check(client.get(f"/{language}/{path}", headers={"Accept-Language": other}), language, 404, "not_found")
    assert _other_language(page) == (f"/{other}/", f"{other}-CA", name)
    assert [link.get("href") for link in page.findall(".//main//a")] == [f"/{language}/"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/nope", "/de/", "/french/", "/fran%C3%A7ais/nope", "/FR/"])
def test_an_address_without_a_language_is_answered_in_the_readers(client, language, path):
    _check(client.get(path, headers={"Accept-Language": f"{language}-CA"}), language, 404, "not_found")


def test_what_was_typed_is_not_repeated(client):
    assert "secret-token" not in client.get("/fr/secret-token?secret-token").text


def test_the_icon_that_browsers_ask_for_is_told_at_once_not_to_exist(client):
    _check(client.get("/favicon.ico"), "en", 404, "not_found")


def test_an_address_without_its_last_stroke_leads_to_the_page(client):
    response = client.get("/fr")
    assert (response.status_code, response.headers["Location"]) == (308, "http://localhost/fr/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_sending_to_a_page_that_is_only_read_is_refused_in_its_language(app, language):
    response = app.test_client().post(f"/{language}/", headers={"Accept-Language": OTHER[language][0]})
    _check(response, language, 405, "refused")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sent", [{}, {"csrf_token": "mistyped"}])
def test_a_form_without_its_token_says_why_and_leads_back_to_it(client, facilitator, sent, language):
    typed = {"email": facilitator.email, "password": "a long passphrase"}
    response = client.post(f"/{language}/sign-in?next=/{language}/", data=typed | sent)
    page = _check(response, language, 400, "form_refused")
    assert page.findall(".//main//a")[0].get("href") == f"/{language}/sign-in?next=/{language}/"
    assert facilitator.email not in response.text
    assert "passphrase" not in response.text


def test_a_form_that_is_no_page_leads_to_the_first_page_only(client):
    page = _check(client.post("/en/sign-out"), "en", 400, "form_refused")
    assert [link.get("href") for link in page.findall(".//main//a")] == ["/en/"]


@pytest.fixture
def say(app) -> Callable[[Exception | int], None]:
    """Give the application a public page that fails."""
    given = []

    @app.get("/<language:language>/failing")
    def failing() -> str:
        if isinstance(given[0], int):
            abort(given[0])
        raise given[0]

    app.extensions["consult_access"]["failing"] = PUBLIC
    return given.append


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (RuntimeError("My secret illness"), 500, "failed"),
        (RecordError("record.busy"), 503, "busy"),
        (RecordError("draft.missing"), 500, "failed"),
        (RecordError("consultation.missing"), 404, "not_found"),
        (OperationalError("my secret illness", None, ValueError("my secret illness")), 503, "busy"),
        (501, 501, "failed"),
        (503, 503, "busy"),
        (400, 400, "refused"),
        (403, 403, "not_allowed"),
        (413, 413, "too_much"),
        (429, 429, "too_often"),
        (404, 404, "not_found"),
        (410, 410, "not_found"),
    ],
)
def test_a_failure_is_a_page_of_ours_in_the_language_of_the_address(app, say, language, error, status, heading):
    say(error)
    other = OTHER[language][0]
    response = app.test_client().get(f"/{language}/failing?a=1", headers={"Accept-Language": other})
    page = _check(response, language, status, heading)
    assert _other_language(page)[0] == f"/{other}/failing?a=1"
    assert "secret" not in response.text


def test_what_a_failure_said_and_where_it_was_asked_is_not_written_down(app, say, caplog):
    words = "My secret illness"  # by a name: the log shows the lines of the program
    try:
        raise ValueError(words)
    except ValueError as cause:
        error = RuntimeError("my secret token")
        error.__cause__ = cause
    say(error)
    with caplog.at_level(logging.DEBUG):
        app.test_client().get("/en/failing?token=secret")
    assert "RuntimeError" in caplog.text  # what helps a technician is there
    assert "ValueError" in caplog.text
    assert "in failing" in caplog.text
    assert "secret" not in caplog.text


def test_what_a_refusal_tells_the_browser_is_kept(app, say):
    say(TooManyRequests(retry_after=90))
    response = app.test_client().get("/en/failing")
    _check(response, "en", 429, "too_often")
    assert response.headers["Retry-After"] == "90"


def test_an_answer_that_was_made_on_purpose_is_left_alone(app):
    @app.get("/<language:language>/elsewhere")
    def elsewhere() -> None:
        abort(redirect("/fr/"))

    app.extensions["consult_access"]["elsewhere"] = PUBLIC
    response = app.test_client().get("/en/elsewhere")
    assert (response.status_code, response.headers["Location"]) == (302, "/fr/")


def test_a_failing_server_is_not_asked_who_has_signed_in(app, say, facilitator_client):
    assert "Claire" in facilitator_client.get("/en/nope").text
    say(RecordError("record.busy"))
    page = _check(facilitator_client.get("/en/failing"), "en", 503, "busy")
    assert "Claire" not in page.text_content()


@pytest.fixture
def address(app) -> Iterator[tuple[str, int]]:
    """The address of a real server."""

    @app.post("/<language:language>/take")
    def take() -> str:
        return str(len(request.form.get("text", "")))

    app.extensions["consult_access"]["take"] = PUBLIC
    app.config["WTF_CSRF_ENABLED"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address
    server.shutdown()
    thread.join()
    server.server_close()


def _send(address: tuple[str, int], path: str, size: int) -> bytes:
    """Send a form as a browser does: all of it, before any answer is read."""
    body = b"text=" + b"a" * size
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        )
        connection.sendall(body)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize("size", [5_000_000, MOST_BYTES - 100])
def test_a_form_that_is_too_large_gets_its_page_through_a_real_connection(address, size):
    answer = _send(address, "/fr/take", size)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert HEADINGS["too_much"]["fr"] in answer.decode()
    assert b"aaaa" not in answer


def test_a_large_form_to_a_page_that_does_not_read_it_gets_its_page_too(address):
    assert _send(address, "/fr/", 5_000_000).startswith(b"HTTP/1.1 405 ")
    assert _send(address, "/fr/nope", 5_000_000).startswith(b"HTTP/1.1 404 ")


def test_a_form_that_is_not_too_large_arrives_whole(address):
    assert _send(address, "/fr/take", 900_000).endswith(b"\r\n\r\n900000")
