"""Typed codes, the languages that a consultation offers, and the tablet that forgets: as pages."""

import pytest
from lxml import html

from consult.languages import LANGUAGES
from consult.record.consultation import LanguagePolicy, get_consultation
from consult.record.database import unit_of_work
from consult.record.keys import Keyring, write_code
from consult.record.typed_code import create_codes
from tests.consult.respond.conftest import HOME, Participant

WORDS = "ce que personne d’autre ne doit lire"


@pytest.fixture
def codes(engine, secret, open_now):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, HOME)
        return create_codes(session, Keyring(secret), consultation, "s", count=3, language="fr", group="caregiver")


@pytest.fixture
def policy(engine):
    def change(wanted: LanguagePolicy) -> None:
        with unit_of_work(engine) as session:
            get_consultation(session, HOME).language_policy = wanted

    return change


def type_code(person: Participant, code: str) -> Participant:
    person.open("/code")
    return person.press("", code=code)


def test_a_code_is_typed_as_people_type_and_uses_nothing_until_answers_are_sent(make_participant, codes, stored):
    person = make_participant()
    spoken = " ".join(codes[0].lower()).replace(" ", " - ", 1)
    for _ in range(2):  # looked at twice, as a link is by a mail scanner
        type_code(person, spoken)
        assert person.status == 200
        assert codes[0] not in person.path
    person.press_form("/code", do="continue")
    assert person.path == f"/fr/c/{HOME}/"
    person.begin().answer_all(hardest=WORDS)
    other = type_code(make_participant("en"), write_code(codes[0])).press_form("/code", do="continue")
    assert other.title == "Is this you?"  # the draft follows the code to another device
    person.send()
    receipt = person.receipt
    again = type_code(make_participant(), codes[0])
    assert "déjà" not in again.path
    assert again.title == "Des réponses ont été reçues avec ce code"
    assert receipt not in again.text
    (response,) = stored.responses()
    assert response.group_id is not None


@pytest.mark.parametrize("typed", ["", "ABCDE-FGHJK", "trop court", "x" * 5000])
def test_a_wrong_code_gets_the_same_page_with_the_words_at_the_field(participant, codes, typed):
    type_code(participant, typed)
    assert participant.status == 422
    (sentence,) = participant.errors
    assert participant.text.count(sentence) == 2


def test_a_short_code_is_no_link_and_a_link_is_no_code(participant, codes, invite):
    assert participant.open(f"/i/{codes[0]}").status == 404
    token = invite()
    assert type_code(participant, token).status == 422
    assert participant.open(f"/i/{token}").status == 200  # the control


def test_wrong_codes_are_counted_by_address_and_right_ones_never(app, codes, csrf_of):
    client = app.test_client()
    sent = {"csrf_token": csrf_of(client.get("/en/code"))}
    right = [client.post("/en/code", data=sent | {"code": codes[1]}).status_code for _ in range(130)]
    assert set(right) == {200}  # a hospital behind one address
    wrong = [client.post("/en/code", data=sent | {"code": "ABCDEFGHJK"}).status_code for _ in range(45)]
    assert wrong == [422] * 40 + [429] * 5
    assert client.post("/en/code", data=sent | {"code": codes[2]}).status_code == 429


def test_in_french_only_english_addresses_lead_to_french_and_say_so(make_participant, policy, codes):
    policy(LanguagePolicy.FRENCH_ONLY)
    person = make_participant("en").open(f"/c/{HOME}/?x=1")
    assert person.path == f"/fr/c/{HOME}/"
    assert "This consultation is held in French only" in person.text
    assert person.page.xpath("//header//a[@hreflang='en-CA']") == []
    person.press(take_part="1")
    assert person.path == f"/fr/c/{HOME}/questions/you"
    assert person.page.xpath("//button[@value='language']") == []
    assert "held in French only" not in person.text
    typed = type_code(make_participant("en"), codes[0])
    assert "This consultation is held in French only" in typed.text
    assert typed.page.get("lang") == "fr-CA"
    home = make_participant("en").open("/")
    assert home.page.xpath(f"//main//a[@href='/fr/c/{HOME}/']")


