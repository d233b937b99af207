"""Pages whose questions hang on answers, without script: what is shown, kept, checked, said again and sent."""

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.database import unit_of_work
from consult.record.draft import Draft, DraftAnswer
from consult.record.response import Response
from tests.consult.respond.caring_survey import CODE, publish_caring
from tests.consult.respond.conftest import Participant

NEW = "Your answer adds something to this page. It begins here."
TOTAL = "The two must add up to 100."


@pytest.fixture
def caring(engine, app) -> Participant:
    """Somebody who has just agreed, on the page about themselves, in English."""
    with unit_of_work(engine) as session:
        publish_caring(session)
    return _begin(app)


def _begin(app, language="en") -> Participant:
    return Participant(app, language).open(f"/c/{CODE}/").press(take_part="1")


def _visible(participant) -> list[str]:
    """The codes of the questions that the page shows."""
    found = participant.page.xpath(
        "//*[starts-with(@id,'q-') and contains(@class,'question')][not(ancestor::*[@hidden])]"
    )
    return [each.get("id")[2:] for each in found]


def _offered(participant) -> list[str]:
    """The choices of `needs`, in the order of the page."""
    names = participant.page.xpath("//input[@type='checkbox' and starts-with(@name,'needs.')]/@name")
    return [name.partition(".")[2] for name in names]


def _open_receipt(participant) -> Participant:
    """Open one's answers, right after they were sent."""
    receipt = participant.receipt
    return participant.open("/receipt").press(receipt=receipt)


def _become_caregiver(participant, **answers) -> Participant:
    """Answer the page about oneself, which comes back with what it then asks, to its end."""
    participant.press(role="caregiver", **answers)
    return participant.press(**{"years": "3", **answers})


def test_a_page_comes_back_with_what_its_answers_bring(caring):
    assert _visible(caring) == ["role", "town", "needs"]
    assert "respite" not in _offered(caring)
    assert "Section 1 of 2" in caring.text

    caring.press(role="caregiver", town="Amos")

    assert (caring.title, caring.errors) == ("You", [])  # nobody is blamed for what they had not seen
    assert NEW in caring.text
    (said,) = caring.page.xpath("//*[@id='new' and @autofocus]")
    following = said.xpath("following::*[starts-with(@id,'q-')]/@id")
    assert following[0] == "q-years"
    assert _visible(caring) == ["role", "years", "town", "needs"]
    assert "respite" in _offered(caring)
    assert caring.fields()["town"] == "Amos"
    assert "Section 1 of 3" in caring.text

    caring.press()  # now it was seen, and is asked
    assert caring.errors == ["Write a number."]
    assert NEW not in caring.text
    caring.press(years="3")
    assert caring.title == "Your time"


def test_hidden_sections_are_stepped_over_both_ways(caring):
    caring.press(role="resident", town="Amos")
    assert caring.title == "Life in Amos"
    assert "Section 2 of 2" in caring.text
    caring.press("back")
    assert caring.title == "You"
    caring.open(f"/c/{CODE}/questions/care")  # by its address
    assert caring.title == "Life in Amos"
    caring.press()
    assert caring.title == "Check your answers"
    assert [" ".join(each.text_content().split()) for each in caring.page.xpath("//h2")][:3] == [
        "Your agreement",
        "You",
        "Life in Amos",
    ]
    (back,) = caring.page.xpath("//a[normalize-space()='Back']/@href")
    assert back.endswith("/questions/ideas")
    assert "years" not in caring.text


def test_what_is_hidden_by_going_back_is_kept_and_not_sent(caring, engine, stored):
    _become_caregiver(caring, needs__respite="1", needs__meals="1")
    caring.press(at_home="60", away="40", story="Nights are long")
    caring.press("back").press("back")
    caring.press(role="resident")
    assert caring.title.startswith("Life in")
    with unit_of_work(engine, read_only=True) as session:
        kept = dict(session.execute(sa.select(DraftAnswer.question_code, DraftAnswer.value)).all())
    assert kept["story"]["cells"] == {"": "Nights are long"}
    assert kept["needs"]["cells"]["respite"] == "1"

    # there and back again: everything is as it was
    caring.press("back")
    caring.press(role="caregiver")
    assert NEW in caring.text
    caring.press()
    assert caring.fields()["story"] == "Nights are long"
    caring.press("back")
    assert {"respite", "meals"} == {name.partition(".")[2] for name in caring.fields() if name.startswith("needs.")}

    caring.press(role="resident").press(idea="More benches").send()
    assert caring.receipt
    answers = stored.answers()
    assert set(answers) == {"take_part", "quote", "role", "needs", "idea"}
    assert answers["needs"] == {"choices": ["meals"]}
    assert stored.texts() == ["More benches"]
    assert stored.count("draft_answers") == 0


