"""Typing forms in: what digits mean, and the pages of batches, forms, slips and second entries."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from consult.enter.fields import entry_fields, fill_fields, read_form
from consult.languages import interface_words
from consult.question_words import question_words
from consult.record.account import Role
from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.keys import Keyring, write_code
from consult.record.lifecycle import close_consultation
from consult.record.response import Response, ResponseAnswer
from consult.record.typed_code import create_codes
from consult.record.typed_form import TypedForm
from consult.sample import FOLDER
from surveys.answers import check_answers
from surveys.exchange.survey_file import read_survey
from tests.journeys.every_question_type import SURVEY as EVERY_TYPE

SAMPLE = read_survey(FOLDER / "survey.json")
WORDS = "La salle d’attente est froide"
LABELS = question_words(interface_words("en"))
PAPER = {
    "q.take_part.0": "1",
    "q.roles.0": "2 3",
    "q.answer_as.0": "3",
    "q.region.0": "5",
    "q.access.0": "6",
    "q.hardest.0": WORDS,
    "q.orientations.1": "1",
    "q.orientations.4": "2",
    "q.gender.0": "4",
    "q.gender.1": "agenre",
}


class Posted(dict):
    """What a browser posts."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


def read(survey, typed: Mapping[str, str]):
    return read_form(survey, Posted(typed), "en", LABELS)


def test_digits_are_the_boxes_of_the_paper():
    form = read(SAMPLE, PAPER)
    values, problems = check_answers(SAMPLE, form.raw, final=True)
    assert problems == ()
    assert form.problems == []
    assert values["roles"] == {"choices": ["patient", "caregiver"]}
    assert values["answer_as"] == {"choice": "caregiver"}
    assert values["access"] == {"special": "not_applicable"}
    assert values["orientations"] == {"ranking": ["home_care", "digital"]}
    assert values["gender"] == {"choice": "other", "other": "agenre"}
    assert values["hardest"] == {"text": WORDS}


@pytest.mark.parametrize(
    ("typed", "marks", "is_refused"),
    [
        ("?", {"region": ["illegible"]}, False),
        ("++", {"region": ["two_ticked"]}, False),
        ("2 5", {"region": ["two_ticked"]}, False),
        ("25", {"region": ["two_ticked"]}, False),
        ("5 5", {}, False),
        ("0", {}, False),
        ("9", {}, True),
        ("north", {}, True),
    ],
)
def test_what_is_no_single_box_is_counted_or_refused_and_never_an_answer(typed, marks, is_refused):
    form = read(SAMPLE, {"q.region.0": typed})
    assert form.marks == marks
    assert [each.place for each in form.problems] == (["region"] if is_refused else [])
    assert ("region" in check_answers(SAMPLE, form.raw, final=False)[0]) is (typed == "5 5")


@given(st.data())
def test_every_answer_of_every_type_is_typed_back_as_it_was_read(data):
    typed = {}
    for question in EVERY_TYPE.questions:
        for each in entry_fields(question, "en", LABELS) if question.type != "text_block" else ():
            key = st.sampled_from([option.key for option in each.options]) if each.options else st.sampled_from("12")
            typed[each.name] = data.draw(st.one_of(st.just(""), key))
    form = read(EVERY_TYPE, typed)
    assert form.problems == []
    values, _ = check_answers(EVERY_TYPE, form.raw, final=False)
    again = {}
    for question in EVERY_TYPE.questions:
        if question.type != "text_block":
            again |= fill_fields(question, values.get(question.code), (), "en", LABELS)
    assert check_answers(EVERY_TYPE, read(EVERY_TYPE, again).raw, final=False)[0] == values


def test_marks_are_shown_again_where_they_were_typed():
    question = SAMPLE.find_question("region")
    assert fill_fields(question, None, ["illegible"], "en", LABELS) == {"q.region.0": "?"}
    assert fill_fields(question, None, ["two_ticked"], "en", LABELS) == {"q.region.0": "++"}


