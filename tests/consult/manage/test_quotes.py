"""The queue of quotes: what the program noticed, what a person approves, who decided; nothing else ever gets out."""

import pytest
import sqlalchemy as sa
from lxml import html

from analysis.personal import redact
from consult.record.audit import AuditEntry
from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.quote import list_approved, list_queue
from consult.record.run import get_run, list_quotable
from consult.record.theme import QuoteSnapshot
from consult.record.withdrawal import empty_quotes
from tests.consult.planted_run import plant_run

WITH_A_NUMBER = "0 rappel. Thérèse Gagnon attend. Appelez le 514 555-1234 ou GAGT 1234 5678, j’attends depuis mai."


@pytest.fixture
def run_id(engine, sample_code):
    """Make a run in which one quote says a name, a telephone number and a health number."""
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        mine = sa.select(Contribution.id).where(
            Contribution.consultation_id == consultation.id, Contribution.question_code == "hardest"
        )
        for key in session.scalars(mine.order_by(Contribution.id).limit(40)):
            session.execute(
                sa.update(ContributionRevision)
                .where(ContributionRevision.contribution_id == key)
                .values(text=WITH_A_NUMBER)
            )
    return plant_run(engine, sample_code)


@pytest.fixture
def address(sample_code, run_id):
    return f"/en/manage/{sample_code}/themes/{run_id}/quotes"


@pytest.fixture
def queue(engine, run_id):
    def read():
        with unit_of_work(engine, read_only=True) as session:
            return list_queue(session, get_run(session, run_id))

    return read


@pytest.fixture
def decide(facilitator_client, csrf_of, address):
    """Send a decision on a quote as the page does."""

    def send(quote_id, decision, text=""):
        token = csrf_of(facilitator_client.get(address))
        data = {"csrf_token": token, "decision": decision, "text": text}
        return facilitator_client.post(f"{address}/{quote_id}", data=data)

    return send


def _approved(engine, run_id):
    with unit_of_work(engine, read_only=True) as session:
        return [quote.text for quotes in list_approved(session, get_run(session, run_id)).values() for quote in quotes]


def test_the_queue_shows_what_was_written_what_was_noticed_and_a_redacted_form(facilitator_client, address, queue):
    (quote, *_) = [quote for quote in queue().quotes if quote.original == WITH_A_NUMBER]
    page = html.fromstring(facilitator_client.get(address).text)
    section = page.get_element_by_id(f"quote-{quote.id}")
    assert section.xpath(".//blockquote")[0].text_content() == WITH_A_NUMBER
    assert section.xpath(".//mark/text()") == ["Thérèse Gagnon", "514 555-1234", "GAGT 1234 5678"]
    noticed = section.xpath(".//p[@class='flag']")[0].text_content()
    assert "telephone number" in noticed
    assert "health insurance number" in noticed
    assert section.xpath(".//textarea")[0].text.strip() == redact(WITH_A_NUMBER)
    assert "514" not in redact(WITH_A_NUMBER)
    assert "5678" not in redact(WITH_A_NUMBER)


def test_an_approved_quote_is_in_its_redacted_form_with_who_and_when(
    facilitator_client, address, queue, decide, engine, run_id
):
    (quote, *_) = [quote for quote in queue().quotes if quote.original == WITH_A_NUMBER]
    assert _approved(engine, run_id) == []
    assert decide(quote.id, "approve", "[…] attend. Appelez […]").status_code == 303
    assert _approved(engine, run_id) == ["[…] attend. Appelez […]"]
    page = html.fromstring(facilitator_client.get(address).text)
    article = page.get_element_by_id(f"quote-{quote.id}")
    assert "Approved by Claire Aubé on" in article.text_content()
    assert article.xpath(".//blockquote/text()") == ["[…] attend. Appelez […]"]
    assert article.xpath(".//q/text()") == [WITH_A_NUMBER]  # whoever undoes it sees what was taken out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("   ", "The quote is empty."),
        (WITH_A_NUMBER, "what points at a person (telephone number)"),
        ("Écrivez à a.b@example.org", "what points at a person (e-mail address)"),
        ("Ma carte : 1234-567-890-AB", "what points at a person (health insurance number)"),
        ("J’habite au J8X 2K1", "what points at a person (postal code)"),
        ("x" * 2_001, "The quote is too long."),
        ("Tout le monde est content", "These are not the words that were written."),
    ],
)
def test_what_cannot_be_approved_comes_back_as_it_was_typed(queue, decide, engine, run_id, text, sentence):
    quote = queue().quotes[0]
    response = decide(quote.id, "approve", text)
    page = html.fromstring(response.text)
    assert response.status_code == 422
    assert page.xpath("//title")[0].text.startswith("Error:")
    (summary,) = page.xpath("//*[@role='alert']//a")
    assert sentence in summary.text_content()
    box = page.get_element_by_id(summary.get("href").removeprefix("#"))
    assert box.get("aria-invalid") == "true"
    assert summary.text_content() in page.get_element_by_id(f"error-{quote.id}").text_content()
    assert (box.text or "").strip() == text.strip()
    assert _approved(engine, run_id) == []


