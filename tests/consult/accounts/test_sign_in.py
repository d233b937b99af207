"""Signing in and out, as a browser does it."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import session
from flask_security.utils import verify_password as real_verify
from lxml import html

from consult.accounts import forms
from consult.accounts.datastore import Accounts
from consult.accounts.forms import NOBODY
from consult.accounts.staff_session import LONGEST, LONGEST_IDLE
from consult.extensions import db
from consult.record.account import Role, deactivate_account, get_account, set_roles
from consult.record.database import unit_of_work

LANGUAGES = ("fr", "en")
WRONG = {
    "fr": "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux; les majuscules comptent dans le"
    " mot de passe.",
    "en": "This address and this password do not go together. Check both; capital letters count in the password.",
}
OTHER_PASSWORD = "loud geese land at dusk"


@pytest.fixture
def clock(monkeypatch):
    """Set the clock of staff sessions: ``clock(seconds)`` moves it."""
    moment = [1_000_000.0]
    monkeypatch.setattr("consult.accounts.staff_session.time", lambda: moment[0])

    def move(seconds: float) -> None:
        moment[0] += seconds

    return move


def is_in(client) -> bool:
    """Tell whether the browser is signed in, by a page for which one must be."""
    response = client.get("/en/account/password")
    assert response.status_code in {200, 303}
    return response.status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_in_its_language_who_needs_it_and_who_does_not(client, language):
    page = html.fromstring(client.get(f"/{language}/sign-in").text)
    title = {"fr": "Se connecter", "en": "Sign in"}[language]
    assert page.findtext(".//title") == f"{title} · Consult"
    assert page.findtext(".//h1") == title
    labels = {label.get("for"): label.text for label in page.findall(".//label")}
    assert (
        labels
        == {
            "fr": {"email": "Adresse de courriel", "password": "Mot de passe"},
            "en": {"email": "E-mail address", "password": "Password"},
        }[language]
    )
    boxes = {box.get("id"): box.get("autocomplete") for box in page.findall(".//form//input[@id]")}
    assert boxes == {"email": "username", "password": "current-password"}
    assert page.findall(".//*[@style]") == page.findall(".//style") == page.findall(".//script") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_facilitator_who_signs_in_comes_to_the_consultations(client, sign_in, facilitator, language):
    response = sign_in(client, facilitator.email, language=language)
    assert (response.status_code, response.headers["Location"]) == (303, f"/{language}/account/")
    assert client.get(f"/{language}/account/").headers["Location"] == f"/{language}/manage/"
    assert client.get(f"/{language}/manage/").status_code == 200
    # who has signed in already is not asked again
    assert client.get(f"/{language}/sign-in").headers["Location"] == f"/{language}/account/"


def test_an_administrator_comes_to_a_page_that_says_what_there_is(client, sign_in, make_account):
    account = make_account("paul@example.org", Role.ADMINISTRATOR, joins=())
    sign_in(client, account.email)
    response = client.get("/en/account/")
    assert response.status_code == 200
    assert "You are signed in as Claire Aubé (paul@example.org)." in response.text
    assert client.get("/en/manage/").status_code == 403


def test_a_member_of_the_committee_who_signs_in_comes_to_its_pages(client, sign_in, make_account):
    account = make_account("paul@example.org", Role.COMMITTEE, joins=())
    sign_in(client, account.email)
    response = client.get("/en/account/")
    assert (response.status_code, response.headers["Location"]) == (303, "/en/committee/")
    assert client.get("/en/committee/").status_code == 200
    assert client.get("/en/manage/").status_code == 403


@pytest.mark.parametrize("typed", ["CLAIRE@Example.org", "  claire@example.org ", "claire＠example.org"])
def test_an_address_is_the_same_however_it_is_typed(client, sign_in, facilitator, typed):
    assert sign_in(client, typed).status_code == 303


def test_the_next_page_is_the_one_that_was_asked_for(client, sign_in, facilitator):
    asked = client.get("/fr/manage/grand_heron_2027_2030/?a=1&b=é")
    assert asked.status_code == 303
    address = asked.headers["Location"]
    assert address.startswith("/fr/sign-in?next=/fr/manage/grand_heron_2027_2030/")
    query = address.removeprefix("/fr/sign-in")
    response = sign_in(client, facilitator.email, language="fr", query=query)
    assert response.headers["Location"].startswith("/fr/manage/grand_heron_2027_2030/?a=1&b=")
    assert client.get(response.headers["Location"]).status_code == 200


def _host_for_a_browser(address: str) -> str:
    """Return where a browser goes: it drops blanks and control signs, and takes a backslash for a stroke."""
    seen = "".join(sign for sign in address if sign > " ").replace("\\", "/")
    return urlsplit(urljoin("http://localhost/en/sign-in", seen)).hostname or ""


def test_the_browser_of_these_tests_goes_astray_where_a_real_one_would():
    assert _host_for_a_browser("\t//evil.example") == _host_for_a_browser(r"/\evil.example") == "evil.example"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        r"\\evil.example",
        r"/\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "http://localhost@evil.example/",
        "http://localhost.evil.example/",
    ],
)
@pytest.mark.parametrize("place", ["address", "form"])
def test_an_address_elsewhere_is_not_followed(client, facilitator, csrf_of, password, elsewhere, place):
    data = {"csrf_token": csrf_of(client.get("/en/sign-in")), "email": facilitator.email, "password": password}
    query = {"next": elsewhere} if place == "address" else {}
    response = client.post("/en/sign-in", query_string=query, data=data | ({} if query else {"next": elsewhere}))
    assert response.status_code == 303
    assert _host_for_a_browser(response.headers["Location"]) == "localhost"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_wrong_gets_the_same_answer(app, sign_in, facilitator, make_account, engine, language):
    closed = make_account("closed@example.org", Role.FACILITATOR)
    empty = make_account("empty@example.org", Role.FACILITATOR)
    with unit_of_work(engine) as session_:
        deactivate_account(session_, get_account(session_, closed.id))
        get_account(session_, empty.id).password_hash = None
    tried = {
        "wrong password": (facilitator.email, OTHER_PASSWORD),
        "unknown address": ("nobody@example.org", OTHER_PASSWORD),
        "no address at all": ("nobody", OTHER_PASSWORD),
        "closed account": (closed.email,),
        "account without a password": (empty.email,),
        "long password": (facilitator.email, "é" * 100_000),
        "odd signs": ("a\0b@example.org", "a\0" * 20),
        "the hash of nobody": ("nobody@example.org", "x"),
    }
    for what, (email, *password) in tried.items():
        client = app.test_client()
        response = sign_in(client, email, *password, language=language)
        page = html.fromstring(response.text)
        assert response.status_code == 200, what
        error = {"fr": "Erreur\u00a0:", "en": "Error:"}[language]
        assert page.findtext(".//title").startswith(error), what
        (summary,) = page.xpath("//div[@role='alert']")
        assert summary.get("tabindex") == "-1"
        assert summary.get("autofocus") is not None
        assert [(link.get("href"), link.text) for link in summary.findall(".//a")] == [("#email", WRONG[language])], (
            what
        )
        box = page.get_element_by_id("email")
        assert box.get("aria-invalid") == "true"
        assert page.get_element_by_id(box.get("aria-describedby")).text == WRONG[language]
        assert page.get_element_by_id("password").get("value") in {None, ""}
        assert not is_in(client), what


def test_whatever_is_wrong_takes_one_verification(app, sign_in, facilitator, make_account, engine, monkeypatch):
    closed = make_account("closed@example.org", Role.FACILITATOR)
    with unit_of_work(engine) as session_:
        deactivate_account(session_, get_account(session_, closed.id))
    verified = []
    monkeypatch.setattr(forms, "verify_password", lambda *given: verified.append(given) or real_verify(*given))
    for email in (facilitator.email, "nobody@example.org", closed.email):
        sign_in(app.test_client(), email, OTHER_PASSWORD)
    assert [digest == NOBODY for _, digest in verified] == [False, True, True]
    assert sign_in(app.test_client(), facilitator.email).status_code == 303


def test_nobodys_hash_takes_as_long_as_a_real_one(app):
    context = app.extensions["security"].pwd_context
    assert not context.needs_update(NOBODY)  # the settings of hashes that are made today
    assert context.needs_update("$argon2id$v=19$m=8,t=1,p=1$Ki5q2vXDZXD1oLus8RgJIw$yBIa3ebcWDTfxN/fAlTEyA")


@pytest.mark.parametrize("missing", ["email", "password"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_typed_is_asked_for(client, csrf_of, language, missing):
    data = {"csrf_token": csrf_of(client.get(f"/{language}/sign-in")), "email": "a@b.org", "password": "abc"}
    page = html.fromstring(client.post(f"/{language}/sign-in", data=data | {missing: ""}).text)
    said = {
        ("fr", "email"): "Écrivez votre adresse de courriel.",
        ("fr", "password"): "Écrivez votre mot de passe.",
        ("en", "email"): "Type your e-mail address.",
        ("en", "password"): "Type your password.",
    }[language, missing]
    assert [error.text for error in page.xpath("//p[@class='error']")] == [said]
    assert [link.text for link in page.xpath("//div[@role='alert']//a")] == [said]


def test_no_transaction_is_open_while_a_password_is_verified(app, sign_in, facilitator, monkeypatch):
    """Seen where it matters: at that moment another writer may begin, and the pool has every connection."""
    seen = []

    def look(*given):
        seen.append((db.engine.pool.checkedout(), db.session.registry.has() and db.session().in_transaction()))
        return real_verify(*given)

    monkeypatch.setattr(forms, "verify_password", look)
    assert sign_in(app.test_client(), facilitator.email).status_code == 303
    assert seen == [(0, False)]


def test_signing_in_spares_a_participants_link_and_changes_the_token(app, facilitator, csrf_of, password):
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["links"] = {"grand_heron_2027_2030": "a-secret"}
    token = csrf_of(client.get("/en/sign-in"))
    with client.session_transaction() as kept:
        before = kept["csrf_token"]
    data = {"csrf_token": token, "email": facilitator.email, "password": password}
    assert client.post("/en/sign-in", data=data).status_code == 303
    with client.session_transaction() as kept:
        assert kept["links"] == {"grand_heron_2027_2030": "a-secret"}
        assert kept.get("csrf_token") != before
    out = csrf_of_header(client.get("/en/account/password"))
    response = client.post("/en/sign-out", data={"csrf_token": out})
    assert (response.status_code, response.headers["Location"]) == (303, "/en/")
    assert not is_in(client)
    with client.session_transaction() as kept:
        assert kept["links"] == {"grand_heron_2027_2030": "a-secret"}
        assert {key for key in kept if key not in {"links", "csrf_token"}} == set()


def csrf_of_header(response) -> str:
    """Return the token of the button to sign out."""
    (token,) = html.fromstring(response.text).xpath("//header//form//input[@name='csrf_token']/@value")
    return token


def test_signing_out_takes_a_form(facilitator_client):
    response = facilitator_client.get("/en/sign-out")
    assert response.status_code == 405
    assert facilitator_client.post("/en/sign-out").status_code == 400  # without the token
    assert is_in(facilitator_client)


def test_nobody_stays_for_longer_than_twelve_hours(facilitator, app, sign_in, clock):
    client = app.test_client()
    sign_in(client, facilitator.email)
    step = LONGEST_IDLE - 60
    for _ in range(LONGEST // step):
        clock(step)
        assert is_in(client)
    clock(LONGEST % step)
    assert not is_in(client)


def test_nobody_stays_for_longer_than_two_hours_without_a_request(facilitator, app, sign_in, clock):
    client = app.test_client()
    sign_in(client, facilitator.email)
    clock(LONGEST_IDLE - 1)
    assert is_in(client)
    clock(LONGEST_IDLE - 1)
    assert is_in(client)
    clock(LONGEST_IDLE)
    assert not is_in(client)
    clock(-LONGEST_IDLE)  # what is over stays over
    assert not is_in(client)


def test_a_session_that_is_over_is_forgotten_and_a_participants_link_is_not(facilitator, app, sign_in, clock):
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["links"] = {"a": "b"}
        kept.permanent = True  # as a participant's is
    sign_in(client, facilitator.email)
    clock(LONGEST_IDLE)
    assert "Claire" not in client.get("/en/").text
    with client.session_transaction() as kept:
        assert "_user_id" not in kept
        assert kept["links"] == {"a": "b"}


def test_a_public_page_asks_the_database_for_nobody_where_nobody_signed_in(client, facilitator_client, monkeypatch):
    asked = []
    real = Accounts.find_user
    monkeypatch.setattr(Accounts, "find_user", lambda *a, **k: asked.append(k) or real(*a, **k))
    client.get("/en/")
    client.get("/static/consult.css").close()
    facilitator_client.get("/static/consult.css").close()
    assert asked == []
    assert "Claire Aubé" in facilitator_client.get("/en/").text
    assert len(asked) == 1


@pytest.mark.parametrize("act", [deactivate_account, lambda s, a: set_roles(s, a, [Role.COMMITTEE])])
def test_an_account_that_was_closed_or_has_other_roles_is_signed_out(facilitator_client, facilitator, engine, act):
    assert is_in(facilitator_client)
    with unit_of_work(engine) as session_:
        act(session_, get_account(session_, facilitator.id))
    assert not is_in(facilitator_client)


def test_no_token_signs_anybody_in(app, facilitator):
    with app.test_request_context("/en/"):
        person = app.extensions["security"].datastore.find_user(email=facilitator.email)
        token = person.get_auth_token()
        assert "links" not in session
    client = app.test_client()
    assert client.get(f"/en/account/password?auth_token={token}").status_code == 303
    assert client.get("/en/account/password", headers={"Authentication-Token": token}).status_code == 303


def test_the_pages_answer_in_no_other_format(client, csrf_of, facilitator, password):
    asked = client.get("/en/sign-in", headers={"Accept": "application/json"})
    assert asked.mimetype == "text/html"
    token = csrf_of(asked)
    sent = {"email": facilitator.email, "password": password}
    for body in (sent, [1, 2], "x"):
        response = client.post("/en/sign-in", json=body, headers={"X-CSRFToken": token})
        assert response.status_code == 415
        assert response.mimetype == "text/html"
    assert not is_in(client)