def test_answers_stand_in_later_texts_in_the_language_of_the_page(caring, app):
    caring.press(role="resident", town="<b>Amos</b> & ${role}")
    assert caring.title == "Life in <b>Amos</b> & ${role}"
    assert "<b>Amos" not in html.tostring(caring.page).decode()
    assert "As a resident, what would you change in <b>Amos</b> & ${role}?" in caring.text
    caring.press("language")
    assert "À titre d’habitante ou habitant, que changeriez-vous?" in caring.text.replace("\u00a0", " ")
    french = _begin(app, "fr").press(role="caregiver").press(years="1").press()
    assert french.title == "La vie d’ici"
    assert "À titre de proche aidant ou proche aidante, que" in french.text
    french.press()
    assert "À titre de proche aidant" in french.text  # on the page before sending, too


def test_answers_that_must_agree_are_checked_where_they_are_given_and_before_sending(caring):
    _become_caregiver(caring).press(at_home="60", away="41")
    assert (caring.title, caring.errors) == ("Your time", [TOTAL])
    (place,) = caring.page.xpath("//*[contains(@class,'wrong')]/@id")
    assert place == "q-away"
    caring.press(away="")  # a blank is no contradiction
    assert caring.title.startswith("Life in")
    caring.press("back").press("back").press("continue")  # saved without being checked
    caring.press("language", away="41")
    caring.language = "en"
    caring.open(f"/c/{CODE}/questions/ideas").press()
    assert caring.title == "Check your answers"
    assert caring.errors == [TOTAL]
    caring.send()
    assert (caring.status, caring.errors) == (422, [TOTAL])


def test_an_autosave_says_what_is_shown(caring):
    def save(**answers):
        sent = caring.fields() | {"do": "autosave", **answers}
        return caring.client.post(caring.path, data=sent).json["shown"]

    assert save(**{"role": "caregiver", "revision.role": "2"}) == ["role", "years", "town", "needs"]
    assert save(**{"role": "resident", "revision.role": "3"}) == ["role", "town", "needs"]


def test_who_changes_an_answer_from_the_check_is_led_to_what_it_opens(caring):
    caring.press(role="resident").press(idea="Benches")
    assert caring.title == "Check your answers"
    caring.open(f"/c/{CODE}/questions/you?then=check").press(role="caregiver").press(years="2")
    assert caring.title == "Your time"
    caring.press(story="Long nights")
    assert caring.title == "Check your answers"
    assert "Long nights" in caring.text
    caring.open(f"/c/{CODE}/questions/you?then=check").press(years="4")
    assert caring.title == "Check your answers"  # what was answered already is not asked again


def test_the_order_of_choices_is_kept_from_the_first_page_to_the_response(caring, app, engine, stored):
    orders = set()
    for _ in range(12):
        somebody = _begin(app)
        orders.add(tuple(_offered(somebody)))
        assert _offered(somebody)[-1] == "none"
    assert len(orders) > 1
    before = _offered(caring)
    with unit_of_work(engine, read_only=True) as session:
        seeds = set(session.scalars(sa.select(Draft.order_seed)))
    assert len(seeds) == 13
    caring.press(role="resident", town="Amos").press("back")
    assert _offered(caring) == before
    caring.press().press().send()
    (response,) = stored.responses()
    assert response.order_seed in seeds
    with unit_of_work(engine, read_only=True) as session:  # with the draft goes all that the seed could be joined to
        left = set(session.scalars(sa.select(Draft.order_seed)))
    assert len(left) == 12
    assert response.order_seed not in left
    _open_receipt(caring).open("/receipt/answers/you")
    assert _offered(caring) == before


def test_a_survey_in_the_order_of_its_author_keeps_no_seed(participant, engine):
    participant.begin()
    with unit_of_work(engine, read_only=True) as session:
        assert session.scalars(sa.select(Draft.order_seed)).all() == [None]


def test_a_correction_erases_what_it_hides_and_leads_to_what_it_opens(caring, stored):
    _become_caregiver(caring, needs__respite="1").press(at_home="60", away="40", story="Nights are long").press().send()
    assert stored.texts() == ["Nights are long"]

    _open_receipt(caring).open("/receipt/answers/care").press(away="41")
    assert (caring.status, caring.errors) == (422, [TOTAL])
    caring.open("/receipt/answers/you").press(role="resident")
    assert caring.title == "Your answers"
    assert "With your new answer, 4 other answers no longer apply: they were erased." in caring.text
    assert "Your time" not in caring.text
    assert set(stored.answers()) == {"take_part", "quote", "role"}
    assert stored.texts() == []
    caring.open("/receipt/answers/care")
    assert caring.title == "Your answers"

    caring.open("/receipt/answers/you")
    assert _visible(caring) == ["role", "town", "needs"]
    caring.press(role="caregiver")
    assert (caring.title, NEW in caring.text) == ("You", True)
    assert _visible(caring) == ["role", "years", "town", "needs"]
    caring.press()
    assert caring.errors == ["Write a number."]  # it is required, now that it is asked
    caring.press(years="5")
    assert stored.answers()["years"] == {"number": "5"}


def test_withdrawal_takes_the_seed_too(caring, engine):
    caring.press(role="resident").press().send()
    _open_receipt(caring).open("/receipt/withdraw").press_form("withdraw")
    with unit_of_work(engine, read_only=True) as session:
        (response,) = session.scalars(sa.select(Response).where(Response.is_withdrawn))
    assert response.order_seed is None
