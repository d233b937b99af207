"""Changing one's own password, and what a password must be."""

import pytest
from lxml import html
from sqlalchemy import select

from consult.accounts.passwords import find_fault, hash_password, normalise_password
from consult.record.account import get_account
from consult.record.audit import AuditEntry
from consult.record.database import unit_of_work

NEW = "three owls hoot at noon"
CHANGE = "/en/account/password"


@pytest.fixture
def change(csrf_of, password):
    """Change the password by the form."""

    def change_it(client, present=password, new=NEW, again=None, language="en"):
        address = f"/{language}/account/password"
        token = csrf_of(client.get(address))
        sent = {"password": present, "new_password": new, "new_password_confirm": new if again is None else again}
        return client.post(address, data={"csrf_token": token} | sent)

    return change_it


def test_a_new_password_signs_in_and_the_old_one_does_not(app, facilitator_client, facilitator, change, sign_in):
    elsewhere = app.test_client()
    sign_in(elsewhere, facilitator.email)
    response = change(facilitator_client)
    assert (response.status_code, response.headers["Location"]) == (303, "/en/account/password/changed")
    said = facilitator_client.get(response.headers["Location"])
    assert "Your password is changed" in said.text
    assert facilitator_client.get(CHANGE).status_code == 200  # still signed in here
    assert elsewhere.get(CHANGE).status_code == 303  # and nowhere else
    assert sign_in(app.test_client(), facilitator.email).status_code == 200
    assert sign_in(app.test_client(), facilitator.email, NEW).status_code == 303


def test_the_change_is_in_the_audit_without_the_password(facilitator_client, facilitator, change, engine, password):
    change(facilitator_client)
    with unit_of_work(engine, read_only=True) as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("account.")))
        assert (entry.account_id, entry.action) == (facilitator.id, "account.password_changed")
        assert (entry.object_type, entry.object_id, entry.reason) == ("accounts", str(facilitator.id), "")
        stored = get_account(session, facilitator.id).password_hash
    assert stored.startswith("$argon2id$")
    assert stored != facilitator.password_hash


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("given", "field", "french", "english"),
    [
        (
            {"present": "something else"},
            "password",
            "Ce n’est pas votre mot de passe actuel. Écrivez-le de nouveau.",
            "This is not your current password. Type it again.",
        ),
        ({"present": ""}, "password", "Écrivez votre mot de passe actuel.", "Type your current password."),
        ({"new": ""}, "new_password", "Écrivez un nouveau mot de passe.", "Type a new password."),
        (
            {"again": "three owls hoot at nine"},
            "new_password_confirm",
            "Ce n’est pas le même mot de passe que ci-dessus. Écrivez-le de nouveau.",
            "This is not the same password as above. Type it again.",
        ),
        (
            {"new": "quiet herons wade at dawn"},
            "new_password",
            "C’est votre mot de passe actuel. Choisissez-en un autre.",
            "This is your current password. Choose another one.",
        ),
        (
            {"new": "short"},
            "new_password",
            "Ce mot de passe est trop court. Il faut au moins 12 caractères.",
            "This password is too short. It takes at least 12 characters.",
        ),
        (
            {"new": "e" * 900},
            "new_password",
            "Ce mot de passe est trop long. Il faut au plus 200 caractères.",
            "This password is too long. It takes at most 200 characters.",
        ),
        (
            {"new": "Claire@Example.org"},
            "new_password",
            "Ce mot de passe est votre nom ou votre adresse. Choisissez un autre mot de passe.",
            "This password is your name or your address. Choose another password.",
        ),
        (
            {"new": "MotDePasse123"},
            "new_password",
            "Ce mot de passe est l’un des premiers que l’on devinerait. Choisissez un autre mot de passe.",
            "This password is one of the first that would be guessed. Choose another password.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(
    app, facilitator_client, facilitator, change, sign_in, language, given, field, french, english
):
    page = html.fromstring(change(facilitator_client, **given, language=language).text)
    said = {"fr": french, "en": english}[language]
    assert page.findtext(".//title").startswith({"fr": "Erreur\u00a0:", "en": "Error:"}[language])
    errors = page.xpath("//p[@class='error']")
    assert said in [error.text for error in errors]
    assert said in [link.text for link in page.xpath(f"//div[@role='alert']//a[@href='#{field}']")]
    assert page.get_element_by_id(field).get("aria-describedby").split()[-1] == f"{field}-error"
    assert sign_in(app.test_client(), facilitator.email).status_code == 303


def test_a_guest_is_sent_to_sign_in(client, csrf_of):
    assert client.get(CHANGE).headers["Location"] == "/en/sign-in?next=/en/account/password"
    token = csrf_of(client.get("/en/sign-in"))
    response = client.post(CHANGE, data={"csrf_token": token, "password": "a"})
    assert (response.status_code, response.headers["Location"]) == (303, "/en/sign-in")


def test_accents_are_the_same_however_the_keyboard_composed_them(facilitator_client, facilitator, change, sign_in, app):
    composed, apart = "été à Rivière-Héron", "e\u0301te\u0301 a\u0300 Rivie\u0300re-He\u0301ron"
    assert composed != apart
    assert normalise_password(composed) == normalise_password(apart)
    assert change(facilitator_client, new=composed, again=apart).status_code == 303
    assert sign_in(app.test_client(), facilitator.email, apart).status_code == 303


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("three owls hoot at noon", None),
        ("été à Rivière-Héron", None),
        ("🦉🪶🌊🍁🐻🦆🐟🌲🏔️🛶🌾🪻", None),
        ("x7!Qz-0pL4wE", None),
        ("x7!Qz-0pL4w", "password.short"),
        ("", "password.short"),
        ("e" * 200 + "abc", "password.long"),
        ("ﷺ" * 100, "password.long"),  # one sign that is eighteen
        ("three owls\thoot at noon", "password.control"),
        ("three owls\0hoot at noon", "password.control"),
        ("Marie-Ève Côté", "password.own_name"),
        ("marie-eve cote", "password.own_name"),
        ("MARIE-EVE@EXAMPLE.ORG", "password.own_name"),
        ("123456789012", "password.common"),
        ("Mot de passe 1234", "password.common"),
        ("PasswordPassword", "password.common"),
        ("aaaaaaaaaaaaaaaa", "password.common"),
        ("abababababab", "password.common"),
    ],
)
def test_what_a_password_must_be(password, fault):
    assert find_fault(password, "marie-eve@example.org", "Marie-Ève Côté") == fault


def test_every_password_that_is_taken_can_be_hashed():
    longest = "\U0001d7d8é" * 100  # the signs that take most room
    assert find_fault(longest[:196] + "abcd", "a@b.org", "A") is None
    assert hash_password(longest[:196] + "abcd").startswith("$argon2id$")
