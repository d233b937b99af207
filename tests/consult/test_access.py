"""Who may open what: every route is in a list that people read, and is held to it."""

import os
from pathlib import Path

import pytest
from flask import Flask

from consult.access import PUBLIC, SIGNED_IN, Access, access_of, guard_routes, needs, public
from consult.record.account import Role, leave_consultation
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work

GOLDEN = Path(__file__).with_name("routes.txt")
REWRITE = "CONSULT_REWRITE_ROUTES"
DASHBOARD = "/en/manage/grand_heron_2027_2030/"
COMMITTEE = "/en/committee/grand_heron_2027_2030/"


def _list_routes(app: Flask) -> str:
    lines = [
        (rule.rule, ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})), rule.endpoint)
        for rule in app.url_map.iter_rules()
    ]
    return "".join(
        f"{rule:<70} {methods:<9} {endpoint:<40} {access_of(app, endpoint)}\n"
        for rule, methods, endpoint in sorted(lines)
    )


def test_every_route_is_in_the_list_and_the_list_was_read_by_somebody(app):
    routes = _list_routes(app)
    if os.environ.get(REWRITE):
        GOLDEN.write_text(routes, "utf-8")
    listed = GOLDEN.read_text("utf-8")
    assert routes == listed, (
        f"Read the difference; if it is meant: {REWRITE}=1 pytest {__file__}, and commit routes.txt"
    )


def test_an_application_with_a_view_that_says_nothing_does_not_start():
    app = Flask(__name__)
    app.add_url_rule("/silent", "silent", lambda: "")
    with pytest.raises(RuntimeError, match="silent: say who may open it"):
        guard_routes(app, {"static": PUBLIC})
    guard_routes(app, {"static": PUBLIC, "silent": PUBLIC})  # said, it starts


def test_an_application_that_declares_a_view_that_is_not_there_does_not_start():
    with pytest.raises(RuntimeError, match=r"security\.login: declared, but no such view"):
        guard_routes(Flask(__name__), {"static": PUBLIC, "security.login": PUBLIC})


def test_a_view_that_comes_later_stays_shut(app):
    app.add_url_rule("/later", "later", public(lambda: "open"))
    assert app.test_client().get("/later").status_code == 403


def test_what_a_view_says_of_itself_is_what_holds():
    app = Flask(__name__)
    app.add_url_rule("/a", "a", public(lambda: ""))
    app.add_url_rule("/b", "b", needs(Role.COMMITTEE)(lambda: ""))
    guard_routes(app, {"static": SIGNED_IN})
    said = [access_of(app, endpoint) for endpoint in ("a", "b", "static")]
    assert said == [PUBLIC, Access(frozenset({Role.COMMITTEE})), SIGNED_IN]
    assert [str(access) for access in said] == ["public", "committee", "signed in"]


def _guarded(app: Flask) -> list[tuple[str, str, Access]]:
    """Return the address, a method and the access of every page that is not public."""
    with app.test_request_context("/en/"):
        return [
            (
                app.url_map.bind("localhost").build(
                    rule.endpoint,
                    {"language": "en"} | {name: _sample_value(name) for name in rule.arguments - {"language"}},
                    method=method,
                ),
                method,
                access_of(app, rule.endpoint),
            )
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if not access_of(app, rule.endpoint).is_public
        ]


def _sample_value(name: str) -> str | int:
    return "grand_heron_2027_2030" if name == "code" else 1 if name.endswith("_id") or name == "number" else "a"


def test_no_guarded_page_opens_for_a_guest(app, client, csrf_of):
    token = csrf_of(client.get("/en/sign-in"))
    pages = _guarded(app)
    assert len(pages) > 5
    for address, method, _ in pages:
        response = client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert response.status_code == 303, address
        sent_to = response.headers["Location"]
        assert sent_to == (f"/en/sign-in?next={address}" if method == "GET" else "/en/sign-in"), address


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_no_other_method_tells_more(app, client, method):
    for address, _, _ in _guarded(app):
        assert client.open(address, method=method).status_code == 303, address


def _is_only_for(one, other, access):
    """Tell whether a page is for a role and not for another one; some are for both."""
    return one in access.roles and other not in access.roles


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.ADMINISTRATOR])
def test_no_page_of_facilitators_opens_for_another_role(app, client, sign_in, make_account, csrf_of, role):
    """Not even for a member of the consultation with another part in it."""
    account = make_account("paul@example.org", role)
    assert sign_in(client, account.email).status_code == 303
    token = csrf_of(client.get("/en/account/password"))
    pages = [
        (address, method) for address, method, access in _guarded(app) if _is_only_for(Role.FACILITATOR, role, access)
    ]
    assert pages
    for address, method in pages:
        response = client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert response.status_code == 403, address


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ADMINISTRATOR])
def test_no_page_of_the_committee_opens_for_another_role(app, client, sign_in, make_account, role):
    """Not even for the facilitator of the consultation."""
    account = make_account("paul@example.org", role)
    assert sign_in(client, account.email).status_code == 303
    pages = [address for address, _, access in _guarded(app) if _is_only_for(Role.COMMITTEE, role, access)]
    assert COMMITTEE in pages
    for address in pages:
        assert client.get(address).status_code == 403, address


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COMMITTEE])
def test_the_consultations_of_others_do_not_exist(app, client, sign_in, make_account, csrf_of, role):
    stranger = make_account("paul@example.org", role, joins=())
    assert sign_in(client, stranger.email).status_code == 303
    token = csrf_of(client.get("/en/account/password"))
    mine = [(address, method) for address, method, access in _guarded(app) if role in access.roles]
    pages = [(address, method) for address, method in mine if "grand_heron" in address]
    assert (DASHBOARD if role is Role.FACILITATOR else COMMITTEE, "GET") in pages
    for address, method in pages:
        response = client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
        assert response.status_code == 404, address
        nowhere = client.get(f"/en/{'manage' if role is Role.FACILITATOR else 'committee'}/no_such_consultation/")
        assert (nowhere.status_code, nowhere.text.count("Page not found")) == (404, 2)


def test_a_facilitator_who_is_on_the_committee_of_this_consultation_is_no_facilitator_of_it(
    client, sign_in, make_account, engine
):
    account = make_account("paul@example.org", Role.COMMITTEE)
    with unit_of_work(engine) as session:
        session.merge(account).roles = ["committee", "facilitator"]
    sign_in(client, account.email)
    assert client.get("/en/manage/").status_code == 200
    assert client.get(DASHBOARD).status_code == 404


def test_who_leaves_a_consultation_sees_it_no_more(facilitator_client, facilitator, engine):
    assert facilitator_client.get(DASHBOARD).status_code == 200
    with unit_of_work(engine) as session:
        leave_consultation(session, facilitator, get_consultation(session, "grand_heron_2027_2030"))
    assert facilitator_client.get(DASHBOARD).status_code == 404


def test_a_guest_is_sent_to_sign_in_in_the_language_of_the_page(client):
    response = client.get("/fr/manage/")
    assert (response.status_code, response.headers["Location"]) == (303, "/fr/sign-in?next=/fr/manage/")


def test_the_address_that_was_asked_for_comes_back_whole(client):
    response = client.get("/en/manage/?a=1&b=x%20y%26z")
    assert response.headers["Location"] == "/en/sign-in?next=/en/manage/?a%3D1%26b%3Dx%2520y%2526z"
