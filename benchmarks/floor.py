"""The floor: what the same framework does at least. One page, ten questions, one form with CSRF, one INSERT, thanks.

Served by gunicorn as ``floor:make_app()``; the database's address is in FLOOR_DATABASE_URL.
"""

import json
import os

import sqlalchemy as sa
from flask import Flask, redirect, render_template
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sqlalchemy import event
from werkzeug.wrappers import Response
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

ANSWERS = sa.Table(
    "floor_answers",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("language", sa.String(2)),
    sa.Column("answers", sa.Text),
)
_CHOICES = [(f"c{number}", f"The choice of number {number}") for number in range(1, 8)]
_PAGE = """<!doctype html>
<html lang="{{ language }}-CA"><head><meta charset="utf-8"><title>Floor</title></head><body><main><h1>Ten questions</h1>
<form id="answers" method="post">{{ form.csrf_token }}
{% for field in form if field.name != "csrf_token" %}<div><p>{{ field.label }}</p>
{% for error in field.errors %}<p>{{ error }}</p>{% endfor %}
{% if field.type == "RadioField" %}{% for option in field %}<p>{{ option }} {{ option.label }}</p>{% endfor %}
{% else %}{{ field }}{% endif %}</div>
{% endfor %}<button class="main" name="do" value="send">Send</button></form></main></body></html>"""
_THANKS = "<!doctype html><html lang='{{ language }}-CA'><title>Thanks</title><main><h1>Thank you</h1></main></html>"


class TenQuestions(FlaskForm):
    """Ten questions, of the kinds that the sample asks."""

    agreed = BooleanField("I agree to take part.", validators=[InputRequired()])
    role = RadioField("As which do you answer?", choices=_CHOICES, validators=[InputRequired()])
    region = RadioField("Where do you live?", choices=_CHOICES[:5], validators=[Optional()])
    access = RadioField("How easy is it?", choices=_CHOICES[:6], validators=[Optional()])
    often = RadioField("How often?", choices=_CHOICES[:4], validators=[Optional()])
    hardest = TextAreaField("What is hardest?", validators=[Optional(), Length(max=10_000)])
    protect = TextAreaField("What works well?", validators=[Optional(), Length(max=10_000)])
    one_change = TextAreaField("What would you change?", validators=[Optional(), Length(max=10_000)])
    first = SelectField("What comes first?", choices=[("", ""), *((str(n), str(n)) for n in range(1, 9))])
    age = RadioField("How old are you?", choices=_CHOICES[:5], validators=[Optional()])


def make_app() -> Flask:
    """Make the bare application."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"page.html": _PAGE, "thanks.html": _THANKS})
    app.config.update(SECRET_KEY="the floor keeps no secret", WTF_CSRF_TIME_LIMIT=None)  # noqa: S106 - it is not one
    engine = sa.create_engine(os.environ["FLOOR_DATABASE_URL"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _as_durable_as_ours)

    @app.get("/<language>/")
    def page(language: str) -> str:
        return render_template("page.html", language=language, form=TenQuestions())

    @app.post("/<language>/")
    def send(language: str) -> Response | tuple[str, int]:
        form = TenQuestions()
        if not form.validate():
            return render_template("page.html", language=language, form=form), 422
        values = {name: value for name, value in form.data.items() if name != "csrf_token"}
        with engine.begin() as connection:
            connection.execute(ANSWERS.insert().values(language=language, answers=json.dumps(values)))
        return redirect(f"/{language}/thanks", 303)

    @app.get("/<language>/thanks")
    def thanks(language: str) -> str:
        return render_template("thanks.html", language=language)

    return app


def _as_durable_as_ours(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
