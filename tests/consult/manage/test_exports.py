"""The export page: what it says, what it gives, and that the act is noted."""

import csv
import hashlib
import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from lxml import html

from consult.record.account import Role
from consult.record.audit import AuditEntry
from consult.record.database import unit_of_work
from consult.record.response import Response

CODES = {"survey": "main", "cells": "codes", "delimiter": "comma", "package": "file", "format": "csv"}


@pytest.fixture
def address(sample_code):
    return f"/en/manage/{sample_code}/export"


@pytest.fixture
def export(facilitator_client, address, csrf_of):
    """Send the form as it is shown, with these changes."""

    def send(**changes):
        page = facilitator_client.get(address)
        survey = html.fromstring(page.text).xpath("string(//input[@name='survey']/@value)")
        data = CODES | {"survey": survey, "csrf_token": csrf_of(page)} | changes
        return facilitator_client.post(address, data=data, buffered=True)

    return send


def _entries(engine):
    with unit_of_work(engine, read_only=True) as session:
        return session.execute(sa.select(AuditEntry.action, AuditEntry.object_type, AuditEntry.account_id)).all()


@pytest.mark.parametrize(("language", "said"), [("en", "240 responses"), ("fr", "240 réponses")])
def test_the_page_says_what_is_in_the_file(facilitator_client, address, language, said):
    page = html.fromstring(facilitator_client.get(address.replace("/en/", f"/{language}/")).text)
    assert said in page.text_content()
    assert page.xpath("count(//h1)") == 1
    assert len(page.xpath("//fieldset[legend]")) == 4
    chosen = {radio.get("name"): radio.get("value") for radio in page.xpath("//input[@type='radio'][@checked]")}
    assert chosen == {
        "cells": language,
        "delimiter": {"en": "comma", "fr": "semicolon"}[language],
        "package": "zip",
        "format": "csv",
    }
    assert all(page.xpath(f"//label[@for='{radio.get('id')}']") for radio in page.xpath("//input[@type='radio']"))


def test_the_csv_holds_every_response(export, engine, sample_code):
    answer = export()
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.content_length == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    name = answer.headers["Content-Disposition"].partition("filename=")[2]
    assert name.startswith(f"{sample_code}-responses-codes-2")
    assert name.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), strict=True))
    with unit_of_work(engine, read_only=True) as session:
        assert sorted(row["response"] for row in rows) == sorted(session.scalars(sa.select(Response.id)))
    assert {row["language"] for row in rows} == {"fr", "en"}


def test_labels_and_the_zip_with_its_manifest(export):
    answer = export(cells="fr", delimiter="semicolon", package="zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        name, codebook, manifest = archive.namelist()
        content, about = archive.read(name), json.loads(archive.read(manifest))
        explained = list(_read(archive.read(codebook), ";"))
    assert "-responses-fr-2" in name
    assert answer.headers["Content-Disposition"].endswith(name.replace(".csv", ".zip"))
    assert (about["file"], about["rows"], about["cells"]) == (name, 240, "labels:fr")
    assert about["sha256"] == hashlib.sha256(content).hexdigest()
    first = next(_read(content, ";"))
    assert first["take_part"] == "Oui"
    assert first["language"] in {"Français", "Anglais"}
    assert (codebook, [row["column"] for row in explained]) == ("questions.csv", list(first))


def _read(content: bytes, delimiter: str = ","):
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True)


