"""The overview: findings first, then bars, then the same numbers in tables; no word of any answer."""

import csv
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.consultation import get_consultation, set_dates
from consult.record.contribution import Channel
from consult.record.database import random_key, unit_of_work
from consult.record.draft import Draft, DraftAnswer
from consult.record.invitation import InvitationRequest, create_invitations
from consult.record.keys import Keyring
from consult.record.lifecycle import close_consultation, pause_consultation
from consult.record.response import Response
from consult.record.survey import SurveyVersion
from consult.sample import OPEN_QUESTIONS, RESPONSES

TODAY = date.today()
DAY = timedelta(days=1)
LANGUAGES = ("fr", "en")


@pytest.fixture
def read(facilitator_client, sample_code):
    """Read the overview: the page, and its text with single spaces."""

    def read_it(language="en"):
        response = facilitator_client.get(f"/{language}/manage/{sample_code}/")
        assert response.status_code == 200
        page = html.fromstring(response.text)
        return page, " ".join(page.xpath("//main")[0].text_content().split())

    return read_it


@pytest.fixture
def change(engine, sample_code):
    """Do something to the sample in one transaction: ``change(lambda session, consultation: …)``."""

    def change_it(act):
        with unit_of_work(engine) as session:
            act(session, get_consultation(session, sample_code))

    return change_it


def _leave(count, group):
    """Withdraw the responses of a group but for a few."""

    def act(session, consultation):
        (key,) = [each.id for each in consultation.groups if each.code == group]
        for response in session.scalars(sa.select(Response).where(Response.group_id == key).offset(count)):
            response.is_withdrawn = True

    return act


def _drafts(page, count, touched_on=TODAY - DAY):
    def act(session, consultation):
        version = session.scalars(sa.select(SurveyVersion)).one()
        for _ in range(count):
            key = random_key()
            draft = Draft(id=key, version_id=version.id, language="fr", page=page, touched_on=touched_on)
            session.add(draft)
            session.flush()
            session.add(DraftAnswer(draft_id=key, question_code="hardest", value="mots secrets", revision=1))

    return act


