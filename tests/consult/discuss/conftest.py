"""A prompt in the sample consultation, and browsers of people who take part in it."""

from collections.abc import Callable

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import Engine

from consult.record.consultation import get_consultation
from consult.record.database import unit_of_work
from consult.record.discussion import NewPrompt, create_prompt, open_prompt
from surveys.localised import Localised

HOME = "grand_heron_2027_2030"
QUESTION = Localised(en="What would make it easier to see somebody?", fr="Qu’est-ce qui aiderait à voir quelqu’un?")


class Speaker:
    """One browser: it opens pages, and presses a button of the form whose address ends so."""

    def __init__(self, app: Flask, language: str = "fr") -> None:
        self.client = app.test_client()
        self.language = language
        self.status = 0
        self.path = ""
        self.page = html.fromstring("<html></html>")

    def open(self, path: str) -> "Speaker":
        return self._keep(self.client.get(f"/{self.language}{path}", follow_redirects=True))

    def press(self, ending: str, do: str = "", **values: object) -> "Speaker":
        form = [each for each in self.page.forms if (each.get("action") or self.path).endswith(ending)][-1]
        sent = dict(form.form_values()) | ({"do": do} if do else {}) | values
        sent = {name: value.removeprefix("\n") if isinstance(value, str) else value for name, value in sent.items()}
        return self.send(form.get("action") or self.path, sent)

    def send(self, path: str, values: dict[str, object]) -> "Speaker":
        return self._keep(self.client.post(path, data=values, follow_redirects=True))

    def join(self, **values: str) -> "Speaker":
        self.open(f"/d/{HOME}/")
        return self.press(f"/d/{HOME}/", **values)

    def discuss(self, prompt: str = "discussion_1") -> "Speaker":
        return self.open(f"/d/{HOME}/{prompt}")

    def post(self, text: str, do: str = "post", **values: str) -> "Speaker":
        return self.press("/post", do, text=text, **values)

    @property
    def text(self) -> str:
        return " ".join(self.page.text_content().split())

    @property
    def card(self) -> str:
        return " ".join(self.page.xpath("string(//section[@id='statement']/blockquote)").split())

    @property
    def errors(self) -> list[str]:
        return [each.text_content() for each in self.page.xpath("//*[contains(@class,'error-summary')]//a")]

    def _keep(self, response) -> "Speaker":
        self.status, self.path = response.status_code, response.request.path
        if response.content_type.startswith("text/html"):
            self.page = html.fromstring(response.text)
        return self


@pytest.fixture
def make_prompt(engine) -> Callable[..., str]:
    """Make a prompt in the sample consultation and open it: ``make_prompt(moderation=…)``; returns its code."""

    def make(*, is_open: bool = True, **settings: object) -> str:
        with unit_of_work(engine) as session:
            consultation = get_consultation(session, HOME)
            prompt = create_prompt(session, consultation, NewPrompt(QUESTION, **settings))
            if is_open:
                open_prompt(session, consultation, prompt)
        return prompt.code

    return make


@pytest.fixture
def speaker(app, open_sample) -> Callable[..., Speaker]:
    """Give browsers on the open sample consultation: ``speaker("fr")``."""
    open_sample()
    return lambda language="fr": Speaker(app, language)


@pytest.fixture
def staff(app, facilitator_client) -> Speaker:
    """The browser of the facilitator."""
    browser = Speaker(app, "en")
    browser.client = facilitator_client
    return browser


@pytest.fixture
def record(engine) -> Engine:
    return engine
