"""Answering from the first page to the receipt: what is asked, kept, shown again, and stored."""

import pytest

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import close_consultation, pause_consultation
from tests.consult.respond.conftest import HOME, SECTIONS

TEXT = "Des heures à l’urgence avec ma mère.\nPersonne ne dit rien. =1+1"


@pytest.mark.parametrize(
    ("language", "promise", "urgent"), [("fr", "Notre promesse", "composez le 911"), ("en", "Our promise", "call 911")]
)
def test_the_first_page_says_what_taking_part_means(make_participant, language, promise, urgent):
    person = make_participant(language).land()
    assert promise in person.text
    assert urgent in person.text
    assert "811" in person.text
    boxes = person.page.xpath("//form[@id='answers']//input[@type='checkbox']")
    assert [box.get("name") for box in boxes] == ["take_part", "quoted", "research"]
    assert [box for box in boxes if box.get("checked") is not None] == []


def test_nobody_begins_without_agreeing(participant, stored):
    participant.land().press(quoted="1")
    assert participant.status == 422
    assert participant.errors == [
        "Cochez cette case si vous êtes d’accord\u00a0: sans elle, vous ne pouvez pas participer.".replace(
            "\u00a0", " "
        )
    ]
    assert participant.page.xpath("//input[@name='quoted']/@checked") == ["checked"]
    assert participant.page.findtext(".//title").startswith("Erreur\u00a0:")
    assert stored.count("drafts") == 0


def test_a_person_answers_and_all_of_it_is_stored_once(participant, stored):
    participant.begin(quoted="1").answer_all(
        roles__caregiver="1",
        roles__citizen="1",
        access="2",
        hardest=TEXT,
        orientations__home_care="1",
        orientations__staff="2",
        involvement__none="1",
        gender="other",
        gender__other="fluide",
    )
    assert participant.title == "Vérifiez vos réponses"
    assert "Des heures à l’urgence" in participant.text
    participant.send()
    assert participant.title == "Merci, vos réponses sont reçues"
    assert len(participant.receipt) == 19
    (response,) = stored.responses()
    assert (response.language, response.channel, response.is_withdrawn) == ("fr", "web", False)
    answers = stored.answers()
    assert answers["hardest"] == {"text": TEXT}
    assert answers["roles"] == {"choices": ["citizen", "caregiver"]}
    assert answers["orientations"] == {"ranking": ["home_care", "staff"]}
    assert answers["gender"] == {"choice": "other", "other": "fluide"}
    assert answers["quoted"]["given"] is True
    assert answers["research"]["given"] is False
    assert "protect" not in answers
    assert stored.texts() == [TEXT]
    assert stored.count("drafts") == stored.count("draft_answers") == 0


def test_the_language_changes_in_the_middle_and_everything_typed_stays(participant, stored):
    participant.begin()
    participant.press("language", roles__patient="1")  # answer_as, which is required, is still blank
    assert participant.path == f"/en/c/{HOME}/questions/you"
    assert participant.page.get("lang") == "en-CA"
    assert participant.fields()["roles.patient"] == "1"
    participant.press(answer_as="patient")
    participant.press("language", hardest="la fatigue", access="nonsense")
    assert participant.path == f"/fr/c/{HOME}/questions/experience"
    assert participant.fields()["hardest"] == "la fatigue"
    assert stored.count("responses") == 240


def test_help_is_a_tap_away_and_a_contact_is_a_link_only_where_it_is_an_address(participant, engine):
    def links(path):
        return participant.open(path).page.xpath("//main//a/@href | //footer//a/@href")

    numbers, contact = ["tel:911", "tel:988", "tel:811"], "mailto:plan@grand-heron.example.org"
    found = [link for link in links(f"/c/{HOME}/") if link.startswith(("tel:", "mailto:"))]
    assert found == [*numbers, contact, contact, *numbers]
    assert [link for link in links("/receipt") if link.startswith("tel:")] == numbers
    with unit_of_work(engine) as session:
        get_consultation(session, HOME).contact = "Local 12 <b>"
    assert not [link for link in links(f"/c/{HOME}/") if link.startswith("mailto:")]
    assert "Local 12 <b>" in participant.text


def test_errors_stand_in_the_summary_and_at_the_question_and_nothing_is_cleared(participant):
    participant.begin().press(answer_as="caregiver")
    participant.press(hardest="a" * 10_001, access="12")
    assert participant.path.endswith("/questions/experience")
    assert participant.errors == [
        "Choisissez un point de 1 à 5.",
        "Raccourcissez votre réponse : elle compte 10 001 caractères; le maximum est de 10 000.",
    ]
    at_questions = [" ".join(each.text_content().split()) for each in participant.page.xpath("//p[@class='error']")]
    assert at_questions == [f"Erreur : {sentence}" for sentence in participant.errors]
    assert participant.fields()["hardest"].strip() == "a" * 10_001
    for target in participant.page.xpath("//*[contains(@class,'error-summary')]//a/@href"):
        assert len(participant.page.xpath(f"//*[@id='{target[1:]}']")) == 1
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["hardest"].strip() == "a" * 10_001


def test_back_saves_and_leads_to_the_first_page(participant):
    participant.begin(research="1").press(answer_as="manager")
    participant.press("back", protect="l’équipe")
    assert participant.fields()["answer_as"] == "manager"
    participant.press("back")
    assert participant.path == f"/fr/c/{HOME}/questions/agreement"
    assert participant.fields()["research"] == "1"
    participant.press().press().open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["protect"].strip() == "l’équipe"