def _table(page, section):
    rows = page.xpath(f"//section[@aria-labelledby='{section}']//table//tr")
    return [[cell.text_content().strip() for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("language", "missing"),
    [("en", "Caregivers: 12 missing (24 of 36)"), ("fr", "Personnes proches aidantes : il en manque 12 (24 sur 36)")],
)
def test_who_is_missing_comes_first(read, change, language, missing):
    change(_leave(24, "caregiver"))
    page, text = read(language)
    assert page.xpath("//main//section")[0].get("class").split() == ["todo"]
    assert missing in text


def test_the_group_that_is_heard_least_is_named_first(read, change):
    change(_leave(10, "citizen"))
    change(_leave(2, "decision_maker"))
    page, _ = read()
    listed = [" ".join(item.text_content().split()) for item in page.xpath("//section[contains(@class, 'todo')]//li")]
    assert listed[0] == "Decision-makers: 12 missing (2 of 14)"


def test_where_every_group_has_reached_its_target_it_says_so(read, change):
    def lower(session, consultation):
        for group in consultation.groups:
            group.target = 1

    change(lower)
    _, text = read()
    assert "Nobody is missing" in text
    assert "All 7 groups have reached their target." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_hold_what_is_stored(read, change, engine, language):
    change(_drafts(2, 3))
    change(_drafts(9, 1, TODAY))
    page, _ = read(language)
    with RESPONSES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    languages = sorted((sum(row["language"] == each for row in rows) for each in LANGUAGES), reverse=True)
    assert [int(row[1]) for row in _table(page, "languages")[1:]] == languages
    assert [row[1] for row in _table(page, "groups")][-1] == str(len(rows))
    assert sum(int(row[1]) for row in _table(page, "groups")[1:-1]) == len(rows)
    assert sum(int(row[1]) for row in _table(page, "days")[1:]) == len(rows)
    assert sum(int(row[1]) for row in _table(page, "channels")[1:]) == len(rows)
    assert [row[1:] for row in _table(page, "stops")[1:]][2:] == [["3", "0"], ["0", "0"], ["0", "0"], ["1", "1"]]


def test_every_section_has_a_finding_bars_and_a_table_with_caption_and_scopes(read, change, secret):
    def invite(session, consultation):
        create_invitations(session, Keyring(secret), consultation, [InvitationRequest("fr", "caregiver")] * 3)

    change(invite)
    change(_drafts(1, 2))
    page, _ = read()
    sections = page.xpath("//*[@class='counts']//section")
    names = {section.get("aria-labelledby") for section in sections}
    assert names == {"groups", "invitations", "languages", "days", "stops", "channels"}
    for section in sections:
        assert section.xpath("h2/following-sibling::p[1]")[0].text_content().strip().endswith(".")
        assert section.xpath(".//*[name()='svg']//*[name()='rect']")
        assert section.xpath(".//table/caption")[0].text_content().strip()
        assert section.xpath(".//th[not(@scope)]") == []
        assert section.xpath(".//tbody/tr/th[@scope='row']")
    assert page.xpath("//*[@style]") == []
    assert {svg.get("aria-hidden") for svg in page.xpath("//*[name()='svg']")} == {"true"}


def test_where_people_stop_is_said_by_the_sections_title(read, change, open_sample):
    open_sample()
    change(_drafts(2, 3, TODAY))
    change(_drafts(1, 1))

    def on_the_web(session, consultation):
        session.execute(sa.update(Response).values(channel=Channel.WEB))

    change(on_the_web)
    _, text = read()
    assert "244 people began on the web, and 240 finished (98%)." in text
    assert "The others most often stopped at “Care today and tomorrow” (3 of 4)." in text
    assert "3 of them answered something today" in text


@pytest.mark.parametrize(
    ("language", "one", "several"),
    [
        (
            "en",
            "8 people began on the web, and 1 finished (12%). The others most often stopped",
            "9 people began on the web, and 8 finished (89%). The other one stopped at “Care today and tomorrow”.",
        ),
        (
            "fr",
            "8 personnes ont commencé sur le Web, et 1 a terminé (12 %). Les autres se sont",
            "9 personnes ont commencé sur le Web, et 8 ont terminé (89 %). L’autre s’est arrêtée à «",
        ),
    ],
)
def test_those_who_began_and_those_who_finished_have_each_their_plural(read, change, language, one, several):
    def finished(count):
        def act(session, consultation):
            keys = list(session.scalars(sa.select(Response.id).limit(count)))
            session.execute(sa.update(Response).values(channel=Channel.PAPER))
            session.execute(sa.update(Response).where(Response.id.in_(keys)).values(channel=Channel.WEB))

        return act

    change(_drafts(2, 7))
    change(finished(1))
    assert one in read(language)[1].replace("\u202f", "\u00a0").replace("\u00a0", " ")
    change(lambda session, _: session.execute(sa.delete(DraftAnswer)))
    change(lambda session, _: session.execute(sa.delete(Draft)))
    change(_drafts(2, 1))
    change(finished(8))
    assert several in read(language)[1].replace("\u202f", "\u00a0").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "exact", "nearly"),
    [
        (
            "en",
            "0% of the responses are in French and 100% in English.",
            "Under 1% of the responses are in French and over 99% in English.",
        ),
        (
            "fr",
            "0 % des réponses sont en français et 100 %",
            "Moins de 1 % des réponses sont en français et plus de 99 %",
        ),
    ],
)
def test_none_and_all_are_said_only_where_they_are_exact(read, change, language, exact, nearly):
    def in_french(count):
        def act(session, consultation):
            keys = list(session.scalars(sa.select(Response.id).limit(count)))
            session.execute(sa.update(Response).values(language="en"))
            session.execute(sa.update(Response).where(Response.id.in_(keys)).values(language="fr"))

        return act

    change(in_french(0))
    assert exact in read(language)[1].replace("\u00a0", " ")
    change(in_french(1))  # of 240
    assert nearly in read(language)[1].replace("\u00a0", " ")
    shares = [row[2].replace("\u00a0", " ") for row in _table(read(language)[0], "languages")[1:]]
    assert sorted(shares) == sorted({"en": ["over 99%", "under 1%"], "fr": ["plus de 99 %", "moins de 1 %"]}[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_addresses_of_the_survey_are_there_to_be_copied(read, open_sample, client, sample_code, language):
    addresses = [f"http://localhost/{spoken}/c/{sample_code}/" for spoken in LANGUAGES]
    page, text = read(language)  # not open yet: they lead nowhere, and there is no link
    assert sorted(page.xpath("//dl//code/text()")) == sorted(addresses)
    assert page.xpath(f"//main//a[@href='/{language}/c/{sample_code}/']") == []
    assert client.get(f"/{language}/c/{sample_code}/").status_code == 404
    open_sample()
    page, text = read(language)
    assert page.xpath("//dl//code/text()")[0] == f"http://localhost/{language}/c/{sample_code}/"
    assert {"en": "your response counts", "fr": "votre réponse compte"}[language] in text
    (seen,) = page.xpath("//section[@aria-labelledby='addresses']//a/@href")
    assert client.get(seen).status_code == 200
    # each button is named after what it copies, and waits for the script that can
    for button in page.xpath("//dl//button"):
        assert button.get("hidden") is not None
        assert [len(page.xpath(f"//*[@id='{place}']")) for place in button.get("aria-labelledby").split()] == [1, 1]
        assert page.xpath(f"//code[@id='{button.get('data-copy')}']")


def test_looking_at_the_survey_answers_nothing(client, open_sample, sample_code, engine):
    open_sample()

    def count():
        with unit_of_work(engine, read_only=True) as session:
            return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Response, Draft)]

    before = count()
    assert client.get(f"/en/c/{sample_code}/").status_code == 200
    assert count() == before


