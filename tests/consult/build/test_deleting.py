"""A survey that was never published can be deleted; what was published stays."""

import pytest
from lxml import html

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import find_survey

CODE = "grand_heron_2027_2030"


@pytest.fixture
def started(facilitator_client, csrf_of):
    """Return the address of a survey that was started from a template."""
    page = f"/en/build/{CODE}/surveys"
    token = csrf_of(facilitator_client.get(f"{page}?all=1"))
    answer = facilitator_client.post(page, data={"csrf_token": token, "start": "template:after_event"})
    return answer.headers["Location"]


def test_a_survey_started_from_the_wrong_template_is_deleted(facilitator_client, started, engine):
    outline = html.fromstring(facilitator_client.get(started).text)
    (form,) = outline.xpath("//form[contains(@action, '/delete')]")
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    answer = facilitator_client.post(form.get("action"), data=sent, follow_redirects=True)
    assert "The survey was deleted." in answer.text
    with unit_of_work(engine, read_only=True) as session:
        assert find_survey(session, get_consultation(session, CODE), started.rpartition("/")[2]) is None
    assert facilitator_client.get(started).status_code == 404


def test_a_published_survey_stays(facilitator_client, address, csrf_of):
    page = address()
    shown = facilitator_client.get(page)
    assert "/delete" not in shown.text
    sent = {"csrf_token": csrf_of(shown)}
    answer = facilitator_client.post(f"{page}/delete", data=sent, follow_redirects=True)
    assert "Nothing was deleted" in answer.text
    assert facilitator_client.get(page).status_code == 200
