"""Several people and several tabs: nobody's words reach another, nothing is overwritten without a word."""

import time

import pytest

from consult.record.database import unit_of_work
from consult.record.lifecycle import pause_consultation
from consult.respond import device
from tests.consult.respond.conftest import HOME, Participant

SECRET = "ce que A seulement doit lire"


@pytest.fixture
def later(monkeypatch):
    """Let an hour pass, for the cookies only."""
    return lambda: monkeypatch.setattr(device, "_now", lambda: int(time.time()) + 3600)


@pytest.fixture
def sent(participant) -> Participant:
    participant.begin().answer_all(hardest=SECRET)
    return participant.send()


def open_receipt(person: Participant, receipt: str) -> Participant:
    return person.open("/receipt").press_form("/receipt", receipt=receipt)


def test_an_open_tab_of_one_person_writes_nothing_into_the_answers_of_the_next(participant):
    participant.begin().press(answer_as="citizen")
    here, tab_of_a = participant.path, participant.fields()
    participant.land().press_form("/leave").begin().press(answer_as="patient")
    participant.press("language", hardest="les mots de B")
    participant.post(here, tab_of_a | {"do": "continue", "hardest": SECRET})
    assert participant.status == 409
    assert SECRET in participant.text  # it is A who has just sent it: it can be copied
    saved = participant.client.post(here, data=tab_of_a | {"do": "autosave", "hardest": SECRET})
    assert saved.status_code == 409
    assert saved.get_json()["saved"] is False
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["hardest"] == "les mots de B"


def test_the_first_page_asks_who_it_is_as_soon_as_somebody_has_begun(participant):
    participant.begin(quoted="1").press(answer_as="caregiver")
    participant.land()
    assert participant.page.xpath("//input[@name='quoted']") == []
    assert participant.page.xpath("//form[contains(@action, '/resume')]")
    participant.press_form("/resume")
    assert participant.path.endswith("/questions/experience")


def test_a_first_page_that_was_left_open_does_not_lead_into_somebody_elses_answers(participant, later):
    participant.land()
    form, here = participant.fields(), participant.path
    participant.press(take_part="1").press(answer_as="citizen").press("language", hardest=SECRET)
    later()
    participant.post(here, form | {"take_part": "1", "do": "continue"})
    assert participant.path == here
    assert participant.page.xpath("//form[contains(@action, '/resume')]")


def test_beginning_twice_begins_once_and_other_consents_are_not_lost_without_a_word(participant, stored):
    participant.land()
    form, here = participant.fields(), participant.path
    participant.press(take_part="1", quoted="1")
    participant.post(here, form | {"take_part": "1", "do": "continue"})  # the second press, or another tab
    assert participant.status == 422
    assert participant.errors[0].startswith("Un autre onglet")
    assert stored.count("drafts") == 1
    participant.press()
    assert participant.press("back").fields()["quoted"] == "0"


def test_ticks_of_the_first_page_stay_when_its_language_changes(participant, stored):
    participant.land().press("language", research="1")
    assert participant.path == f"/en/c/{HOME}/"
    assert participant.fields()["research"] == "1"
    assert participant.fields()["quoted"] == "0"
    assert stored.count("drafts") == 0
    participant.land()
    assert participant.fields()["research"] == "0"  # nobody is sent a page with a box ticked


def test_consents_are_changed_from_the_check_and_lead_back_to_it(participant, stored):
    participant.begin(quoted="1").answer_all()
    participant.open(f"/c/{HOME}/questions/agreement?then=check")
    participant.press(quoted="0")
    assert participant.path.endswith("/check")
    participant.send()
    assert stored.answers()["quoted"]["given"] is False


def test_the_receipt_of_answers_that_were_sent_is_not_given_to_who_comes_later(sent, later):
    receipt = sent.receipt
    later()
    sent.land()
    token = sent.page.xpath("//input[@name='csrf_token']/@value")[0]
    for path in ("resume", "check", "questions/experience"):
        sent.post(f"/fr/c/{HOME}/{path}", {"csrf_token": token, "do": "send"})
        assert receipt not in sent.text
        assert not sent.open(f"/c/{HOME}/done").receipt


def test_clearing_an_answer_in_an_old_tab_is_a_conflict_not_a_save(participant):
    participant.begin().press(answer_as="citizen")
    fields, here = participant.fields(), participant.path

    def save(**changes):
        return participant.client.post(here, data=fields | {"do": "autosave"} | changes).get_json()

    assert save(hardest="plus récent")["conflicts"] == []
    assert save(hardest="")["conflicts"] == ["hardest"]
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["hardest"] == "plus récent"


