"""Writing and sending from the facilitator's pages."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.audit import AuditEntry
from consult.record.consultation import get_consultation
from consult.record.contact import Contact, ContactDetails, store_contacts
from consult.record.database import unit_of_work
from consult.record.invitation import Invitation
from consult.record.job import Job
from consult.record.keys import Keyring
from consult.record.mail_rules import set_rules
from consult.record.mail_state import Reach, list_reached
from consult.record.mailing import Mailing, Message
from consult.record.results_notice import ask_for_results
from consult.record.sending import SEND_MAIL, doubt_unfinished, request_mailings, take_next
from consult.record.storage import close_and_shuffle
from consult.settings import Settings
from consult.worker import Worker
from tests.consult.mail_server import Handler, run_mail_server


@pytest.fixture
def handler():
    return Handler()


@pytest.fixture
def site(engine, handler, make_app, make_account, sign_in, csrf_of, open_sample, sample_code, secret):
    """An open consultation with four people, a mail server, and a facilitator who has signed in."""
    with run_mail_server(handler) as port:
        yield _Site(engine, handler, port, make_app, make_account, sign_in, csrf_of, open_sample, sample_code, secret)


class _Site:
    def __init__(self, engine, handler, port, make_app, make_account, sign_in, csrf_of, open_sample, code, secret):
        self.engine, self.handler, self.code, self.secret = engine, handler, code, secret
        self.url = f"smtp://127.0.0.1:{port}?starttls=0&from=consult@example.org"
        url = engine.url.render_as_string(hide_password=False)
        self.app = make_app(url, mail_url=self.url, public_url="https://consult.example.org")
        self.browser = self.app.test_client()
        open_sample(closes_on=date.today() + timedelta(days=9))
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, code)
            rows = [ContactDetails(f"p{number}@example.org", f"Person {number}", "fr") for number in range(4)]
            store_contacts(session, consultation, rows)
            set_rules(session, consultation, quiet_from=0, quiet_to=0, rests_on_sunday=False, reminder_days=5)
        account = make_account("claire@example.org", Role.FACILITATOR)
        sign_in(self.browser, account.email)
        self.token = csrf_of(self.get("/add"))

    def get(self, path=""):
        return self.browser.get(f"/en/manage/{self.code}/invitations{path}")

    def post(self, path, **form):
        return self.browser.post(f"/en/manage/{self.code}/invitations{path}", data={"csrf_token": self.token, **form})

    def write(self, kind, do, **form):
        page = html.fromstring(self.get(f"/write/{kind}").text)
        words = {
            each.name: each.value for each in page.xpath("//form[@class='letters']//*[self::input or self::textarea]")
        }
        return self.post(f"/write/{kind}", **({name: text for name, text in words.items() if name != "csrf_token"}
                                              | {"do": do} | form))  # fmt: skip

    def work(self):
        settings = Settings(str(self.engine.url), self.secret, mail_url=self.url)
        worker = Worker(self.engine, settings=settings)
        while worker.run_next():
            pass

    def read(self, query):
        with unit_of_work(self.engine, read_only=True) as session:
            return session.scalars(query).all()

    def reached(self):
        with unit_of_work(self.engine, read_only=True) as session:
            return [each.reach for each in list_reached(session, get_consultation(session, self.code))]


def _text(response):
    return " ".join(" ".join(html.fromstring(response.text).itertext()).split())


def test_written_looked_at_tried_on_oneself_and_sent_once(site):
    looked = site.write("invitation", "look", **{"subject-fr": "Un objet\xa0: à moi", "text-fr": "Bonjour <b>gras</b>"})
    assert "Bonjour &lt;b&gt;gras&lt;/b&gt;" in looked.text
    assert f"https://consult.example.org/fr/c/{site.code}/" in looked.text
    assert "https://consult.example.org/fr/no-mail/" in looked.text
    assert site.read(sa.select(Message)) == []
    tried = site.write("invitation", "try", **{"subject-fr": "Un objet\xa0: à moi"})
    assert "The test was sent to claire@example.org" in _text(tried)
    assert site.handler.recipients == ["claire@example.org"] * 2  # in each language
    site.handler.taken.clear()
    for _ in range(2):  # a double click
        assert site.write("invitation", "send", **{"subject-fr": "Un objet\xa0: à moi"}).status_code == 303
    assert len(site.read(sa.select(Job).where(Job.task == SEND_MAIL))) == 1
    assert "4 messages have yet to leave" in _text(site.get())
    site.work()
    assert site.handler.recipients == [f"p{number}@example.org" for number in range(4)]
    assert site.handler.of("p0@example.org")["Subject"] == "Un objet\xa0: à moi"
    assert site.reached() == [Reach.INVITED] * 4
    assert [each.action for each in site.read(sa.select(AuditEntry)) if each.action.startswith("mail.")] == [
        "mail.invitation"
    ]
    assert "4 messages were sent" in _text(site.browser.get(f"/en/manage/{site.code}/invitations/progress"))


def test_what_is_wrong_with_a_text_is_said_at_the_text(site):
    wrong = site.write("invitation", "send", **{"text-en": " "})
    assert wrong.status_code == 422
    page = html.fromstring(wrong.text)
    assert page.xpath("//div[@class='error-summary']//a/@href") == ["#text-en"]
    assert page.xpath("//textarea[@aria-invalid='true']/@id") == ["text-en"]
    assert site.read(sa.select(Mailing)) == []


def test_a_mail_server_that_is_away_is_said_in_words(site):
    site.handler.sender_answer = "550 no"
    assert "does not accept the sender’s address" in _text(site.write("invitation", "try"))


def test_doubts_are_shown_and_decided_by_a_person(site):
    site.write("invitation", "send")
    with unit_of_work(site.engine) as session:
        consultation = get_consultation(session, site.code)
        take_next(session, Keyring(site.secret), consultation, after="", today=date.today())
    with unit_of_work(site.engine) as session:
        doubt_unfinished(session, get_consultation(session, site.code).id)
    assert "1 message perhaps left" in _text(site.get())
    assert site.post("/decide", do="again", state="sent").status_code == 400
    assert site.post("/decide", do="sent", state="uncertain").status_code == 303
    site.work()
    assert len(site.handler.taken) == 3
    assert site.reached() == [Reach.INVITED] * 4


def test_the_sending_stops_and_goes_on(site):
    site.post("/sending", do="stop")
    site.write("invitation", "send")
    assert "The sending is stopped" in _text(site.get())
    site.work()
    assert site.handler.taken == []
    site.post("/sending", do="go_on")
    with unit_of_work(site.engine) as session:
        request_mailings(session, datetime.now().astimezone())
    site.work()
    assert len(site.handler.taken) == 4


def test_a_message_that_came_back_marks_its_person(site):
    site.write("invitation", "send")
    site.work()
    returned = site.handler.of("p2@example.org").as_bytes()
    answer = site.browser.post(
        f"/en/manage/{site.code}/invitations/returned",
        data={"csrf_token": site.token, "file": (io.BytesIO(b"Undelivered\n\n" + returned), "back.eml")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    assert site.reached() == [Reach.INVITED, Reach.INVITED, Reach.BOUNCED, Reach.INVITED]
    assert site.post("/returned", text="nothing to see").status_code == 422
    assert site.post("/returned", text=" ").status_code == 422


def test_personal_links_are_given_as_a_file_and_the_audit_says_so(site, client):
    response = site.post("/personal-links")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == [f"p{number}@example.org" for number in range(4)]
    assert client.get(rows[1][-1].removeprefix("https://consult.example.org")).status_code == 200
    assert "links.exported" in [each.action for each in site.read(sa.select(AuditEntry))]
    assert [row[-1] for row in csv.reader(io.StringIO(site.post("/personal-links").data.decode("utf-8-sig")))] == [
        row[-1] for row in rows
    ]
    assert site.reached() == [Reach.LINK_GIVEN] * 4


def test_the_results_are_announced_after_closing_and_the_addresses_forgotten(site):
    with unit_of_work(site.engine) as session:
        ask_for_results(session, get_consultation(session, site.code), "reader@example.org", "fr")
    assert site.write("results", "send").status_code == 422  # not before
    close_and_shuffle(site.engine, site.code)
    assert "Announce the results to 1 address" in _text(site.get())
    assert site.write("results", "send").status_code == 303
    site.work()
    message = site.handler.of("reader@example.org")
    assert message["Subject"].startswith("Les résultats\xa0: ")
    assert "/i/" not in message.get_body(("plain",)).get_content()
    assert "1 message was sent" in _text(site.get())
    assert site.post("/remove-all").status_code == 303
    assert site.read(sa.select(Contact)) == []
    assert site.read(sa.select(Invitation.contact).where(Invitation.contact.like("p%@example.org"))) == []


def test_without_a_mail_server_the_page_says_how_to_set_one(facilitator_client, sample_code):
    page = facilitator_client.get(f"/fr/manage/{sample_code}/invitations")
    assert "CONSULT_MAIL_URL" in page.text
    assert "smtp://" in page.text


def test_hours_are_checked_and_kept(site):
    good = {"quiet_from": "21", "quiet_to": "7", "reminder_days": "3"}
    assert site.post("/when", **good).status_code == 303
    assert html.fromstring(site.get("/when").text).xpath("//select[@id='quiet_from']/option[@selected]/@value") == [
        "21"
    ]
    wrong = site.post("/when", **good | {"reminder_days": "often"})
    assert wrong.status_code == 422
    assert html.fromstring(wrong.text).xpath("//input[@aria-invalid='true']/@id") == ["reminder_days"]
