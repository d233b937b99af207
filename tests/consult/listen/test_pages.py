"""The pages of sessions by their forms alone: guide, session, notes, import, slip, remarks, deletion."""

import io
import json
from datetime import date

import docx
import pytest
from lxml import html

from consult.record.consultation import get_consultation, list_groups
from consult.record.database import random_key, unit_of_work
from consult.record.frames import contributions_frame
from consult.record.keys import Keyring
from consult.record.session import (
    NewSession,
    SessionKind,
    count_attendance,
    create_session,
    get_session,
    slip_code,
)
from consult.record.session_guide import NewGuide, NewGuideQuestion, create_guide
from consult.record.session_notes import list_statements
from surveys.localised import Localised


@pytest.fixture
def held(engine, open_sample, secret, sample_code, consultation):
    """The number of a session with a guide of two questions, in a consultation that is open."""
    open_sample()
    questions = (NewGuideQuestion(Localised("Why?", "Pourquoi?")), NewGuideQuestion(Localised("What helps?", "Quoi?")))
    with unit_of_work(engine) as session:
        found = get_consultation(session, sample_code)
        guide = create_guide(session, found, NewGuide(Localised("Guide", "Guide"), questions))
        new = NewSession(
            SessionKind.FOCUS_GROUP,
            held_on=date.today(),
            guide_id=guide.id,
            has_agreed=True,
            may_quote=True,
        )
        return create_session(session, Keyring(secret), found, new).id


@pytest.fixture
def post(facilitator_client, csrf_of, sample_code):
    """Send a form of the page at an address below the consultation's: ``post("sessions/1/notes", text="…")``."""

    def send(address: str, page: str | None = None, **fields: object):
        there = f"/en/manage/{sample_code}/{address}"
        shown = facilitator_client.get(f"/en/manage/{sample_code}/{page}" if page else there)
        return facilitator_client.post(there, data={"csrf_token": csrf_of(shown)} | fields)

    return send


def test_a_guide_and_a_session_are_made_once_by_their_forms(facilitator_client, post, engine, consultation):
    page = facilitator_client.get(f"/en/manage/{consultation.code}/sessions").text
    assert "No session yet" in page
    wrong = post("guides/new", count="2", **{"title.en": ""})
    assert wrong.status_code == 422
    assert "Give the guide a name" in wrong.text
    form = {"title.en": "Guide", "0.text.en": "Second", "0.place": "2", "1.text.en": "First", "1.place": "1"}
    assert post("guides/new", count="2", **form).status_code == 303
    texts = html.fromstring(facilitator_client.get(f"/en/manage/{consultation.code}/guides/1").text)
    assert [texts.get_element_by_id(f"{at}.text.en").text.strip() for at in (0, 1)] == ["First", "Second"]

    fields = {"kind": "interview", "held_on": "not a day", "attendance.caregivers": "many", "language.fr": "1"}
    refused = post("sessions/new", **fields)
    assert refused.status_code == 422
    assert "Write the day of the session" in refused.text
    with unit_of_work(engine, read_only=True) as session:
        group = list_groups(session, consultation)[0].code
    fields |= {"held_on": "2026-11-20", f"attendance.{group}": "1", "guide": "1", "key": random_key()}
    made = {post("sessions/new", **fields).headers["Location"] for _ in range(2)}  # a double click
    assert len(made) == 1
    with unit_of_work(engine, read_only=True) as session:
        counted = count_attendance(session, get_consultation(session, consultation.code))
    assert [(str(channel), people) for (_, channel), people in counted.items()] == [("interview", 1)]


def test_notes_are_taken_changed_and_put_back_without_a_script(facilitator_client, post, held, noted):
    notes, key = f"sessions/{held}/notes", random_key()
    fields = {
        "key": key,
        "seen": "0",
        "language": "fr",
        "question": "guide_1_2",
        "said_by": "most",
        "text": "Un énoncé",
    }
    for _ in range(2):  # a double click
        assert post(notes, **fields).status_code == 303
    assert [(each.text, each.question, str(each.said_by)) for each in noted()] == [("Un énoncé", "guide_1_2", "most")]
    assert post(notes, **fields | {"seen": "1", "text": "Changé ici"}).status_code == 303
    late = post(notes, **fields | {"seen": "1", "text": "Changé ailleurs"})
    assert late.status_code == 409
    assert "Changé ici" in late.text
    assert html.fromstring(late.text).get_element_by_id("text").text.strip() == "Changé ailleurs"
    empty = post(notes, **fields | {"key": random_key(), "text": "  "})
    assert empty.status_code == 422
    assert "Write what was said." in empty.text
    assert post(notes, key=key, seen="2", act="remove").status_code == 303
    assert noted() == []
    assert post(notes, key=key, act="restore").status_code == 303
    assert [each.text for each in noted()] == ["Changé ici"]
    assert post(notes, key="x").status_code == 400


def test_a_script_is_told_what_became_of_each_statement(facilitator_client, post, held, consultation):
    notes, key = f"sessions/{held}/notes", random_key()
    fields = {"key": key, "seen": "0", "language": "fr", "text": "Un énoncé", "do": "autosave"}
    assert post(notes, **fields).json["statement"]["revision"] == 1
    assert post(notes, **fields | {"text": "Autre"}).json["reason"] == "changed"
    assert post(notes, **fields | {"key": random_key(), "seen": "3"}).json["reason"] == "missing"
    assert post(notes, **fields | {"key": random_key(), "text": ""}).json["message"] == "Write what was said."
    listed = facilitator_client.get(f"/en/manage/{consultation.code}/{notes}.json").json["statements"]
    assert [each["text"] for each in listed] == ["Un énoncé"]