def test_a_closed_consultation_has_no_address_to_share(read, change, open_sample, sample_code):
    open_sample()
    assert "The address to share" in read()[1]
    change(lambda session, _: close_consultation(session, sample_code))
    assert "The address to share" not in read()[1]


def test_after_the_end_nobody_may_still_be_answering(read, change, open_sample, sample_code):
    open_sample()
    change(_drafts(2, 3, TODAY))
    assert "may still be answering" in read()[1]
    change(lambda session, _: close_consultation(session, sample_code))
    assert "may still be answering" not in read()[1]
    assert "Where people stop" in read()[1]


def test_a_response_without_a_group_is_shown(read, change):
    def forget(session, consultation):
        session.scalars(sa.select(Response).limit(1)).one().group_id = None

    assert "Group not known" not in read()[1]
    change(forget)
    page, _ = read()
    assert ["Group not known", "1", "–", "0"] in _table(page, "groups")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_an_answer_is_on_the_page(read, change, language):
    change(_drafts(1, 2))
    with RESPONSES.open(encoding="utf-8-sig", newline="") as file:
        said = {row[code].strip() for row in csv.DictReader(file) for code in OPEN_QUESTIONS}
    said = {text for text in said if len(text) > 12}
    assert len(said) > 400
    page, _ = read(language)
    source = html.tostring(page, encoding="unicode")
    assert [text for text in said | {"mots secrets"} if text in source] == []


def _empty(session, consultation):
    for response in session.scalars(sa.select(Response)):
        response.is_withdrawn = True


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No response has come yet"), ("fr", "Aucune réponse n’est encore arrivée")],
)
def test_without_responses_it_says_so_and_whom_it_hopes_to_hear(read, change, open_sample, language, said):
    open_sample()
    change(_empty)
    page, text = read(language)
    assert said in text
    assert "60" in text
    assert page.xpath("//table") == []


def test_a_consultation_without_targets_names_nobody_as_missing(read, change):
    def aim_at_nobody(session, consultation):
        for group in consultation.groups:
            group.target = 0

    change(aim_at_nobody)
    page, text = read()
    assert page.xpath("//section[contains(@class, 'todo')]") == []
    assert "No group has a target." in text
    assert "240 responses" in text
    assert "hoped for" not in text


@pytest.mark.parametrize(
    ("closes_on", "said"),
    [
        (TODAY, "today is the last day"),
        (TODAY + DAY, "in 1 day."),
        (TODAY + 9 * DAY, "in 9 days."),
        (TODAY - DAY, "Give a later day, or close the consultation."),
        (None, "there is no last day"),
    ],
)
def test_it_says_how_long_people_can_still_answer(read, open_sample, closes_on, said):
    open_sample(None, closes_on)
    assert said in read()[1]


@pytest.mark.parametrize(
    ("act", "said"),
    [(pause_consultation, "the consultation is paused"), (close_consultation, "The consultation is closed, for good.")],
)
def test_it_says_that_nobody_can_answer(read, change, open_sample, sample_code, act, said):
    open_sample()
    assert said not in read()[1]
    change(lambda session, _: act(session, sample_code))
    assert said in read()[1]


def test_a_group_that_is_named_in_one_language_says_which(read, change):
    def lose_the_english(session, consultation):
        group = consultation.groups[0]
        group.name = type(group.name)(fr=group.name.fr)

    change(lose_the_english)
    page, _ = read()
    (name,) = page.xpath("//section[@aria-labelledby='groups']//ul//span[@lang]")
    assert (name.get("lang"), name.text) == ("fr-CA", "Citoyennes et citoyens")


def test_the_page_is_of_those_who_facilitate_this_consultation(app, client, sample_code, make_account, sign_in):
    address = f"/en/manage/{sample_code}/"
    assert client.get(address).status_code == 303
    for email, role, joins, status in (
        ("a@example.org", Role.FACILITATOR, (), 404),
        ("b@example.org", Role.COMMITTEE, (sample_code,), 403),
        ("c@example.org", Role.FACILITATOR, (sample_code,), 200),
    ):
        browser = app.test_client()
        sign_in(browser, make_account(email, role, joins=joins).email)
        assert browser.get(address).status_code == status


def test_a_consultation_open_for_years_still_fits(read, change, open_sample):
    open_sample()
    change(lambda session, consultation: set_dates(session, consultation, date(2001, 1, 1), None))
    page, text = read()
    assert "By year" in text
    assert len(page.xpath("//*[contains(@class, 'columns')]//*[name()='rect']")) <= 63
