"""Large surveys and large files on the page where a survey is translated."""

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import html

from consult.build import translation
from consult.build.translation_file import read_texts
from consult.record.database import unit_of_work
from consult.record.survey import save_working_definition
from surveys.definition import Question
from surveys.localised import Localised
from surveys.problems import SurveyError


def test_a_long_text_and_a_large_survey_are_translated_whole(engine, facilitator_client, address, working):
    long, sections = "Longue explication. " * 400, working().definition.sections
    many = tuple(Question(f"more_{at}", "short_text", Localised("w" * 4000, "é" * 600)) for at in range(150))
    first = replace(sections[0], introduction=Localised(long.strip(), long.strip()))
    large = replace(working().definition, sections=(first, replace(sections[1], questions=many)))
    with unit_of_work(engine) as session:
        row = session.merge(working().survey)
        save_working_definition(session, row, large)
    form = html.fromstring(facilitator_client.get(address("translation")).text).xpath("//form[.//@name='seen:title']")[
        0
    ]
    sent = {**dict(form.fields), "fr:questions.more_0.text": "Autre"}
    assert facilitator_client.post(address("translation"), data=sent).status_code == 303
    assert working().definition.find_question("more_0").text.fr == "Autre"
    assert working().definition.sections[0].introduction == first.introduction


def test_a_translation_file_is_never_cut(facilitator_client, address, csrf_of, monkeypatch):
    monkeypatch.setattr(translation, "_MOST_BYTES", 1000)
    row, heading = b"title,Title,Titre\r\n", "text,English,Français\r\n".encode()
    token = csrf_of(facilitator_client.get(address("translation")))
    for rows, status in ((10, 200), (100, 422)):
        data = {"csrf_token": token, "file": (io.BytesIO(heading + row * rows), "texts.csv")}
        sent = facilitator_client.post(address("translation/file"), data=data, content_type="multipart/form-data")
        assert sent.status_code == status


def test_a_translation_file_that_swells_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "texts.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row><c/></row>" * 6_000_000)
    with pytest.raises(SurveyError) as caught:
        read_texts(path)
    assert [each.code for each in caught.value.problems] == ["file.too_large"]
