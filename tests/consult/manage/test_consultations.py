"""The list of a facilitator's consultations."""

from datetime import date, timedelta

import pytest
from lxml import html

from consult.record.account import Role
from consult.record.consultation import NewConsultation, create_consultation
from consult.record.database import unit_of_work
from surveys.localised import Localised

TODAY = date.today()
DAY = timedelta(days=1)


def _read(client, language="en"):
    response = client.get(f"/{language}/manage/")
    assert response.status_code == 200
    return html.fromstring(response.text)


@pytest.mark.parametrize(
    ("language", "title", "responses"),
    [
        ("en", "Great Heron Health Network: strategic plan 2027-2030", "240 responses (240 hoped for)"),
        ("fr", "Réseau de santé du Grand Héron\u00a0: plan stratégique 2027-2030", "240 réponses (240 espérées)"),
    ],
)
def test_it_says_what_each_has_received(facilitator_client, sample_code, language, title, responses):
    page = _read(facilitator_client, language)
    (link,) = page.xpath("//main//h2/a")
    assert (link.text_content(), link.get("href")) == (title, f"/{language}/manage/{sample_code}/")
    assert responses in " ".join(page.xpath("//main")[0].text_content().split())


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "state"),
    [
        (None, None, "Open now"),
        (TODAY + DAY, None, "Opens soon"),
        (None, TODAY - DAY, "Last day passed"),
        (TODAY, TODAY, "Open now"),
    ],
)
def test_its_state_follows_its_dates(facilitator_client, open_sample, opens_on, closes_on, state):
    open_sample(opens_on, closes_on)
    assert _read(facilitator_client).xpath("string(//main//*[contains(@class, 'state')])").strip() == state


def test_one_that_was_not_opened_says_so(facilitator_client):
    assert _read(facilitator_client).xpath("string(//main//*[contains(@class, 'state')])").strip() == "Not open yet"


@pytest.mark.parametrize(("language", "way"), [("en", "Create one, or ask"), ("fr", "Créez-en une, ou demandez")])
def test_whoever_has_none_is_told_how_to_get_one(app, make_account, sign_in, language, way):
    account = make_account("new@example.org", Role.FACILITATOR, joins=())
    client = app.test_client()
    sign_in(client, account.email)
    page = _read(client, language)
    assert page.xpath("//main//h2") == []
    assert way in page.xpath("//main")[0].text_content()


def test_consultations_of_others_are_not_listed(facilitator_client, engine):
    texts = {name: Localised("Secret plan", "Plan secret") for name in ("title", "mandate", "promise")}
    with unit_of_work(engine) as session:
        create_consultation(session, NewConsultation(code="secret", contact="x@example.org", **texts))
    page = _read(facilitator_client)
    assert len(page.xpath("//main//h2")) == 1
    assert "Secret" not in page.text_content()


def test_nobody_who_has_not_signed_in_sees_it(client):
    assert client.get("/en/manage/").status_code == 303