def test_where_english_comes_first_service_in_french_is_offered_first_on_each_page(make_participant, policy):
    policy(LanguagePolicy.ENGLISH_FIRST)
    person = make_participant("en").open(f"/c/{HOME}/")
    for _ in range(2):
        focusable = person.page.xpath("//body//a[@href!='#main'] | //body//button[not(@aria-hidden)]")
        assert focusable[0].text_content() == "Service en français"
        assert focusable[0].get("lang") == "fr-CA"
        person.press(take_part="1")
    assert person.path.startswith("/en/")
    person.press("language", answer_as="caregiver")
    assert person.path == f"/fr/c/{HOME}/questions/you"  # it saved first, and kept the place
    assert person.fields()["answer_as"] == "caregiver"
    assert "Service en français" not in person.text


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        (LanguagePolicy.EQUAL, None),
        (LanguagePolicy.FRENCH_FIRST, "fr"),
        (LanguagePolicy.FRENCH_ONLY, "fr"),
        (LanguagePolicy.ENGLISH_FIRST, "en"),
    ],
)
def test_an_address_without_a_language_follows_the_policy(client, open_now, policy, wanted, leads_to):
    policy(wanted)
    response = client.get(f"/c/{HOME}/")
    if leads_to is None:
        found = html.fromstring(response.text).xpath("//main//a/@href")
        assert found == [f"/{language}/c/{HOME}/" for language in LANGUAGES]
    else:
        assert response.headers["Location"] == f"/{leads_to}/c/{HOME}/"
    root = client.get("/")
    assert root.status_code == (303 if wanted is LanguagePolicy.FRENCH_ONLY else 200)
    assert client.get("/c/nothing_here/").status_code == 404
    assert client.get("/en/nothing").status_code == 404


def test_with_french_first_english_is_offered_and_kept(make_participant, policy):
    policy(LanguagePolicy.FRENCH_FIRST)
    person = make_participant().land()
    assert person.page.xpath("//header//*[@lang='en-CA']")
    assert make_participant("en").land().path == f"/en/c/{HOME}/"


def test_a_kiosk_forgets_the_draft_the_receipt_and_who_is_signed_in(app, facilitator_client, open_now, stored):
    person = Participant(app)
    person.client = facilitator_client
    assert person.open("/manage/").status == 200
    person.open(f"/c/{HOME}/kiosk").press_form("/kiosk", do="start")
    assert person.path == f"/fr/c/{HOME}/"
    assert person.open("/manage/").path == "/fr/sign-in"
    person.begin().press(answer_as="caregiver").press("language", hardest=WORDS)
    assert stored.count("drafts") == 1
    person.press_form("/next")
    assert person.path == f"/fr/c/{HOME}/"  # in the language in which it was started
    assert stored.count("drafts") == 0
    for path in ("/questions/experience", "/check", "/done"):
        assert WORDS not in person.open(f"/c/{HOME}{path}").text
        assert person.path == f"/fr/c/{HOME}/"
    person.begin().answer_all(hardest=WORDS).send()
    shown = person.page.xpath("//details[contains(@class,'receipt')]")
    assert len(shown) == 1
    assert shown[0].get("open") is None
    receipt = person.page.xpath("string(//*[@class='code'])").strip()
    person.press_form("/next")
    for path in (f"/c/{HOME}/done", f"/c/{HOME}/", "/receipt/answers"):
        assert receipt not in person.open(path).text
    assert len(stored.responses()) == 1
    person.open(f"/c/{HOME}/kiosk").press_form("/kiosk", do="end")
    assert person.page.xpath("//form[contains(@class,'kiosk')]") == []


def test_a_draft_of_ones_own_code_survives_the_kiosk_and_elsewhere_next_forgets_nothing(
    make_participant, codes, stored
):
    person = make_participant()
    person.open(f"/c/{HOME}/kiosk").press_form("/kiosk", do="start")
    type_code(person, codes[0]).press_form("/code", do="continue")
    person.press(take_part="1").press_form("/next")
    assert stored.count("drafts") == 1
    assert not person.page.xpath("//h1[contains(., 'vous')]")
    other = make_participant()
    other.begin()
    token = other.fields()["csrf_token"]
    other.post(f"/fr/c/{HOME}/next", {"csrf_token": token})
    assert stored.count("drafts") == 2
