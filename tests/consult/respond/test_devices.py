"""Coming back: the same device after a while, a personal link on another one, somebody else at the keys."""

import time

import pytest
from sqlalchemy import event

from consult.extensions import db
from consult.record.database import unit_of_work
from consult.record.lifecycle import close_consultation
from consult.respond import device
from tests.consult.respond.conftest import HOME

WORDS = "ce que personne d’autre ne doit lire"


@pytest.fixture
def later(monkeypatch):
    """Let an hour pass, for the cookies only."""
    return lambda: monkeypatch.setattr(device, "_now", lambda: int(time.time()) + 3600)


def test_the_same_device_asks_who_it_is_before_showing_an_answer(participant, later):
    participant.begin().press(answer_as="caregiver").press("language", hardest=WORDS)
    later()
    for path in (f"/c/{HOME}/", f"/c/{HOME}/questions/experience", f"/c/{HOME}/questions/you", f"/c/{HOME}/check"):
        participant.open(path)
        assert participant.title == "Est-ce bien vous?"
        assert WORDS not in participant.text
    participant.press_form("/resume")
    assert participant.path.endswith("/questions/experience")
    assert participant.fields()["hardest"].strip() == WORDS


def test_not_me_starts_afresh_and_shows_nothing(participant, later, stored):
    participant.begin(quoted="1").press(answer_as="caregiver").press("language", hardest=WORDS)
    later()
    participant.land().press_form("/leave")
    assert participant.path == f"/fr/c/{HOME}/"
    assert participant.fields()["quoted"] == "0"
    participant.press(take_part="1").press(answer_as="citizen")
    assert participant.fields()["hardest"].strip() == ""
    assert stored.count("drafts") == 2


def test_a_page_left_open_for_an_hour_still_saves(participant, later):
    participant.begin().press(answer_as="caregiver")
    later()
    participant.press(hardest=WORDS)
    assert participant.path.endswith("/questions/future")
    participant.press("back")
    assert participant.fields()["hardest"].strip() == WORDS


def test_after_sending_the_receipt_is_shown_for_a_while_only(participant, later):
    participant.begin().answer_all(hardest=WORDS).send()
    receipt = participant.receipt
    assert receipt
    assert participant.open(f"/c/{HOME}/done").receipt == receipt
    later()
    participant.open(f"/c/{HOME}/done")
    assert participant.title == "Des réponses ont été envoyées de cet appareil"
    assert receipt not in participant.text


def test_a_personal_link_resumes_on_any_device(make_participant, invite, stored):
    token = invite()
    phone, laptop = make_participant(), make_participant("en")
    phone.open(f"/i/{token}").press_form(f"/i/{token}")
    assert phone.path == f"/fr/c/{HOME}/"
    phone.press(take_part="1").press(answer_as="patient").press("language", hardest=WORDS)
    laptop.open(f"/i/{token}")
    assert WORDS not in laptop.text
    laptop.press_form(f"/i/{token}")
    assert laptop.title == "Is this you?"
    laptop.press_form("/resume")
    assert laptop.fields()["hardest"].strip() == WORDS
    laptop.press().press().press().send()
    receipt = laptop.receipt
    assert len(stored.responses()) == 1
    # the phone, which had a page open, is led to the same receipt
    phone.press(hardest="encore")
    assert phone.receipt == receipt


def test_what_opens_or_submits_the_link_by_itself_uses_nothing(make_participant, invite, engine, stored):
    token = invite()
    for _ in range(3):
        scanner = make_participant()
        scanner.open(f"/i/{token}")
        scanner.press_form(f"/i/{token}")
        scanner.press()  # even the next form, as it stands: nothing is ticked
        assert scanner.status == 422
    assert stored.count("drafts") == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT is_used FROM invitations").scalars().all() == [0]
    person = make_participant()
    person.open(f"/i/{token}").press_form(f"/i/{token}").press(take_part="1").answer_all().send()
    assert person.receipt
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT is_used FROM invitations").scalars().all() == [1]


def test_a_mistyped_a_used_and_an_expired_link_get_the_same_page(make_participant, invite, engine):
    used, late = invite(), invite()
    person = make_participant()
    person.open(f"/i/{used}").press_form(f"/i/{used}").press(take_part="1").answer_all().send()
    with unit_of_work(engine) as session:
        close_consultation(session, HOME)
    pages = []
    for token in (used, late, "x" * 26, "x", "é~%00" * 200):
        stranger = make_participant()
        stranger.open(f"/i/{token}")
        assert stranger.status == 404
        assert len(token) < 20 or token not in stranger.text
        pages.append(stranger.page.xpath("string(//main)"))
    assert len(set(pages)) == 1
    assert "Ce lien ne fonctionne pas" in pages[0]


def test_a_link_on_a_device_where_somebody_else_began_says_so(participant, invite):
    participant.begin().press(answer_as="citizen")
    token = invite()
    participant.open(f"/i/{token}")
    assert "perd sa place" in participant.text


def test_the_invited_group_counts_where_the_survey_does_not_ask_it(make_participant, invite, stored, engine):
    token = invite("researcher")
    person = make_participant()
    person.open(f"/i/{token}").press_form(f"/i/{token}").press(take_part="1").answer_all(answer_as="manager").send()
    (response,) = stored.responses()
    with engine.connect() as connection:
        group = connection.exec_driver_sql(f"SELECT code FROM groups WHERE id = {response.group_id}").scalar()
    assert group == "manager"  # what the person says comes first


def test_a_bad_link_costs_the_same_whatever_is_wrong_with_it(app, make_participant, invite, engine):
    """The same statements are sent to the database: time tells nothing of whether a link ever existed."""
    used, unused = invite(), invite()
    person = make_participant()
    person.open(f"/i/{used}").press_form(f"/i/{used}").press(take_part="1").answer_all().send()
    with unit_of_work(engine) as session:
        close_consultation(session, HOME)
    sent: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *each: sent.append(each[2]))
    statements = []
    for token in (used, unused, "y" * 26):
        stranger = make_participant()
        sent.clear()
        stranger.open(f"/i/{token}")
        assert stranger.status == 404
        statements.append(list(sent))
    assert statements[0] == statements[1] == statements[2]
    assert any("invitations" in statement for statement in statements[0])