def test_a_refusal_and_an_approval_can_be_undone_and_every_decision_stays_in_the_audit(queue, decide, engine, run_id):
    first, second = queue().quotes[:2]
    decide(first.id, "refuse")
    decide(second.id, "approve", redact(second.original))
    states = {quote.id: str(quote.state) for quote in queue().quotes}
    assert (states[first.id], states[second.id]) == ("refused", "approved")
    decide(first.id, "reopen")
    decide(second.id, "reopen")
    again = {quote.id: quote for quote in queue().quotes}
    assert {str(again[key].state) for key in (first.id, second.id)} == {"proposed"}
    assert again[second.id].text == second.original
    assert _approved(engine, run_id) == []
    with unit_of_work(engine, read_only=True) as session:
        acts = session.scalars(
            sa.select(AuditEntry.action).where(AuditEntry.object_type == "quote_snapshots").order_by(AuditEntry.id)
        ).all()
    assert acts == ["quote.refused", "quote.approved", "quote.reopened", "quote.reopened"]


def test_who_did_not_agree_is_left_out_and_cannot_be_approved(facilitator_client, sample_code, engine, csrf_of):
    run_id = plant_run(engine, sample_code, quote_anybody=True)
    address = f"/en/manage/{sample_code}/themes/{run_id}/quotes"
    with unit_of_work(engine, read_only=True) as session:
        quotable = list_quotable(session, get_run(session, run_id))
        snapshots = session.execute(sa.select(QuoteSnapshot.id, QuoteSnapshot.contribution_id)).all()
    refused = [key for key, contribution in snapshots if contribution not in quotable]
    agreed = [key for key, contribution in snapshots if contribution in quotable]
    assert refused
    assert agreed
    response = facilitator_client.get(address)
    assert all(key not in response.text for key in refused)
    assert all(key in response.text for key in agreed)
    assert "did not agree" in response.text
    data = {"csrf_token": csrf_of(response), "decision": "approve", "text": "Mots"}
    answer = facilitator_client.post(f"{address}/{refused[0]}", data=data, follow_redirects=True)
    assert "does not agree to be quoted any more" in answer.text
    assert _approved(engine, run_id) == []


def test_what_its_author_took_back_leaves_at_once(queue, decide, engine, run_id):
    quote = queue().quotes[0]
    decide(quote.id, "approve", redact(quote.original))
    assert _approved(engine, run_id) == [redact(quote.original)]
    with unit_of_work(engine) as session:
        key = session.scalars(sa.select(QuoteSnapshot.contribution_id).where(QuoteSnapshot.id == quote.id)).one()
        empty_quotes(session, Contribution.id == key)
    assert _approved(engine, run_id) == []
    assert quote.id not in {each.id for each in queue().quotes}
    assert _approved(engine, run_id) == []


def test_a_quote_of_another_run_is_not_decided_here(decide, engine, sample_code, run_id):
    other = plant_run(engine, sample_code)
    with unit_of_work(engine, read_only=True) as session:
        foreign = list_queue(session, get_run(session, other)).quotes[0].id
    assert decide(foreign, "approve", "Mots").status_code == 303
    assert _approved(engine, other) == []
    assert decide(foreign, "sell").status_code == 400
