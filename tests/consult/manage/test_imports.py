"""The import page: a preview that writes nothing, a confirmation that stores what was shown, and clear refusals."""

import io
import tempfile
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from consult.record.account import Role
from consult.record.audit import AuditEntry
from consult.record.consultation import Consultation
from consult.record.database import unit_of_work
from consult.record.lifecycle import close_consultation
from consult.record.response import Response
from consult.record.survey import Survey, publish_version, save_working_definition
from surveys.definition import Choice
from surveys.definition_reader import load_survey
from surveys.localised import Localised

HEADER = "response,submitted_on,language,group,take_part,answer_as,hardest,access,roles.patient,gender,gender.other"
GOOD = f"{HEADER}\nq1,2026-10-02,fr,patient,1,patient,les délais,3,1,woman,\nq2,2026-10-03,en,,Yes,patient,,,,,\n"


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}/import"


@pytest.fixture
def send(facilitator_client, address, csrf_of):
    """Send a file with the form of the page, or with that of an earlier answer; returns the answer."""

    def send_file(content: str | bytes, *, name: str = "answers.csv", after=None, language: str = "en", **changes):
        where = address.replace("/en/", f"/{language}/")
        page = after or facilitator_client.get(where)
        form = html.fromstring(page.text).xpath("//main//form")[0]
        data = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")} | changes
        data["file"] = FileStorage(io.BytesIO(content.encode() if isinstance(content, str) else content), name)
        return facilitator_client.post(where, **_encoded(data))

    return send_file


def _encoded(data) -> dict[str, object]:
    """Return a form with a file as a browser sends it; the test client itself would leave a large one open."""
    boundary, body = encode_multipart(data)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _state(engine):
    """Return how many responses there are, and what was noted."""
    with unit_of_work(engine, read_only=True) as session:
        responses = session.scalars(sa.select(sa.func.count()).select_from(Response)).one()
        return responses, session.scalars(sa.select(AuditEntry.action)).all()


def _text(answer) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).xpath("//main")[0].itertext()).split())


def test_a_preview_says_what_a_file_would_bring_and_writes_nothing(send, engine):
    answer = send(GOOD)
    said = _text(answer)
    assert answer.status_code == 200
    assert "answers.csv holds 2 rows. Nothing has been stored yet." in said
    assert "2 new responses" in said
    assert "0 rows refused" in said
    assert "les délais" in said
    assert "Import 2 responses" in said
    assert _state(engine) == (240, [])


def test_a_confirmation_stores_what_was_shown_once_and_notes_who_did(send, engine, facilitator_client, address):
    preview = send(GOOD)
    done = send(GOOD, after=preview)
    assert (done.status_code, done.location) == (303, address)
    assert _state(engine) == (242, ["responses.imported"])
    assert "2 responses were imported." in facilitator_client.get(address).text
    again = send(GOOD)
    assert "there is nothing to import" in _text(again)
    assert "digest" not in again.text
    assert send(GOOD, after=preview).status_code == 303  # a double click: nothing twice
    assert _state(engine)[0] == 242


def test_another_file_than_the_one_that_was_shown_is_refused(send, engine):
    preview = send(GOOD)
    other = send(GOOD.replace("les délais", "les delais"), after=preview)
    assert other.status_code == 422
    assert "This is not the file that was checked" in _text(other)
    assert _state(engine) == (240, [])


def test_a_survey_published_anew_asks_for_another_check(send, engine):
    preview = send(GOOD)
    with unit_of_work(engine) as session:
        survey = session.scalars(sa.select(Survey)).one()
        text = survey.working_definition.replace("What is hardest", "What was hardest")
        save_working_definition(session, survey, load_survey(text))
        publish_version(session, survey, date(2026, 11, 22))
    late = send(GOOD, after=preview)
    assert late.status_code == 422
    assert "published anew" in _text(late)
    assert _state(engine) == (240, [])


def test_an_export_of_this_consultation_brings_nothing(send, facilitator_client, address, csrf_of, engine):
    where = address.replace("import", "export")
    form = {"survey": "", "cells": "fr", "delimiter": "semicolon", "package": "file"}
    page = facilitator_client.get(where)
    form["survey"] = html.fromstring(page.text).xpath("string(//input[@name='survey']/@value)")
    form["csrf_token"] = csrf_of(page)
    content = facilitator_client.post(where, data=form, buffered=True).data
    said = _text(send(content))
    assert "240 rows that are here already" in said
    assert "0 new responses" in said
    assert "Ignored columns channel" in said


