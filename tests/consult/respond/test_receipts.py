"""With a receipt: read, correct, download, withdraw."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from consult.record.consultation import get_consultation, set_dates
from consult.record.database import unit_of_work
from tests.consult.respond.conftest import HOME, Participant

WORDS = "Mon histoire d’urgence, unique et reconnaissable."


@pytest.fixture
def sent(participant) -> Participant:
    """Somebody who has sent their answers, on the page of the receipt."""
    participant.begin(quoted="1").answer_all(answer_as="caregiver", hardest=WORDS, protect="L’équipe.", access="4")
    return participant.send()


def bytes_of(engine: Engine) -> bytes:
    path = Path(engine.url.database)
    return path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


def open_receipt(person: Participant, receipt: str) -> Participant:
    return person.open("/receipt").press_form("/receipt", receipt=receipt)


def test_a_receipt_opens_the_answers_on_any_device_however_it_is_typed(sent, make_participant):
    typed = sent.receipt.lower().replace("-", " ")
    other = open_receipt(make_participant("en"), typed)
    assert other.title == "Your answers"
    assert WORDS in other.text
    own = other.page.xpath("//*[contains(@class,'own')]")[0]
    assert own.get("lang") == "fr-CA"


@pytest.mark.parametrize("typed", ["AAAA-BBBB-CCCC-DDDD", "x" * 5000, "'; DROP TABLE responses; --", "\u202e\ud7ff"])
def test_an_unknown_receipt_is_refused_in_one_way(make_participant, sent, typed):
    person = open_receipt(make_participant(), typed)
    assert person.status == 422
    assert person.errors[0].startswith("Nous ne trouvons rien avec ce reçu.")
    assert person.open("/receipt/answers").title == "Votre reçu"


@pytest.mark.parametrize(("language", "said"), [("fr", "Écrivez votre reçu."), ("en", "Type your receipt.")])
@pytest.mark.parametrize("typed", ["", "  "])
def test_no_receipt_at_all_is_asked_for(make_participant, typed, language, said):
    person = open_receipt(make_participant(language), typed)
    assert (person.status, person.errors) == (422, [said])


def test_answers_are_corrected_until_closing(sent, stored, engine):
    open_receipt(sent, sent.receipt).open("/receipt/answers/experience")
    assert sent.fields()["hardest"].strip() == WORDS
    sent.press(hardest="Autrement dit.", protect="", access="99")
    assert sent.status == 422
    assert sent.fields()["hardest"].strip() == "Autrement dit."
    assert stored.texts() == sorted([WORDS, "L’équipe."])
    sent.press(hardest="Autrement dit.", protect="", access="5")
    assert "Vos corrections sont enregistrées." in sent.text
    assert stored.texts() == ["Autrement dit."]
    assert stored.answers()["access"] == {"point": 5}
    assert "protect" not in stored.answers()
    with unit_of_work(engine) as session:
        set_dates(session, get_consultation(session, HOME), None, date.today() - timedelta(days=1))
    assert "On ne peut plus les corriger" in sent.open("/receipt/answers").text
    assert sent.open("/receipt/answers/experience").title == "Vos réponses"


def test_the_language_of_a_correction_changes_and_what_was_typed_stays(sent, stored):
    open_receipt(sent, sent.receipt).open("/receipt/answers/experience")
    sent.post("/en/receipt/answers/experience", sent.fields() | {"do": "language", "hardest": "pas encore"})
    assert sent.page.get("lang") == "en-CA"
    assert sent.fields()["hardest"].strip() == "pas encore"
    assert WORDS in stored.texts()


def test_another_role_counts_in_its_group(sent, stored, engine):
    open_receipt(sent, sent.receipt).open("/receipt/answers/you").press(answer_as="manager")
    (response,) = stored.responses()
    with engine.connect() as connection:
        codes = connection.exec_driver_sql(
            "SELECT DISTINCT g.code FROM groups g JOIN contributions c ON c.group_id = g.id WHERE c.channel = 'web'"
        ).scalars()
        assert list(codes) == ["manager"]
        group = connection.exec_driver_sql(f"SELECT code FROM groups WHERE id = {response.group_id}").scalar()
    assert group == "manager"


def test_answers_are_downloaded_as_table_and_as_data(sent):
    open_receipt(sent, sent.receipt)
    table = sent.client.get("/fr/receipt/answers.csv")
    rows = list(csv.reader(io.StringIO(table.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["code", "question", "réponse"]
    assert ["hardest", WORDS] in [[row[0], row[2]] for row in rows]
    assert 'filename="consult-reponses.csv"' in table.headers["Content-Disposition"]
    english = csv.reader(io.StringIO(sent.client.get("/en/receipt/answers.csv").data.decode("utf-8-sig")))
    assert next(english) == ["code", "question", "answer"]
    data = json.loads(sent.client.get("/en/receipt/answers.json").data)
    assert {"text": WORDS} in [answer["value"] for answer in data["answers"]]
    assert "receipt" not in str(data).lower()


def test_withdrawal_erases_every_word_from_the_file(sent, stored, engine):
    receipt = sent.receipt
    assert WORDS.encode() in bytes_of(engine)
    open_receipt(sent, receipt).open("/receipt/withdraw").press_form("/receipt/withdraw")
    assert sent.title == "Ces réponses ont été retirées"
    assert stored.texts() == []
    assert stored.responses()[0].is_withdrawn
    assert WORDS.encode() not in bytes_of(engine)
    assert open_receipt(sent, receipt).title == "Ces réponses ont été retirées"


def test_closing_forgets_the_receipt_on_the_device(sent):
    open_receipt(sent, sent.receipt).press_form("/receipt/close")
    assert sent.open("/receipt/answers").title == "Votre reçu"


def test_an_address_for_the_results_is_kept_apart(sent, stored, engine):
    sent.press_form("/results", email=" Marie@Exemple.org ")
    assert sent.title == "C’est noté : nous vous écrirons"
    sent.open(f"/c/{HOME}/results").press_form("/results", email="marie@exemple.org")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT email, language FROM results_notices").all()
    assert rows == [("marie@exemple.org", "fr")]
    sent.open(f"/c/{HOME}/results").press_form("/results", email="pas une adresse")
    assert sent.status == 422
    assert sent.errors == ["Écrivez une adresse comme nom@exemple.org."]
    assert sent.page.xpath("//input[@id='email']/@value") == ["pas une adresse"]