def test_notes_become_contributions_and_a_table_that_runs_nothing(facilitator_client, post, held, engine, consultation):
    one = f"sessions/{held}"
    assert "There is no statement yet" in post(f"{one}/ready", page=f"{one}/notes").text
    post(f"{one}/notes", key=random_key(), seen="0", language="en", text='=HYPERLINK("http://example.org")')
    assert post(f"{one}/ready", page=one).status_code == 303
    with unit_of_work(engine, read_only=True) as session:
        said = contributions_frame(session, get_consultation(session, consultation.code))
    assert (said["channel"] == "focus_group").sum() == 1
    table = facilitator_client.get(f"/en/manage/{consultation.code}/{one}/statements.csv")
    assert "'=HYPERLINK" in table.text
    assert ",=HYPERLINK" not in table.text


def test_a_file_of_notes_is_shown_then_kept_once_and_names_nowhere(post, held, noted, engine):
    address = f"sessions/{held}/import"
    document = word_file()
    refused = post(address, file=(io.BytesIO(b"no document"), "notes.docx"))
    assert refused.status_code == 422
    assert "the document is damaged" in refused.text
    shown = post(address, file=(io.BytesIO(document), "notes.docx"), language="fr", may_quote="1")
    page = html.fromstring(shown.text)
    assert [each.text for each in page.xpath("//main//s")] == ["Zénobie :"]
    assert noted() == []
    confirm = {each.name: each.value for each in page.xpath("//form[@data-confirm]//input[@type='hidden']")}
    other = post(address, file=(io.BytesIO(b"- Other\n"), "notes.txt"), **confirm)
    assert "not the file that was checked" in other.text
    for _ in range(2):
        assert post(address, file=(io.BytesIO(document), "notes.docx"), **confirm).status_code == 303
    assert [(each.text, each.question, each.may_quote) for each in noted()] == [
        ("Trois heures de route.", "guide_1_1", True),
        ("Rien le soir.", "guide_1_1", True),
    ]
    with unit_of_work(engine, read_only=True) as session:
        everything = str(session.connection().exec_driver_sql("SELECT * FROM session_statements").all())
    assert "nobie" not in everything


def test_one_bad_cell_stops_the_whole_file(post, held, noted):
    table = b"text,group\nFine,\nBad,nobody\n"
    shown = post(f"sessions/{held}/import", file=(io.BytesIO(table), "notes.csv"))
    assert shown.status_code == 422
    assert "Line 3" in shown.text
    assert "data-confirm" not in shown.text
    assert noted() == []


def test_a_slip_opens_the_notes_for_remarks_that_the_facilitator_sees(
    app, facilitator_client, post, csrf_of, held, secret, engine, consultation
):
    one = f"sessions/{held}"
    post(f"{one}/notes", key=random_key(), seen="0", language="fr", text="On attend des heures.")
    with unit_of_work(engine, read_only=True) as session:
        listening = list_one(session, consultation, held)
        code = slip_code(Keyring(secret), listening)
    visitor = app.test_client()

    def send(address: str, **fields: str):
        token = csrf_of(visitor.get("/fr/session"))
        return visitor.post(f"/fr/{address}", data={"csrf_token": token} | fields)

    assert send("session", slip="AAAA-AAAA-AAAA-AAAA").status_code == 422
    assert send("seance", slip=code.lower()).status_code == 303
    assert "On attend" not in visitor.get("/fr/seance").text  # not ready yet
    assert visitor.get("/fr/session/notes.csv").status_code == 404
    post(f"{one}/ready", page=one)
    page = visitor.get("/fr/seance")
    assert "On attend des heures." in page.text
    statement = html.fromstring(page.text).xpath("//input[@name='statement']/@value")[0]
    for kind, text in (("right", ""), ("wrong", "C’était trente minutes.")):  # the same browser changes its mind
        assert send("session/remark", statement=statement, kind=kind, text=text).status_code == 303
    assert send("session/remark", kind="missing", key="a", text="").status_code == 422
    shown = html.fromstring(facilitator_client.get(f"/en/manage/{consultation.code}/{one}").text)
    assert shown.xpath("//*[@id='remarks']//q/text()") == ["C’était trente minutes."]
    assert json.loads(visitor.get("/fr/session/notes.json").text)["statements"][0]["text"] == "On attend des heures."
    remark = shown.xpath("//input[@name='remark']/@value")[0]
    assert post(f"{one}/remarks", page=one, remark=remark, handled="1").status_code == 303
    assert post(f"{one}/slip", remark="").status_code == 303  # another code
    assert "On attend" not in visitor.get("/fr/seance").text


def test_a_slip_is_printed_and_a_session_deleted_only_when_it_is_understood(
    facilitator_client, post, held, consultation
):
    one = f"sessions/{held}"
    sheet = facilitator_client.get(f"/fr/manage/{consultation.code}/{one}/slip.pdf")
    assert sheet.data.startswith(b"%PDF")
    assert b"pdfuaid" in sheet.data  # tagged for screen readers
    assert post(f"{one}/delete").status_code == 422
    assert post(f"{one}/delete", understood="1").status_code == 303
    assert facilitator_client.get(f"/fr/manage/{consultation.code}/{one}").status_code == 404


def list_one(session, consultation, held: int):
    return get_session(session, get_consultation(session, consultation.code), held)


@pytest.fixture
def noted(engine, consultation, held):
    """Read the statements that are there."""

    def read():
        with unit_of_work(engine, read_only=True) as session:
            listening = list_one(session, consultation, held)
            return [each for each in list_statements(session, listening) if not each.is_removed]

    return read


def word_file() -> bytes:
    document = docx.Document()
    document.add_heading("Pourquoi ?", 1)
    document.add_paragraph("Zénobie : « Trois heures de route. »", style="List Bullet")
    document.add_paragraph("Rien le soir.", style="List Bullet")
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
