"""The queue of what to attend to: who reads it, what is kept, and that reading it is in the audit."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from lxml import html

from consult.jobs import LEASE, Work
from consult.record.account import Role
from consult.record.audit import AuditEntry
from consult.record.concern import ConcernKind, count_concerns
from consult.record.consultation import get_consultation
from consult.record.contribution import Channel, NewContribution, add_contributions
from consult.record.database import read_clock, unit_of_work
from consult.record.job import claim_job, enqueue_job
from consult.record.keys import new_token
from consult.tasks.concerns import read_concerns

DANGER = "Depuis l’hiver, je n’ai plus le goût de vivre."
COMPLAINT = "I filed a complaint in May and nobody answered."


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}/concerns"


@pytest.fixture
def said(engine, sample_code):
    """Have two things said, by two channels, and let the worker's task read them."""
    with unit_of_work(engine) as session:
        new = [
            NewContribution(DANGER, "fr", "hardest", Channel.WEB),
            NewContribution(COMPLAINT, "en", "hardest", Channel.INTERVIEW),
        ]
        add_contributions(session, get_consultation(session, sample_code).id, new)
        job_id = enqueue_job(session, "read_concerns", {}, datetime.now(UTC)).id
    with unit_of_work(engine) as session:
        job = claim_job(session, job_id, read_clock(session), LEASE)
    with Work(engine, job, lambda: False) as work:
        read_concerns(work)


@pytest.fixture
def actions(engine):
    def read(action):
        with unit_of_work(engine, read_only=True) as session:
            return list(session.scalars(sa.select(AuditEntry.account_id).where(AuditEntry.action == action)))

    return read


def _open(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return html.fromstring(response.text)


def _kind(page, kind):
    return page.xpath(f"//section[@aria-labelledby='kind-{kind}']")[0]


def test_the_words_are_marked_with_why_and_reading_them_is_audited(
    said, facilitator, facilitator_client, address, actions
):
    assert actions("concerns.read") == []
    page = _open(facilitator_client, address)
    quote = _kind(page, "danger").xpath(".//blockquote")[0]
    assert quote.text_content() == DANGER
    assert quote.get("lang") == "fr-CA"
    assert quote.xpath("mark/text()") == ["plus le goût de vivre"]
    assert "(suicide)" in _kind(page, "danger").xpath(".//p[@class='flag']")[0].text_content()
    assert "In an interview" in _kind(page, "complaint").text_content()
    assert "Nobody reads at the moment something is written" in page.text_content()
    assert actions("concerns.read") == [facilitator.id]


def test_only_the_one_who_is_named_reads_and_the_others_see_how_many(
    app, said, facilitator, facilitator_client, address, csrf_of, make_account, sign_in, actions
):
    other = make_account("marc@example.org", Role.FACILITATOR, name="Marc Roy")
    page = facilitator_client.get(address)
    data = {"csrf_token": csrf_of(page), "recipient": str(other.id)}
    assert facilitator_client.post(f"{address}/recipient", data=data).status_code == 303
    page = _open(facilitator_client, address)
    assert "1 waits. Only Marc Roy reads the words." in _kind(page, "danger").text_content()
    assert DANGER not in page.text_content()
    assert COMPLAINT not in page.text_content()
    browser = app.test_client()
    sign_in(browser, other.email)
    assert DANGER in _open(browser, address).text_content()
    assert actions("concerns.recipient_named") == [facilitator.id]
    stranger = make_account("s@example.org", Role.FACILITATOR, joins=())
    data = {"csrf_token": csrf_of(facilitator_client.get(address)), "recipient": str(stranger.id)}
    facilitator_client.post(f"{address}/recipient", data=data)
    assert "Marc Roy alone reads them" in _open(facilitator_client, address).text_content()


def test_what_was_done_is_needed_kept_and_can_be_undone(
    said, facilitator_client, address, csrf_of, engine, sample_code
):
    def send(decision, note=""):
        page = facilitator_client.get(address)
        kind = _kind(html.fromstring(page.text), "danger")
        where = kind.xpath(".//form")[0].get("action")
        data = {"csrf_token": csrf_of(page), "decision": decision, "note": note}
        return facilitator_client.post(where, data=data)

    refused = send("handle")
    page = html.fromstring(refused.text)
    assert refused.status_code == 422
    (summary,) = page.xpath("//*[@role='alert']//a")
    box = page.get_element_by_id(summary.get("href").removeprefix("#"))
    assert box.get("aria-invalid") == "true"
    assert summary.text_content() == "Write what was done. A few words are enough."
    assert send("handle", "Called the crisis line.").status_code == 303
    assert _count(engine, sample_code) == 0
    decided = _kind(_open(facilitator_client, address), "danger").xpath(".//details//article")[0]
    assert "Called the crisis line." in decided.text_content()
    assert "Decided by Claire Aubé" in decided.text_content()
    assert send("reopen").status_code == 303
    assert _count(engine, sample_code) == 1


def test_what_is_not_there_is_said_and_what_is_no_decision_is_refused(said, facilitator_client, address, csrf_of):
    token = csrf_of(facilitator_client.get(address))
    gone = facilitator_client.post(
        f"{address}/{'0' * 32}", data={"csrf_token": token, "decision": "dismiss"}, follow_redirects=True
    )
    assert "these words are not in the list any more" in gone.text
    assert facilitator_client.post(f"{address}/{new_token()}", data={"csrf_token": token}).status_code == 400
    assert facilitator_client.get(f"{address}/{'0' * 32}").status_code == 303  # the other language of a refused page


def _count(engine, code):
    with unit_of_work(engine, read_only=True) as session:
        return count_concerns(session, get_consultation(session, code))[ConcernKind.DANGER]
