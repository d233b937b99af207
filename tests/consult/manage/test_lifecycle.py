"""Opening, pausing, reopening, new dates and closing, as a facilitator does them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from consult.languages import LANGUAGES, Formats
from consult.manage import lifecycle as pages
from consult.record.consultation import ConsultationState, get_consultation, set_dates
from consult.record.database import create_record_engine, unit_of_work
from consult.record.invitation import Invitation, InvitationRequest, create_invitations
from consult.record.keys import Keyring
from consult.record.lifecycle import CLOSED, DATES_CHANGED, OPENED, PAUSED, REOPENED, close_consultation, list_acts
from surveys.localised import Localised

TODAY = date.today()
DAY = timedelta(days=1)
NAUGHTY = "<script>alert(1)</script> \u202eno\x00 {{ 7 * 7 }} %s"


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}"


@pytest.fixture
def stored(engine, sample_code):
    """Read the consultation anew."""

    def read():
        with unit_of_work(engine, read_only=True) as session:
            return get_consultation(session, sample_code)

    return read


@pytest.fixture
def acts(engine, sample_code):
    """Read what was done, oldest first."""

    def read():
        with unit_of_work(engine, read_only=True) as session:
            return list_acts(session, get_consultation(session, sample_code))[::-1]

    return read


@pytest.fixture
def post(facilitator_client, csrf_of, address):
    """Send a form of a page that was opened before everything else: ``post("state", wanted="open")``."""
    token = csrf_of(facilitator_client.get(f"{address}/dates"))

    def send(place, *, base=address, **data):
        return facilitator_client.post(f"{base}/{place}", data={"csrf_token": token, **data})

    return send


@pytest.fixture
def without_dates(engine, sample_code):
    with unit_of_work(engine) as session:
        set_dates(session, get_consultation(session, sample_code), None, None)


def _dates(opens_on=None, closes_on=None, seen=(None, None)):
    values = {"opens_on": opens_on, "closes_on": closes_on, "seen_opens_on": seen[0], "seen_closes_on": seen[1]}
    return {name: str(value or "") for name, value in values.items()}


def _page(response, status=200):
    assert response.status_code == status, response.text
    return html.fromstring(response.text)


def _errors(page):
    """Return what the summary says; check that it takes the focus and that the title tells of it."""
    (summary,) = page.xpath("//*[@class='error-summary']")
    assert (summary.get("tabindex"), summary.get("autofocus") is not None) == ("-1", True)
    assert page.findtext(".//title").startswith(("Error:", "Erreur"))
    for link in summary.xpath(".//a"):
        place = link.get("href").removeprefix("#")
        (box,) = page.xpath(f"//input[@id='{place}']")
        assert box.get("aria-invalid") == "true"
        (beside,) = page.xpath(f"//*[@id='{box.get('aria-describedby').split()[-1]}']")
        assert beside.text_content() == link.text_content()
    return [item.text_content().strip() for item in summary.xpath(".//li")]


@pytest.mark.usefixtures("without_dates")
def test_a_consultation_lives(post, stored, acts, facilitator_client, address, facilitator):
    for data, state, said in (
        ({"wanted": "open"}, ConsultationState.OPEN, "The consultation is open."),
        ({"wanted": "paused", "reason": "Question 4"}, ConsultationState.PAUSED, "The consultation is paused"),
        ({"wanted": "open"}, ConsultationState.OPEN, "The consultation is open."),
    ):
        response = post("state", **data)
        assert (response.status_code, response.headers["Location"]) == (303, f"{address}/dates")
        assert stored().state is state
        page = _page(facilitator_client.get(f"{address}/dates"))
        assert said in page.xpath("string(//*[@role='status'])")
    assert post("close", reason="All is said", understood="1").status_code == 303
    assert stored().state is ConsultationState.CLOSED
    kept = acts()
    assert [act.action for act in kept] == [OPENED, PAUSED, REOPENED, CLOSED]
    assert {act.name for act in kept} == {facilitator.name}
    assert [act.reason for act in kept] == ["", "Question 4", "", "All is said"]
    page = _page(facilitator_client.get(f"{address}/dates"))
    shown = [" ".join(item.text_content().split()) for item in page.xpath("//*[@class='acts']/li")]
    today = Formats("en").day(kept[0].at.astimezone().date())
    assert shown[0] == f"Closed by {facilitator.name} on {today} All is said"
    assert len(shown) == 4
    assert page.xpath("//main//form") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stops_an_opening_is_listed_and_there_is_no_button(
    facilitator_client, engine, sample_code, post, stored, acts, language
):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        consultation.title = Localised(en="", fr=consultation.title.fr)
        set_dates(session, consultation, None, TODAY - DAY)
    page = _page(facilitator_client.get(f"/{language}/manage/{sample_code}/dates"))
    gaps = [item.text_content() for item in page.xpath("//*[@class='gaps']/li")]
    assert (
        gaps
        == {
            "en": [
                "Title: the English text is missing.",
                "The last day for answering has passed. Give a later one first.",
            ],
            "fr": [
                "Titre\u00a0: il manque le texte anglais.",
                "Le dernier jour pour répondre est passé. Donnez d’abord un jour plus lointain.",
            ],
        }[language]
    )
    assert page.xpath("//button[@name='wanted']") == []
    page = _page(post("state", base=f"/{language}/manage/{sample_code}", wanted="open"), 409)
    assert len(_errors(page)) == 1
    assert len(page.xpath("//*[@class='gaps']/li")) == 2
    assert (stored().state, acts()) == (ConsultationState.DRAFT, [])


@pytest.mark.usefixtures("without_dates")
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_two_facilitators_at_once_the_second_is_told(post, stored, acts, sample_code, language):
    base = f"/{language}/manage/{sample_code}"
    assert post("state", base=base, wanted="open").status_code == 303
    said = _errors(_page(post("state", base=base, wanted="open"), 409))
    assert said == [
        {
            "en": "Nothing was changed: the consultation is open already.",
            "fr": "Rien n’a changé\u00a0: la consultation est déjà ouverte.",
        }[language]
    ]
    assert [act.action for act in acts()] == [OPENED]
    assert stored().state is ConsultationState.OPEN


def test_a_page_that_was_refused_leads_to_the_other_language(post, facilitator_client, open_sample):
    open_sample()
    page = _page(post("state", wanted="open"), 409)
    (other,) = page.xpath("//header/a[@hreflang]/@href")
    response = facilitator_client.get(other)
    assert (response.status_code, response.headers["Location"]) == (303, other.replace("/state", "/dates"))


@pytest.mark.parametrize(
    ("place", "data"),
    [
        ("state", {"wanted": "paused"}),
        ("state", {"wanted": "open"}),
        ("dates", {"opens_on": "", "closes_on": str(TODAY)}),
        ("close", {"understood": "1"}),
    ],
)
def test_a_closed_consultation_takes_nothing_more(post, engine, stored, open_sample, sample_code, place, data):
    open_sample()
    with unit_of_work(engine) as session:
        close_consultation(session, sample_code)
    page = _page(post(place, **data), 409)
    assert _errors(page) == ["Nothing was changed: the consultation is closed, and that is for good."]
    assert (stored().state, stored().closes_on) == (ConsultationState.CLOSED, None)


def test_an_unknown_wish_is_refused(post, stored):
    for wanted in ("closed", "draft", "", NAUGHTY):
        assert post("state", wanted=wanted).status_code == 400
    assert stored().state is ConsultationState.DRAFT


@pytest.mark.parametrize("place", ["state", "dates", "close"])
def test_nothing_is_done_without_the_forms_token(facilitator_client, address, stored, open_sample, place):
    open_sample()
    response = facilitator_client.post(f"{address}/{place}", data={"wanted": "paused", **_dates(None, TODAY)})
    assert response.status_code == 400
    assert (stored().state, stored().closes_on) == (ConsultationState.OPEN, None)


def test_the_dates_are_saved_and_shown(post, stored, acts, open_sample, facilitator_client, address):
    open_sample()
    response = post("dates", **_dates(TODAY - DAY, TODAY + 9 * DAY))
    assert (response.status_code, response.headers["Location"]) == (303, f"{address}/dates")
    assert (stored().opens_on, stored().closes_on) == (TODAY - DAY, TODAY + 9 * DAY)
    assert [act.action for act in acts()] == [DATES_CHANGED]
    page = _page(facilitator_client.get(f"{address}/dates"))
    shown = {box.get("name"): box.get("value") for box in page.xpath("//input[contains(@name, '_on')]")}
    assert shown == _dates(TODAY - DAY, TODAY + 9 * DAY, (TODAY - DAY, TODAY + 9 * DAY))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("opens_on", "closes_on", "wrong", "word"),
    [
        (str(TODAY), str(TODAY - DAY), "closes_on", {"en": "before the first day", "fr": "vient avant le premier"}),
        ("", str(TODAY - DAY), "closes_on", {"en": "has passed", "fr": "est passé"}),
        ("soon", str(TODAY), "opens_on", {"en": "2026-10-18", "fr": "2026-10-18"}),
        ("2026-02-31", "", "opens_on", {"en": "2026-10-18", "fr": "2026-10-18"}),
        ("", "0001-01-01", "closes_on", {"en": "2026-10-18", "fr": "2026-10-18"}),
        ("", "9999-12-31", "closes_on", {"en": "2026-10-18", "fr": "2026-10-18"}),
        ("", NAUGHTY, "closes_on", {"en": "2026-10-18", "fr": "2026-10-18"}),
    ],
)
def test_dates_that_cannot_be_are_refused_and_nothing_is_cleared(
    post, stored, acts, open_sample, sample_code, language, opens_on, closes_on, wrong, word
):
    open_sample()
    data = _dates() | {"opens_on": opens_on, "closes_on": closes_on}
    page = _page(post("dates", base=f"/{language}/manage/{sample_code}", **data), 422)
    (said,) = _errors(page)
    assert word[language] in said
    assert page.xpath("//*[@class='error-summary']//a/@href") == [f"#{wrong}"]
    kept = {box.get("name"): box.get("value") for box in page.xpath("//input[@type='date']")}
    assert kept == {"opens_on": opens_on.replace("\x00", "\ufffd"), "closes_on": closes_on.replace("\x00", "\ufffd")}
    assert (stored().opens_on, stored().closes_on, acts()) == (None, None, [])
    assert page.xpath("//script[contains(text(), 'alert')]") == []


def test_dates_that_somebody_else_gave_are_not_overwritten_unseen(post, stored, engine, sample_code, open_sample):
    open_sample(None, TODAY + 5 * DAY)
    data = _dates(None, TODAY + 9 * DAY)  # the page was opened while there were none
    page = _page(post("dates", **data), 409)
    assert "somebody else has given other dates" in _errors(page)[0]
    assert stored().closes_on == TODAY + 5 * DAY
    # what was typed is still there, and may now replace what the page tells of
    shown = {box.get("name"): box.get("value") for box in page.xpath("//input[contains(@name, '_on')]")}
    assert shown == _dates(None, TODAY + 9 * DAY, (None, TODAY + 5 * DAY))
    assert Formats("en").day(TODAY + 5 * DAY) in page.xpath("string(//*[@class='lead'])")
    assert post("dates", **shown).status_code == 303
    assert stored().closes_on == TODAY + 9 * DAY


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_may_be_anything_but_endless(post, stored, acts, open_sample, sample_code, language):
    open_sample()
    base = f"/{language}/manage/{sample_code}"
    for place, data in (("state", {"wanted": "paused"}), ("close", {"understood": "1"})):
        page = _page(post(place, base=base, reason="é" * 501, **data), 422)
        assert "500" in _errors(page)[0]
        assert page.xpath("//input[@id='reason']/@value") == ["é" * 501]
    assert (stored().state, acts()) == (ConsultationState.OPEN, [])
    assert post("state", base=base, wanted="paused", reason=f" {NAUGHTY} ").status_code == 303
    (act,) = acts()
    assert act.reason == "<script>alert(1)</script> no {{ 7 * 7 }} %s"


def test_closing_says_what_it_will_do_and_does_it(
    post, facilitator_client, engine, sample_code, secret, open_sample, address
):
    open_sample()
    with unit_of_work(engine) as session:
        requests = [InvitationRequest("fr", "caregiver")] * 2
        create_invitations(session, Keyring(secret), get_consultation(session, sample_code), requests)
    page = _page(facilitator_client.get(f"{address}/close"))
    text = " ".join(page.xpath("//main")[0].text_content().split())
    for said in ("cannot be undone", "240 responses were received", "link stops working", "no longer correct"):
        assert said in text
    with unit_of_work(engine, read_only=True) as session:
        assert None not in session.scalars(sa.select(Invitation.token_encrypted)).all()
    assert post("close", understood="1").status_code == 303
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(Invitation.token_encrypted)).all() == [None, None]
        assert get_consultation(session, sample_code).state is ConsultationState.CLOSED


def test_what_is_not_open_has_no_page_to_close_it(facilitator_client, post, address, stored):
    response = facilitator_client.get(f"{address}/close")
    assert (response.status_code, response.headers["Location"]) == (303, f"{address}/dates")
    assert "has not been opened yet" in _errors(_page(post("close", understood="1"), 409))[0]
    assert stored().state is ConsultationState.DRAFT


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_database_in_use_while_closing_leaves_one_step_which_is_offered(
    post, facilitator_client, acts, stored, open_sample, engine, sample_code, monkeypatch, language
):
    open_sample()
    monkeypatch.setattr(pages, "_WAIT_SECONDS", 0.2)
    base = f"/{language}/manage/{sample_code}"
    # a reader holds an old page: the closing is written, but the file cannot be rewritten and its log not emptied
    other = create_record_engine(engine.url.render_as_string())
    with unit_of_work(other, read_only=True) as session:
        get_consultation(session, sample_code)
        page = _page(post("close", base=base, understood="1"), 503)
    assert stored().state is ConsultationState.CLOSED
    assert len(_errors(page)) == 1
    assert page.xpath("//button[@name='again']")
    # who comes back later finds it, on either page, until it is done
    for place in ("close", "dates"):
        page = _page(facilitator_client.get(f"{base}/{place}"))
        assert page.xpath("//button[@name='again']"), place
        assert page.xpath("//*[@class='error-summary']") == []
    assert post("close", base=base, again="1").status_code == 303
    assert _page(facilitator_client.get(f"{base}/dates")).xpath("//main//form") == []
    assert facilitator_client.get(f"{base}/close").status_code == 303
    assert [act.action for act in acts()] == [CLOSED]
    other.dispose()


def test_the_last_step_alone_closes_nothing(post, stored, open_sample, acts):
    open_sample()
    assert post("close", again="1").status_code == 303
    assert (stored().state, acts()) == (ConsultationState.OPEN, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_closing_takes_a_tick(post, stored, acts, open_sample, sample_code, language):
    open_sample()
    base = f"/{language}/manage/{sample_code}"
    page = _page(post("close", base=base, reason="All is said"), 422)
    assert _errors(page) == [
        {
            "en": "Tick the box to say that you understand, or do not close.",
            "fr": "Cochez la case pour dire que vous comprenez, ou ne fermez pas.",
        }[language]
    ]
    assert page.xpath("//input[@id='reason']/@value") == ["All is said"]
    assert page.xpath("//label[@for='understood']")
    assert (stored().state, acts()) == (ConsultationState.OPEN, [])
    assert post("close", base=base, reason="All is said", understood="1").status_code == 303
    assert stored().state is ConsultationState.CLOSED


@pytest.mark.usefixtures("without_dates")
def test_whoever_has_just_opened_is_given_the_addresses(post, facilitator_client, address, sample_code):
    post("state", wanted="open")
    page = _page(facilitator_client.get(f"{address}/dates"))
    assert page.xpath("//dl//code/text()") == [f"http://localhost/{spoken}/c/{sample_code}/" for spoken in ("en", "fr")]
    assert _page(facilitator_client.get(f"{address}/dates")).xpath("//dl//code") == []  # once


def test_a_database_that_cannot_be_written_changes_nothing(post, stored, open_sample, engine, sample_code):
    open_sample()
    tried = (("state", {"wanted": "paused"}), ("close", {"understood": "1"}))
    other = create_record_engine(engine.url.render_as_string())
    with unit_of_work(other) as session:  # holds the lock for writing
        get_consultation(session, sample_code, lock=True)
        pages_shown = [_page(post(place, **data), 503) for place, data in tried]
    for page in pages_shown:
        assert _errors(page) == ["Nothing was changed: the database is busy. Try again in a minute."]
    assert stored().state is ConsultationState.OPEN
    other.dispose()


@pytest.mark.parametrize("place", ["dates", "close", "state"])
def test_nobody_else_may(client, sample_code, place):
    response = client.get(f"/en/manage/{sample_code}/{place}")
    assert response.status_code == 303
    assert "/sign-in" in response.headers["Location"]