def test_a_ranking_is_moved_by_buttons_without_script(participant, stored):
    participant.begin().press(answer_as="citizen").press()
    participant.press("move:orientations:staff:up").press("move:orientations:equity:up")
    participant.press("move:orientations:equity:up")
    ranks = {name: rank for name, rank in participant.fields().items() if name.startswith("orientations.") and rank}
    assert ranks == {"orientations.equity": "1", "orientations.staff": "2"}
    participant.press().press().send()
    assert stored.answers()["orientations"] == {"ranking": ["equity", "staff"]}


def test_two_items_of_one_rank_are_named_and_kept(participant):
    participant.begin().press(answer_as="citizen").press()
    participant.press(orientations__staff="1", orientations__equity="1")
    assert participant.errors == ["Deux éléments ont le rang 1. Ne donnez chaque rang qu’à un seul élément."]
    assert participant.fields()["orientations.staff"] == participant.fields()["orientations.equity"] == "1"


def test_nobody_jumps_ahead(participant, stored):
    participant.begin()
    for section in SECTIONS[1:]:
        assert participant.open(f"/c/{HOME}/questions/{section}").path.endswith("/questions/you")
    assert participant.open(f"/c/{HOME}/check").path.endswith("/questions/you")
    form = {name: value for name, value in participant.fields().items() if name in {"csrf_token", "draft"}}
    participant.post(f"/fr/c/{HOME}/questions/experience", form | {"hardest": "deux mots"})
    assert participant.status == 409
    assert participant.title == "Cette page vient plus tard"
    assert "deux mots" in participant.text  # not saved, so that they can be copied
    participant.post(f"/fr/c/{HOME}/check", form | {"do": "send"})
    assert participant.status == 409
    assert stored.count("responses") == 240
    assert participant.open(f"/c/{HOME}/questions/nowhere").status == 404


def test_two_tabs_lose_nothing(participant):
    participant.begin().press(answer_as="citizen")
    here = participant.path
    other_tab = participant.fields()
    participant.press("language", hardest="first tab")
    participant.post(here, other_tab | {"do": "continue", "hardest": "second tab", "protect": "only here"})
    assert participant.status == 422
    assert "Un autre onglet" in participant.errors[0]
    assert participant.fields()["hardest"].strip() == "second tab"
    participant.press()
    participant.press("back")
    assert participant.fields()["hardest"].strip() == "second tab"
    assert participant.fields()["protect"].strip() == "only here"


def test_a_tab_left_blank_takes_over_what_the_other_saved(participant):
    participant.begin().press(answer_as="citizen")
    here, other_tab = participant.path, participant.fields()
    participant.press("language", hardest="first tab")
    participant.post(here, other_tab | {"do": "continue"})
    assert participant.status == 200
    participant.press("back")
    assert participant.fields()["hardest"].strip() == "first tab"


def test_sending_twice_gives_one_response_and_one_receipt(participant, stored):
    participant.begin().answer_all(hardest="une fois")
    check = participant.path
    form = participant.fields() | {"do": "send"}
    participant.send()
    first = participant.receipt
    for _ in range(2):
        participant.post(check, form)
        assert participant.receipt == first
    assert len(stored.responses()) == 1
    assert stored.texts() == ["une fois"]
    # a page that was still open cannot change what was sent
    participant.post(f"/fr/c/{HOME}/questions/experience", form | {"do": "continue", "hardest": "deux fois"})
    assert participant.receipt == first
    assert stored.texts() == ["une fois"]


def test_autosave_answers_with_revisions_and_conflicts(participant):
    participant.begin().press(answer_as="citizen")
    fields = participant.fields()

    def save(**changes):
        return participant.client.post(participant.path, data=fields | {"do": "autosave"} | changes)

    saved = save(hardest="un").get_json()
    assert saved["saved"] is True
    assert saved["revisions"]["hardest"] == 2
    assert saved["conflicts"] == []
    assert save(hardest="autre").get_json()["conflicts"] == ["hardest"]
    assert save(**{"hardest": "deux", "revision.hardest": "2"}).get_json()["conflicts"] == []
    participant.open(f"/c/{HOME}/questions/experience")
    assert participant.fields()["hardest"].strip() == "deux"


def test_a_pause_keeps_what_was_being_written_and_a_closing_takes_nothing(participant, engine):
    participant.begin().press(answer_as="citizen")
    with unit_of_work(engine) as session:
        pause_consultation(session, HOME)
    form = participant.fields()
    here = participant.path
    participant.press(hardest="en pleine phrase")
    assert participant.status == 409
    assert participant.title == "Cette consultation est en pause"
    with unit_of_work(engine, read_only=True) as session:
        assert "en pleine phrase" in str(session.connection().exec_driver_sql("SELECT value FROM draft_answers").all())
    with unit_of_work(engine) as session:
        close_consultation(session, HOME)
    participant.post(here, form | {"do": "continue", "hardest": "trop tard"})
    assert participant.status == 409
    assert participant.title == "Cette consultation est fermée"
    saved = participant.client.post(here, data=form | {"do": "autosave", "hardest": "trop tard"})
    assert saved.status_code == 409
    assert saved.get_json()["reason"] == "closed"
    with unit_of_work(engine, read_only=True) as session:
        assert "trop tard" not in str(session.connection().exec_driver_sql("SELECT value FROM draft_answers").all())


@pytest.mark.parametrize(
    "path", ["/c/nothing_here/", f"/c/{HOME}x/", f"/c/{HOME}/questions/nowhere", "/c/A/", "/c/a%00b/"]
)
def test_what_does_not_exist_is_not_found(participant, path):
    assert participant.open(path).status == 404


def test_a_draft_consultation_is_not_there(client):
    assert client.get(f"/fr/c/{HOME}/").status_code == 404
