"""The pages as a browser meets them: both languages, the way to the other, and whether the server is well."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import close_consultation, pause_consultation

TODAY = date.today()
DAY = timedelta(days=1)
LANGUAGES = ("fr", "en")
OTHER = {"fr": ("en", "English"), "en": ("fr", "Français")}
TITLE = {
    "fr": "Réseau de santé du Grand Héron\u00a0: plan stratégique 2027-2030",
    "en": "Great Heron Health Network: strategic plan 2027-2030",
}


@pytest.fixture
def away(make_app, tmp_path) -> FlaskClient:
    """A client of a server whose database is away."""
    return make_app(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'record.sqlite'}").test_client()


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


def test_staff_find_the_way_to_sign_in_until_they_have(client, facilitator_client):
    assert [link.get("href") for link in html.fromstring(client.get("/").text).xpath("//footer/a")] == [
        "/fr/sign-in",
        "/en/sign-in",
    ]
    for language, words in (("fr", "Personnel\u00a0: se connecter"), ("en", "Staff: sign in")):
        (link,) = html.fromstring(client.get(f"/{language}/").text).xpath("//footer/a")
        assert (link.get("href"), link.text) == (f"/{language}/sign-in", words)
        assert client.get(link.get("href")).status_code == 200
        assert html.fromstring(facilitator_client.get(f"/{language}/").text).xpath("//footer/a") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_open_the_page_says_so(client, language):
    page = _check(client.get(f"/{language}/"), language)
    empty = {"fr": "Aucune consultation n’est ouverte en ce moment.", "en": "No consultation is open now."}
    assert page.findtext(".//main/p") == empty[language]
    assert page.findall(".//h2") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_consultation_is_shown_in_the_language_of_the_page(client, open_sample, language):
    open_sample(closes_on=date(2999, 10, 18))
    page = _check(client.get(f"/{language}/"), language)
    assert [heading.text_content() for heading in page.findall(".//h2")] == [TITLE[language]]
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
def test_a_consultation_is_listed_on_the_days_when_it_takes_answers(client, open_sample, opens_on, closes_on, is_shown):
    open_sample(opens_on, closes_on)
    titles = [heading.text_content() for heading in _check(client.get("/en/"), "en").findall(".//h2")]
    assert titles == [TITLE["en"]] * is_shown


@pytest.mark.parametrize("stop", [pause_consultation, close_consultation])
def test_a_consultation_that_was_stopped_is_not_listed(client, engine, open_sample, stop):
    open_sample()
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


def test_the_server_is_well_while_its_database_answers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_its_database_the_server_is_not_well_and_says_so_in_both_languages(away, language):
    response = away.get("/healthz")
    assert (response.status_code, response.text) == (503, "the database does not answer\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    busy = {"fr": "Le serveur est occupé", "en": "The server is busy"}
    assert _check(away.get(f"/{language}/"), language, 503).findtext(".//h1") == busy[language]
    # what needs no database is still there
    _check(away.get("/", headers={"Accept-Language": language}), language)


def test_the_style_sheet_is_found_and_may_be_kept(client):
    response = client.get(_check(client.get("/fr/"), "fr").find(".//link[@rel='stylesheet']").get("href"))
    assert (response.status_code, response.mimetype) == (200, "text/css")
    assert response.headers["Cache-Control"] != "no-store"
    response.close()
