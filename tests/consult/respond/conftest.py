"""A participant's browser: it reads the forms of real pages, fills them, and presses their buttons."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from sqlalchemy import Engine

from consult.record.consultation import get_consultation
from consult.record.contribution import Contribution, ContributionRevision
from consult.record.database import unit_of_work
from consult.record.invitation import InvitationRequest, create_invitations
from consult.record.keys import Keyring
from consult.record.response import Response, ResponseAnswer

HOME = "grand_heron_2027_2030"
SECTIONS = ("you", "experience", "future", "background")


class Participant:
    """One browser, with its cookies, on one page at a time."""

    def __init__(self, app: Flask, language: str = "fr") -> None:
        self.client = app.test_client()
        self.language = language
        self.status = 0
        self.path = ""
        self.page = html.fromstring("<html></html>")

    def open(self, path: str) -> "Participant":
        """Open a page below the language: ``open("/c/…")``."""
        return self._keep(self.client.get(f"/{self.language}{path}", follow_redirects=True))

    def land(self) -> "Participant":
        return self.open(f"/c/{HOME}/")

    def fields(self) -> dict[str, str]:
        """What the form of the page would send as it stands."""
        return self._values(self._form())

    def press(self, do: str = "continue", **answers: str | None) -> "Participant":
        """Fill the form (None unticks; ``__`` stands for a dot) and press a button of it."""
        form = self._form()
        sent = self._values(form) | {"do": do}
        for name, value in answers.items():
            name = name.replace("__", ".")
            if value is None:
                sent.pop(name, None)
            else:
                sent[name] = value
        return self.post(form.get("action") or self.path, sent)

    def press_form(self, ending: str, **answers: str) -> "Participant":
        """Press the button of the form whose address ends so."""
        (form,) = [each for each in self.page.forms if (each.get("action") or self.path).endswith(ending)]
        return self.post(form.get("action") or self.path, self._values(form) | answers)

    def post(self, path: str, sent: dict[str, str]) -> "Participant":
        return self._keep(self.client.post(path, data=sent, follow_redirects=True))

    @property
    def title(self) -> str:
        return " ".join(self.page.findtext(".//h1").split())

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary; each must stand at its question too."""
        return [
            " ".join(link.text_content().split())
            for link in self.page.xpath("//*[contains(@class,'error-summary')]//a")
        ]

    @property
    def text(self) -> str:
        return " ".join(self.page.text_content().split())

    @property
    def receipt(self) -> str:
        return self.page.xpath("string(//*[@class='receipt']/*[@class='code'])").strip()

    def begin(self, **consents: str) -> "Participant":
        self.land()
        return self.press(take_part="1", **consents)

    def answer_all(self, **answers: str) -> "Participant":
        """From the first section to the page before sending."""
        self.press(**{"answer_as": "caregiver", **_in(answers, "roles", "answer_as", "region")})
        self.press(**_in(answers, "access", "service_language", "hardest", "protect", "one_change"))
        self.press(**_in(answers, "orientations", "involvement"))
        return self.press(**_in(answers, "age_band", "gender"))

    def send(self) -> "Participant":
        return self.press("send")

    @staticmethod
    def _values(form: html.FormElement) -> dict[str, str]:
        # what a browser does: the line break after <textarea> is not part of the text
        areas = {area.get("name") for area in form.findall(".//textarea")}
        return {name: value.removeprefix("\n") if name in areas else value for name, value in form.form_values()}

    def _form(self) -> html.FormElement:
        forms = [each for each in self.page.forms if each.get("id") == "answers"] or list(self.page.forms)
        return forms[0]

    def _keep(self, response) -> "Participant":
        self.status, self.path = response.status_code, response.request.path
        if response.content_type.startswith("text/html"):
            self.page = html.fromstring(response.text)
        return self


def _in(answers: dict[str, str], *codes: str) -> dict[str, str]:
    return {name: value for name, value in answers.items() if name.partition("__")[0] in codes}


class Stored:
    """What the record holds besides the sample's own responses."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def responses(self) -> list[Response]:
        with unit_of_work(self.engine, read_only=True) as session:
            return list(session.scalars(sa.select(Response).where(Response.channel == "web")))

    def answers(self) -> dict[str, object]:
        (response,) = self.responses()
        with unit_of_work(self.engine, read_only=True) as session:
            query = sa.select(ResponseAnswer.question_code, ResponseAnswer.value)
            return dict(session.execute(query.where(ResponseAnswer.response_id == response.id)).all())

    def texts(self) -> list[str]:
        """The current texts of the web contributions that are not withdrawn, in order."""
        query = (
            sa.select(ContributionRevision.text)
            .join(Contribution, Contribution.id == ContributionRevision.contribution_id)
            .where(Contribution.channel == "web", Contribution.revision == ContributionRevision.number)
        )
        with unit_of_work(self.engine, read_only=True) as session:
            return sorted(session.scalars(query))

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(sa.text(f"SELECT count(*) FROM {table}"))


@pytest.fixture
def open_now(open_sample) -> None:
    """The sample is open, from a month ago to two weeks from now."""
    today = date.today()
    open_sample(today - timedelta(days=30), today + timedelta(days=14))


@pytest.fixture
def participant(app, open_now) -> Participant:
    return Participant(app)


@pytest.fixture
def make_participant(app, open_now) -> Callable[..., Participant]:
    return lambda language="fr": Participant(app, language)


@pytest.fixture
def stored(engine) -> Stored:
    return Stored(engine)


@pytest.fixture
def invite(engine, secret) -> Callable[..., str]:
    """Make a personal link and return its token."""

    def make(group: str = "caregiver", language: str = "fr") -> str:
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, HOME)
            request = InvitationRequest(language, group, "someone@example.org")
            return create_invitations(session, Keyring(secret), consultation, [request])[0].token

    return make