class Desk:
    """A facilitator at the entry screen."""

    def __init__(self, client, code: str, csrf_of) -> None:
        self.client, self.home, self.csrf_of = client, f"/en/manage/{code}/paper-forms", csrf_of

    def begin(self, **changes: str):
        sent = {"channel": "paper", "language": "fr", "received_on": date.today().isoformat()} | changes
        return self.post("", sent)

    def get(self, path: str):
        return self.client.get(self.home + path, follow_redirects=True)

    def post(self, path: str, sent: dict[str, str], page: str | None = None):
        token = self.csrf_of(self.get(page if page is not None else path))
        return self.client.post(self.home + path, data={"csrf_token": token} | sent, follow_redirects=True)

    def head(self) -> dict[str, str]:
        page = html.fromstring(self.get("/1/type").text)
        named = {each: page.xpath(f"string(//input[@name='{each}']/@value)") for each in ("key", "number")}
        return named | {"language": "fr"}

    def type(self, **changes: str):
        return self.post("/1/type", self.head() | PAPER | {"do": "save"} | changes)


@pytest.fixture
def desk(facilitator_client, sample_code, csrf_of, open_sample) -> Desk:
    open_sample(date.today() - timedelta(days=30), date.today() + timedelta(days=14))
    found = Desk(facilitator_client, sample_code, csrf_of)
    assert found.begin().status_code == 200
    return found


@pytest.fixture
def typed_in(engine):
    def find() -> list[Response]:
        with unit_of_work(engine, read_only=True) as session:
            return list(session.scalars(sa.select(Response).where(Response.channel.in_(["paper", "phone"]))))

    return find


def forms(engine) -> list[TypedForm]:
    with unit_of_work(engine, read_only=True) as session:
        return list(session.scalars(sa.select(TypedForm).order_by(TypedForm.number)))


def title(response) -> str:
    return " ".join(html.fromstring(response.text).xpath("string(//h1)").split())


def test_a_form_is_saved_once_with_a_receipt_that_opens_it(desk, typed_in, engine, app, csrf_of):
    head = desk.head()
    for _ in range(2):  # a double click
        page = desk.post("/1/type", head | PAPER | {"do": "save"})
        assert title(page) == "Form 2"
    (response,) = typed_in()
    assert (response.language, response.channel, response.submitted_on) == ("fr", "paper", date.today())
    (form,) = forms(engine)
    slip = desk.get(f"/1/forms/{form.id}/slip")
    assert html.fromstring(slip.text).get("lang") == "fr-CA"  # the person's language
    receipt = html.fromstring(slip.text).xpath("string(//*[@class='receipt-code'])")
    guest = app.test_client()
    token = csrf_of(guest.get("/fr/receipt"))
    own = guest.post("/fr/receipt", data={"csrf_token": token, "receipt": receipt}, follow_redirects=True)
    assert WORDS in html.fromstring(own.text).text_content()


def test_checking_stores_nothing_and_what_is_wrong_is_said_at_the_question(desk, typed_in):
    assert desk.type(do="check").status_code == 200
    refused = desk.type(**{"q.region.0": "8", "q.take_part.0": ""})
    assert refused.status_code == 422
    page = html.fromstring(refused.text)
    assert page.xpath("//div[contains(@class,'error-summary')]//a/@href") == ["#q-region-0"]
    assert page.xpath("string(//textarea)").strip() == WORDS  # nothing typed is lost
    without = html.fromstring(desk.type(**{"q.take_part.0": ""}).text)
    assert without.xpath("//div[contains(@class,'error-summary')]//a/@href") == ["#q-take_part-0"]
    assert typed_in() == []


def test_a_form_is_corrected_and_what_could_not_be_read_is_counted(desk, engine, typed_in):
    desk.type(**{"q.region.0": "?", "q.answer_as.0": "1 2"})
    (form,) = forms(engine)
    assert form.marks == {"region": ["illegible"], "answer_as": ["two_ticked"]}
    shown = html.fromstring(desk.get(f"/1/forms/{form.id}").text)
    assert shown.xpath("string(//input[@name='q.region.0']/@value)") == "?"
    assert shown.xpath("string(//input[@name='q.roles.0']/@value)") == "2 3"
    desk.post(f"/1/forms/{form.id}", PAPER | {"do": "save", "q.region.0": "2", "q.hardest.0": "Autre chose"})
    with unit_of_work(engine, read_only=True) as session:
        query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value)
        stored = dict(session.execute(query.where(ResponseAnswer.response_id == typed_in()[0].id)).all())
    assert (stored["region"], stored["hardest"]) == ({"choice": "hills"}, {"text": "Autre chose"})
    assert forms(engine)[0].marks == {}
    desk.post(f"/1/forms/{form.id}/remove", {}, page=f"/1/forms/{form.id}")
    assert forms(engine) == []
    assert typed_in()[0].is_withdrawn


