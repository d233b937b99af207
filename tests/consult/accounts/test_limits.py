"""How often the same may be tried."""

import pytest

from consult.access import PUBLIC
from consult.limits import code_limit
from consult.record.account import normalise_email

WRONG = "loud geese land at dusk"


@pytest.fixture
def attempt(csrf_of):
    """Try to sign in from an address of the network, with one token for all tries."""
    tokens = {}

    def try_it(client, email, address="198.51.100.7"):
        if client not in tokens:
            tokens[client] = csrf_of(client.get("/fr/sign-in"))
        sent = {"csrf_token": tokens[client], "email": email, "password": WRONG}
        return client.post("/fr/sign-in", data=sent, environ_base={"REMOTE_ADDR": address})

    return try_it


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """No hash is computed: how often matters here, not whether."""
    monkeypatch.setattr("consult.accounts.forms.verify_password", lambda typed, digest: False)


def test_one_account_is_tried_ten_times_a_minute_from_wherever_and_however_it_is_typed(client, attempt):
    typed = ("claire@example.org", "CLAIRE@example.org ")
    tries = [attempt(client, typed[n % 2], f"198.51.100.{n}") for n in range(12)]
    assert [response.status_code for response in tries] == [200] * 10 + [429] * 2
    refused = tries[-1]
    assert "Veuillez attendre une minute" in refused.text
    assert refused.headers["Retry-After"] == "60"
    assert "claire@example.org" not in refused.text
    # somebody else in the same place, and the page itself, are not in the way
    assert attempt(client, "paul@example.org", "198.51.100.1").status_code == 200
    assert client.get("/fr/sign-in").status_code == 200


def test_letters_that_find_the_same_account_count_as_the_same(client, attempt):
    plain = "claire@example.org"
    wide = [plain[:at] + chr(ord(plain[at]) + 0xFEE0) + plain[at + 1 :] for at in range(12)]
    assert len({normalise_email(typed) for typed in wide} | {plain}) == 1
    assert [attempt(client, typed).status_code for typed in wide] == [200] * 10 + [429] * 2
    assert attempt(client, plain).status_code == 429


def test_what_is_no_address_counts_as_it_was_typed(client, attempt):
    assert [attempt(client, "claire").status_code for _ in range(11)] == [200] * 10 + [429]
    assert attempt(client, "x" * 400).status_code == 200
    assert attempt(client, "claire@").status_code == 200


def test_one_place_tries_sixty_times_a_minute(client, attempt):
    tries = [attempt(client, f"p{n}@example.org").status_code for n in range(62)]
    assert tries == [200] * 60 + [429] * 2
    assert attempt(client, "p61@example.org", "203.0.113.9").status_code == 200


def test_the_present_password_is_tried_ten_times_a_minute(facilitator_client_before_quick, csrf_of):
    client = facilitator_client_before_quick
    token = csrf_of(client.get("/en/account/password"))
    new = "three owls hoot at noon"
    sent = {"csrf_token": token, "password": WRONG, "new_password": new, "new_password_confirm": new}
    tries = [client.post("/en/account/password", data=sent).status_code for _ in range(12)]
    assert tries == [200] * 10 + [429] * 2


@pytest.fixture
def facilitator_client_before_quick(app, facilitator, sign_in, monkeypatch):
    with monkeypatch.context() as real:
        real.setattr("consult.accounts.forms.verify_password", lambda typed, digest: True)
        client = app.test_client()
        assert sign_in(client, facilitator.email).status_code == 303
    return client


def test_a_second_application_counts_for_itself_and_no_faster(make_app, engine, attempt):
    address = engine.url.render_as_string()
    for _ in range(3):
        client = make_app(address).test_client()
        tries = [attempt(client, "claire@example.org").status_code for _ in range(11)]
        assert tries == [200] * 10 + [429]


def test_codes_have_a_wide_limit(app):
    @code_limit
    def typed_code():
        return "ok"

    app.add_url_rule("/<language:language>/typed", "typed_code", lambda: typed_code())
    app.extensions["consult_access"]["typed_code"] = PUBLIC
    client = app.test_client()
    assert [client.get("/en/typed").status_code for _ in range(302)] == [200] * 300 + [429] * 2


def test_no_limit_is_switched_off_by_a_setting_of_development(make_app, engine, attempt):
    client = make_app(engine.url.render_as_string(), is_development=True).test_client()
    assert [attempt(client, "claire@example.org").status_code for _ in range(11)][-1] == 429
