"""The decision table and the minutes, as members and the facilitator see them."""

import io
from datetime import date

import pytest
from docx import Document
from lxml import html

from consult.committee.decisions_words import decided_names, outcome_names
from consult.languages import interface_words
from consult.record.account import Role
from consult.record.board_act import Seen
from consult.record.board_acts import accept_theme
from consult.record.board_begin import begin_board
from consult.record.consultation import ConsultationState, get_consultation
from consult.record.database import unit_of_work
from consult.record.decision import Outcome
from consult.record.lifecycle import By
from consult.record.run import get_run
from consult.record.theme_board import ON_BOARD, list_board_themes
from tests.consult.planted_run import NOW, plant_run


@pytest.fixture
def themes(engine, open_sample, sample_code):
    """A closed consultation whose board has two accepted themes and one proposed; their keys."""
    open_sample()
    run_id = plant_run(engine, sample_code)
    with unit_of_work(engine) as session:
        consultation = get_consultation(session, sample_code)
        board = begin_board(session, consultation, get_run(session, run_id), By(None, NOW))
        listed = list_board_themes(session, board, ON_BOARD)
        for theme in listed[:2]:
            accept_theme(session, board, theme.code, By(None, NOW), Seen(10_000))
        consultation.state = ConsultationState.CLOSED
        return [theme.id for theme in listed]


@pytest.fixture
def member(client, make_account, sign_in):
    """The browser of a member of the committee, and the account."""
    account = make_account("paul@example.org", Role.COMMITTEE, name="Paul Roy")
    assert sign_in(client, account.email).status_code == 303
    return client


@pytest.fixture
def base(sample_code):
    return f"/en/committee/{sample_code}"


def _read(response, status=200):
    assert response.status_code == status, response.text
    return " ".join(html.fromstring(response.text).xpath("//main")[0].text_content().split())


def _send(browser, csrf_of, page, address, **typed):
    return browser.post(address, data={"csrf_token": csrf_of(browser.get(page)), **typed})


def test_a_member_decides_and_the_table_says_it(member, themes, base, csrf_of):
    text = _read(member.get(f"{base}/decisions"))
    assert "Still to decide" in text
    before = html.fromstring(member.get(f"{base}/decisions?show=open").text)
    names = [each.text_content() for each in before.xpath("//h3")]
    assert len(names) > 2  # themes, and the choices of the sample's ranking
    page = f"{base}/decisions/theme:{themes[0]}"
    # nobody has coded by hand: no page says that people speak of it
    assert "Raised by" in _read(member.get(page))
    assert "speak of it" not in _read(member.get(page))
    refused = _send(member, csrf_of, page, page, outcome="passed_on", seen="0")
    assert refused.status_code == 422
    found = html.fromstring(refused.text)
    assert found.xpath("//div[@role='alert']//a/@href") == ["#reason.en", "#whereto.en"]
    for place in ("reason.en", "whereto.en"):  # the same words at the field
        said = found.get_element_by_id(f"{place}-error").text_content()
        assert said in found.xpath("//div[@role='alert']")[0].text_content()
    typed = {"outcome": "kept", "reason.fr": "Beaucoup l’ont dit.", "seen": "0", "decided_on": "2026-01-05"}
    assert _send(member, csrf_of, page, page, **typed).status_code == 303
    assert _send(member, csrf_of, page, page, **typed).status_code == 303  # a double click
    text = _read(member.get(f"{base}/decisions"))
    assert f"1 of {len(names)} decided" in text
    assert "the English text is missing" in text
    assert "Kept" in text
    assert len(html.fromstring(member.get(f"{base}/decisions?show=open").text).xpath("//h3")) == len(names) - 1
    assert len(html.fromstring(member.get(f"{base}/decisions?show=decided").text).xpath("//h3")) == 1
    late = _send(member, csrf_of, page, page, **(typed | {"outcome": "refused"}))  # from a page of before
    assert "somebody else decided" in _read(late, 422)
    assert member.get(f"{base}/decisions/theme:{themes[2]}").status_code == 404  # nobody accepted it
    assert member.get(f"{base}/decisions/orientations:nothing").status_code == 404


