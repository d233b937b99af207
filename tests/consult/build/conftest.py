"""A facilitator at work on the sample’s survey."""

from collections.abc import Callable

import pytest
from lxml import html

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.survey import get_survey
from consult.record.survey_edit import Working, read_working

SURVEY = "plan_2027_2030"


@pytest.fixture
def address(sample_code) -> Callable[..., str]:
    """Return the address of one of the survey's pages: ``address("check", language="fr")``."""

    def make(rest: str = "", language: str = "en") -> str:
        return f"/{language}/build/{sample_code}/surveys/{SURVEY}{'/' if rest else ''}{rest}"

    return make


@pytest.fixture
def working(engine, sample_code) -> Callable[[], Working]:
    """Read the survey as it is being written."""

    def look() -> Working:
        with unit_of_work(engine, read_only=True) as session:
            return read_working(session, get_survey(session, get_consultation(session, sample_code), SURVEY))

    return look


@pytest.fixture
def send(facilitator_client) -> Callable[..., object]:
    """Open a page and send its form back with changes, as a browser would: ``send(address, change, do="save")``.

    Of several forms, the one that has a field or a button called `has`.
    """

    def send_form(address: str, change=None, has: str = "do", to: str = "", client=facilitator_client, **more):
        page = html.fromstring(client.get(address).text, base_url=f"http://localhost{address}")
        forms = [form for form in page.xpath("//main//form") if form.xpath(f".//*[@name='{has}']")]
        assert forms, f"no form with {has} at {address}"
        form = forms[0]
        data = {name: value for name, value in form.fields.items() if value is not None}
        action = to or form.get("action") or address
        return client.post(action, data={**data, **(change or {}), **more})

    return send_form