BAD = f"{HEADER},weather\n" + "".join(
    f"b{line},2026-10-0{line % 9 + 1},{language},patient,{take_part},patient,x,{access},1,{gender},,sun\n"
    for line, (language, take_part, access, gender) in enumerate(
        [("fr", "1", "3", "woman"), ("de", "1", "3", "woman"), ("fr", "", "9", "martian"), *[("fr", "0", "", "")] * 60]
    )
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "62 rows cannot be imported, so nothing will be.",
                "Line 3 language The language must be fr or en. The cell holds: “de”",
                "The cell holds: “martian” Possible choices: Woman · Man ·",
                "The cell holds: “9”",
                "Line 4 take_part",
                "An answer to this question is required, and the cell is empty.",
                "The number must be from 1 to 5.",
                "The question has no such choice.",
                "The first 50 refusals; 14 more come after them.",
                "Ignored columns weather",
            ),
        ),
        (
            "fr",
            (
                "62 lignes ne peuvent pas être importées\u00a0: rien ne le sera.",
                "Ligne 3 language La langue doit être fr ou en. La cellule contient\u00a0: «\u00a0de\u00a0»",
                "La cellule contient\u00a0: «\u00a0martian\u00a0» Choix possibles\u00a0: Femme · Homme ·",
                "Une réponse à cette question est obligatoire, et la cellule est vide.",
                "Le nombre doit aller de 1 à 5.",
                "Les 50 premiers refus; il y en a 14 autres ensuite.",
                "Colonnes ignorées weather",
            ),
        ),
    ],
)
def test_every_refusal_has_its_line_its_question_and_its_reason(send, engine, language, said):
    answer = send(BAD, language=language)
    page = html.fromstring(answer.text)
    for sentence in said:
        assert " ".join(sentence.split()) in _text(answer)
    assert page.xpath("string(//title)").startswith({"en": "Error:", "fr": "Erreur\u00a0:"}[language])
    assert page.xpath("//*[@autofocus]")
    assert len(page.xpath("//ul[@class='refusals']/li")) == 50
    assert page.xpath("//input[@name='digest']") == []
    assert _state(engine) == (240, [])


def test_a_cell_that_is_no_day_is_shown_and_a_long_one_is_cut(send):
    said = _text(send(GOOD.replace("2026-10-02", "hier").replace("2026-10-03", "x" * 500)))
    assert "The cell holds: “hier”" in said
    assert f"“{'x' * 160}…”" in said


def test_possible_choices_are_named_but_not_dozens_of_them(send, engine):
    assert "· …" not in _text(send(BAD))
    with unit_of_work(engine) as session:
        survey = session.scalars(sa.select(Survey)).one()
        made = load_survey(survey.working_definition)
        more = tuple(Choice(f"more{n}", Localised(f"More {n}", f"Plus {n}")) for n in range(20))
        gone = Choice("gone", Localised("Gone", "Parti"), retired=True)

        def widen(question):
            return (
                replace(question, choices=(gone, *question.choices, *more)) if question.code == "gender" else question
            )

        sections = tuple(replace(each, questions=tuple(map(widen, each.questions))) for each in made.sections)
        save_working_definition(session, survey, replace(made, sections=sections))
        publish_version(session, survey, date(2026, 11, 22))
    said = _text(send(BAD))
    choices = said.partition("martian” Possible choices: ")[2].partition(" Line ")[0]
    assert choices.startswith("Woman · Man · ")  # not what is offered no more
    assert choices.endswith(" · …")
    assert choices.count(" · ") == 12


def test_a_value_of_the_file_is_text_and_goes_no_further_than_the_page(send, caplog):
    with caplog.at_level("DEBUG"):
        answer = send(GOOD.replace("woman", "<b>secret</b>").replace("fr,,1", "fr,martian,1"))
    assert "&lt;b&gt;secret" in answer.text
    assert "<b>secret" not in answer.text
    assert "secret" not in caplog.text


def test_a_missing_column_names_few_of_those_that_are_there(send):
    header = ",".join(["submitted_on", "language", *(f"c{n}" for n in range(37))])
    answer = send(f"{header}\n{'1,' * 38}1\n")
    assert "(submitted_on, language, c0, c1, c2, c3, c4, c5, …)" in _text(answer)
    assert "c6" not in _text(answer)


@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("fr", ";")])
def test_the_template_has_every_column_and_what_is_written_in_it_is_read(
    facilitator_client, send, address, sample_code, language, delimiter
):
    page = html.fromstring(facilitator_client.get(address.replace("/en/", f"/{language}/")).text)
    (link,) = page.xpath("//a[contains(@href, '/import/template')]/@href")
    answer = facilitator_client.get(link)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert f"{sample_code}-template.csv" in answer.headers["Content-Disposition"]
    header = answer.data.decode("utf-8-sig").strip().split(delimiter)
    assert header[:4] == ["response", "submitted_on", "language", "group"]
    assert set(HEADER.split(",")) <= set(header)
    said = _text(send(answer.data, language="en"))
    assert "there is a heading but no answer below it" in said
    cells = {"response": "q1", "submitted_on": "2026-10-02", "language": "fr", "take_part": "1", "answer_as": "patient"}
    row = delimiter.join(cells.get(name, "") for name in header).encode() + b"\r\n"
    said = _text(send(answer.data + row))
    assert "1 new response" in said
    assert "Ignored columns" not in said
    assert facilitator_client.get(link.replace("survey=", "survey=no_")).status_code == 404


def test_nobody_else_is_given_the_template(client, address):
    assert client.get(f"{address}/template").status_code == 303