def test_a_conflict_keeps_a_member_out_and_the_minutes_print_it(
    member, facilitator_client, make_account, themes, base, csrf_of
):
    page = f"{base}/decisions/theme:{themes[1]}"
    make_account("lea@example.org", Role.COMMITTEE, name="Léa Côté")
    form = html.fromstring(facilitator_client.get(f"{base}/meetings/new").text)
    people = dict(
        zip(
            form.xpath("//label[starts-with(@for,'present-')]/text()"),
            form.xpath("//input[@name='present']/@value"),
            strict=True,
        )
    )
    assert set(people) == {"Paul Roy", "Léa Côté"}
    typed = {"held_on": date.today().isoformat(), "quorum": "2", "key": form.xpath("//input[@name='key']/@value")[0]}
    typed |= {"present": list(people.values()), "notes.fr": "Bonne séance."}
    made = [_send(facilitator_client, csrf_of, f"{base}/meetings/new", f"{base}/meetings/new", **typed) for _ in "ab"]
    meeting = made[0].headers["Location"]
    assert [each.headers["Location"] for each in made] == [meeting, meeting]
    assert "there was a quorum" in _read(member.get(meeting))

    assert _send(member, csrf_of, page, f"{page}/conflict", interest="Owns the clinic").status_code == 303
    assert "you take no part in this decision" in _read(member.get(page))
    kept = {"outcome": "deferred", "reason.fr": "À voir", "reason.en": "Later", "seen": "0"}
    assert "keeps its member out" in _read(_send(member, csrf_of, page, page, **kept), 422)
    kept["meeting"] = meeting.rsplit("/", 1)[1]
    assert _send(facilitator_client, csrf_of, page, page, **kept).status_code == 303
    other = f"{base}/decisions/theme:{themes[0]}"
    assert _send(facilitator_client, csrf_of, other, other, **kept).status_code == 303
    decision = html.fromstring(member.get(other).text).xpath("//input[@name='decision']/@value")[0]
    sent = _send(member, csrf_of, other, f"{other}/dissent", decision=decision, **{"dissent.en": "Too slow."})
    assert sent.status_code == 303

    text = _read(member.get(meeting))
    for said in (
        "Owns the clinic",
        "Took no part, because of a conflict of interest: Paul Roy",
        "Too slow.",
        "Deferred",
    ):
        assert said in text
    for language, said in (
        ("fr", ("Reporté", "À voir", "Dissidence de Paul Roy", "[en anglais]", "Bonne séance.")),
        ("en", ("Deferred", "Later", "Dissent of Paul Roy", "[in French]", "Owns the clinic")),
    ):
        answer = member.get(f"{meeting}/minutes.docx".replace("/en/", f"/{language}/"))
        assert answer.status_code == 200
        document = Document(io.BytesIO(answer.data))
        text = "\n".join(each.text for each in document.paragraphs)
        text += "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
        assert [each for each in said if each not in text] == []
        assert document.core_properties.language == f"{language}-CA"
        assert next(each.style.name for each in document.paragraphs) == "Title"


def test_before_the_consultation_is_closed_nothing_is_there_to_decide(member, base, open_sample, engine, sample_code):
    open_sample()
    with unit_of_work(engine) as session:
        get_consultation(session, sample_code).is_fictional = False
    assert "this page opens once the consultation is closed" in _read(member.get(f"{base}/decisions"))
    assert member.get(f"{base}/decisions/theme:1").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_outcome_has_its_words(language):
    words = interface_words(language)
    for names in (outcome_names(words), decided_names(words)):
        assert set(names) == set(Outcome)
        assert len(set(names.values())) == len(names)
