"""Files of other tools on the import page: what matched, what did not, and nothing stored before it is confirmed."""

import io

import pytest
import sqlalchemy as sa
from lxml import html
from openpyxl import Workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from consult.record.database import unit_of_work
from consult.record.response import Response

LIMESURVEY = (
    "id,submitdate,lastpage,startlanguage,take_part,answer_as,hardest,Weather\n"
    '7,2026-10-02 14:00:00,3,fr,Y,patient,"les délais, surtout",sun\n'
    "8,1980-01-01 00:00:00,3,en,Y,caregiver,hours,\n"
)


@pytest.fixture
def send(facilitator_client, sample_code, csrf_of):
    """Send a file with the form of the page, or with that of an earlier answer."""

    def send_file(content, *, name="answers.csv", after=None, language="en", **changes):
        where = f"/{language}/manage/{sample_code}/import"
        page = after or facilitator_client.get(where)
        form = html.fromstring(page.text).xpath("//main//form")[0]
        data = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")} | changes
        data["file"] = FileStorage(io.BytesIO(content if isinstance(content, bytes) else content.encode()), name)
        boundary, body = encode_multipart(data)
        kind = f"multipart/form-data; boundary={boundary}"
        return facilitator_client.post(where, data=body, content_type=kind)

    return send_file


def _text(answer) -> str:
    return " ".join(" ".join(html.fromstring(answer.text).xpath("//main")[0].itertext()).split())


def _days(engine):
    with unit_of_work(engine, read_only=True) as session:
        query = sa.select(Response.submitted_on, Response.language).where(Response.submitted_on > "2026-09-30")
        return sorted((day.isoformat(), language) for day, language in session.execute(query))


def test_a_file_of_limesurvey_from_preview_to_stored(send, engine):
    before = _days(engine)
    refused = send(LIMESURVEY)
    said = _text(refused)
    assert "What was recognised in this LimeSurvey file" in said
    assert "3 columns answer a question" in said
    assert "Ignored columns They match no question" in said
    assert "Questions of the survey that no column answers:" in said
    assert "Line 3 submitdate This is not a day." in said  # the place has the name that it has in the file
    assert "digest" not in refused.text
    preview = send(LIMESURVEY, day="2026-10-09")
    assert "2 new responses" in _text(preview)
    assert _days(engine) == before
    assert send(LIMESURVEY, after=preview).status_code == 303
    added = list(_days(engine))
    for each in before:
        added.remove(each)
    assert added == [("2026-10-02", "fr"), ("2026-10-09", "en")]
    assert "there is nothing to import" in _text(send(LIMESURVEY, day="2026-10-09"))


def test_the_language_is_the_one_that_the_form_says_where_the_file_says_none(send, engine):
    book = Workbook()
    book.active.append(["Horodateur", "Je participe", "answer_as", "hardest"])
    book.active.append(["25/10/2026 10:00:00", "x", "patient", "les heures"])
    target = io.BytesIO()
    book.save(target)
    preview = send(target.getvalue(), name="r.xlsx", language="fr", tongue="en")
    said = _text(preview)
    assert "Google Forms" in said
    form = html.fromstring(preview.text)
    assert form.xpath("//form[@data-confirm]//input[@name='tongue']/@value") in ([], ["en"])


def test_no_column_of_the_survey_is_no_file_for_it(send, engine):
    answer = send("_uuid,_submission_time,weather\nx,2026-10-02T10:00:00,sun\n")
    assert answer.status_code == 422
    assert "no column is named after a question of this survey" in _text(answer)


def test_a_day_that_is_none_is_said_at_its_field(send):
    answer = send(LIMESURVEY, day="2026-02-30")
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath("//input[@id='day']/@aria-invalid") == ["true"]
    assert page.xpath("//div[@role='alert']//a/@href") == ["#day"]


def test_what_is_counted_is_said_in_french(send):
    text = "x" * 11_000
    answer = send(f"id,submitdate,take_part,answer_as,hardest\n7,2026-10-02,Y,patient,{text}\n", language="fr")
    assert "Le texte a 11\u00a0000 caractères; 10\u00a0000 au plus peuvent être conservés." in answer.text