def test_paper_and_online_with_one_code_are_one_response(desk, engine, secret, sample_code, typed_in, app, csrf_of):
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        codes = create_codes(session, Keyring(secret), consultation, "s", count=2, language="fr")
    assert title(desk.type(code=write_code(codes[0]))) == "Form 2"
    again = desk.type(code=codes[0])
    assert again.status_code == 422
    assert "Answers were already received with this code" in again.text
    assert len(typed_in()) == 1
    guest = app.test_client()
    sent = {"csrf_token": csrf_of(guest.get("/en/code")), "code": codes[0]}
    assert title(guest.post("/en/code", data=sent)) == "Answers were received with this code"
    # a form that its person goes on with online
    kept = desk.type(code=codes[1], do="online")
    assert "waits online" in kept.text
    sent |= {"code": codes[1], "do": "continue"}
    assert title(guest.post("/en/code", data=sent, follow_redirects=True)) == "Is this you?"
    begun = desk.type(code=codes[1])
    assert "has begun to answer online" in begun.text
    assert html.fromstring(begun.text).xpath("//input[@name='joins']")
    assert title(desk.type(code=codes[1], joins="1")) == "Form 3"
    assert len(typed_in()) == 2
    assert desk.type(code="ABCDE-FGHJK").status_code == 422


def test_after_the_closing_what_arrived_in_time_is_taken_and_a_closed_batch_takes_nothing(
    desk, engine, sample_code, typed_in
):
    with unit_of_work(engine) as session:
        close_consultation(session, sample_code)
    assert title(desk.type()) == "Form 2"
    late = desk.begin(received_on=(date.today() + timedelta(days=1)).isoformat())
    assert late.status_code == 422
    assert desk.begin(received_on="soon").status_code == 422
    head = desk.head()
    assert desk.post("/1/close", {}, page="/1").status_code == 422
    closed = desk.post("/1/close", {"understood": "1"}, page="/1")
    assert "nothing leads from a form’s number" in closed.text
    assert forms(engine) == []
    refused = desk.post("/1/type", head | PAPER | {"do": "save"}, page="")
    assert refused.status_code == 422
    assert len(typed_in()) == 1


def test_a_second_entry_by_somebody_else_shows_the_rate_and_settles(
    desk, engine, make_account, app, sign_in, sample_code, csrf_of, typed_in
):
    for _ in range(2):
        desk.type()
    desk.post("/1/second", {}, page="/1")
    first, second = forms(engine)
    assert "you typed them in today" in desk.get("/1").text
    assert title(desk.get(f"/1/second/{first.id}")) == "Batch 1"  # not by the same person on the same day
    other = make_account("other@example.org", Role.FACILITATOR)
    browser = app.test_client()
    sign_in(browser, other.email)
    colleague = Desk(browser, sample_code, csrf_of)
    blind = colleague.get(f"/1/second/{first.id}").text
    assert WORDS not in html.fromstring(blind).text_content()
    assert not re.search(r'name="q\.[^"]+" value="[^"]', blind)
    page = f"/1/second/{first.id}"
    found = colleague.post(page, PAPER | {"do": "save", "q.region.0": "4", "q.hardest.0": f" {WORDS.upper()}"})
    assert title(found) == "Form 1: the entries differ in 1 question"
    settled = colleague.post(f"{page}/settle", PAPER | {"q.region.0": "4", "use.region": "2"}, page=page)
    assert title(settled) == "Form 2, second entry"
    agreed = colleague.post(f"/1/second/{second.id}", PAPER | {"do": "save"})
    assert "2 forms entered twice: 1 of 30 answers differ (3%)" in " ".join(agreed.text.split())
    with unit_of_work(engine, read_only=True) as session:
        query = sa.select(ResponseAnswer.value).where(ResponseAnswer.question_code == "region")
        mine = [each.id for each in typed_in()]
        stored = session.scalars(query.where(ResponseAnswer.response_id.in_(mine))).all()
    assert sorted(value["choice"] for value in stored) == ["clear_lake", "upper_valley"]