def test_words_keep_the_language_of_the_page_they_were_written_on(participant, engine):
    participant.begin().press(answer_as="citizen").press(hardest="en français").press("language").press()
    participant.press()
    own = participant.page.xpath("//*[contains(@class,'own')]")[0]
    assert (own.text, own.get("lang")) == ("en français", "fr-CA")
    participant.send()
    with engine.connect() as connection:
        said = connection.exec_driver_sql("SELECT language FROM contributions WHERE channel = 'web'").scalars().all()
    assert said == ["fr"]


def test_an_answer_that_is_not_right_is_shown_before_sending(participant):
    participant.begin().answer_all()
    participant.open(f"/c/{HOME}/questions/experience").press("back", access="12", hardest="x" * 10_001)
    participant.open(f"/c/{HOME}/check")
    assert len(participant.errors) == 2
    assert "x" * 10_001 in participant.text


def test_corrections_are_saved_from_a_page_that_was_left_open(sent, later, stored):
    open_receipt(sent, sent.receipt).open("/receipt/answers/experience")
    later()
    sent.press(hardest="corrigé plus tard")
    assert "corrigé plus tard" in stored.texts()


def test_two_tabs_of_corrections_lose_nothing(sent, stored):
    open_receipt(sent, sent.receipt).open("/receipt/answers/experience")
    here, other_tab = sent.path, sent.fields()
    sent.press(hardest="h1")
    sent.post(here, other_tab | {"protect": "p1", "do": "continue"})
    assert sent.status == 200
    assert stored.texts() == ["h1", "p1"]
    sent.post(here, other_tab | {"hardest": "h2", "do": "continue"})
    assert sent.status == 422
    assert sent.errors[0].startswith("Un autre onglet")
    assert sent.fields()["hardest"] == "h2"
    assert stored.texts() == ["h1", "p1"]
    sent.press()
    assert stored.texts() == ["h2", "p1"]


def test_closing_a_receipt_forgets_its_own_link_and_no_other(sent, make_participant, later):
    receipt = sent.receipt
    other = make_participant()
    other.begin().press(answer_as="citizen").press("language", hardest="les mots de B")
    open_receipt(other, receipt).press_form("/receipt/close")
    other.open(f"/c/{HOME}/questions/experience")
    assert other.fields()["hardest"] == "les mots de B"
    open_receipt(sent, receipt)
    form = next(each for each in sent.page.forms if (each.get("action") or "").endswith("/receipt/close"))
    later()  # even when the page was left open
    sent.post("/fr/receipt/close", dict(form.form_values()))
    assert "mots" not in sent.land().text or sent.page.xpath("//input[@name='take_part']")
    assert sent.page.xpath("//input[@name='take_part']")
    assert sent.open("/receipt/answers").path == "/fr/receipt"


def test_withdrawing_twice_is_done_once(sent, stored):
    open_receipt(sent, sent.receipt).open("/receipt/withdraw")
    form = dict(sent.page.forms[0].form_values())
    sent.post("/fr/receipt/withdraw", form)
    assert sent.status == 200
    sent.post("/fr/receipt/withdraw", form)
    assert sent.status == 200
    assert stored.responses()[0].is_withdrawn


def test_who_signs_in_beside_the_page_does_not_stop_it_from_saving(participant, facilitator, sign_in):
    participant.begin().press(answer_as="citizen")
    fields, here = participant.fields(), participant.path
    assert sign_in(participant.client, facilitator.email).status_code == 303
    data = fields | {"do": "autosave", "hardest": "pendant ce temps"}
    refused = participant.client.post(here, data=data)
    assert refused.status_code == 400
    answer = refused.get_json()
    assert answer["saved"] is False
    assert participant.client.post(here, data=data | {"csrf_token": answer["token"]}).get_json()["saved"] is True


def test_a_form_that_is_refused_shows_the_words_to_copy(participant):
    participant.begin().press(answer_as="citizen")
    participant.press(**{"csrf_token": "old"}, hardest="deux mots au moins")
    assert participant.status == 400
    assert "deux mots au moins" in participant.text


def test_a_personal_link_says_that_the_consultation_is_paused(make_participant, invite, engine):
    token = invite()
    with unit_of_work(engine) as session:
        pause_consultation(session, HOME)
    person = make_participant()
    assert person.open(f"/i/{token}").title == "Cette consultation est en pause"
    assert person.open("/i/" + "x" * 26).status == 404


def test_signs_behind_a_link_make_no_other_link_of_it(make_participant, invite, stored):
    token = invite()
    for end in ("", "-" * 60 + "abc", "-" * 60 + "xyz"):
        person = make_participant()
        person.open(f"/i/{token}{end}")
        if person.status == 200:
            person.press_form(f"/i/{token}{end}").press(take_part="1").answer_all().send()
    assert len(stored.responses()) == 1