def test_the_codebook_explains_codes_too(export):
    answer = export(package="zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        rows = {row["column"]: row for row in _read(archive.read("questions.csv"))}
        content = list(_read(archive.read(archive.namelist()[0])))
    cells = {
        name: dict(each.split("=", 1) for each in row["cells_en"].split(" | ") if each) for name, row in rows.items()
    }
    for name in ("answer_as", "take_part", "channel", "group", "language"):
        assert {row[name] for row in content if row[name]} <= set(cells[name]), name
    assert (rows["answer_as"]["type"], cells["answer_as"]["patient"]) == ("single_choice", "Patient: I receive care")
    assert rows["roles.patient"]["choice_fr"]
    assert rows["roles.patient"]["question_fr"] == rows["roles.caregiver"]["question_fr"] != ""
    assert set(cells["access"]) >= {"1", "5"}
    assert rows["hardest"]["cells_en"] == ""
    assert all(row["question_en"] and row["question_fr"] for row in rows.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_labels_in_the_readers_language_come_first(facilitator_client, address, language):
    page = html.fromstring(facilitator_client.get(address.replace("/en/", f"/{language}/")).text)
    offered = page.xpath("//input[@name='cells']/@value")
    assert (offered[:2], sorted(offered)) == ([language, "codes"], ["codes", "en", "fr"])


def test_who_exported_is_noted_once_for_each_file(export, engine, facilitator):
    assert _entries(engine) == []
    export()
    assert _entries(engine) == [("responses.exported", "consultations", facilitator.id)]


@pytest.mark.parametrize(
    "changes",
    [{"cells": "de"}, {"delimiter": "|"}, {"package": "exe"}, {"format": "exe"}, {"survey": "nothing"}, {"survey": ""}],
)
def test_what_the_form_does_not_offer_is_refused_and_not_noted(export, engine, changes):
    assert export(**changes).status_code == 400
    assert _entries(engine) == []


def test_without_a_token_nothing_is_given(facilitator_client, address, engine):
    assert facilitator_client.post(address, data=CODES).status_code == 400
    assert _entries(engine) == []


def test_others_see_nothing(app, client, address, make_account, sign_in):
    assert client.get(address).status_code == 303
    stranger = app.test_client()
    make_account("other@example.org", Role.FACILITATOR, joins=())
    sign_in(stranger, "other@example.org")
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize(("language", "said"), [("en", "nothing to export"), ("fr", "rien à exporter")])
def test_without_responses_there_is_no_form(facilitator_client, address, engine, language, said):
    with unit_of_work(engine) as session:
        session.execute(sa.update(Response).values(is_withdrawn=True))
    page = html.fromstring(facilitator_client.get(address.replace("/en/", f"/{language}/")).text)
    assert said in page.text_content()
    assert page.xpath("//main//form") == []


def test_a_failure_gives_no_half_file(export, monkeypatch, app, engine):
    def break_off(*_):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("consult.exports.response_table.RowMaker.__call__", break_off)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = export()
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert _entries(engine) == []


@pytest.mark.parametrize(("kind", "mimetype", "cells"), [
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "fr"),
    ("sav", "application/x-spss-sav", "en"),
    ("json", "application/json", "codes"),
])  # fmt: skip
def test_every_format_alone_and_with_its_manifest(export, kind, mimetype, cells):
    alone = export(format=kind, cells=cells)
    assert (alone.status_code, alone.mimetype) == (200, mimetype)
    assert alone.headers["Content-Disposition"].endswith(f".{kind}")
    with zipfile.ZipFile(io.BytesIO(export(format=kind, cells=cells, package="zip").data)) as archive:
        name, codebook, manifest = archive.namelist()
        about = json.loads(archive.read(manifest))
        assert about["sha256"] == hashlib.sha256(archive.read(name)).hexdigest()
        assert (about["rows"], about["format"], codebook) == (240, kind, "questions.csv")


def test_too_much_for_a_format_is_said_on_the_page_and_not_noted(export, engine, monkeypatch):
    monkeypatch.setattr("consult.exports.responses_sav.MOST_ROWS", 100)
    answer = export(format="sav")
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    said = "There are too many responses for an SPSS file: at most 100 for this survey. Take CSV or JSON."
    assert page.text_content().count(said) == 2  # in the summary and at the field
    assert page.xpath("string(//title)").startswith("Error:")
    assert _entries(engine) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_form_on_paper_is_given_in_each_language(facilitator_client, address, language):
    page = html.fromstring(facilitator_client.get(address.replace("/en/", f"/{language}/")).text)
    links = page.xpath("//section[@aria-labelledby='paper']//a/@href")
    assert len(links) == 2
    answers = [facilitator_client.get(link) for link in links]
    assert {(answer.status_code, answer.mimetype, answer.data[:5]) for answer in answers} == {
        (200, "application/pdf", b"%PDF-")
    }
    first = answers[0].headers["Content-Disposition"]
    assert first.endswith(f"-paper-{language}.pdf")
    assert facilitator_client.get(links[0].partition("?")[0] + "?in=de").status_code == 404
    assert facilitator_client.get(address.replace("export", "paper/nothing")).status_code == 404
