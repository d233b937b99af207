"""One page for the codes of every channel; one agreement taken back and not the others; what withdrawing still does."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from consult.record.consultation import get_consultation, set_dates
from consult.record.contribution import Contribution
from consult.record.database import unit_of_work
from consult.record.discussion import Joining, join_discussion
from consult.record.keys import Keyring, new_token
from consult.record.session import NewSession, SessionKind, create_session, slip_code
from consult.record.survey import SurveyVersion, read_definition
from consult.record.theme import CandidateTheme, QuoteSnapshot, Run
from tests.consult.planted_run import plant_run
from tests.consult.respond.conftest import HOME
from tests.consult.respond.test_receipts import bytes_of, open_receipt

QUOTED = "Le paravent jaune ne cache rien."


@pytest.fixture
def sent(participant):
    """Somebody who agreed to be quoted and to research, and sent their answers."""
    participant.begin(quoted="1", research="1").answer_all(answer_as="caregiver", hardest="Attendre.", access="4")
    participant.send()
    return open_receipt(participant, participant.receipt)


@pytest.fixture
def quoted(engine, sent):
    """Make a run that quotes that person, in words that are nowhere else; return the quote's key."""
    run_id = plant_run(engine, HOME)
    with unit_of_work(engine) as session:
        theme = session.scalars(sa.select(CandidateTheme.id).where(CandidateTheme.run_id == run_id).limit(1)).one()
        own = session.scalars(sa.select(Contribution.id).where(Contribution.channel == "web")).one()
        quote = QuoteSnapshot(theme_id=theme, contribution_id=own, text=QUOTED, language="fr")
        session.add(quote)
        session.flush()
        return quote.id


def _quote(engine, key):
    with unit_of_work(engine, read_only=True) as session:
        return session.get_one(QuoteSnapshot, key).text


def test_the_page_of_receipts_takes_the_code_of_any_channel(app, engine, secret, make_participant, participant):
    keyring = Keyring(secret)
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, HOME)
        token = new_token()
        join_discussion(session, keyring, consultation, Joining(token, "fr"), date.today())
        new = NewSession(SessionKind.FOCUS_GROUP, date.today(), note_taker="A", attendance={None: 6})
        slip = slip_code(keyring, create_session(session, keyring, consultation, new))
    discussion = keyring.open_discussion(token).receipt
    assert open_receipt(make_participant(), discussion).path.endswith("/d/own")
    assert open_receipt(make_participant(), slip.lower().replace("-", " ")).path.endswith(("/session", "/seance"))
    assert open_receipt(make_participant(), "AAAA-BBBB-CCCC-DDDD").status == 422


def test_each_agreement_is_shown_in_the_words_that_were_agreed_to(sent, engine):
    (said,) = sent.page.xpath("//*[@id='agreements']")
    assert [item.xpath("string(p[1])") for item in said.xpath(".//li")] == [
        question.text.get("fr") for question in _consents(engine)
    ]
    assert len(said.xpath(".//li//a")) == 2  # the first one is needed: it goes with the answers


def test_taking_back_the_quotes_empties_them_and_leaves_the_rest(sent, stored, engine, quoted):
    before = stored.answers()
    assert QUOTED.encode() in bytes_of(engine)
    sent.open("/receipt/agreements/quoted")
    assert "Vos réponses restent" in sent.text
    for _ in range(2):  # a double click: done once, answered twice alike
        sent.post("/fr/receipt/agreements/quoted", {"csrf_token": sent.fields()["csrf_token"]})
        assert "Cet accord est repris. Vos réponses restent." in sent.text
        sent.open("/receipt/agreements/research")
    after = stored.answers()
    assert after["quoted"]["given"] is False
    assert {**after, "quoted": None} == {**before, "quoted": None}
    assert after["research"]["given"] is True
    assert _quote(engine, quoted) is None
    assert QUOTED.encode() not in bytes_of(engine)


def test_taking_back_another_purpose_leaves_the_quotes(sent, stored, engine, quoted):
    sent.open("/receipt/agreements/research").press_form("/receipt/agreements/research")
    assert "Cet accord est repris. Vos réponses restent." in sent.text
    assert stored.answers()["research"]["given"] is False
    assert stored.answers()["quoted"]["given"] is True
    assert _quote(engine, quoted) == QUOTED


def test_it_is_a_right_after_the_closing_too(sent, stored, engine):
    with unit_of_work(engine) as session:
        set_dates(session, get_consultation(session, HOME), None, date.today() - timedelta(days=1))
    sent.open("/receipt/agreements/research")
    assert "vous ne pourrez pas accepter de nouveau" in sent.text
    sent.press_form("/receipt/agreements/research")
    assert stored.answers()["research"]["given"] is False


def test_the_agreement_without_which_nobody_takes_part_goes_with_the_answers(sent, stored, csrf_of):
    assert sent.open("/receipt/agreements/take_part").path.startswith("/fr/receipt/answers")
    token = csrf_of(sent.client.get("/fr/receipt/answers"))
    answer = sent.client.post("/fr/receipt/agreements/take_part", data={"csrf_token": token})
    assert answer.location == "/fr/receipt/withdraw"
    assert stored.answers()["take_part"]["given"] is True
    assert sent.client.get("/fr/receipt/agreements/hardest").status_code == 404


def test_what_withdrawing_does_is_said_before_and_after_themes_are_published(sent, engine):
    assert "Aucun thème n’est encore publié" in sent.open("/receipt/withdraw").text
    run_id = plant_run(engine, HOME)
    with unit_of_work(engine) as session:
        session.get_one(Run, run_id).shown_at = datetime.now(UTC)
    assert "Leurs totaux restent tels quels" in sent.open("/receipt/withdraw").text


def _consents(engine):
    with unit_of_work(engine, read_only=True) as session:
        version = session.scalars(sa.select(SurveyVersion).order_by(SurveyVersion.id.desc())).first()
        return [each for each in read_definition(version).survey.questions if each.type == "consent"]