def test_after_closing_the_page_says_what_an_import_still_does(send, facilitator_client, address, engine, open_sample):
    open_sample()
    assert "is closed" not in facilitator_client.get(address).text
    with unit_of_work(engine) as session:
        close_consultation(session, session.get_one(Consultation, 1).code)
    assert "a file can still be imported" in facilitator_client.get(address).text
    assert send(GOOD, after=send(GOOD)).status_code == 303
    assert _state(engine)[0] == 242


def test_refused_rows_stay_refused_when_somebody_confirms_by_force(send, engine):
    preview = send(GOOD)
    assert send(BAD, after=preview).status_code == 200
    assert _state(engine) == (240, [])


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "", "Choose the file to import."),
        ("", "a.csv", "a.csv: the file is empty."),
        (HEADER + "\n", "a.csv", "there is a heading but no answer below it"),
        (GOOD.replace("submitted_on", "day"), "a.csv", "there is no column “submitted_on” among those of the file"),
        ("response,submitted_on,language,x\n1,2026-10-02,fr,y\n", "a.csv", "no column is named after a question"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.png", "a.png: this is not a CSV or XLSX file"),
        (b"PK\x03\x04 not a workbook", "a.xlsx", "the workbook is damaged"),
        (GOOD.encode() + b'q3,"' + b"\xc3(" + b"\xc3\xa9" * 99, "a.csv", "the letters cannot be read"),
        (GOOD + 'q3,2026-10-02,fr,"never closed\n', "a.csv", "a quotation mark is opened and never closed"),
        (GOOD, "../../<b>x</b>" + "y" * 200, "holds 2 rows"),
    ],
)
def test_a_file_of_no_use_is_refused_with_a_sentence_and_changes_nothing(send, engine, content, name, said):
    answer = send(content, name=name)
    assert said in _text(answer)
    assert answer.status_code in {200, 422}
    assert "<b>x" not in answer.text
    assert _state(engine) == (240, [])
    if answer.status_code == 422:
        page = html.fromstring(answer.text)
        assert page.xpath("//input[@type='file'][@aria-invalid='true']")
        assert page.xpath("string(//title)").startswith("Error:")


def test_responses_of_another_consultation_are_refused(send, engine):
    with unit_of_work(engine) as session:
        key = session.scalars(sa.select(Response.id).limit(1)).one()
        _copy_consultation(session)
    said = _text(send(GOOD.replace("q1", key)))
    assert "1 row that is here already" in said  # of this one: known
    with unit_of_work(engine) as session:
        session.execute(sa.update(Response).where(Response.id == key).values(consultation_id=2, version_id=2))
    assert "exported from another consultation" in _text(send(GOOD.replace("q1", key)))


def _copy_consultation(session) -> None:
    first = session.get_one(Consultation, 1)
    kept = ("title", "mandate", "promise", "contact", "state", "anonymity", "language_policy", "is_fictional")
    session.add(Consultation(code="other", **{name: getattr(first, name) for name in kept}))
    session.flush()
    survey = session.scalars(sa.select(Survey)).one()
    copied = Survey(consultation_id=2, code=survey.code, working_definition=survey.working_definition)
    session.add(copied)
    session.flush()
    publish_version(session, copied, date(2026, 11, 1))


def test_a_large_file_is_taken_and_a_larger_one_is_not(send, engine):
    long = "x" * 9_000
    rows = "".join(f"r{n},2026-10-02,fr,patient,1,patient,{long}\n" for n in range(300))
    assert "300 new responses" in _text(send(HEADER[: HEADER.index(",access")] + "\n" + rows))  # 2.7 MB
    assert send(GOOD + "x" * 20_200_000).status_code == 413
    assert _state(engine) == (240, [])


def test_who_has_not_signed_in_cannot_send_a_large_file(client, address):
    content = io.BytesIO(GOOD.encode() + b"x" * 2_000_000)
    assert client.post(address, **_encoded({"file": FileStorage(content, "a.csv")})).status_code == 413


def test_nothing_of_a_file_is_left_in_any_folder(send, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "system"))
    (tmp_path / "system").mkdir()
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert send(GOOD).status_code == 200
    assert send("nonsense\n1\n").status_code == 422
    assert sorted(path.name for path in tmp_path.rglob("*") if not path.name.endswith(("-wal", "-shm"))) == [
        name for name in before if not name.endswith(("-wal", "-shm"))
    ]


def test_a_consultation_without_a_published_survey_says_so(make_account, engine, app, sign_in):
    with unit_of_work(engine) as session:
        first = session.get_one(Consultation, 1)
        kept = ("title", "mandate", "promise", "contact", "anonymity", "language_policy", "is_fictional")
        bare = {name: getattr(first, name) for name in kept}
        session.add(Consultation(code="bare", state="draft", **bare))
    make_account("other@example.org", Role.FACILITATOR, joins=("bare",))
    browser = app.test_client()
    sign_in(browser, "other@example.org")
    assert "has been published" in _text(browser.get("/en/manage/bare/import"))
    assert "nothing to export" in _text(browser.get("/en/manage/bare/export"))
